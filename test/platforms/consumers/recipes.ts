/** The blocks of our pages that are whole files (their first line names them), as a reader writes them down. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { inject } from 'vitest';
import type { SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { freePort, startProcess, type StartedProcess } from '../../../contract-tests/shared/processes.ts';
import { credentials, pageRequest } from '../../support/fixtures.ts';

/** The installed frameworks, and the packed tarball among them. */
const installed = fileURLToPath(new URL('node_modules', import.meta.url));

/** Where a tool of the lock lies. */
export const tool = (path: string): string => join(installed, path);

/** A project of its own with these files in it, and everything installed. TypeScript is compiled away. */
export async function project(name: string, files: Record<string, string>): Promise<string> {
  const folder = join(inject('recipes'), name);
  await mkdir(folder, { recursive: true });
  await symlink(installed, join(folder, 'node_modules'));
  const all = { 'package.json': '{"private":true,"type":"module"}', ...files };
  for (const [path, text] of Object.entries(all)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    // A reader fills in the sandbox where the page says staging.
    const filled = text.replaceAll("environment: 'staging'", 'baseUrl: process.env.IFORTEPAY_BASE_URL');
    await writeFile(target.replace(/\.ts$/, '.js'), path.endsWith('.ts') ? await compiled(filled) : filled);
  }
  return folder;
}

async function compiled(source: string): Promise<string> {
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };
  return (await transform(source, { loader: 'ts', tsconfigRaw })).code;
}

/** The storage that the recipes leave to the reader: one order, the page's, kept by whoever started them. */
export const ORDERS = `
const at = (id) => process.env.ORDERS_URL + '/' + id;
export const orders = {
  find: async (id) => (await fetch(at(id), { cache: 'no-store' })).json(),
  settle: async (id) => { await fetch(at(id), { method: 'POST' }); },
};`;

/** Starts a program on a free port. */
export async function start(
  folder: string,
  args: (port: string) => string[],
  env: Record<string, string>,
): Promise<StartedProcess & { url: string }> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    command: process.execPath,
    args: ['--enable-source-maps', ...args(port).map((arg) => arg.replace('./', `${folder}/`))],
    env: { ...WITHOUT_VITEST, PORT: port, ...env },
    readyUrl: url,
    timeoutMs: 90_000,
  });
  return { ...started, url };
}

/** Vitest's own variables, which would reach what is started. */
export const WITHOUT_VITEST = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(VITEST|NODE_ENV$|TEST$|FORCE_COLOR$)/.test(name))
    .map((name) => [name, undefined]),
) as Record<string, undefined>;

/** What a reader sets in the environment, with this sandbox as the gateway. */
export const settings = ({ url }: Pick<SandboxServer, 'url'>): Record<string, string> => ({
  IFORTEPAY_BASE_URL: url,
  IFORTEPAY_MERCHANT_ID: credentials.merchantId,
  IFORTEPAY_SECRET_UNBOUND_ID: credentials.secretUnboundId,
  IFORTEPAY_HASH_KEY: credentials.hashKey,
  REQUEST: JSON.stringify(pageRequest),
});
