import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));

/** These take longest; begun last they would be all that is left to wait for. The rest goes by size, as usual. */
const LONGEST = [
  'staging/staging',
  'faults/faults',
  'dredd/dredd',
  'command/doctor',
  'mutants/main',
  'docs/samples',
  'docs/blocks',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    root,
    include: ['{contract-tests,test}/**/*.test.ts'],
    // These have manifests, and a run, of their own.
    exclude: ['**/node_modules/**', 'test/platforms/{browser,consumers,runtimes}/**'],
    globalSetup: ['test/support/built.ts'],
    testTimeout: 60_000,
    // The programs that suites start are the same again and again.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/ifortepay-va/compiled') },
    hookTimeout: 60_000,
    // Most suites wait for sockets, timers and processes of their own, so a core more than there is idles least.
    // What runs concurrently within a file waits even more; but each may be a process, and its deadlines are real.
    maxConcurrency: 4,
    maxWorkers: Math.max(3, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
  },
});
