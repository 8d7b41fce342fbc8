/** What the cases' own tests share. */
import { createChecker } from '../checker/checker.ts';
import { casesFor } from './cases.ts';
import { runCase } from './run.ts';
import type { CaseResult, ContractCase, Target } from './types.ts';

export const checker = createChecker();
export const cases = casesFor('cancelVirtualAccount');

/** Runs cases one after the other; by default all. */
export async function runAll(on: Target, which: ContractCase[] = cases): Promise<CaseResult[]> {
  const done: CaseResult[] = [];
  for (const one of which) done.push(await runCase(one, on, checker));
  return done;
}

/** Ids of the results with that verdict. */
export const verdicts = (of: CaseResult[], verdict: CaseResult['verdict']): string[] =>
  of.filter((result) => result.verdict === verdict).map(({ id }) => id);
