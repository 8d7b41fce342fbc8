import type { Run } from './run.ts';

/** What the exit codes mean, for --help and the reports. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: 'everything was run and nothing refuted',
  1: 'a known statement (page, docs, sdk or seen) was refuted',
  2: 'not started: settings are missing or wrong, or the gateway refuses the credentials',
  3: 'everything was run; guesses were refuted, nothing that is known',
  4: 'not everything could be run (virtual accounts ran out, no answer), and nothing known was refuted',
};

/** How many of each. */
export interface Counts {
  passed: number;
  failed: number;
  reported: number;
  notRun: number;
  notApplicable: number;
  confirmed: number;
  refutedGuesses: number;
  notExercised: number;
  refutedFacts: number;
}

/** Counts of a run. Assumptions that are no statement of the contract count as guesses. */
export function countsOf({ results, ledger }: Run): Counts {
  const cases = (verdict: string): number => results.filter((one) => one.verdict === verdict).length;
  const guesses = (verdict: string): number => ledger.guesses.filter((one) => one.verdict === verdict).length;
  return {
    ...{ passed: cases('pass'), failed: cases('fail'), reported: cases('reported') },
    ...{ notRun: cases('not run'), notApplicable: cases('not applicable') },
    ...{ confirmed: guesses('confirmed'), notExercised: guesses('not exercised') },
    refutedGuesses: guesses('refuted') + ledger.assumptions.length,
    refutedFacts: ledger.facts.length,
  };
}

/** The exit code: 1 before 4 before 3, so that 3 says that everything else was run. */
export function exitCodeOf(run: Run): number {
  const { refutedFacts, refutedGuesses, notRun } = countsOf(run);
  if (refutedFacts > 0) return 1;
  if (notRun > 0) return 4;
  return refutedGuesses > 0 ? 3 : 0;
}
