/** Derives every mutant and runs it: each must be noticed by what is meant to notice it, and by that alone. */
import { operationsOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { runCase } from '../cases/run.ts';
import { sandboxTarget } from '../cases/sandbox-target.ts';
import type { CaseResult, ContractCase } from '../cases/types.ts';
import { createChecker } from '../checker/checker.ts';
import type { Checker } from '../checker/checker.ts';
import { answerMutants } from './answers.ts';
import { startHost } from './host.ts';
import type { Host } from './host.ts';
import { liesTold, lieMutants } from './lies.ts';
import { requestMutants } from './requests.ts';
import { tellFinding, tellKilledBy } from './types.ts';
import type { Mutant, MutantResult } from './types.ts';

/** The cases of every operation, by operationId. */
export type Cases = ReadonlyMap<string, readonly ContractCase[]>;

/** The cases for every operation of the contract. */
export function allCases(contract: Contract): Cases {
  return new Map(operationsOf(contract).map(({ id }) => [id, casesFor(id, contract)]));
}

/**
 * Every mutant of every operation, derived from the contract and its cases, or those whose id holds a text. Throws an
 * Error that names the JSON pointer of what it cannot make mutants of, and if two mutants have one id.
 */
export function deriveMutants(contract: Contract, cases: Cases = allCases(contract), only = ''): Mutant[] {
  const mutants = operationsOf(contract).flatMap(({ id }) => {
    const own = cases.get(id) ?? [];
    const stateless = [...answerMutants(contract, id, own), ...requestMutants(contract, id, own)];
    return [...stateless, ...lieMutants(contract, id, own)];
  });
  const ids = new Set<string>();
  for (const { id } of mutants) {
    if (ids.has(id)) throw new Error(`Two mutants are called ${id}`);
    ids.add(id);
  }
  return mutants.filter(({ id }) => id.includes(only));
}

/** What mutants are judged by, and where. */
export interface Judge {
  contract: Contract;
  checker: Checker;
  cases: Cases;
  host: Host;
  /** For how many survivors all cases are still run, to tell what else noticed them. Counted down. */
  looks: number;
}

/** What tests put in place of the real thing, to see a run turn red. */
export type Stubs = Partial<Pick<Judge, 'checker' | 'cases' | 'looks'>>;

const LOOKS = 4;

/** Runs mutants one after the other on a listener of their own. */
export async function runMutants(
  contract: Contract,
  mutants: readonly Mutant[],
  onProgress: (done: number, total: number) => void = () => undefined,
  { checker = createChecker(contract), cases = allCases(contract), looks = LOOKS }: Stubs = {},
): Promise<MutantResult[]> {
  const host = await startHost(contract);
  const judge = { contract, checker, cases, host, looks };
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

/**
 * Runs one mutant. It is killed by what is meant to notice it alone, and by that only in its own case; if that does
 * not happen, all cases are run to tell what else noticed it, which is not enough.
 */
async function runMutant(judge: Judge, mutant: Mutant): Promise<MutantResult> {
  const { id, operation, group, excluded } = mutant;
  const about = { id, operation, group, expected: tellKilledBy(mutant) };
  if (excluded !== undefined) return { ...about, verdict: 'excluded', seen: [excluded] };
  const wanted = mutant.case?.id ?? 'none';
  const one = judge.cases.get(operation)?.find((other) => other.id === wanted);
  if (!one) return { ...about, verdict: 'survived', seen: [`there is no case ${wanted}`] };
  const server = judge.host.mount(mutant.wrong);
  if (mutant.lie !== undefined) {
    const seen = await liesTold(judge, server, [one]);
    return { ...about, verdict: seen.join() === mutant.lie ? 'killed' : 'survived', seen };
  }
  const result = await runCase(one, sandboxTarget(server, judge.host.send), judge.checker);
  // Not wrong but broken: then anything at all would notice it.
  if (server.requests.some(({ answer }) => answer === 'sandbox_fault')) {
    return { ...about, verdict: 'survived', seen: ['the sandbox itself failed'] };
  }
  if (isKilledBy(mutant, result)) return { ...about, verdict: 'killed', seen: [tellKilledBy(mutant)] };
  return { ...about, verdict: 'survived', seen: await whatElse(judge, mutant, result) };
}

// A request that got no answer is no judgement.
function isKilledBy({ killedBy }: Mutant, { verdict, got, findings }: CaseResult): boolean {
  if (!got) return false;
  if (!killedBy) return verdict === 'fail';
  const { rule, pointer, where } = killedBy;
  const found = findings.filter((finding) => finding.rule === rule && finding.pointer === pointer);
  return found.some((finding) => where === undefined || finding.where === where);
}

async function whatElse(judge: Judge, mutant: Mutant, first: CaseResult): Promise<string[]> {
  const target = sandboxTarget(judge.host.mount(mutant.wrong), judge.host.send);
  const results = [first];
  if (judge.looks-- <= 0) return [...told(first), 'too many survived to tell what else noticed it'];
  for (const one of judge.cases.get(mutant.operation) ?? []) {
    results.push(await runCase(one, target, judge.checker));
  }
  const seen = [...new Set(results.flatMap(told))];
  return seen.length > 0 ? seen.slice(0, 8) : ['nothing at all'];
}

function told({ id, verdict, reason, findings }: CaseResult): string[] {
  const failed = verdict === 'fail' ? [`case ${id} (${reason})`] : [];
  return [...failed, ...findings.map(tellFinding)];
}
