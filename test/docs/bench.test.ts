/** What the benchmark decides with; what it measures is not tested here, for no unit test is timed. */
import { describe, expect, it } from 'vitest';
import { judgeRatio, median, pairedRatio } from '../../bench/stats.ts';

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
