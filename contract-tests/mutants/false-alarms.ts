import { alarmsOf } from '../cases/alarms.ts';
import { runCase } from '../cases/run.ts';
import type { ContractCase } from '../cases/types.ts';
import { compliantVariants } from '../cases/variants.ts';
import type { Rule } from '../checker/checker.ts';
import { answerMutant } from './answer-mutants.ts';
import { CREATE, documentedExamples } from './documented.ts';
import { targetOf } from './run.ts';
import type { Judge } from './run.ts';
import type { Wrong } from './types.ts';

/** A sandbox with nothing wrong, and the cases that must raise no alarm about it. */
export interface Compliant {
  id: string;
  operation: string;
  wrong: Wrong;
  cases: readonly ContractCase[];
  /** Findings that come with it and are no alarm. */
  expected: Rule[];
  /** Whether the verdicts of the cases count, or only what the checker says. */
  judged: boolean;
}

/** What was run, and every alarm raised about something that is right. */
export interface FalseAlarms {
  sandboxes: number;
  exchanges: number;
  alarms: string[];
}

/**
 * Every sandbox with nothing wrong: the plain one, each documented answer as the mutants start from it, and
 * the compliant variants. Those whose cases have a say get all cases (of creating all but most characters); those that answer alike whatever is
 * asked, so that only the checker has a say, get one case of each group.
 */
export function compliantSandboxes(judge: Judge, withVariants: boolean): Compliant[] {
  return [...judge.cases].flatMap(([operation, cases]) => [
    { id: 'plain', operation, wrong: {}, cases, expected: [], judged: true },
    ...startingPoints(judge, operation, cases),
    ...(withVariants ? variants(judge, operation, cases) : []),
  ]);
}

function startingPoints(judge: Judge, operation: string, cases: readonly ContractCase[]): Compliant[] {
  return documentedExamples(judge.contract, operation, cases).map((documented) => {
    const says = 'as documented';
    const { wrong } = answerMutant(documented, { group: 'none', says, killer: { case: '' } });
    const { status, name, occasion, natural } = documented;
    const own = cases.filter(({ id }) => id === occasion);
    const expected: Rule[] = status === 'default' ? ['statusByDefault'] : [];
    return { id: `${status} ${name} ${says}`, operation, wrong, cases: own, expected, judged: natural };
  });
}

function variants(judge: Judge, operation: string, cases: readonly ContractCase[]): Compliant[] {
  const firstOfGroup = cases.filter(({ group }, i) => cases.findIndex((one) => one.group === group) === i);
  // What a variant changes does not depend on which character at which place was refused.
  const judgedCases =
    operation === CREATE
      ? cases.filter(({ id }) => !id.includes('.character.') || id.includes('.dash.'))
      : cases;
  return compliantVariants(operation, judge.contract).map(({ id, judgedBy, tamper, expected }) => {
    const judged = judgedBy === 'cases';
    return { id, operation, wrong: { tamper }, cases: judged ? judgedCases : firstOfGroup, expected, judged };
  });
}

/** Runs the cases on every compliant sandbox. */
export async function findFalseAlarms(
  judge: Judge,
  sandboxes: Compliant[],
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<FalseAlarms> {
  const total = sandboxes.reduce((sum, { cases }) => sum + cases.length, 0);
  const alarms: string[] = [];
  let exchanges = 0;
  for (const { id, operation, wrong, cases, expected, judged } of sandboxes) {
    const target = targetOf(judge, wrong);
    for (const one of cases) {
      const result = await runCase(one, target, judge.checker);
      const seen = judged ? result : { ...result, verdict: 'pass' as const };
      alarms.push(...alarmsOf(seen, expected).map((alarm) => `${operation} ${id}: ${alarm}`));
      onProgress(++exchanges, total);
    }
  }
  return { sandboxes: sandboxes.length, exchanges, alarms };
}
