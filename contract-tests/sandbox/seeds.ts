import { readFileSync } from 'node:fs';
import { scriptsOfAccounts, seedName } from './scripts.ts';
import type { Merchant, VirtualAccount, VirtualAccountStatus } from './state.ts';

/** One row of shared/signature-vectors.json: computed outside this project, secrets invented. */
export interface SignatureVector {
  name: string;
  merchant_id: string;
  secret_unbound_id: string;
  hash_key: string;
  external_id: string;
  order_id: string;
  authorization: string;
  x_req_signature: string;
  transaction_id: string;
  mcp_signature: string;
}

const vectorsFile = new URL('../shared/signature-vectors.json', import.meta.url);

/** The signature vectors; the first is that of the gateway page's own ids. */
export const signatureVectors = (
  JSON.parse(readFileSync(vectorsFile, 'utf8')) as { vectors: SignatureVector[] }
).vectors;

/** The sub-merchant of the first merchant. */
export const fakeSubMerchant = { submerchant_name: 'FAKE-SUB', hash_key: 'fake-sub-hash-key-for-tests-only' };

/** The merchants of the signature vectors; the first has a sub-merchant. */
export const seedMerchants: readonly Merchant[] = [
  ...new Map(signatureVectors.map((vector) => [vector.merchant_id, toMerchant(vector)])).values(),
].map((merchant, index) => (index === 0 ? { ...merchant, sub_merchants: [fakeSubMerchant] } : merchant));

function toMerchant({ merchant_id, secret_unbound_id, hash_key }: SignatureVector): Merchant {
  return { merchant_id, secret_unbound_id, hash_key };
}

const first = signatureVectors[0]!;
const common = {
  merchant_id: first.merchant_id,
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA-POLYTRON',
  transaction_status: 'ACTIVE',
} as const;

/** The virtual account of the gateway page's own example. */
export const pageVirtualAccount: VirtualAccount = {
  ...common,
  transaction_id: first.transaction_id,
  external_id: first.external_id,
  order_id: first.order_id,
};

/** The transaction_id of every other seed, but for the two digits at its end. */
export const seedTransactionId = '00000000-0000-4000-8000-0000000000';

/** A seed whose ids can be guessed from its name. An order_id has 25 characters at most. */
function seed(name: string, number: number, rest: Partial<VirtualAccount>): VirtualAccount {
  const transaction_id = seedTransactionId + String(number).padStart(2, '0');
  const external_id = seedName(name);
  return { ...common, transaction_id, external_id, order_id: external_id.slice(0, 25), ...rest };
}

const settled = (['PAID', 'EXPIRED', 'CANCELED'] satisfies VirtualAccountStatus[]).map(
  (transaction_status, i) => seed(transaction_status.toLowerCase(), i + 1, { transaction_status }),
);
const ofSubMerchant = seed('sub-merchant', 4, { submerchant_name: fakeSubMerchant.submerchant_name });
const processing = seed('processing', 5, { transaction_status: 'PROCESSING' });
const scripted = scriptsOfAccounts().map((script, i) => seed(script, i + 11, { script }));

/** The virtual accounts that a sandbox starts with. */
export const seedVirtualAccounts: readonly VirtualAccount[] = [
  pageVirtualAccount,
  ...settled,
  ofSubMerchant,
  processing,
  ...scripted,
];

/**
 * So many more, for `cancel-many`: active, but each hundredth is paid, each hundred-and-first is expired, and of each
 * fiftieth the answer to the cancel is lost.
 */
export function manyVirtualAccounts(count: number): VirtualAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const digits = String(index + 1).padStart(12, '0');
    const ids = { external_id: `many-${digits}`, order_id: `many-${digits}` };
    const account: VirtualAccount = {
      ...common,
      transaction_id: `11111111-0000-4000-8000-${digits}`,
      ...ids,
    };
    if (index % 100 === 42) return { ...account, transaction_status: 'PAID' };
    if (index % 101 === 77) return { ...account, transaction_status: 'EXPIRED' };
    return index % 50 === 7 ? { ...account, script: 'cancel-drop' } : account;
  });
}

/** The file that cancels them. */
export function csvOf(virtualAccounts: readonly VirtualAccount[]): string {
  const columns = ['external_id', 'order_id', 'transaction_id', 'payment_channel'] as const;
  return [columns, ...virtualAccounts.map((account) => columns.map((column) => account[column]))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}
