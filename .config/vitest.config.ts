import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['contract-tests/**/*.test.ts'],
    // These have manifests, and a run, of their own.
    exclude: ['**/node_modules/**', 'contract-tests/{browser,consumers,runtimes}/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
