/** `node contract-tests/sandbox/main.ts`: the sandbox on port 4020, or $PORT, until it is interrupted. */
import { banner, requestLine } from './banner.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';

const port = Number(process.env['PORT'] || 4020);

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function explain(error: NodeJS.ErrnoException): never {
  if (error.code === 'EADDRINUSE') fail(`Port ${port} is taken; choose another with PORT=`);
  return fail(`The sandbox cannot start: ${error.message}`);
}

async function run(): Promise<SandboxServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) fail('PORT is not a port number (0 to 65535)');
  return startSandbox({ port, onRequest: (record) => console.log(requestLine(record)) }).catch(explain);
}

const sandbox = await run();
console.log(banner(sandbox));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
