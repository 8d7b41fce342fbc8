/** What is in the tarball, and what of it ends in a bundle. What can be done with it, once installed, is in ../consumers. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, sizeOf } from '../../bench/sizes.ts';
import { root } from '../support/built.ts';
import { packInto, type Packed } from '../support/packed.ts';

let folder: string;
let packed: Packed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  packed = await packInto(folder);
  await mkdir(home());
  await promisify(execFile)('tar', ['-xzf', packed.path, '-C', home(), '--strip-components=1']);
});
afterAll(() => rm(folder, { recursive: true }));
const home = () => join(folder, 'package');

describe('a bundle that cancels, asks and confirms', () => {
  const client = () => bundleOf(`export { createVaClient, isVaError } from './dist/index.js';`);

  it('is at most 18.5 kB, minified and gzipped', () => {
    expect(sizeOf(client())).toBeLessThanOrEqual(18_500);
  });

  // Each by a word that only it needs.
  it.each([
    ['callbacks', `export { verifyCallback } from './dist/index.js';`, 'wrong_signature'],
    ['creation', `export * from './dist/creation.js';`, 'billing_name'],
  ])('does not carry %s', async (_what, code, word) => {
    const rules = packed.files.find((path) => path.startsWith('dist/createVirtualAccount-'))!;
    expect(bundleOf(code.replace('dist/creation.js', rules))).toContain(word);
    expect(client()).not.toContain(word);
  });
});

describe('the tarball', () => {
  it('holds exactly what it should', async () => {
    const files = packed.files.map((path) => path.replace(/-[0-9A-Z]{8}\.js$/, '-HASH.js'));
    const types = files.filter((path) => path.startsWith('dist/types/'));
    // How many chunks there are is for the bundler to say.
    const rules = await readdir(join(root, 'generated/validators'));
    const loadedLater = rules.filter((file) => /(?<!^virtualAccount)\.js$/.test(file));
    const expectedFiles = [
      ...loadedLater.map((file) => `dist/${file.replace('.js', '-HASH.js')}`),
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/bulk.js',
      'dist/callback.js',
      'dist/chunk-HASH.js',
      'dist/cli.js',
      'dist/client.js',
      'dist/index.js',
      'dist/many-HASH.js',
      'dist/msw.js',
      'dist/undici.js',
      'package.json',
      'spec/openapi.yaml',
    ];
    const others = files.filter((path) => !types.includes(path));
    expect([...new Set(others)].sort()).toEqual(expectedFiles.sort());
    const sourcesIn = async (folder: string) =>
      (await readdir(join(root, folder))).filter((file) => /(?<!\.d)\.ts$/.test(file));
    const ofSources = await sourcesIn('src');
    const ofBulk = await sourcesIn('src/bulk');
    const expected = [
      'generated/client/apis/VirtualAccountApi.d.ts',
      'generated/client/apis/index.d.ts',
      'generated/client/index.d.ts',
      'generated/client/models/index.d.ts',
      'generated/client/runtime.d.ts',
      'generated/mock.d.ts',
      'generated/schema.d.ts',
      ...rules.filter((file) => file.endsWith('.d.ts')).map((file) => `generated/validators/${file}`),
      ...ofBulk.map((file) => `src/bulk/${file.replace(/\.ts$/, '.d.ts')}`),
      // All of src/ but the command, which nobody imports.
      ...ofSources.map((file) => `src/${file.replace(/\.ts$/, '.d.ts')}`),
    ];
    expect(types.map((path) => path.replace('dist/types/', '')).sort()).toEqual(expected.sort());
  });

  it('is at most 200 kB', () => {
    expect(packed.size).toBeLessThanOrEqual(200_000);
  });

  it('has nothing that publint would say', async () => {
    const { messages } = await publint({ pkgDir: home(), strict: true });
    expect(messages).toEqual([]);
  });

  it('keeps the pieces for many in an entry of their own, with pg and pg-boss loaded when asked for', async () => {
    const scripts = packed.files.filter((path) => /^dist\/[^/]+\.js$/.test(path));
    const texts = await Promise.all(scripts.map((path) => readFile(join(home(), path), 'utf8')));
    const holding = (word: string) => scripts.filter((_, index) => texts[index]!.includes(word));
    expect(holding('import("pg")')).toEqual(['dist/bulk.js']);
    expect(holding('import("pg-boss")')).toEqual(['dist/bulk.js']);
    expect(holding('from "pg')).toEqual([]);
  });

  it.each(['msw', 'undici'])('needs %s for the entry of that name alone', async (peer) => {
    const scripts = packed.files.filter((path) => /^dist\/[^/]+\.js$/.test(path));
    const texts = await Promise.all(scripts.map((path) => readFile(join(home(), path), 'utf8')));
    const importers = scripts.filter((_, index) => texts[index]!.includes(`from "${peer}"`));
    expect(importers).toEqual([`dist/${peer}.js`]);
    expect(gzipSync(await readFile(join(home(), importers[0]!))).length).toBeLessThan(3_500);
  });
});
