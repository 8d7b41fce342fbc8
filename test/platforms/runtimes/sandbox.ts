/** The sandbox, which verifies signatures, in the shape of the fault servers. */
import type { Start } from '../../faults/tcp.ts';
import { pageVirtualAccount, seedMerchants } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../../contract-tests/sandbox/server.ts';

const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
const { external_id, order_id, transaction_id, payment_channel } = pageVirtualAccount;

/** What the sandbox's first merchant has. */
export const sandboxCredentials = {
  merchantId: merchant_id,
  secretUnboundId: secret_unbound_id,
  hashKey: hash_key,
};

/** Cancels what every new sandbox holds, active. */
export const sandboxRequest = {
  external_id,
  order_id,
  transaction_id,
  payment_method: 'BANK_TRANSFER',
  payment_channel,
} as const;

/** A new sandbox. What it saw are the requests that it answered. */
export const sandbox: Start = async () => {
  const { url, requests, close } = await startSandbox();
  const seen = () => ({ connections: 0, open: 0, requests: requests.length, writtenBytes: 0, strayed: 0 });
  return { baseUrl: url, seen, stop: close };
};
