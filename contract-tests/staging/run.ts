/** Runs the cases against a gateway that nobody here controls, with the virtual accounts that are to be had. */
import { createChecker } from '../checker/checker.ts';
import { assertLooks } from '../checker/looks.ts';
import type { Checker } from '../checker/checker.ts';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { createSender } from '../cases/sender.ts';
import type { ContractCase, RawAnswer, RawRequest, VaIds } from '../cases/types.ts';
import { assertAllowed } from './allowlist.ts';
import { runOne } from './attempt.ts';
import { createCreate } from './create.ts';
import { refutationOf } from './judge.ts';
import type { Refutation, StagingResult } from './judge.ts';
import { weigh } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { observe } from './observe.ts';
import type { Observation } from './observe.ts';
import { probe, requestFor, sortByState } from './prepare.ts';
import type { Settings } from './settings.ts';
import { createStore } from './store.ts';
import type { VaStore } from './store.ts';
import type { GivenVa } from './va-file.ts';

/** All that a run has found out. Holds nothing secret. */
export interface Run {
  host: string;
  requests: number;
  results: StagingResult[];
  refutations: (Refutation & { by: string })[];
  observations: Observation[];
  ledger: Ledger;
}

/** What the parts of a run share. */
export interface Session {
  settings: Settings;
  contract: Contract;
  checker: Checker;
  store: VaStore;
  observations: Observation[];
  /** Sends, and notes what the answer shows under that name. */
  send: (by: string, request: RawRequest) => Promise<RawAnswer>;
  log: (line: string) => void;
}

/** Inquiries first: they leave every virtual account as it is. */
// Not those of creating: most of its accepted cases leave a virtual account behind.
const operations = ['inquireVirtualAccount', 'cancelVirtualAccount'];
const SILENT_IN_A_ROW = 5;

/**
 * Runs everything, one request after the other, and weighs it. Rejects with a `UsageError` if the gateway does
 * not take a right request's credentials or redirects it, and with an Error if it gives no answer at all.
 */
export async function runStaging(
  settings: Settings,
  {
    given,
    log,
    known,
  }: { given: readonly GivenVa[]; log: (line: string) => void; known: (all: VaIds[]) => void },
): Promise<Run> {
  const { session, close, requests } = open(settings, log);
  session.store.all.push(...given.map(({ va }) => va));
  known(session.store.all);
  try {
    await probe(session);
    await sortByState(session, given);
    const results: StagingResult[] = [];
    const refutations: Run['refutations'] = [];
    for (const operation of operations) {
      const cases = casesFor(operation, session.contract);
      log(`${operation}: ${cases.length} cases`);
      await runCases(session, cases, results, refutations);
    }
    await lookAfter(session);
    const { contract, observations } = session;
    const ledger = weigh(contract, { results, refutations, observations });
    const { host } = new URL(settings.baseUrl);
    return { host, requests: requests(), results, refutations, observations, ledger };
  } finally {
    close();
  }
}

function open(
  settings: Settings,
  log: Session['log'],
): { session: Session; close: () => void; requests: () => number } {
  const { baseUrl, paceMs, credentials, channel } = settings;
  const contract = readContract();
  const checker = createChecker(contract);
  assertLooks(checker, contract);
  const sender = createSender({ baseUrl, paceMs, guard: assertAllowed });
  const observations: Observation[] = [];
  let requests = 0;
  const send: Session['send'] = async (by, request) => {
    requests += 1;
    const answer = await sender.send(request);
    const seen = observe({ contract, checker }, by, request, answer);
    if (seen) observations.push(seen);
    return answer;
  };
  const creating = { contract, credentials, channel, send: (one: RawRequest) => send('creating', one) };
  const store = createStore([], settings.create ? createCreate(creating, log) : undefined);
  const session = { settings, contract, checker, store, observations, send, log };
  return { session, close: sender.close, requests: () => requests };
}

async function runCases(
  session: Session,
  cases: readonly ContractCase[],
  results: StagingResult[],
  refutations: Run['refutations'],
): Promise<void> {
  let silent = 0;
  for (const one of cases) {
    if (silent >= SILENT_IN_A_ROW) {
      results.push(skipped(one, `the gateway gave no answer ${SILENT_IN_A_ROW} times in a row`));
      continue;
    }
    const result = await runOne(session, one);
    silent = result.reason.startsWith('no answer') ? silent + 1 : 0;
    results.push(result);
    const refutation = refutationOf(session.contract, one, result);
    if (refutation) refutations.push({ ...refutation, by: `${one.operation} ${one.id}` });
  }
}

function skipped(one: ContractCase, reason: string): StagingResult {
  const { id, group, operation, expect, kind, statement } = one;
  return { id, group, operation, expect, kind, statement, verdict: 'not run', reason, findings: [] };
}

/** Asks after one that was cancelled: what a cancelled virtual account looks like is a guess too. */
async function lookAfter(session: Session): Promise<void> {
  const va = await session.store.take('canceled');
  if (!va) return;
  const request = requestFor(session, 'inquireVirtualAccount', va);
  const got = await session.send('inquiry after a cancel', request).catch(() => undefined);
  if (!got) session.log('the inquiry after a cancel got no answer');
}
