/**
 * `make sandbox`: the sandbox on port 4020, or $PORT, until it is interrupted. With $ACCOUNTS so many virtual accounts
 * more, and the file that cancels them.
 */
import { writeFileSync } from 'node:fs';
import { runCommand } from '../shared/command.ts';
import { explainPort, readPort } from '../shared/ports.ts';
import { refusals } from './assumptions.ts';
import { requestSignature } from './credentials.ts';
import { refusedStatuses } from './operations.ts';
import { scriptedAnswer, scriptsFor, seedName } from './scripts.ts';
import type { OperationId, ScriptName } from './scripts.ts';
import {
  csvOf,
  fakeSubMerchant,
  manyVirtualAccounts,
  pageVirtualAccount,
  seedMerchants,
  seedTransactionId,
} from './seeds.ts';
import { startSandbox } from './server.ts';
import type { RequestRecord, SandboxServer } from './server.ts';
import type { VirtualAccount } from './state.ts';

async function main(): Promise<number> {
  const port = readPort(process.env['PORT'], 4020, 0);
  const accounts = readCount(process.env['ACCOUNTS']);
  const sandbox = await startSandbox({
    port,
    onRequest: (record) => console.log(requestLine(record)),
  }).catch((error: NodeJS.ErrnoException) => {
    throw explainPort(error, port);
  });
  console.log(banner(sandbox));
  addMany(sandbox, accounts);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
  return 0;
}

function readCount(accounts = ''): number {
  const count = Number(accounts);
  if (Number.isInteger(count) && count >= 0 && count <= 100_000) return count;
  throw new Error('ACCOUNTS must be a whole number, up to 100000');
}

function addMany({ state }: SandboxServer, count: number): void {
  if (count === 0) return;
  const added = manyVirtualAccounts(count).map((virtualAccount) => state.add(virtualAccount));
  writeFileSync('accounts.csv', csvOf(added));
  console.log(`${count} virtual accounts more are in accounts.csv, for cancel-many.\n`);
}

/** What is printed at the start, at most 80 columns. The credentials in it are invented and public. */
function banner({ url, state }: Pick<SandboxServer, 'url' | 'state'>): string {
  return [
    `Sandbox gateway, a stand-in: ${url}`,
    '',
    ...exports(url),
    '',
    'Virtual accounts, all of channel BCA-POLYTRON, with transaction_id',
    `${seedTransactionId}NN. The order_id is the external_id's first 25`,
    'characters. Scripted answers (*) are controls of this sandbox; the gateway has',
    `nothing of the kind. ${fakeSubMerchant.submerchant_name} signs with ${fakeSubMerchant.hash_key}.`,
    '',
    columns('NN', 'external_id', 'cancel', 'inquiry'),
    ...state.virtualAccounts().map(row),
    '',
    'POST /va takes each new external_id; these order_ids are scripted:',
    ...scriptsFor('createVirtualAccount').map(creation),
    '',
    ...curl(url),
    '',
  ].join('\n');
}

/** One line for one request: nothing in it is secret. */
function requestLine({ method, path, status, response_code = '--', answer }: RequestRecord): string {
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

function columns(number: string, name: string, cancel: string, inquiry: string): string {
  return `${number}  ${name.padEnd(33)}  ${cancel.padEnd(23)}  ${inquiry}`;
}

function row(virtualAccount: VirtualAccount): string {
  const { transaction_id, external_id, script } = virtualAccount;
  const [cancel, inquiry] = [told(script, 'cancelVirtualAccount'), told(script, 'inquireVirtualAccount')];
  const isPage = transaction_id === pageVirtualAccount.transaction_id;
  const [number, name] = isPage
    ? ['--', "(the page's own, see below)"]
    : [transaction_id.slice(-2), external_id];
  return columns(number, name, cancel ?? canceling(virtualAccount), inquiry ?? inquiring(virtualAccount));
}

function told(script: ScriptName | undefined, operation: OperationId): string | undefined {
  const scripted = script && scriptedAnswer(script, operation);
  return scripted && `* ${scripted.says}`;
}

function canceling({ transaction_status, submerchant_name }: VirtualAccount): string {
  if (transaction_status !== 'ACTIVE') {
    const { status, response_code } = refusals[refusedStatuses[transaction_status]].value;
    return `${status}, code ${response_code}`;
  }
  return submerchant_name ? `200 to ${submerchant_name}` : '200, once';
}

function inquiring({ transaction_status, submerchant_name }: VirtualAccount): string {
  return submerchant_name ? `200 to ${submerchant_name}` : transaction_status;
}

function creation(script: ScriptName): string {
  return `    ${seedName(script).padEnd(33)}  ${told(script, 'createVirtualAccount')}`;
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

await runCommand(
  {
    name: 'sandbox',
    says: 'Runs the sandbox, a stand-in for the gateway, until it is interrupted.',
    help: 'PORT (default 4020) and ACCOUNTS, so many virtual accounts more, are read.',
    exitCodes: { 0: 'it was interrupted', 1: 'it could not start, or ended by itself' },
  },
  main,
);
