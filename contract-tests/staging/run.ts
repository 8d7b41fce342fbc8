/** Runs the cases against a gateway that nobody here controls, with the virtual accounts that are to be had. */
import { createChecker, assertLooks } from '../checker/checker.ts';
import { examplesOf, isUnstated, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { rightRequest } from '../cases/request.ts';
import { readOperation } from '../cases/operation.ts';
import type { ContractCase, VaIds } from '../cases/types.ts';
import { createCreate, createStore } from './accounts.ts';
import type { GivenVa, VaState } from './accounts.ts';
import { dreddStep } from './dredd.ts';
import type { DreddStep } from './dredd.ts';
import { weigh } from './evidence.ts';
import type { Observation, StagingResult, Verdicts } from './evidence.ts';
import { begin } from './refused.ts';
import { createRunner, firstOfEach } from './runner.ts';
import type { Progress, Runner } from './runner.ts';
import { openSession, operations, readOnlyOperation, stateOf, Stop } from './session.ts';
import type { Cause, Session } from './session.ts';
import type { StagingSettings } from './settings.ts';

/** All that a run has found out. Holds nothing secret. */
export interface StagingRun {
  host: string;
  requests: number;
  results: StagingResult[];
  observations: Observation[];
  verdicts: Verdicts;
  causes: Cause[];
  /** Why the run ended early, and the exit code for it. */
  stopped?: { says: string; code: 2 | 4 };
  /** What Dredd made of it, if it was run. */
  dredd?: DreddStep;
  /** What else a reader should know: entries in another state than the file says, say. */
  notes: string[];
  accounts: { had: number; usedUp: number; left: Record<VaState, number>; given: number };
}

/** What a run is given beside its settings. */
export interface StagingRunOptions {
  given: readonly GivenVa[];
  /** Called with the list of all virtual accounts that must not be shown; it grows. */
  known?: (all: VaIds[]) => void;
  progress?: (progress: Progress) => void;
  /** Ends the run; what was run so far is weighed. */
  signal?: AbortSignal;
  /** Runs Dredd first. */
  dredd?: boolean;
  /** Runs only cases whose id this matches, and the plain right requests. */
  only?: RegExp;
}

/**
 * Runs everything, one request after the other, and weighs it. What stands in the way of a run does not reject: it is
 * in `stopped`. Rejects with `NotAllowed` for a host that must not be called.
 */
export async function runStaging(settings: StagingSettings, options: StagingRunOptions): Promise<StagingRun> {
  const { given, known, progress, signal = new AbortController().signal, only = /./ } = options;
  const contract = readContract();
  const checker = createChecker(contract);
  assertLooks(checker, contract);
  const session = openSession(settings, {
    contract,
    checker,
    signal,
    store: (made) =>
      createStore(
        [],
        settings.create
          ? createCreate(
              {
                contract,
                credentials: settings.credentials,
                channel: settings.channel,
                send: async (request) => {
                  const { reading, keep } = await made.send('creating', request);
                  // A gateway without creation says nothing about the contract's refusals by its 404.
                  if (reading.form === 'documented') keep();
                  return reading;
                },
              },
              (line) => made.notes.push(line),
            )
          : undefined,
      ),
  });
  session.store.all.push(...given.map(({ va }) => va));
  known?.(session.store.all);
  const cases = casesOf(session).filter(({ id }) => controlIds.includes(id) || only.test(id));
  const runner = createRunner(session, cases.length, progress);
  let stopped: StagingRun['stopped'];
  let dredd: StagingRun['dredd'];
  try {
    await begin(session, runner);
    await sortByState(session, runner, given);
    if (options.dredd) dredd = await dreddStep(session, runner.record);
    for (const one of cases) await runner.run(one);
    runner.infer();
    await lookAfter(session);
    await runner.after.lookAtTheEnd();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    stopped = { says: error.message, code: error.code };
  } finally {
    session.close();
  }
  runner.skipRest(cases, stopped?.says ?? '');
  const { results, refutations } = runner;
  const { store, observations, causes, notes } = session;
  const states: VaState[] = ['active', 'paid', 'expired', 'canceled'];
  return {
    host: new URL(settings.baseUrl).host,
    requests: session.requests(),
    results,
    observations,
    verdicts: weigh(contract, results, refutations, observations),
    causes: [...causes.values()],
    ...(stopped && { stopped }),
    ...(dredd && { dredd }),
    notes,
    accounts: {
      had: store.all.length,
      given: given.length,
      usedUp: store.usedUp.size,
      left: Object.fromEntries(states.map((state) => [state, store.left(state)])) as Record<VaState, number>,
    },
  };
}

/** The plain right requests, about what exists and about what does not. */
const controlIds = ['outcome.success', 'outcome.notFound.unknown'];

/** The plain right requests first. Of creating, a case for each statement: every accepted one leaves an account. */
function casesOf({ contract, settings }: Session): ContractCase[] {
  const sorted = (cases: ContractCase[]): ContractCase[] => [
    ...controlIds.flatMap((id) => cases.filter((one) => one.id === id)),
    ...cases.filter((one) => !controlIds.includes(one.id)),
  ];
  const all = operations.flatMap((operation) => [
    ...sorted(casesFor(operation, contract)),
    ...(operation === readOnlyOperation ? exampleCases(contract, operation) : []),
  ]);
  if (!settings.create) return all;
  const creating = sorted(casesFor('createVirtualAccount', contract)).filter(
    ({ kind, statement }) => kind === 'stated' || isUnstated(contract, statement.pointer),
  );
  return [...firstOfEach(creating), ...all];
}

/** The contract's own examples of a right request, as they stand. Whose they are nobody knows: only to ask after. */
function exampleCases(contract: Contract, operation: string): ContractCase[] {
  const { shape, make, statement, operation: about } = readOperation(contract, operation);
  return examplesOf(contract, about).map(({ name, pointer, value }) =>
    make('example', {
      id: `example.${name}`,
      expect: 'accepted',
      statement: statement(pointer),
      needs: { state: 'unknown' },
      build: (context) => rightRequest(shape, context, { body: value }),
    }),
  );
}

/** Puts the given virtual accounts in store, each in the state that an inquiry says, if it says one. */
async function sortByState(session: Session, runner: Runner, given: readonly GivenVa[]): Promise<void> {
  const { store, notes } = session;
  const otherwise: string[] = [];
  const doubtful: GivenVa[] = [];
  const saidOfActive = new Set<VaState | 'unknown'>();
  let isAsked = false;
  for (const [i, { state, va }] of given.entries()) {
    const said = runner.after.distrusts()
      ? undefined
      : await stateOf(session, va, 'inquiry of a given account');
    if (said === 'active' && !isAsked) {
      isAsked = true;
      const again = await stateOf(session, va, 'a second inquiry of a given account');
      if (again === 'canceled') runner.after.inquiryLied('a second inquiry');
    }
    if (said !== undefined && said !== state) otherwise.push(`${i + 1} (${state}, but ${said})`);
    store.claim(state);
    // Paid, the file says, and active, an inquiry says: which is true only a cancel tells.
    if (said === 'active' && state !== 'active') doubtful.push({ state, va });
    else if (said !== 'unknown') store.put({ state: said ?? state, va });
    if (state === 'active' && said !== undefined) saidOfActive.add(said);
  }
  for (const one of doubtful) await runner.after.tryDoubtful(one);
  if (otherwise.length > 0) {
    const more = otherwise.length > 5 ? ` and ${otherwise.length - 5} more` : '';
    notes.push(`Entries of IFORTEPAY_TEST_VAS in another state: ${otherwise.slice(0, 5).join(', ')}${more}.`);
  }
  const [first] = given.filter(({ state }) => state === 'active');
  const [said, ...others] = saidOfActive;
  if (!first || !said || said === 'active' || others.length > 0) return;
  notes.push('None that the file calls active is: an old file, or an inquiry that is wrong.');
  await runner.after.tryOne(first.va, said === 'unknown' ? '02' : said.toUpperCase());
}

/** Asks after one that was cancelled: what a cancelled virtual account looks like is a guess too. */
async function lookAfter(session: Session): Promise<void> {
  const va = await session.store.take('canceled');
  if (va) await stateOf(session, va, 'inquiry after a cancel');
}
