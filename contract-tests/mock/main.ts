/** `make mock`: Prism on the contract for frontend developers, with the scenarios it knows printed first. */
import { assertPortFree, readPort } from '../shared/ports.ts';
import { startMock } from './prism.ts';
import { scenarios } from '../../scripts/scenarios.ts';
import { DEFAULT_MOCK_URL } from './table.ts';

const DEFAULT_PORT = Number(new URL(DEFAULT_MOCK_URL).port);

async function main(): Promise<void> {
  const port = readPort(process.env.PORT, DEFAULT_PORT);
  const host = process.env.HOST || '127.0.0.1';
  await assertPortFree(port, host);
  process.stdout.write(banner(`http://${host}:${port}`));
  await run(port, host);
}

async function run(port: number, host: string): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  const starting = startMock({ port, host, onOutput: (text) => void process.stdout.write(text) });
  const ended = starting.then((mock) => mock.exited).then(() => 'ended' as const);
  const why = await Promise.race([asked, ended]);
  await (await starting).stop();
  if (why === 'ended') throw new Error('Prism ended by itself');
}

/** At most 80 columns, so that it reads well in a plain terminal. */
function banner(url: string): string {
  const list = scenarios().map(({ status, name, prefer, example }) => {
    if (prefer === undefined) return `  ${status}  ${name}`;
    return `  ${status}  Prefer: ${prefer}${example === undefined ? ` (${name})` : ''}`;
  });
  return `
The mock (Prism, from spec/openapi.yaml): ${url}

Choose an answer with the Prefer header, or by the request itself:

${list.join('\n')}

Prism answers the page's ids whatever was asked: take the mock for frontends,
the sandbox (make sandbox) for backends. It checks no secret and no signature.
It never answers a body that is not JSON: the request hangs, so give your
client a deadline. Ctrl-C stops the mock.

`;
}

main().catch((error: Error) => {
  console.error(`mock: ${error.message}`);
  process.exitCode = 1;
});
