/** Programs that use the installed tarball, built as their writers would, cancelling at the sandbox. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  pageVirtualAccount,
  seedMerchants,
  seedVirtualAccounts,
} from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { compilers, tsc } from './tsc.ts';

const folder = inject('plain');
const sources = ['cancel', 'class-client', 'own-client'];
const programs = [
  ['plain JavaScript, ESM', 'javascript/esm.js'],
  ['plain JavaScript, CommonJS', 'javascript/commonjs.cjs'],
  ...[...Object.keys(compilers), 'esbuild'].flatMap((builder) =>
    sources.map((name) => [`${name}.ts, built by ${builder}`, `built/${builder}/${name}.js`] as const),
  ),
] as const;

beforeAll(async () => {
  for (const compiler of Object.keys(compilers) as (keyof typeof compilers)[]) {
    const args = ['--lib', 'es2022,dom', '--outDir', `../built/${compiler}`];
    expect(await tsc(compiler, join(folder, 'typescript'), args)).toEqual([]);
  }
  const entryPoints = sources.map((name) => join(folder, 'typescript', `${name}.ts`));
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outdir: `${folder}/built/esbuild`,
  });
});

let sandbox: SandboxServer;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

/** What the program prints of cancelling that virtual account. */
async function outcome(program: string, externalId: string): Promise<string> {
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  const credentials = { merchantId: merchant_id, secretUnboundId: secret_unbound_id, hashKey: hash_key };
  const found = seedVirtualAccounts.find(({ external_id }) => external_id === externalId)!;
  const { external_id, order_id, transaction_id, payment_method, payment_channel } = found;
  const request = { external_id, order_id, transaction_id, payment_method, payment_channel };
  const inputs = [{ baseUrl: sandbox.url, ...credentials }, request].map((value) => JSON.stringify(value));
  const run = promisify(execFile);
  return (await run(process.execPath, ['run.js', program, ...inputs], { cwd: folder })).stdout.trim();
}

describe.each(programs)('%s', (_, program) => {
  it.each([
    ['cancels', pageVirtualAccount.external_id, 'done CANCELED'],
    ['is refused one that is paid', 'sandbox-paid', 'refused 01'],
    ['says unknown of a dropped connection', 'sandbox-cancel-drop', 'unknown connection_failed'],
  ])('%s', async (_what, externalId, expected) => {
    expect(await outcome(program, externalId)).toBe(expected);
    expect(sandbox.requests).toHaveLength(1);
  });
});
