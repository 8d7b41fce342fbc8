import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../.config/vitest.config.ts';

/**
 * CI mutates what signs and what judges an answer (signed-fetch.ts, and answer.ts from `readAnswer` on); all that the
 * suites hold, 1,164 mutants, takes too long there: `npm run mutation:all`.
 *
 * The suites that hold src/ to its rules. Left out, being slow: those that start processes, Prism or TLS servers,
 * and those that make thousands of calls, which every mutant would have to wait for. Nothing here needs dist/.
 */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], globalSetup: [] } },
  defineConfig({
    test: {
      include: ['test/unit/*.test.ts', 'test/client/sandbox.test.ts'],
      exclude: ['test/unit/{leftovers,callback-property}.test.ts'],
      bail: 1,
      // A mutant after which a call never ends is killed by the test that waits for it, not by Stryker's own limit, which
      // is the time of all suites, and costs a new process. No test takes more than two seconds.
      testTimeout: 10_000,
    },
  }),
);
