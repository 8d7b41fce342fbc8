import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../.config/vitest.config.ts';

/** The suites that hold src/ to its rules; those that start processes or Prism are left out, being slow. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  defineConfig({
    test: { include: ['contract-tests/unit/*.test.ts', 'contract-tests/client/{sandbox,tampered}.test.ts'] },
  }),
);
