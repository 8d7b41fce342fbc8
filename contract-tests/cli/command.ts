/** Runs the built command as its user would. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { VirtualAccount } from '../sandbox/state.ts';
import { root } from '../support/built.ts';
import { credentials } from '../support/fixtures.ts';

/** How a run ended. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A Node to run the command with. */
export interface Runtime {
  name: string;
  path: string;
}

const versionOf = (path: string) =>
  execFileSync(path, ['-p', 'process.version'], { encoding: 'utf8' }).trim();

/** The Node of the tests, and the machine's own if that is another version. */
export function runtimes(): Runtime[] {
  const own = { name: `node ${process.version}`, path: process.execPath };
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  const found = path.map((entry) => join(entry, 'node')).find(runs);
  const host =
    found === undefined ? undefined : { name: `the machine's node ${versionOf(found)}`, path: found };
  return host && versionOf(host.path) !== process.version ? [own, host] : [own];
}

function runs(path: string): boolean {
  try {
    return versionOf(path) !== '';
  } catch {
    return false;
  }
}

/** The variables of the command for a merchant of the sandbox. */
export const environmentFor = (baseUrl: string) => ({
  IFORTEPAY_MERCHANT_ID: credentials.merchantId,
  IFORTEPAY_SECRET_UNBOUND_ID: credentials.secretUnboundId,
  IFORTEPAY_HASH_KEY: credentials.hashKey,
  IFORTEPAY_BASE_URL: baseUrl,
});

/** Runs the command with this environment alone. `started` may send it a signal. */
export async function run(
  runtime: Runtime,
  args: readonly string[],
  env: Record<string, string | undefined>,
  started?: (child: ChildProcess) => unknown,
): Promise<Ran> {
  const child = spawn(runtime.path, [join(root, 'dist/cli.js'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), started?.(child)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

/** The arguments that cancel this virtual account. */
export const cancelArgs = ({ external_id, order_id, transaction_id, payment_channel }: VirtualAccount) => [
  ...['cancel', '--external-id', external_id, '--order-id', order_id],
  ...['--transaction-id', transaction_id, '--channel', payment_channel],
];

/** Expects these words on stderr, fit for 80 columns: only a word too long by itself, a URL, may stick out. */
export function expectWords({ stderr }: Ran, words: RegExp): void {
  expect(stderr.replace(/\s+/g, ' ')).toMatch(words);
  for (const line of stderr.split('\n')) if (line.length > 80) expect(line.trim()).not.toMatch(/\s/);
}
