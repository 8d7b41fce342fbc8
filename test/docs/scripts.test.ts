/** The repository's own scripts: what `make generate` does without a tool, and what the CPU gate decides with. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, describe } from 'vitest';
import { toolNode } from '../../contract-tests/shared/processes.ts';
import { root } from '../support/built.ts';
import { judgeRatio, median, pairedRatio } from '../../bench/stats.ts';

const run = promisify(execFile);

it.each([
  ['java', 'scripts/class-client.ts', 'generate: openapi-generator needs java', 'default-jre-headless'],
  ['go', 'contract-tests/diff/main.ts', 'contract-diff: oasdiff needs go', 'golang-go'],
])(
  'without %s it says so in one line, names the Debian package, and changes nothing',
  async (_, script, says, debian) => {
    const empty = mkdtempSync(join(tmpdir(), 'no-tools-'));
    symlinkSync(join(root, 'generated'), join(empty, 'generated'));
    symlinkSync(join(root, 'spec'), join(empty, 'spec'));
    const before = readdirSync(join(root, 'generated/client'), { recursive: true });
    const failed = run(toolNode(), [join(root, script)], { cwd: empty, env: { PATH: empty } });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${says}, which this machine lacks: apt-get install ${debian}\n`,
    });
    expect(readdirSync(join(root, 'generated/client'), { recursive: true })).toEqual(before);
    rmSync(empty, { recursive: true });
  },
);

describe('the CPU gate', () => {
  it.each([
    ['what keeps the limit, measured by a quiet machine', 1.2, 1.02, 'passed'],
    ['what is exactly at the limit', 1.3, 1, 'passed'],
    ['what is beyond it', 1.31, 0.98, 'too slow'],
    ['anything, where the same thing twice differs upwards', 1.2, 1.11, 'inconclusive'],
    ['anything, where the same thing twice differs downwards', 2, 0.89, 'inconclusive'],
    ['anything, where nothing was measured', 1, Number.NaN, 'inconclusive'],
    ['a ratio that is no number', Number.NaN, 1, 'too slow'],
  ] as const)('says of %s: %f, control %f: %s', (_, ratio, control, verdict) => {
    expect(judgeRatio(ratio, control, 1.3, 0.1)).toBe(verdict);
  });
});

it('compares round by round, so that one slow round changes nothing', () => {
  expect(pairedRatio([110, 1100, 120], [100, 1000, 100])).toBeCloseTo(1.1);
});

it('takes the middle, not the mean, and refuses to take the middle of nothing', () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(() => median([])).toThrow(RangeError);
});
