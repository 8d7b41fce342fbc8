import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from '../../../.config/vitest.config.ts';

const own: ViteUserConfig = {
  test: {
    include: ['test/platforms/consumers/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'test/platforms/consumers/setup.ts',
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
};

/** The suites that install the packed tarball as a user would. */
export default mergeConfig({ ...base, test: { ...base.test, include: [], exclude: [] } }, own);
