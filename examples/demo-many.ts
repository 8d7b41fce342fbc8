/**
 * The second half of `make demo`: 200 virtual accounts, killed in the middle with `kill -9`, and gone on with. What the
 * ledger says at the end is held against what the sandbox knows.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVaClient } from 'ifortepay-va';
import { cancelMany, type BulkRow } from 'ifortepay-va/bulk';
import { csvOf, manyVirtualAccounts, seedMerchants } from '../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../contract-tests/sandbox/server.ts';

const COUNT = 200;
const self = fileURLToPath(import.meta.url);
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Cancels what is in `rows.json`, or goes on; ended by whoever started it. */
async function cancelThem(): Promise<void> {
  const [merchantId, secretUnboundId, hashKey, baseUrl] = [
    'MERCHANT_ID',
    'SECRET_UNBOUND_ID',
    'HASH_KEY',
    'BASE_URL',
  ].map((name) => process.env[`IFORTEPAY_${name}`]!) as [string, string, string, string];
  const client = createVaClient({ merchantId, secretUnboundId, hashKey, baseUrl });
  const rows = JSON.parse(readFileSync('rows.json', 'utf8')) as BulkRow[];
  // What was under way is asked after at once. Before it is sent again a gateway is given 30 seconds; the sandbox is quick.
  await cancelMany({
    client,
    ledger: 'run.db',
    rows,
    rate: 100,
    timeoutMs: 1000,
    marginMs: 500,
    singleUse: true,
  });
}

/** Runs it all, and says whether the report was right. */
export async function demoMany(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-demo-'));
  const accounts = manyVirtualAccounts(COUNT);
  const sandbox = await startSandbox({ virtualAccounts: accounts });
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  const env = {
    ...process.env,
    IFORTEPAY_MERCHANT_ID: merchant_id,
    IFORTEPAY_SECRET_UNBOUND_ID: secret_unbound_id,
    IFORTEPAY_HASH_KEY: hash_key,
    IFORTEPAY_BASE_URL: sandbox.url,
  };
  const start = () =>
    spawn(process.execPath, [self], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const many = (...args: string[]) =>
    execFileSync(process.execPath, [cli, 'many', ...args, '--ledger', 'run.db'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
  try {
    writeFileSync(join(folder, 'accounts.csv'), csvOf(accounts));
    writeFileSync(join(folder, 'rows.json'), JSON.stringify(accounts.map(rowOf)));
    console.log(`\nCancelling ${COUNT} virtual accounts, and pulling the plug in the middle\n`);
    const first = start();
    const killed = once(first, 'exit');
    while (canceled(sandbox) < COUNT / 3 && first.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    first.kill('SIGKILL');
    await killed;
    console.log(`  killed (kill -9) when the sandbox had cancelled ${canceled(sandbox)}`);
    await once(start(), 'exit');
    console.log('  gone on with: what was under way was asked after before anything else\n');
    console.log(many('status').replace(/^(?=.)/gm, '  '));
    return isRight(many('report'), sandbox);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rowOf = ({ external_id, order_id, transaction_id, payment_channel }: BulkRow): BulkRow => ({
  external_id,
  order_id,
  transaction_id,
  payment_channel,
});

const canceled = ({ state }: SandboxServer) =>
  state.virtualAccounts().filter(({ transaction_status }) => transaction_status === 'CANCELED').length;

/** Holds each line of the report against the sandbox, which shares no code with it. */
function isRight(csv: string, { state, requests }: SandboxServer): boolean {
  const lines = csv.trim().split('\n').slice(1);
  const wrong = lines.filter((line) => {
    const [, , transactionId = '', , said] = line.split(',');
    return (state.find(transactionId)?.transaction_status === 'CANCELED') !== (said === 'done');
  });
  const again = requests.filter(({ answer }) => answer === 'already_canceled').length;
  console.log(
    `  ${lines.length} lines in the report, ${wrong.length} of them wrong; ${again} cancelled a second time`,
  );
  return lines.length === COUNT && wrong.length === 0 && again === 0;
}

if (process.argv[1] === self) await cancelThem();
