/** Starts the server and the callers, each in a process of its own, on a core of its own where that can be had. */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Taken } from './stats.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));

/** Whether processes are kept to a core each. */
export const isPinned = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

const onCore = (core: number, script: string, args: string[]): [string, string[]] => {
  const command = [process.execPath, ...args.filter((arg) => arg.startsWith('--')), here + script];
  const rest = args.filter((arg) => !arg.startsWith('--'));
  return isPinned
    ? ['taskset', ['-c', String(core), ...command, ...rest]]
    : [command[0]!, [...command.slice(1), ...rest]];
};

/** The server of the benchmark. */
export interface Server {
  origin: string;
  stop(): void;
}

/** Starts it. It ends with this process at the latest. */
export async function startServer(): Promise<Server> {
  const [command, args] = onCore(0, 'server.ts', []);
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(child, 'message')) as [number];
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.disconnect() };
}

/** One process of one variant: what each number in flight took. Rejects if any call failed. */
export async function measure(
  variant: string,
  { origin }: Server,
  { warm, calls }: { warm: number; calls: number },
  inFlight: readonly number[],
): Promise<Taken[]> {
  const [command, args] = onCore(1, 'caller.ts', [
    variant,
    origin,
    String(warm),
    String(calls),
    ...inFlight.map(String),
  ]);
  return JSON.parse((await run(command, args)).stdout) as Taken[];
}

/** The output of another script of this folder, as JSON. Options of Node begin with `--`. */
export async function outputOf<T>(script: string, ...args: string[]): Promise<T> {
  const [command, rest] = onCore(1, script, args);
  return JSON.parse((await run(command, rest)).stdout) as T;
}
