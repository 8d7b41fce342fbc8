/** What a bundle of each use weighs, minified and gzipped. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { median } from './stats.ts';

const uses: Record<string, string> = {
  'createVaClient, isVaError': `export { createVaClient, isVaError } from './dist/index.js';`,
  'the same, without openapi-fetch': `export { createVaClient, isVaError } from './dist/index.js';`,
  verifyCallback: `export { verifyCallback } from './dist/index.js';`,
  createVirtualAccountApi: `export { createVirtualAccountApi } from './dist/client.js';`,
  'undiciFetch, without undici': `export { undiciFetch } from './dist/undici.js';`,
  'handlers, without MSW': `export { handlers } from './dist/msw.js';`,
};

/** Bytes, each use alone. What is loaded only when used (creation) is not counted. */
export function sizes(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(uses).map(([name, code]) => [
      name,
      sizeOf(bundleOf(code, name.endsWith('openapi-fetch') ? ['openapi-fetch'] : [])),
    ]),
  );
}

/** Bytes, gzipped. */
export const sizeOf = (script: string): number => gzipSync(script, { level: 9 }).length;

/** The script that a bundler makes of `contents`, which imports from `./dist`, minified. */
export function bundleOf(contents: string, external: string[] = []): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['undici', 'msw', 'node:*', ...external],
    outdir: 'out',
    write: false,
    // It warns of imports that `sideEffects: false` lets it leave out.
    logLevel: 'error',
  });
  return outputFiles.find(({ path }) => path.includes('stdin'))!.text;
}

const dist = new URL('../dist/index.js', import.meta.url).href;
const here = new URL('.', import.meta.url);

const options = `{ merchantId: 'fake-merchant', secretUnboundId: 'fake-secret', hashKey: 'fake-key', environment: 'staging' }`;

const programs: Record<string, string> = {
  'ifortepay-va: import + createVaClient': `(await import('${dist}')).createVaClient(${options});`,
  'axios: import': `await import('axios');`,
  'openapi-fetch: import + createClient': `(await import('openapi-fetch')).default();`,
  nothing: '',
};

/** Milliseconds, median of `rounds` fresh processes each, taken in turn. */
export function startups(rounds: number): Record<string, number> {
  const taken = Object.keys(programs).map((name) => [name, [] as number[]] as const);
  for (let round = 0; round < rounds; round++)
    for (const [name, times] of taken) times.push(timeOf(programs[name]!));
  return Object.fromEntries(taken.map(([name, times]) => [name, median(times)]));
}

function timeOf(program: string): number {
  const timed = `const s = performance.now(); ${program} process.stdout.write(String(performance.now() - s)); process.exit();`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', timed], { cwd: here, encoding: 'utf8' }),
  );
}
