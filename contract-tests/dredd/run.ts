import { createChecker } from '../checker/checker.ts';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { SandboxOptions } from '../sandbox/app.ts';
import { judgeRun } from './judge-run.ts';
import type { RunVerdict } from './judge-run.ts';
import { notSkipping, runNegativeCases } from './negative.ts';
import type { CasesVerdict } from './negative.ts';
import { planTransactions } from './plan.ts';
import type { Planned } from './plan.ts';
import { runDredd } from './run-dredd.ts';
import type { Sabotage } from './run-dredd.ts';
import { openTarget } from './target.ts';

/** What to run, and against what. */
export interface RunOptions {
  /** Default: spec/openapi.yaml. */
  contract?: Contract;
  /** A sandbox with its seeds, on loopback, just started. Default: one is started. */
  baseUrl?: string;
  /** What is wrong with the sandbox that is started. */
  sandbox?: SandboxOptions;
  /** Default: both. */
  parts?: readonly ('dredd' | 'cases')[];
  sabotage?: Sabotage;
  /** Told how far it is, a line at a time. */
  tell?: (line: string) => void;
}

/** What came of a run; what was not asked for is absent. */
export interface ContractRun {
  green: boolean;
  planned: Planned[];
  dredd?: RunVerdict;
  cases?: CasesVerdict[];
}

/**
 * Runs Dredd over every example of every documented answer, then the negative cases. Throws an Error on a base
 * URL that is not loopback (the seeds of the sandbox are of no use elsewhere), and where it refuses to start.
 */
export async function runContract(options: RunOptions = {}): Promise<ContractRun> {
  const { contract = readContract(), baseUrl, parts = ['dredd', 'cases'], tell = () => undefined } = options;
  const checker = createChecker(contract);
  const planned = planTransactions(contract);
  const { url, target, close } = await openTarget(baseUrl, options.sandbox);
  try {
    const ran: Pick<ContractRun, 'dredd' | 'cases'> = {};
    if (parts.includes('dredd')) {
      tell(`Dredd: ${planned.length} transactions, against ${url}`);
      ran.dredd = judgeRun(planned, await runDredd(contract, planned, url, options.sabotage), checker);
    }
    if (parts.includes('cases')) {
      const verdicts = await runNegativeCases(contract, checker, target, (id, total) => {
        tell(`${id}: ${total} cases`);
      });
      ran.cases = baseUrl === undefined ? verdicts.map(notSkipping) : verdicts;
    }
    return { green: parts.length > 0 && faultsOf(ran).length === 0, planned, ...ran };
  } finally {
    await close();
  }
}

/** Every fault of a run, each with the transaction or the case that it is about. */
export function faultsOf({ dredd, cases = [] }: Pick<ContractRun, 'dredd' | 'cases'>): string[] {
  const ofTransactions = [...(dredd?.byKey ?? [])].flatMap(([key, of]) =>
    of.map((fault) => `${key}: ${fault}`),
  );
  const ofCases = cases.flatMap(({ operation, faults }) => faults.map((fault) => `${operation} ${fault}`));
  return [...(dredd?.faults ?? []), ...ofTransactions, ...ofCases];
}
