/** What only a terminal gets, on a real pseudo-terminal made by `script` of util-linux. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { failure, says } from '../faults/http.ts';
import { pageVirtualAccount } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import {
  cancelArgs,
  cli,
  environmentFor,
  idArgs,
  run,
  runtimes,
  type CommandRun,
  type NodeProgram,
  temporaryFolder,
} from './command.ts';

const folder = temporaryFolder();
const sandbox = await startSandbox();
afterAll(() => sandbox.close());

const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
if (!hasScript)
  console.warn('terminal.test.ts is skipped: there is no `script` of util-linux on this machine.');

const ESCAPE = '\u001b[';

/** Runs the command with stdout or stderr on a terminal of its own; the other goes to a file. */
async function onTerminal(
  runtime: NodeProgram,
  which: 'stdout' | 'stderr',
  args: readonly string[],
  changes: Record<string, string> = {},
  started?: (child: ChildProcess) => unknown,
): Promise<CommandRun> {
  const file = join(folder, 'other');
  const quoted = [runtime.path, cli, ...args].map((word) => `'${word}'`).join(' ');
  const line = `exec ${quoted} ${which === 'stdout' ? '2' : ''}>'${file}'`;
  const env = {
    PATH: '/usr/bin:/bin',
    TERM: 'xterm',
    SHELL: '/bin/sh',
    ...environmentFor(sandbox.url),
    ...changes,
  };
  const child = spawn('script', ['-qefc', line, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const [shown] = await Promise.all([text(child.stdout!), started?.(child)]);
  child.stdin!.end();
  const [code] = (await ended) as [number];
  const other = readFileSync(file, 'utf8');
  return which === 'stdout' ? { code, stdout: shown, stderr: other } : { code, stdout: other, stderr: shown };
}

describe.runIf(hasScript).each(runtimes())('on a terminal, under $name', (runtime) => {
  const ids = idArgs(pageVirtualAccount);
  const stall = () => cancelArgs(sandbox.state.virtualAccounts().find(({ script }) => script === 'stall')!);

  it('colours the verdict; not with NO_COLOR or --no-color, nor JSON', async () => {
    const plain = await onTerminal(runtime, 'stdout', ['inquire', ...ids]);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toContain(`${ESCAPE}32mdone${ESCAPE}39m: the gateway says`);
    const others = [
      await onTerminal(runtime, 'stdout', ['inquire', ...ids], { NO_COLOR: '1' }),
      await onTerminal(runtime, 'stdout', ['inquire', ...ids, '--no-color']),
      await onTerminal(runtime, 'stdout', ['inquire', ...ids], { TERM: 'dumb' }),
      await onTerminal(runtime, 'stdout', ['inquire', ...ids, '--json']),
    ];
    for (const { code, stdout } of others) {
      expect(code).toBe(0);
      expect(stdout).not.toContain(ESCAPE);
    }
  });

  it('elsewhere colours nothing, unless FORCE_COLOR asks for it', async () => {
    const env = environmentFor(sandbox.url);
    expect((await run(runtime, ['doctor'], env)).stdout).not.toContain(ESCAPE);
    const forced = await run(runtime, ['doctor'], { ...env, FORCE_COLOR: '1' });
    expect(forced.stdout).toContain(`${ESCAPE}32mok${ESCAPE}39m    Node`);
    const both = await run(runtime, ['doctor'], { ...env, FORCE_COLOR: '1', NO_COLOR: '1' });
    expect(both.stdout).not.toContain(ESCAPE);
  });

  it('says on stderr how long it waits, and takes that away again', async () => {
    const ran = await onTerminal(runtime, 'stderr', [...stall(), '--timeout-ms', '2600', '--json']);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toMatch(/^waiting for the gateway, 1 s of 3 s/);
    expect(ran.stderr).toContain('waiting for the gateway, 2 s of 3 s');
    // The cursor back to the first column, and the line cleared.
    expect(ran.stderr.endsWith(`${ESCAPE}1G${ESCAPE}2K`)).toBe(true);
    expect(JSON.parse(ran.stdout)).toMatchObject({ code: 'timeout' });
    const quick = await onTerminal(runtime, 'stderr', ['inquire', ...ids]);
    expect(quick.stderr).toBe('');
  });

  it('says on Ctrl-C, as typed, that the outcome is unknown, and exits 5', async () => {
    const stalled = () => sandbox.requests.filter(({ status }) => status === 'stall').length;
    const before = stalled();
    const ran = await onTerminal(runtime, 'stdout', stall(), {}, async (child) => {
      while (stalled() === before && child.exitCode === null)
        await new Promise((resolve) => setTimeout(resolve, 10));
      child.stdin!.write('\u0003');
    });
    expect(ran.code).toBe(5);
    expect(ran.stdout).toMatch(/unknown.*: aborted after it was sent\./);
  });

  it('shows escapes that the gateway sends as text', async () => {
    const message = 'no\u001b[31m\u009b2J\u202e';
    const server = await says(400, failure('01', { response_message: message }))();
    try {
      const env = environmentFor(server.baseUrl);
      const words = await run(runtime, ['cancel', ...ids], env);
      expect(words.stdout).toContain('no\\u001b[31m\\u009b2J\\u202e');
      const { stdout } = await run(runtime, ['cancel', ...ids, '--json'], env);
      expect(stdout).not.toMatch(/[\u001b\u009b]/);
      expect(JSON.parse(stdout)).toMatchObject({ responseMessage: message });
    } finally {
      await server.stop();
    }
  });
});
