import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import base from '../../../.config/vitest.config.ts';

const own: ViteUserConfig = {
  test: { include: ['test/platforms/browser/**/*.test.ts'], exclude: ['**/node_modules/**'] },
};

/** The suites that need Chromium and this folder's manifest. */
export default mergeConfig({ ...base, test: { ...base.test, include: [], exclude: [] } }, own);
