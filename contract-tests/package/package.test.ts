import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, root } from '../support/built.ts';

const run = promisify(execFile);

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

let folder: string;
let packed: Packed;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  // Without scripts, for dist/ is built and other suites are reading it.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root });
  // npm 10 prints a list, npm 11 the same, later ones an object by name.
  packed = Object.values(JSON.parse(stdout) as Record<string, Packed>)[0]!;
  const home = join(folder, 'node_modules/ifortepay-va');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', join(folder, packed.filename), '-C', home, '--strip-components=1']);
  for (const name of ['msw', 'openapi-fetch'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a program prints in the project that has the tarball installed. */
async function prints(name: string, program: string): Promise<string> {
  await writeFile(join(folder, name), program);
  return (await run(process.execPath, [name], { cwd: folder })).stdout.trim();
}

describe('the tarball', () => {
  it('holds exactly what it should', () => {
    const files = packed.files.map(({ path }) => path.replace(/-[0-9A-Z]{8}\.js$/, '-HASH.js'));
    const types = files.filter((path) => path.startsWith('dist/types/'));
    expect(files.filter((path) => !types.includes(path)).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/chunk-HASH.js',
      'dist/cli.js',
      'dist/client.js',
      'dist/create-rules-HASH.js',
      'dist/index.js',
      'dist/msw.js',
      'package.json',
      'spec/openapi.yaml',
    ]);
    expect(types.filter((path) => !/^dist\/types\/(src|generated)\/[\w/-]+\.d\.ts$/.test(path))).toEqual([]);
    expect(types.filter((path) => /\/cli\/|contract-tests/.test(path))).toEqual([]);
  });

  it('is at most 100 kB', () => {
    expect(packed.size).toBeLessThanOrEqual(100_000);
  });

  it('has nothing that publint would say', async () => {
    const { messages } = await publint({ pkgDir: join(folder, 'node_modules/ifortepay-va'), strict: true });
    expect(messages).toEqual([]);
  });

  it('can be imported, each entry, with one VaError between them', async () => {
    const program = `import * as main from 'ifortepay-va';
import * as client from 'ifortepay-va/client';
import { handlers } from 'ifortepay-va/msw';
console.log(typeof main.createVaClient, typeof client.createVirtualAccountApi, main.VaError === client.VaError);
console.log(handlers().length);`;
    expect(await prints('import.mjs', program)).toBe('function function true\n3');
  });

  it('can be required on a Node that can require ESM', async () => {
    const program = `console.log(typeof require('ifortepay-va').createVaClient)`;
    expect(await prints('require.cjs', program)).toBe('function');
  });

  it('needs MSW for its handlers alone', async () => {
    const home = join(folder, 'node_modules/ifortepay-va/dist');
    const importers = (await readdir(home)).filter((name) => name.endsWith('.js'));
    const withMsw = await Promise.all(importers.map((name) => readFile(join(home, name), 'utf8')));
    expect(importers.filter((_, index) => /from "msw"/.test(withMsw[index]!))).toEqual(['msw.js']);
    expect(gzipSync(withMsw[importers.indexOf('msw.js')]!).length).toBeLessThan(2_500);
  });

  it("brings the contract, which is the repository's", async () => {
    const program = `import { readFileSync } from 'node:fs';
console.log(readFileSync(new URL(import.meta.resolve('ifortepay-va/openapi.yaml')), 'utf8'));`;
    const contract = await readFile(join(root, 'spec/openapi.yaml'), 'utf8');
    expect(await prints('contract.mjs', program)).toBe(contract.trim());
  });

  it('has types for every entry, which a strict consumer can use', async () => {
    const program = `import { createVaClient, isVaError, type CancelRequest, type VaClientOptions } from 'ifortepay-va';
import { createVirtualAccountApi } from 'ifortepay-va/client';
import { scenario, type ScenarioName } from 'ifortepay-va/msw';
import type { components } from 'ifortepay-va/schema';
export const request: components['schemas']['CancelRequest'] = {
  external_id: '1', order_id: '2', transaction_id: '3', payment_method: 'BANK_TRANSFER', payment_channel: 'BCA',
};
export async function cancel(options: VaClientOptions, body: CancelRequest): Promise<string> {
  try {
    return (await createVaClient(options).cancel(body)).transaction_status;
  } catch (error) {
    if (!isVaError(error)) throw error;
    switch (error.outcome) {
      case 'refused': case 'not_sent': case 'unknown': return error.outcome;
      default: { const never: never = error.outcome; return never; }
    }
  }
}
export const refused = (name: ScenarioName) => scenario(name, { delayMs: 5, once: true });
// @ts-expect-error a typo
refused('cancelVirtualAccount 401 wrong_signatur');
export const api = (options: VaClientOptions) => createVirtualAccountApi(options).cancelVirtualAccount;
`;
    await writeFile(join(folder, 'consumer.mts'), program);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    for (const [module, resolution] of [
      ['node16', 'node16'],
      ['esnext', 'bundler'],
    ]) {
      const how = ['--module', module!, '--moduleResolution', resolution!, '--target', 'es2022'];
      await run(
        process.execPath,
        [tsc, ...strict, ...how, '--lib', 'es2022,dom,dom.iterable', 'consumer.mts'],
        {
          cwd: folder,
        },
      ).catch((error: { stdout: string }) => expect.fail(`${resolution}: ${error.stdout}`));
    }
    // Two compilers, which read MSW's types too.
  }, 120_000);
});
