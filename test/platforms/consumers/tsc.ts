/** The compilers, run as a user runs them, and what they say. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../support/built.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Each supported TypeScript's `tsc`. */
export const compilers = {
  'TypeScript 5': join(root, 'node_modules/typescript/bin/tsc'),
  // The oldest that takes openapi-fetch's own types, as docs/tests-and-bundlers.md says.
  'TypeScript 5.4': join(here, 'node_modules/typescript54/bin/tsc'),
  'TypeScript 7': join(here, 'node_modules/typescript7/bin/tsc'),
};

/** The supported ways to resolve modules, as arguments. */
export const resolutions = {
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

/** One error: the file from `node_modules/` or the project on, and the number, such as TS2304. */
export interface TypeProblem {
  file: string;
  code: string;
  line: string;
}

/** Compiles the project in `folder`. Resolves to its errors; rejects if `tsc` fails without naming one. */
export function tsc(
  compiler: keyof typeof compilers,
  folder: string,
  args: string[],
): Promise<TypeProblem[]> {
  const all = [compilers[compiler], '-p', folder, '--pretty', 'false', ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, all, { cwd: folder }, (failure, stdout, stderr) => {
      const problems = [...stdout.matchAll(/^(.+?)\(\d+,\d+\): error (TS\d+): .*$/gm)].map(
        ([line, path, code]) => ({ file: path!.replace(/^(\.\.\/)+/, ''), code: code!, line }),
      );
      if (failure && problems.length === 0) reject(new Error(stdout + stderr));
      else resolve(problems);
    });
  });
}
