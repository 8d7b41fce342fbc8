import { runCase } from '../cases/run.ts';
import { sandboxTarget } from '../cases/sandbox-target.ts';
import type { CaseResult, Target } from '../cases/types.ts';
import type { Checker } from '../checker/checker.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Cases } from './derive.ts';
import type { Host } from './host.ts';
import type { Killer, Mutant, MutantResult, Wrong } from './types.ts';

/** What mutants are judged by, and where. */
export interface Judge {
  contract: Contract;
  checker: Checker;
  cases: Cases;
  host: Host;
  /** For how many survivors all cases are still run, to tell what else noticed them. Counted down. */
  looks: number;
}

/** A new sandbox, wrong or not, as a target. */
export function targetOf({ host }: Pick<Judge, 'host'>, wrong?: Wrong): Target {
  return sandboxTarget(host.mount(wrong), host.send);
}

/**
 * Runs one mutant. It is killed by its own killer alone, and by that only on its own occasion; if that does
 * not happen, all cases are run to tell what else noticed it, which is not enough.
 */
export async function runMutant(judge: Judge, mutant: Mutant): Promise<MutantResult> {
  const { id, operation, group, killer, excluded } = mutant;
  const about = { id, operation, group, expected: tell(killer) };
  const own = judge.cases.get(operation) ?? [];
  if (excluded !== undefined) return { ...about, verdict: 'excluded', seen: [excluded] };
  const occasion = own.find((one) => one.id === mutant.occasion);
  if (!occasion) return { ...about, verdict: 'survived', seen: [`there is no case ${mutant.occasion}`] };
  const server = judge.host.mount(mutant.wrong);
  const target = sandboxTarget(server, judge.host.send);
  const result = await runCase(occasion, target, judge.checker);
  // Not wrong but broken: then anything at all would notice it.
  if (server.requests.some(({ answer }) => answer === 'sandbox_fault')) {
    return { ...about, verdict: 'survived', seen: ['the sandbox itself failed'] };
  }
  if (isKilledBy(killer, result)) return { ...about, verdict: 'killed', seen: [tell(killer)] };
  return { ...about, verdict: 'survived', seen: await whatElse(judge, mutant, result) };
}

// A request that got no answer is no judgement.
function isKilledBy(killer: Killer, { id, verdict, got, findings }: CaseResult): boolean {
  if (!got) return false;
  if ('case' in killer) return verdict === 'fail' && id === killer.case;
  const { rule, pointer, where } = killer;
  const found = findings.filter((finding) => finding.rule === rule && finding.pointer === pointer);
  return found.some((finding) => where === undefined || finding.where === where);
}

async function whatElse(judge: Judge, mutant: Mutant, first: CaseResult): Promise<string[]> {
  const target = targetOf(judge, mutant.wrong);
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
  return [...failed, ...findings.map(({ rule, pointer, where }) => tell({ rule, pointer, where }))];
}

function tell(killer: Killer): string {
  if ('case' in killer) return `case ${killer.case}`;
  const { rule, pointer, where } = killer;
  return `rule ${rule} at ${pointer || 'the body'}${where === undefined ? '' : `, ${where}`}`;
}
