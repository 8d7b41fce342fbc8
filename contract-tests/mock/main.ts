/** `make mock`: Prism on the contract for frontend developers, with the scenarios it knows printed first. */
import { networkInterfaces } from 'node:os';
import { runCommand } from '../shared/command.ts';
import { assertPortFree, readPort } from '../shared/ports.ts';
import { startFront } from './front.ts';
import { startMock } from './prism.ts';
import { scenarios } from '../../scripts/scenarios.ts';
import { DEFAULT_MOCK_URL } from './table.ts';

const DEFAULT_PORT = Number(new URL(DEFAULT_MOCK_URL).port);

async function main(): Promise<number> {
  const port = readPort(process.env.PORT, DEFAULT_PORT);
  // Not HOST, which conda and some shells set to something else.
  const host = process.env.LISTEN || '127.0.0.1';
  const delayMs = readDelay(process.env.DELAY);
  await assertPortFree(port, host);
  process.stdout.write(banner(urlsOf(host, port), delayMs));
  await run({ port, host, delayMs });
  return 0;
}

function readDelay(text: string | undefined): number {
  if (!text) return 0;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(`DELAY=${text} is no delay: give milliseconds, from 0 to 999999`);
}

/** Under which URLs it can be reached: for 0.0.0.0 those of this machine. */
function urlsOf(host: string, port: number): string[] {
  if (host !== '0.0.0.0') return [`http://${host}:${port}`];
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => `http://${address}:${port}`);
}

async function run(options: { port: number; host: string; delayMs: number }): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  const mock = await startMock({ onOutput: (text) => void process.stdout.write(text) });
  const front = await startFront({ ...options, mockUrl: mock.url });
  process.stdout.write(`The mock listens on ${front.url}\n`);
  const why = await Promise.race([asked, mock.exited.then(() => 'ended' as const)]);
  await Promise.all([front.close(), mock.stop()]);
  if (why === 'ended') throw new Error('Prism ended by itself');
}

/** At most 80 columns, so that it reads well in a plain terminal. */
function banner(urls: string[], delayMs: number): string {
  let last = '';
  const list = scenarios().flatMap(({ status, name, prefer, example, request }) => {
    const asked = example === undefined || prefer === undefined ? '' : `${request.method} ${request.path}`;
    const heading = asked === last || asked === '' ? [] : ['', `  ${asked}`];
    if (asked !== '') last = asked;
    if (prefer === undefined) return [`    ${status}  ${name}`];
    return [...heading, `    ${status}  Prefer: ${prefer}${example === undefined ? ` (${name})` : ''}`];
  });
  const slow = delayMs > 0 ? `\nEvery answer comes after ${delayMs} ms.\n` : '';
  return `
The mock (Prism, from spec/openapi.yaml):
${urls.map((url) => `  ${url}`).join('\n')}

Choose an answer with the Prefer header, or by the request itself:
${list.join('\n')}
${slow}
Prefer: wait=3 makes any answer come after 3 seconds. The page's ids are
answered whatever was asked: take the mock for frontends, the sandbox (make
sandbox) for backends. It checks no secret and no signature. Ctrl-C stops it.

`;
}

await runCommand(
  {
    name: 'mock',
    says: 'Runs Prism on the contract, for frontend developers, until it is interrupted.',
    help: 'PORT, LISTEN (0.0.0.0 for other machines) and DELAY, in milliseconds, are read.',
    exitCodes: { 0: 'it was interrupted', 1: 'it could not start, or ended by itself' },
  },
  main,
);
