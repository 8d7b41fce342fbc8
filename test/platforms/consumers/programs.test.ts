/** Programs that use the installed tarball, built as their writers would, cancelling at the sandbox. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, expect, inject, it } from 'vitest';
import {
  pageVirtualAccount,
  seedMerchants,
  seedVirtualAccounts,
} from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../../contract-tests/sandbox/server.ts';
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

/** What is cancelled, and what a program then prints. */
const ENDINGS = [
  [pageVirtualAccount.external_id, 'done CANCELED'],
  ['sandbox-paid', 'refused 01'],
  ['sandbox-cancel-drop', 'unknown connection_failed'],
] as const;

const requestFor = (externalId: string) => {
  const found = seedVirtualAccounts.find(({ external_id }) => external_id === externalId)!;
  const { external_id, order_id, transaction_id, payment_method, payment_channel } = found;
  return { external_id, order_id, transaction_id, payment_method, payment_channel };
};

it.concurrent.for(programs)(
  '%s cancels, is refused one that is paid, and says unknown',
  async ([, program], { expect }) => {
    const sandbox = await startSandbox();
    const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
    const options = {
      baseUrl: sandbox.url,
      merchantId: merchant_id,
      secretUnboundId: secret_unbound_id,
      hashKey: hash_key,
    };
    const inputs = [options, ENDINGS.map(([id]) => requestFor(id))].map((value) => JSON.stringify(value));
    const ran = promisify(execFile)(process.execPath, ['run.js', program, ...inputs], { cwd: folder });
    const { stdout } = await ran.finally(sandbox.close);
    expect(stdout.trim().split('\n')).toEqual(ENDINGS.map(([, ending]) => ending));
    expect(sandbox.requests).toHaveLength(ENDINGS.length);
  },
);
