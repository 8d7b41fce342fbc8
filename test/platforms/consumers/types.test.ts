/** Strict TypeScript projects over the installed tarball, `skipLibCheck` off: its types are checked too. */
import { readFile, writeFile, mkdir, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it, afterAll, beforeAll } from 'vitest';
import { compilers, resolutions, tsc, type TypeProblem } from './tsc.ts';

const folder = join(inject('plain'), 'typescript');
const names = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];
const withDom = ['--noEmit', '--lib', 'es2022,dom'];
const withoutDom = ['--noEmit', '--lib', 'es2022', '--types', 'node'];

describe.each(names(compilers))('%s', (compiler) => {
  describe.each(names(resolutions))('with moduleResolution %s', (resolution) => {
    const how = resolutions[resolution];

    it('accepts every project with the DOM lib, and no types of Node', async () => {
      expect(await tsc(compiler, folder, [...how, ...withDom])).toEqual([]);
    });

    it('accepts all but the class-based client with @types/node, and no DOM lib', async () => {
      const problems = await tsc(compiler, folder, [...how, ...withoutDom]);
      // The generator writes WindowOrWorkerGlobalScope and RequestCredentials, which only the DOM lib has.
      const needsDom = 'node_modules/ifortepay-va/dist/types/generated/client/runtime.d.ts';
      expect(problems.filter(({ file, code }) => file !== needsDom || code !== 'TS2304')).toEqual([]);
      expect(problems).not.toEqual([]);
    });

    it('accepts that one too, without the DOM lib, once skipLibCheck is on', async () => {
      const args = [...how, ...withoutDom, '--skipLibCheck', 'true'];
      expect(await tsc(compiler, folder, args)).toEqual([]);
    });
  });

  it('accepts no switch over the outcomes that leaves one out', async () => {
    const outcomes = ['refused', 'not_sent', 'unknown'];
    const gaps = join(folder, '..', `gaps-${compiler.at(-1)}`);
    await mkdir(gaps);
    await cp(join(folder, 'tsconfig.json'), join(gaps, 'tsconfig.json'));
    const source = await readFile(join(folder, 'cancel.ts'), 'utf8');
    for (const outcome of outcomes) {
      const [without, rest] = source.split(new RegExp(`^ *case '${outcome}':\\n.*\\n`, 'm'));
      await writeFile(join(gaps, `${outcome}.ts`), without! + rest!);
    }
    const problems = await tsc(compiler, gaps, withDom);
    const expected = outcomes.map((outcome) => ({ file: `${outcome}.ts`, code: 'TS1360' }));
    expect(problems.map(({ file, code }) => ({ file, code }))).toEqual(expect.arrayContaining(expected));
    expect(problems).toHaveLength(outcomes.length);
  });
});

describe('declarations that a user’s own package writes, in a tree such as pnpm makes', () => {
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
});
