/** The request samples of the API reference, and how each is run on this machine. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from '../support/built.ts';

/** How a run ended. */
export interface ProgramRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One sample: its file, what it needs, and the command that runs a copy of it. */
export interface Language {
  file: string;
  /** Programs with the argument that only prints their version. */
  needs: [program: string, argument: string][];
  command: (path: string) => string[];
  /** Makes of a copy what `command` runs. */
  compile?: (path: string) => void;
}

const forGo = { PATH: process.env.PATH, HOME: process.env.HOME, GOCACHE: process.env.GOCACHE };

/** Every sample that the page shows. */
export const languages: Language[] = [
  {
    file: 'cancel.sh',
    needs: [
      ['bash', '--version'],
      ['curl', '--version'],
      ['openssl', 'version'],
    ],
    command: (path) => ['bash', path],
  },
  {
    file: 'cancel.go',
    needs: [['go', 'version']],
    command: (path) => [`${path}.out`],
    compile: (path) => {
      execFileSync('go', ['build', '-o', `${path}.out`, path], { env: { ...forGo, GOFLAGS: '' } });
    },
  },
  { file: 'cancel.mjs', needs: [], command: (path) => [process.execPath, path] },
  { file: 'cancel.php', needs: [['php', '--version']], command: (path) => ['php', path] },
];

/** The programs that a sample needs and this machine lacks. */
export function missing({ needs }: Language): string[] {
  return needs
    .filter(([program, argument]) => spawnSync(program, [argument]).error !== undefined)
    .map(([program]) => program);
}

/** The sample as it is in the repository. */
export const sourceOf = ({ file }: Language): string =>
  readFileSync(join(root, 'docs/reference/samples', file), 'utf8');

/** Writes a copy of the sample, changed or not, into `directory` and returns the command that runs it. */
export function install(language: Language, directory: string, source = sourceOf(language)): string[] {
  const path = join(directory, language.file);
  writeFileSync(path, source);
  chmodSync(path, 0o755);
  language.compile?.(path);
  return language.command(path);
}

/** Runs it with these arguments and this environment, besides PATH, alone. */
export async function runProgram(
  [program = '', ...first]: string[],
  args: string[],
  env: Record<string, string>,
): Promise<ProgramRun> {
  const child = spawn(program, [...first, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}
