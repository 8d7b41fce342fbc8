import { randomUUID } from 'node:crypto';
import { pageVirtualAccount, seedMerchants, signatureVectors } from '../sandbox/seeds.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import type { Merchant, VirtualAccount } from '../sandbox/state.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import type { Alternates, Credentials, Need, SuppliedVa, Target, VaIds } from './types.ts';

const [ours, theirs] = seedMerchants as [Merchant, Merchant];
const colon = signatureVectors.find(({ secret_unbound_id }) => secret_unbound_id.includes(':'))!;
const subMerchant = ours.sub_merchants![0]!;

/** The first seeded merchant. Invented. */
export const sandboxCredentials: Credentials = credentialsOf(ours);

const alternates: Alternates = {
  colonSecret: credentialsOf(colon),
  subMerchant: {
    ...sandboxCredentials,
    hashKey: subMerchant.hash_key,
    subMerchantId: subMerchant.submerchant_name,
  },
};

const ownership: Record<Need['owner'], Pick<VirtualAccount, 'merchant_id' | 'submerchant_name'>> = {
  self: { merchant_id: ours.merchant_id },
  colonSecret: { merchant_id: colon.merchant_id },
  subMerchant: { merchant_id: ours.merchant_id, submerchant_name: subMerchant.submerchant_name },
  foreign: { merchant_id: theirs.merchant_id },
};

const statuses = {
  any: 'ACTIVE',
  active: 'ACTIVE',
  paid: 'PAID',
  expired: 'EXPIRED',
  canceled: 'CANCELED',
} as const;

/** A sandbox as a target. Every virtual account is made to order, one that is `any` too. */
export function sandboxTarget(sandbox: SandboxServer, send: Sender['send']): Target {
  return {
    credentials: sandboxCredentials,
    alternates,
    send,
    supply: (need) => Promise.resolve(supply(sandbox, need)),
  };
}

/** A sender to a sandbox and the target that it makes; close it before the sandbox. */
export function openSandboxTarget(
  sandbox: SandboxServer,
  ca?: string,
): { target: Target; close: () => void } {
  const sender = createSender({ baseUrl: sandbox.url, ...(ca === undefined ? {} : { ca }) });
  return { target: sandboxTarget(sandbox, sender.send), close: sender.close };
}

function supply({ state }: SandboxServer, need: Need): SuppliedVa {
  const id = randomUUID();
  const va: VaIds = {
    external_id: `ext-${id}`,
    order_id: `ord-${id.slice(0, 13)}`,
    transaction_id: id,
    payment_method: pageVirtualAccount.payment_method,
    payment_channel: pageVirtualAccount.payment_channel,
    ...channelOfItsOwn(need),
    ...need.with,
  };
  if (need.state === 'fresh') return { va, exists: true };
  if (need.state === 'unknown') return { va, exists: false };
  const whole = { ...va, ...ownership[need.owner], transaction_status: statuses[need.state] };
  const known = state.find(va.transaction_id);
  // A case with a transaction_id of its own may have been run before: the virtual account is as new.
  if (known) Object.assign(known, { submerchant_name: undefined, script: undefined }, whole);
  else state.add(whole);
  return { va, exists: true };
}

/**
 * A payment channel for one that is to be created with an external_id that a case asks for: such an id may be
 * taken on another channel, by an earlier run.
 */
export function channelOfItsOwn({ state, with: given }: Need): Partial<VaIds> {
  const isTaken = state === 'fresh' && given?.external_id !== undefined;
  return isTaken ? { payment_channel: `FAKE-${randomUUID()}` } : {};
}

function credentialsOf({ merchant_id, secret_unbound_id, hash_key }: Merchant): Credentials {
  return { merchantId: merchant_id, secretUnboundId: secret_unbound_id, hashKey: hash_key };
}
