import type { FalseAlarms } from './false-alarms.ts';
import type { MutantResult } from './types.ts';

/** The share of mutants, in percent, that may be excluded. */
export const MOST_EXCLUDED = 2;

/** Everything that came of a run. */
export interface Run {
  results: MutantResult[];
  alarms: FalseAlarms;
  seconds: number[];
}

/** The results with that verdict. */
export function withVerdict(
  results: readonly MutantResult[],
  verdict: MutantResult['verdict'],
): MutantResult[] {
  return results.filter((result) => result.verdict === verdict);
}

/** The excluded in percent of all. */
export function excludedShare(results: readonly MutantResult[]): number {
  const { length } = results;
  return length === 0 ? 0 : (100 * withVerdict(results, 'excluded').length) / length;
}

/**
 * Why the run is red; nothing if it is green. Fail-closed: a run that killed nothing, or that held nothing
 * compliant against the cases, has proven nothing and is red.
 */
export function redReasons({ results, alarms }: Omit<Run, 'seconds'>): string[] {
  const survived = withVerdict(results, 'survived').length;
  const share = excludedShare(results);
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const idle = operations.filter(
    (operation) => !results.some((one) => one.operation === operation && one.verdict === 'killed'),
  );
  return [
    ...(results.length === 0 ? ['there are no mutants'] : []),
    ...idle.map((operation) => `no mutant of ${operation} was killed`),
    ...(survived > 0 ? [`${survived} mutants survived`] : []),
    ...(alarms.exchanges === 0 ? ['no compliant sandbox was held against the cases'] : []),
    ...(alarms.alarms.length > 0 ? [`${alarms.alarms.length} false alarms`] : []),
    ...(share > MOST_EXCLUDED ? [`${share.toFixed(1)} % are excluded, more than ${MOST_EXCLUDED} %`] : []),
  ];
}
