/** Declarations that a user's own package writes, in a tree such as pnpm makes: only this package can be named. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { compilers, tsc, type TypeProblem } from './tsc.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(inject('plain'), '..', 'isolated-'));
  await cp(join(inject('plain'), 'declarations'), folder, { recursive: true });
  await cp(join(inject('plain'), 'package.json'), join(folder, 'package.json'));
  const store = join(folder, 'node_modules/.pnpm/ifortepay-va/node_modules');
  await mkdir(store, { recursive: true });
  for (const name of ['ifortepay-va', 'openapi-fetch', 'openapi-typescript-helpers']) {
    await cp(join(inject('plain'), 'node_modules', name), join(store, name), { recursive: true });
  }
  await symlink(join(store, 'ifortepay-va'), join(folder, 'node_modules/ifortepay-va'));
});
afterAll(() => rm(folder, { recursive: true }));

it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
  '%s names every type that a user exports, and none of openapi-fetch',
  async (compiler) => {
    const problems: TypeProblem[] = await tsc(compiler, folder, []);
    // That the other file fails shows that the tree is one in which this can fail.
    expect(
      problems.map(({ file }) => file),
      JSON.stringify(problems),
    ).toEqual(['unnameable.ts']);
    expect(problems[0]!.line).toContain('cannot be named without a reference to');
    const declared = await readFile(join(folder, 'declared/nameable.d.ts'), 'utf8');
    expect(declared).toContain('export declare const api: import("ifortepay-va").VaApi;');
    expect(declared).not.toContain('openapi-fetch');
  },
);
