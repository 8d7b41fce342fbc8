import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import base from '../../../.config/vitest.config.ts';
import { RUNTIMES } from './expected.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the cell of the matrix says, if the test passed. */
    cell?: string;
  }
}

const FIRST = 43;
const CELL = 9;

/** A line per behaviour, a column per runtime, 106 characters wide. */
class MatrixReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.filter(isMatrix).flatMap((module) => [...module.children.allTests()]);
    const rows = new Map<string, Map<string, string>>();
    for (const test of tests) {
      const { parent } = test;
      if (parent.type !== 'suite' || !isRuntime(parent.name)) continue;
      const row = rows.get(test.name) ?? new Map<string, string>();
      rows.set(test.name, row.set(parent.name, cellOf(test)));
    }
    if (rows.size === 0) return;
    console.log(`\n${line('', RUNTIMES)}`);
    for (const [name, cells] of rows) {
      const inOrder = RUNTIMES.map((runtime) => cells.get(runtime) ?? '-');
      console.log(line(name, inOrder));
    }
  }
}

const isMatrix = ({ moduleId }: TestModule) => moduleId.endsWith('matrix.test.ts');

const isRuntime = (name: string) => (RUNTIMES as readonly string[]).includes(name);

function cellOf(test: TestCase): string {
  const { state } = test.result();
  return state === 'passed' ? (test.meta().cell ?? 'passed') : state.toUpperCase();
}

const line = (name: string, cells: readonly string[]) =>
  (name.padEnd(FIRST) + cells.map((cell) => cell.padEnd(CELL)).join('')).trimEnd();

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
