import { requestSignature } from './credentials.ts';
import { scripts } from './scripts.ts';
import { fakeSubMerchant, pageVirtualAccount, seedMerchants } from './seeds.ts';
import type { RequestRecord } from './send.ts';
import type { SandboxServer } from './server.ts';
import type { VirtualAccount } from './state.ts';

/** What main.ts prints at the start, at most 80 columns. The credentials in it are invented and public. */
export function banner({ url, state }: Pick<SandboxServer, 'url' | 'state'>): string {
  return [
    `Sandbox gateway, a stand-in: ${url}`,
    '',
    ...exports(url),
    '',
    'Virtual accounts, all of channel BCA-POLYTRON. Those named sandbox-... have that',
    'name as external_id and as order_id. Scripted answers (*) are controls of this',
    'sandbox; the gateway has nothing of the kind.',
    `Sub-merchant ${fakeSubMerchant.submerchant_name} signs with ${fakeSubMerchant.hash_key}.`,
    '',
    ...state.virtualAccounts().map(row),
    '',
    ...curl(url),
    '',
  ].join('\n');
}

/** One line for one request: nothing in it is secret. */
export function requestLine({ method, path, status, response_code = '--', answer }: RequestRecord): string {
  return `${method} ${path} ${status} ${response_code} ${answer}`;
}

function exports(url: string): string[] {
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  return [
    `export IFORTEPAY_MERCHANT_ID='${merchant_id}'`,
    `export IFORTEPAY_SECRET_UNBOUND_ID='${secret_unbound_id}'`,
    `export IFORTEPAY_HASH_KEY='${hash_key}'`,
    `export IFORTEPAY_BASE_URL='${url}'`,
  ];
}

function row(virtualAccount: VirtualAccount): string {
  const isPage = virtualAccount.transaction_id === pageVirtualAccount.transaction_id;
  const name = isPage ? "(the page's own)" : virtualAccount.order_id;
  return `${virtualAccount.transaction_id}  ${name.padEnd(21)}  ${answers(virtualAccount)}`;
}

function answers({ script, transaction_status, submerchant_name }: VirtualAccount): string {
  if (script) return `* ${scripts[script].says}`;
  if (transaction_status !== 'ACTIVE') return `400, code 01`;
  return submerchant_name ? `200 to ${submerchant_name}` : '200, once';
}

function curl(url: string): string[] {
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  const { external_id, order_id, transaction_id, payment_method, payment_channel } = pageVirtualAccount;
  return [
    `SIGNATURE=${requestSignature(hash_key, external_id, order_id)}`,
    `curl -i ${url}/va/cancel -H 'x-version: v3' \\`,
    `  -u '${merchant_id}:${secret_unbound_id}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H "x-req-signature: $SIGNATURE" -d '{`,
    `  "external_id": "${external_id}", "order_id": "${order_id}",`,
    `  "transaction_id": "${transaction_id}",`,
    `  "payment_method": "${payment_method}", "payment_channel": "${payment_channel}" }'`,
  ];
}
