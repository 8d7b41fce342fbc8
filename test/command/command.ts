/** Runs the built command as its user would. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect } from 'vitest';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { root } from '../support/built.ts';
import { credentials } from '../support/fixtures.ts';

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The built command. */
export const cli = join(root, 'dist/cli.js');

/** How a run ended. */
export interface CommandRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A Node to run the command with. */
export interface NodeProgram {
  name: string;
  path: string;
}

const versionOf = (path: string) =>
  execFileSync(path, ['-p', 'process.version'], { encoding: 'utf8' }).trim();

/** The Node of the tests, and the machine's own if that is another version. */
export function runtimes(): NodeProgram[] {
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

/** What a run may be given besides its arguments. */
export interface CommandRunOptions {
  /** May send it a signal. */
  started?: (child: ChildProcess) => unknown;
  /** What it reads from stdin; nothing by default. */
  input?: string;
  cwd?: string;
}

/** Runs the command with this environment alone. */
export async function run(
  runtime: NodeProgram,
  args: readonly string[],
  env: Record<string, string | undefined>,
  { started, input = '', cwd }: CommandRunOptions = {},
): Promise<CommandRun> {
  const child = spawn(runtime.path, [cli, ...args], { env, cwd, timeout: 50_000 });
  const ended = once(child, 'close');
  // It may end without having read its stdin.
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), started?.(child)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

/** Runs a script with `sh -e`, in which the command and npx run what is built. */
export async function runScript(
  runtime: NodeProgram,
  script: string,
  env: Record<string, string | undefined>,
  cwd: string,
): Promise<CommandRun> {
  const bin = mkdtempSync(join(tmpdir(), 'ifortepay-va-bin-'));
  const shims = {
    'ifortepay-va': `exec '${runtime.path}' '${cli}' "$@"`,
    npx: `shift; exec '${runtime.path}' '${cli}' "$@"`,
  };
  try {
    for (const [name, line] of Object.entries(shims)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const PATH = `${bin}:/usr/local/bin:/usr/bin:/bin`;
    const child = spawn('sh', ['-ec', script], {
      env: { PATH, ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await ended) as [number | null];
    return { code, stdout, stderr };
  } finally {
    rmSync(bin, { recursive: true });
  }
}

/** The options that name this virtual account. */
export const idArgs = ({ external_id, order_id, transaction_id, payment_channel }: VirtualAccount) => [
  '--external-id',
  external_id,
  '--order-id',
  order_id,
  '--transaction-id',
  transaction_id,
  '--channel',
  payment_channel,
];

/** The arguments that cancel this virtual account. */
export const cancelArgs = (va: VirtualAccount) => ['cancel', ...idArgs(va)];

/** Expects these words, fit for 80 columns: only a word too long by itself, a URL, may stick out. */
export function expectWords(text: string, words: RegExp): void {
  expect(text.replace(/\s+/g, ' ')).toMatch(words);
  for (const line of text.split('\n')) if (line.length > 80) expect(line.trim()).not.toMatch(/\s/);
}
