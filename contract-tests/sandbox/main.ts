/** `make sandbox`: the sandbox on port 4020, or $PORT, until it is interrupted. */
import { explainPort, readPort } from '../shared/ports.ts';
import { banner, requestLine } from './banner.ts';
import { startSandbox } from './server.ts';

async function main(): Promise<void> {
  const port = readPort(process.env['PORT'], 4020, 0);
  const sandbox = await startSandbox({
    port,
    onRequest: (record) => console.log(requestLine(record)),
  }).catch((error: NodeJS.ErrnoException) => {
    throw explainPort(error, port);
  });
  console.log(banner(sandbox));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
}

main().catch((error: Error) => {
  console.error(`sandbox: ${error.message}`);
  process.exitCode = 1;
});
