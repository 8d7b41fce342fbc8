import { createChecker } from '../checker/checker.ts';
import type { Contract } from '../../spec/contract.ts';
import { allCases, deriveMutants } from './derive.ts';
import type { Cases } from './derive.ts';
import { startHost } from './host.ts';
import { runMutant } from './run.ts';
import type { Judge } from './run.ts';
import type { Mutant, MutantResult } from './types.ts';

/** What tests put in place of the real thing, to see a run turn red. */
export interface Stubs {
  checker?: Judge['checker'];
  cases?: Cases;
}

const LOOKS = 4;

/** The mutants of that contract whose id holds the text. Throws as `deriveMutants` does. */
export function selectMutants(contract: Contract, only = ''): Mutant[] {
  return deriveMutants(contract, allCases(contract)).filter(({ id }) => id.includes(only));
}

/** Runs mutants one after the other on a listener of their own. */
export async function runMutants(
  contract: Contract,
  mutants: readonly Mutant[],
  onProgress: (done: number, total: number) => void = () => undefined,
  stubs: Stubs = {},
): Promise<MutantResult[]> {
  const host = await startHost(contract);
  const { checker = createChecker(contract), cases = allCases(contract) } = stubs;
  const judge = { contract, checker, cases, host, looks: LOOKS };
  const results: MutantResult[] = [];
  try {
    for (const mutant of mutants) {
      results.push(await runMutant(judge, mutant));
      onProgress(results.length, mutants.length);
    }
  } finally {
    await host.close();
  }
  return results;
}
