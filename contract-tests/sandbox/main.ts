/**
 * `make sandbox`: the sandbox on port 4020, or $PORT, until it is interrupted. With $ACCOUNTS so many virtual accounts
 * more, and the file that cancels them.
 */
import { writeFileSync } from 'node:fs';
import { explainPort, readPort } from '../shared/ports.ts';
import { banner, requestLine } from './banner.ts';
import { csvOf, manyVirtualAccounts } from './seeds.ts';
import { startSandbox, type SandboxServer } from './server.ts';

async function main(): Promise<void> {
  const port = readPort(process.env['PORT'], 4020, 0);
  const sandbox = await startSandbox({
    port,
    onRequest: (record) => console.log(requestLine(record)),
  }).catch((error: NodeJS.ErrnoException) => {
    throw explainPort(error, port);
  });
  console.log(banner(sandbox));
  addMany(sandbox, process.env['ACCOUNTS']);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

function addMany({ state }: SandboxServer, accounts: string | undefined): void {
  if (!accounts) return;
  const count = Number(accounts);
  if (!Number.isInteger(count) || count < 1 || count > 100_000)
    throw new Error('ACCOUNTS must be a whole number from 1 to 100000');
  const added = manyVirtualAccounts(count).map((virtualAccount) => state.add(virtualAccount));
  writeFileSync('accounts.csv', csvOf(added));
  console.log(`${count} virtual accounts more are in accounts.csv, for cancel-many.\n`);
}

main().catch((error: Error) => {
  console.error(`sandbox: ${error.message}`);
  process.exitCode = 1;
});
