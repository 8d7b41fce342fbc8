/** examples/backend with the packed tarball installed, by its own scripts. */
import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { root } from '../../support/built.ts';
import { project } from './recipes.ts';

const backend = join(root, 'examples/backend');

/** What npm prints there. Fails with all of it if npm does. */
async function npm(...args: string[]): Promise<string> {
  // Vitest's own variables would reach the Vitest that the example starts.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|TEST$)/.test(name));
  const env = { ...Object.fromEntries(own), NO_COLOR: '1' };
  const failed = ({ stdout, stderr }: { stdout: string; stderr: string }) => expect.fail(stdout + stderr);
  return (await promisify(execFile)('npm', args, { cwd: backend, env }).catch(failed)).stdout;
}

describe('the backend of the examples', () => {
  beforeAll(async () => {
    await rm(join(backend, 'node_modules'), { recursive: true, force: true });
    // Its tools are those of the repository, which npm finds further up.
    const args = ['--omit=dev', '--no-save', '--no-package-lock', '--prefer-offline', '--loglevel=error'];
    await npm('install', ...args, inject('tarball'));
  }, 120_000);

  it('asks for a version of the package that this one is', async () => {
    expect(await npm('ls', 'ifortepay-va', '--omit=dev')).toContain('ifortepay-va@');
  });

  it('asks for the versions of all else that the repository has', async () => {
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8'));
    const { dependencies, devDependencies } = await read(join(backend, 'package.json'));
    const { 'ifortepay-va': _own, ...others } = { ...dependencies, ...devDependencies };
    expect((await read(join(root, 'package.json'))).devDependencies).toMatchObject(others);
  });

  it('type-checks in strict mode, with its tests', async () => {
    await npm('run', '-s', 'typecheck');
    await npm('run', '-s', 'typecheck:tests');
  });

  it('type-checks where it was copied out, without its tests', async () => {
    const copy = await project('copied-backend', {});
    for (const name of ['src', 'package.json', 'tsconfig.json', 'orders.json'])
      await cp(join(backend, name), join(copy, name), { recursive: true });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const ran = promisify(execFile)(process.execPath, [tsc, '-p', copy], { cwd: copy });
    await ran.catch(({ stdout }: { stdout: string }) => expect.fail(stdout));
  });

  it('passes its own tests', async () => {
    expect(await npm('test')).toMatch(/Tests +\d+ passed/);
  });
});
