/** Starts the tools that tests need as processes, and sees to it that none outlives its starter. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What to start, and how to see that it is ready. Give `readyPattern`, `readyUrl` or both. */
export interface ProcessOptions {
  command: string;
  args?: readonly string[];
  /** Added to this process's environment. `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Ready once the output, stdout and stderr together, matches. */
  readyPattern?: RegExp;
  /** Ready once this URL gives an HTTP answer, whatever its status. */
  readyUrl?: string;
  /** How long it may take to get ready. Default 30 000 ms. */
  timeoutMs?: number;
  /** Called with each piece of output as it comes. */
  onOutput?: (text: string) => void;
}

/** A process that is ready. */
export interface StartedProcess {
  /** What it wrote so far to stdout and stderr; the last 200 000 characters. */
  output(): string;
  /** Resolves to the exit code, or null after a signal, when the process ends, for whatever reason. */
  exited: Promise<number | null>;
  /** Ends it and all it started, and waits until they are gone. May be called twice. */
  stop(): Promise<void>;
}

const MAX_OUTPUT = 200_000;
const GRACE_MS = 3_000;

/*
 * The command leads its own process group. A watcher in that group reads a pipe whose other end only this
 * process holds, so however this process ends (exit, Ctrl-C, even SIGKILL) the pipe closes and the watcher
 * ends the group. Exit hooks and signal handlers would miss SIGKILL, and do not work in worker threads.
 */
const GUARDED = `(trap '' TERM INT HUP; cat <&3; kill -TERM 0; sleep 1; kill -KILL 0) >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The Node that runs the tools: this one if it is new enough for Prism (24.18), else the installed one. */
export function toolNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const newEnough = major > 24 || (major === 24 && minor >= 18);
  return newEnough
    ? process.execPath
    : fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
}

/** Starts a process and resolves when it is ready. Rejects, with its output, if it ends or takes too long. */
export async function startProcess(options: ProcessOptions): Promise<StartedProcess> {
  const child = spawn('sh', ['-c', GUARDED, 'sh', options.command, ...(options.args ?? [])], {
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const output = collectOutput(child, options.onOutput);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  // What the command left behind ends with it, the watcher too. Only then do the pipes close.
  const gone = Promise.all([once(child, 'close'), exited.then(() => signalGroup(child, 'SIGKILL'))]);
  const started = { output, exited, stop: () => stopGroup(child, exited, gone) };
  try {
    await ready(options, started);
  } catch (error) {
    await started.stop();
    const command = [options.command, ...(options.args ?? [])].join(' ');
    throw new Error(`${(error as Error).message}: ${command}\n--- its output ---\n${output() || '(none)'}`);
  }
  return started;
}

function collectOutput(child: ChildProcess, onOutput?: (text: string) => void): () => string {
  let collected = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      collected = (collected + text).slice(-MAX_OUTPUT);
      onOutput?.(text);
    });
  }
  // Nothing comes through the watcher's pipe; it must be read all the same for its close to be noticed.
  (child.stdio[3] as NodeJS.ReadableStream).on('error', () => undefined).resume();
  return () => collected;
}

async function ready(options: ProcessOptions, started: StartedProcess): Promise<void> {
  const { readyPattern, readyUrl, timeoutMs = 30_000 } = options;
  const settled = new AbortController();
  const ended = started.exited.then((code) => {
    throw new Error(`ended with ${code === null ? 'a signal' : `exit code ${code}`} before it was ready`);
  });
  const late = sleep(timeoutMs, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`was not ready within ${timeoutMs} ms`);
  });
  const polled = (async () => {
    while (!settled.signal.aborted) {
      const matched = readyPattern === undefined || readyPattern.test(started.output());
      if (matched && (readyUrl === undefined || (await answers(readyUrl)))) return;
      await sleep(20);
    }
  })();
  late.catch(() => undefined);
  ended.catch(() => undefined);
  await Promise.race([ended, late, polled]).finally(() => settled.abort());
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    (response) => response.body?.cancel().then(() => true) ?? true,
    () => false,
  );
}

async function stopGroup(
  child: ChildProcess,
  exited: Promise<unknown>,
  gone: Promise<unknown>,
): Promise<void> {
  const finished = new AbortController();
  const within = (ms: number) => sleep(ms, 'late', { signal: finished.signal }).catch(() => 'late');
  signalGroup(child, 'SIGTERM');
  if ((await Promise.race([exited, within(GRACE_MS)])) === 'late') signalGroup(child, 'SIGKILL');
  const outcome = await Promise.race([gone, within(GRACE_MS)]);
  finished.abort();
  if (outcome === 'late') throw new Error(`process group ${child.pid} left a process that cannot be ended`);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
