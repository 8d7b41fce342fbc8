import { alarmsOf } from '../cases/alarms.ts';
import { casesFor } from '../cases/cases.ts';
import { runCase } from '../cases/run.ts';
import type { CaseResult, ContractCase, RawAnswer, Target } from '../cases/types.ts';
import type { Checker } from '../checker/checker.ts';
import { operationsOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

/** What came of the cases of one operation. */
export interface CasesVerdict {
  operation: string;
  total: number;
  passed: number;
  /** Ids and reasons. */
  notApplicable: string[];
  faults: string[];
}

const groups = ['authorization', 'signature', 'header', 'contentType', 'shape', 'body'];

/**
 * Runs every case of every operation, one after the other. `tell` is called with each operation's count.
 * Throws an Error if the cases notice nothing in answers that are plainly wrong, if an operation lacks a group
 * of cases, and as `casesFor` does.
 */
export async function runNegativeCases(
  contract: Contract,
  checker: Checker,
  target: Target,
  tell: (operation: string, total: number) => void = () => undefined,
): Promise<CasesVerdict[]> {
  const verdicts: CasesVerdict[] = [];
  for (const { id } of operationsOf(contract)) {
    const cases = casesOf(contract, id);
    await proveAwake(cases, checker, target);
    tell(id, cases.length);
    const results: CaseResult[] = [];
    for (const one of cases) results.push(await runCase(one, target, checker));
    verdicts.push(summary(id, results));
  }
  return verdicts;
}

function casesOf(contract: Contract, operation: string): ContractCase[] {
  const cases = casesFor(operation, contract);
  const missing = groups.filter((group) => !cases.some((one) => one.group === group));
  if (missing.length > 0) throw new Error(`${operation} has no cases about ${missing.join(', ')}`);
  return cases;
}

/** A gateway that says "200, 00" and no more to everything must fail every refusal and have findings. */
async function proveAwake(cases: ContractCase[], checker: Checker, target: Target): Promise<void> {
  const answer: RawAnswer = {
    status: 200,
    headers: [['content-type', 'application/json']],
    body: Buffer.from('{"response_code":"00"}'),
  };
  const one = cases.find(({ id }) => id === 'authorization.none');
  const yes = { ...target, send: () => Promise.resolve(answer) };
  const result = one && (await runCase(one, yes, checker));
  const found = result?.findings.some(({ rule }) => rule === 'required');
  if (result?.verdict !== 'fail' || !found) throw new Error('The cases or the checker notice nothing');
}

function summary(operation: string, results: CaseResult[]): CasesVerdict {
  const with_ = (verdict: CaseResult['verdict']): CaseResult[] =>
    results.filter((result) => result.verdict === verdict);
  return {
    ...{ operation, total: results.length, passed: with_('pass').length },
    notApplicable: with_('not applicable').map(({ id, reason }) => `${id}: ${reason}`),
    faults: results.flatMap((result) => alarmsOf(result)),
  };
}

/** On a sandbox of our own every case can be run; one that was not has failed. */
export function notSkipping(verdict: CasesVerdict): CasesVerdict {
  return { ...verdict, faults: [...verdict.faults, ...verdict.notApplicable] };
}
