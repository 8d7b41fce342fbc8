import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from '../../../.config/vitest.config.ts';
import { MatrixReporter } from './matrix-reporter.ts';

const own: ViteUserConfig = {
  test: {
    include: ['test/platforms/runtimes/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    reporters: ['default', new MatrixReporter()],
    // Each waits for deadlines, and for the others.
    testTimeout: 120_000,
    maxConcurrency: 6,
    // The tarball is built, packed and installed first.
    hookTimeout: 180_000,
  },
};

/** The suites that need this folder's manifest: seven runtimes. */
export default mergeConfig({ ...base, test: { ...base.test, include: [], exclude: [] } }, own);
