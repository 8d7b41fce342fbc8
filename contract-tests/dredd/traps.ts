/** Hook files for the tests, broken in one way each. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOOKS = JSON.stringify(fileURLToPath(new URL('hooks.ts', import.meta.url)));
const CHECKER = JSON.stringify(fileURLToPath(new URL('../checker/checker.ts', import.meta.url)));

/** A directory for hook files; whoever makes it removes it. */
export const trapDirectory = (): string => mkdtempSync(join(tmpdir(), 'ifortepay-dredd-traps-'));

/** Writes a hook file; `code` finds `hooks`, `register` and `createChecker` in scope. */
export function writeHooks(directory: string, code: string): string {
  const file = join(directory, `hooks-${process.hrtime.bigint()}.cjs`);
  const head = [
    `const hooks = require('hooks');`,
    `const { register } = require(${HOOKS});`,
    `const { createChecker } = require(${CHECKER});`,
  ];
  writeFileSync(file, [...head, code].join('\n'));
  return file;
}

/** The usual hooks, the one of that kind left out. */
export const without = (kind: string): string => `register({ ...hooks, ${kind}: () => undefined });`;
