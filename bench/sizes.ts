/** What a bundle of each use weighs, minified and gzipped. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

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
