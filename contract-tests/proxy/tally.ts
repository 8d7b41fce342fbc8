import type { Finding } from '../checker/checker.ts';
import type { Judged } from './exchange.ts';

/** What the exit codes mean, for --help. The same numbers as those of the staging run. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: 'every answer was checked, and nothing found',
  1: 'an answer breaks a known statement (page, docs, sdk or seen)',
  2: 'not started: an option or the target is wrong',
  3: 'answers break guesses, nothing that is known',
  4: 'some answers to operations of the contract could not be checked, and nothing known is broken',
};

/** Counts of what went by. */
export interface Tally {
  add: (judged: Judged) => void;
  /** An exchange without a whole answer. */
  broken: () => void;
  exitCode: () => number;
  summary: () => string;
}

// A status that only `default` has is what the contract's `default` says.
const counts = ({ rule }: Finding): boolean => rule !== 'statusByDefault';

/** A tally with nothing in it. */
export function createTally(): Tally {
  let [checked, foreign, unchecked] = [0, 0, 0];
  const findings: Finding[] = [];
  const add = ({ operation, findings: found, unchecked: why }: Judged): void => {
    if (operation === undefined) foreign += 1;
    else if (why !== undefined) unchecked += 1;
    else checked += 1;
    findings.push(...found.filter(counts));
  };
  const byRule = (): string => {
    const rules = [...new Set(findings.map(({ rule }) => rule))];
    return rules.map((rule) => `${rule} ${findings.filter((one) => one.rule === rule).length}`).join(', ');
  };
  return {
    add,
    broken: () => (unchecked += 1),
    exitCode: () => {
      if (findings.some(({ known }) => known !== 'guess')) return 1;
      if (unchecked > 0) return 4;
      return findings.length > 0 ? 3 : 0;
    },
    summary: () =>
      `${checked} answers checked, ${unchecked} not, ${foreign} of no operation of the contract; ` +
      `${findings.length} findings${findings.length > 0 ? `: ${byRule()}` : ''}`,
  };
}
