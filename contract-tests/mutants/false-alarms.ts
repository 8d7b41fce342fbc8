/** Sandboxes with nothing wrong: no case may fail on one, and the checker may find nothing. Run in a thread. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { readContract } from '../../spec/contract.ts';
import { alarmsOf, runCase } from '../cases/run.ts';
import { sandboxTarget } from '../cases/sandbox-target.ts';
import type { ContractCase } from '../cases/types.ts';
import { compliantVariants } from '../cases/variants.ts';
import { createChecker } from '../checker/checker.ts';
import type { Rule } from '../checker/checker.ts';
import { documentedAnswers } from './answers.ts';
import { askedAfter } from '../staging/runner.ts';
import { operations, readOnlyOperation } from '../staging/session.ts';
import { startHost } from './host.ts';
import { liesTold } from './lies.ts';
import { allCases } from './run.ts';
import type { Judge } from './run.ts';
import type { WrongSandbox } from './types.ts';

/** A sandbox with nothing wrong, and the cases that must raise no alarm about it. */
export interface Compliant {
  id: string;
  operation: string;
  wrong: WrongSandbox;
  cases: readonly ContractCase[];
  /** Findings that come with it and are no alarm. */
  expected: readonly Rule[];
  /** Whether the verdicts of the cases count, or only what the checker says. */
  judged: boolean;
  /** The cases after which a staging run must tell no lie. */
  asked: readonly ContractCase[];
}

/** What was run, and every alarm raised about something that is right. */
export interface FalseAlarms {
  sandboxes: number;
  exchanges: number;
  alarms: string[];
}

/**
 * Every sandbox with nothing wrong: the plain one, each documented answer as the mutants start from it, and
 * the compliant variants. Those whose cases have a say get all cases (of creating all but most characters); those that
 * answer alike whatever is asked, so that only the checker has a say, get one case of each group.
 */
export function compliantSandboxes(judge: Judge, withVariants: boolean): Compliant[] {
  const all = askedAfter(judge.contract);
  return [...judge.cases].flatMap(([operation, cases]): Compliant[] => [
    {
      id: 'plain',
      operation,
      wrong: {},
      cases,
      expected: [],
      judged: true,
      asked: operation === readOnlyOperation ? all : [],
    },
    ...documentedAnswers(judge.contract, operation, cases).map(
      ({ status, name, wrong, case: one, isDue }): Compliant => ({
        id: `${status} ${name} as documented`,
        operation,
        wrong,
        cases: one ? [one] : [],
        expected: status === 'default' ? ['statusByDefault'] : [],
        judged: isDue,
        asked: [],
      }),
    ),
    ...(withVariants ? variants(judge, operation, cases) : []),
  ]);
}

function variants(judge: Judge, operation: string, cases: readonly ContractCase[]): Compliant[] {
  const firstOfGroup = cases.filter(({ group }, i) => cases.findIndex((one) => one.group === group) === i);
  // What a variant changes does not depend on which character at which place was refused.
  const few = cases.filter(({ id }) => !id.includes('.character.') || id.includes('.dash.'));
  const judgedCases = operation === 'createVirtualAccount' ? few : cases;
  return compliantVariants(operation, judge.contract).map(({ id, judgedBy, tamper, expected }) => {
    const judged = judgedBy === 'cases';
    // One that says the same of every account is right about some only: that is a lie.
    const tellsState = !id.includes('transaction_status') && operations.includes(operation);
    return {
      id,
      operation,
      wrong: { tamper },
      cases: judged ? judgedCases : firstOfGroup,
      expected,
      judged,
      asked: judged && tellsState ? few.filter(({ id: of }) => lieAbout.includes(of)) : [],
    };
  });
}

/** One that is refused for each reason. */
const lieAbout = ['authorization.none', 'signature.none', 'header.x-version.missing'];

type OnProgress = (done: number, total: number) => void;

/** Runs the cases on every compliant sandbox. */
export async function findFalseAlarms(
  judge: Judge,
  sandboxes: Compliant[],
  onProgress: OnProgress = () => undefined,
): Promise<FalseAlarms> {
  const total = sandboxes.reduce((sum, { cases }) => sum + cases.length, 0);
  const alarms: string[] = [];
  let exchanges = 0;
  for (const { id, operation, wrong, cases, expected, judged, asked } of sandboxes) {
    const server = judge.host.mount(wrong);
    const target = sandboxTarget(server, judge.host.send);
    for (const one of cases) {
      const result = await runCase(one, target, judge.checker);
      const seen = judged ? result : { ...result, verdict: 'pass' as const };
      alarms.push(...alarmsOf(seen, expected).map((alarm) => `${operation} ${id}: ${alarm}`));
      onProgress(++exchanges, total);
    }
    const told = asked.length > 0 ? await liesTold(judge, server, asked) : [];
    alarms.push(...told.map((lie) => `${operation} ${id}: told though it is none: ${lie}`));
  }
  return { sandboxes: sandboxes.length, exchanges, alarms };
}

/** What is looked at in the thread. */
interface Watched {
  operations: string[];
  withVariants: boolean;
}

interface Message {
  done?: number;
  total?: number;
  found?: FalseAlarms;
}

/** Looks for false alarms in a thread. Rejects if the thread fails or ends without a result. */
export function watchForAlarms(watched: Watched, onProgress: OnProgress): Promise<FalseAlarms> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { watched } });
  return new Promise((resolve, reject) => {
    worker.on('message', ({ done = 0, total = 0, found }: Message) =>
      found ? resolve(found) : onProgress(done, total),
    );
    worker.on('error', reject);
    worker.on('exit', (code) =>
      reject(new Error(`The search for false alarms ended with ${code}, no result`)),
    );
  });
}

async function watch({ operations, withVariants }: Watched): Promise<void> {
  const contract = readContract();
  const host = await startHost(contract);
  const judge = { contract, checker: createChecker(contract), cases: allCases(contract), host, looks: 0 };
  const sandboxes = compliantSandboxes(judge, withVariants).filter(({ operation }) =>
    operations.includes(operation),
  );
  const found = await findFalseAlarms(judge, sandboxes, (done, total) => {
    if (done % 200 === 0 || done === total) parentPort!.postMessage({ done, total });
  });
  await host.close();
  parentPort!.postMessage({ found });
}

// A test runner may run this in threads of its own.
if (!isMainThread && typeof workerData?.watched === 'object') await watch(workerData.watched as Watched);
