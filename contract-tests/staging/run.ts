/** Runs the cases against a gateway that nobody here controls, with the virtual accounts that are to be had. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createChecker, assertLooks } from '../checker/checker.ts';
import { examplesOf, isUnstated, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { rightRequest } from '../cases/request.ts';
import { runCase } from '../cases/run.ts';
import { readOperation } from '../cases/operation.ts';
import type { ContractCase, RawRequest, VaIds } from '../cases/types.ts';
import { createCreate, createdIn, createStore, makeUp, supplierFor, tomorrow } from './accounts.ts';
import type { GivenVa, VaState } from './accounts.ts';
import { foreign } from './answer.ts';
import type { Reading } from './answer.ts';
import { dreddStep } from './dredd.ts';
import type { ByDredd, DreddStep } from './dredd.ts';
import { lies, lookedUpFirst, refutationOf, weigh } from './evidence.ts';
import type { Observation, Refutation, StagingResult, Verdicts } from './evidence.ts';
import {
  blame,
  isAsAtTheStart,
  openSession,
  orUndefined,
  requestFor,
  sendControl,
  stateOf,
  Stop,
  tell,
  waitUntilBack,
  wordsFor,
} from './session.ts';
import type { Cause, Session } from './session.ts';
import { NotAllowed } from './settings.ts';
import type { Settings } from './settings.ts';

/** All that a run has found out. Holds nothing secret. */
export interface Run {
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

/** How far a run is. */
export interface Progress {
  done: number;
  total: number;
  /** Statements that were refuted so far. */
  refuted: number;
  leftMs: number;
}

/** What a run is given beside its settings. */
export interface RunOptions {
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

/** Inquiries first: they leave every virtual account as it is. */
const readOnlyOperation = 'inquireVirtualAccount';
const operations = [readOnlyOperation, 'cancelVirtualAccount'];
/** How often a case is tried anew where something else than the gateway answered. */
const ATTEMPTS = 3;
/** After so many failures not each one is held against the plain right request any more, but every tenth. */
const CHECKED_FAILURES = 25;

/**
 * Runs everything, one request after the other, and weighs it. What stands in the way of a run does not reject: it is
 * in `stopped`. Rejects with `NotAllowed` for a host that must not be called.
 */
export async function runStaging(settings: Settings, options: RunOptions): Promise<Run> {
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
                  keep();
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
  let stopped: Run['stopped'];
  let dredd: Run['dredd'];
  try {
    await begin(session, runner);
    await sortByState(session, runner, given);
    if (options.dredd) dredd = await dreddStep(session, runner.record);
    for (const one of cases) await runner.run(one);
    await lookAfter(session);
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

/**
 * The first case of each thing that is stated: of each check that refuses, and of each thing that is taken. Not the
 * one with null, if there is another: many a server takes that for no member.
 */
function firstOfEach(cases: readonly ContractCase[]): ContractCase[] {
  const seen = new Set<string>();
  const isNull = ({ id }: ContractCase): number => Number(id.endsWith('.null'));
  return [...cases]
    .sort((a, b) => isNull(a) - isNull(b))
    .filter(({ operation, statement, expect }) => {
      const key = `${operation} ${statement.pointer} ${typeof expect === 'object' ? expect.responseCode : expect}`;
      return !seen.has(key) && seen.add(key);
    });
}

/**
 * Sends one right request about ids that do not exist, which any other answer is compared to from then on. Throws a
 * `Stop` if it is refused for who asks, or by what stands in front: then nothing else would say anything.
 */
async function begin(session: Session, runner: Runner): Promise<void> {
  const reading = await sendControl(session);
  if (!reading) throw new Stop(`the gateway gives no answer${await reasonOf(session)}`);
  session.control = reading;
  const { form, status, code, sample } = reading;
  const stop = (says: string, exit: 2 | 4 = 4): never => {
    blame(session, says, sample);
    throw new Stop(says, exit);
  };
  if (form === 'redirect') stop(`IFORTEPAY_BASE_URL: ${wordsFor(reading)}`, 2);
  if (form === 'page' && [401, 403].includes(status)) {
    stop(`these credentials or this address are refused, by a firewall say: ${sample.slice(0, 40)}`, 2);
  }
  if (form === 'page' || form === 'down') stop(wordsFor(reading));
  if (form === 'shape' && !(await isOwnWord(session, reading))) stop(wordsFor(reading));
  if (code === '04') stop(`the gateway refuses these credentials: ${tell(reading)}`, 2);
  if (code === '99') await blameTheKey(session, runner, 'cancelVirtualAccount');
}

async function reasonOf(session: Session): Promise<string> {
  const request = requestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const error = await session.send('control', request).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotAllowed || error instanceof Stop) throw error;
  const { code, name } = (error ?? {}) as { code?: string; name?: string };
  return error === undefined ? '' : `: ${code ?? name}`;
}

/** What answers a page to everything, whoever asks, is not the gateway; other refusals in a form of its own may be. */
async function isOwnWord(session: Session, { status, sample }: Reading): Promise<boolean> {
  const right = requestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const nobody = { ...right, headers: right.headers.filter(([name]) => name !== 'authorization') };
  const got = await session.send('control', nobody).catch(orUndefined);
  if (!got) return false;
  return got.reading.status !== status || !/html/.test(sample);
}

/**
 * A right signature is refused: it is this hash key, unless the gateway takes one of another making. Only the cases
 * about that are run; each that is taken refutes the formula.
 */
async function blameTheKey(session: Session, runner: Runner, operation: string): Promise<void> {
  const cases = casesFor(operation, session.contract);
  for (const one of cases.filter(({ group }) => group === 'signature')) {
    if (!(await runner.isTaken(one, operation === readOnlyOperation))) continue;
    const isHex = one.id === 'signature.upperCase';
    const key = '/components/securitySchemes/requestSignature';
    runner.refute({
      key: isHex ? `${key}/x-known-parts/lower-case hex` : key,
      known: isHex ? 'sdk' : 'docs',
      says: `a right signature is refused, and one of another making is taken: ${one.id}`,
      by: `${operation} ${one.id}`,
    });
    throw new Stop(`the signature is made otherwise: ${one.id} is taken`);
  }
  throw new Stop('every right signature is refused: this hash key is not the one (IFORTEPAY_HASH_KEY)', 2);
}

/** Puts the given virtual accounts in store, each in the state that an inquiry says, if it says one. */
async function sortByState(session: Session, runner: Runner, given: readonly GivenVa[]): Promise<void> {
  const { store, notes } = session;
  const otherwise: string[] = [];
  let isAsked = false;
  for (const [i, { state, va }] of given.entries()) {
    const said = runner.distrustsInquiry
      ? undefined
      : await stateOf(session, va, 'inquiry of a given account');
    if (said === 'active' && !isAsked) {
      isAsked = true;
      const again = await stateOf(session, va, 'a second inquiry of a given account');
      if (again === 'canceled') runner.inquiryLied('a second inquiry');
    }
    if (said !== undefined && said !== state) otherwise.push(`${i + 1} (${state}, but ${said})`);
    store.claim(state);
    if (said !== 'unknown') store.put({ state: said ?? state, va });
  }
  if (otherwise.length > 0) {
    const more = otherwise.length > 5 ? ` and ${otherwise.length - 5} more` : '';
    notes.push(`Entries of IFORTEPAY_TEST_VAS in another state: ${otherwise.slice(0, 5).join(', ')}${more}.`);
  }
  const actives = given.filter(({ state }) => state === 'active').length;
  if (actives > 1 && otherwise.length >= actives && store.left('active') === 0) {
    notes.push('None that the file calls active is: an old file, or an inquiry that cancels.');
  }
}

/** Asks after one that was cancelled: what a cancelled virtual account looks like is a guess too. */
async function lookAfter(session: Session): Promise<void> {
  const va = await session.store.take('canceled');
  if (va) await stateOf(session, va, 'inquiry after a cancel');
}

/** Whether it is about ids of its own, which no existing virtual account can be made to have. */
function isAboutIds({ needs }: ContractCase): boolean {
  return Object.keys(needs.with ?? {}).some((name) => name.endsWith('_id'));
}

interface Runner {
  results: StagingResult[];
  refutations: Refutation[];
  run: (one: ContractCase) => Promise<void>;
  /** Weighs a case that Dredd sent. */
  record: (one: ContractCase, by: ByDredd) => Promise<StagingResult>;
  /** Whether the gateway takes this request. */
  isTaken: (one: ContractCase, isReal: boolean) => Promise<boolean>;
  refute: (one: Refutation) => void;
  inquiryLied: (when: string) => void;
  distrustsInquiry: boolean;
  /** Adds a result for each case that was not run. */
  skipRest: (cases: readonly ContractCase[], reason: string) => void;
}

interface Attempt {
  result: StagingResult;
  readings: Reading[];
  keeps: (() => void)[];
  used?: GivenVa;
}

/** How the plain right request of an operation was answered, about what exists and about what does not. */
interface Control {
  isGood: boolean;
  status: number;
  code: string | undefined;
}

function createRunner(session: Session, total: number, progress: RunOptions['progress']): Runner {
  const { store, contract } = session;
  const began = performance.now();
  const controls = new Map<string, Control>();
  const realOnes = new Set(
    operations
      .flatMap((operation) => firstOfEach(casesFor(operation, contract)))
      .filter((one) => one.kind === 'stated' && one.needs.state === 'any' && !isAboutIds(one)),
  );
  const realIds = new Set([...realOnes].map(({ operation, id }) => `${operation} ${id}`));
  let [failures, areIdsBlamed] = [0, false];

  const runner: Runner = {
    results: [],
    refutations: [],
    distrustsInquiry: false,
    refute: (one) => void runner.refutations.push(one),
    inquiryLied: (when) => {
      runner.distrustsInquiry = true;
      const says = `ACTIVE before an inquiry, CANCELED in ${when} after it, and nothing cancelled it`;
      runner.refute({ key: lies.inquiry, known: 'docs', says, by: 'inquireVirtualAccount', rank: 0.3 });
    },
    run: async (one) => {
      const result = await runSafely(one);
      runner.results.push(result);
      const refutation = refutationOf(contract, one, result);
      if (refutation) runner.refute(refutation);
      if (one.operation === readOnlyOperation && one.id === 'outcome.success') await lookAgain();
      report();
    },
    record: async (one, { result, reading, used }) => {
      const whole = 'id' in result ? result : unrun(one, result.verdict, result.reason);
      if (used) await settle(one, whole, used);
      const says = '02, and no virtual account has these ids';
      const isOther = isAboutIds(one) && whole.got?.responseCode === '02' && one.expect !== 'accepted';
      const described: StagingResult =
        lookedUpFirst(whole) || isOther
          ? { ...whole, verdict: 'not judged', reason: says }
          : describe(one, whole, reading);
      runner.results.push(described);
      const refutation = refutationOf(contract, one, described);
      if (refutation) runner.refute(refutation);
      return described;
    },
    isTaken: async (one, isReal) => {
      const { result } = await attempt(one, isReal);
      return result.got?.responseCode === (isReal ? '00' : '02');
    },
    skipRest: (cases, reason) => {
      const done = new Set(runner.results.map(({ operation, id }) => `${operation} ${id}`));
      for (const one of cases) {
        if (!done.has(`${one.operation} ${one.id}`)) runner.results.push(unrun(one, 'not run', reason));
      }
    },
  };

  const report = (): void => {
    if (!progress) return;
    const done = runner.results.length;
    const leftMs = ((performance.now() - began) / Math.max(1, done)) * (total - done);
    progress({ done, total, refuted: new Set(runner.refutations.map(({ key }) => key)).size, leftMs });
  };

  /** One case; once more with a virtual account that exists where ids that do not told nothing. */
  const runSafely = async (one: ContractCase): Promise<StagingResult> => {
    const isReadOnly = one.operation === readOnlyOperation;
    const isReal = isReadOnly || (realIds.has(`${one.operation} ${one.id}`) && store.left('active') > 0);
    const real = await judged(one, isReal);
    const isLacking =
      ['needs account', 'not run'].includes(real.verdict) && isReal && one.needs.state === 'any';
    const first = isLacking ? await judged(one, false) : real;
    if (one.kind === 'unstated' || !lookedUpFirst(first)) return first;
    const second = isAboutIds(one) ? undefined : await judged(one, true);
    if (second && second.verdict !== 'needs account' && second.verdict !== 'not run') return second;
    if (second) return { ...first, verdict: second.verdict, reason: `looked up first; ${second.reason}` };
    // That ids are looked up before they are checked no document forbids: it says nothing of the check.
    return { ...first, verdict: 'not judged', reason: '02, and no virtual account has these ids' };
  };

  const judged = async (one: ContractCase, isReal: boolean): Promise<StagingResult> => {
    const { result, readings, keeps, used } = await answered(one, isReal);
    if (result.verdict !== 'no answer') for (const keep of keeps) keep();
    if (used) await settle(one, result, used);
    const reading = readings.at(-1);
    const key = `${one.operation} ${result.exists ?? false}`;
    const isControl = one.id === (result.exists ? 'outcome.success' : 'outcome.notFound.unknown');
    if (!isControl || !reading) {
      const others = one.needsOther ? controls.get(`${one.operation} false`) : undefined;
      return describe(one, result, reading, [controls.get(key), others]);
    }
    const { form, status, code } = reading;
    const right = result.exists ? ['00'] : ['00', '02', '03'];
    const isGood = form === 'documented' && status < 500 && right.includes(code ?? '');
    controls.set(key, { isGood, status, code });
    const isRefused = !isGood && form === 'documented' && ['01', '02', '04', '99'].includes(code ?? '');
    return isRefused ? refusedControl(one, result, reading) : describe(one, result, reading);
  };

  /** The plain right request is refused: that says nothing of any statement, but why is to be found out. */
  const refusedControl = async (
    one: ContractCase,
    result: StagingResult,
    reading: Reading,
  ): Promise<StagingResult> => {
    stopIfAllRefused(one.operation, reading);
    const isSigned = controls.get(`${readOnlyOperation} true`)?.isGood;
    if (result.exists && reading.code === '99' && !isSigned) {
      await blameTheKey(session, runner, readOnlyOperation);
    }
    const isBlamed = !result.exists && reading.code === '01' && (await blameTheIds(one.operation));
    const about = result.exists ? 'a virtual account that exists' : 'ids that do not exist';
    const says = `the plain right request about ${about} is refused (${tell(reading)})`;
    if (!isBlamed) blame(session, says, reading.sample);
    return {
      ...result,
      verdict: result.exists ? 'not run' : 'not judged',
      reason: says,
      sample: reading.sample,
    };
  };

  /** Which of the made-up ids is not taken: each is sent with the others of a virtual account that exists. */
  const blameTheIds = async (operation: string): Promise<boolean> => {
    if (operation !== readOnlyOperation) return areIdsBlamed;
    const va = await store.look();
    if (!va) return false;
    const members = { external_id: 'ExternalId', order_id: 'OrderId', transaction_id: 'TransactionId' };
    for (const [name, schema] of Object.entries(members)) {
      const id = makeUp(session.settings)[name as keyof typeof members];
      const request = requestFor(session, operation, { ...va, [name]: id });
      const got = await session.send(`${operation} another ${name}`, request).catch(orUndefined);
      if (got?.reading.code !== '01') continue;
      areIdsBlamed = true;
      runner.refute({
        key: `/components/schemas/${schema}/pattern`,
        known: name === 'transaction_id' ? 'guess' : 'docs',
        says: `${id.length} letters, digits and dashes are refused: ${tell(got.reading)}`,
        by: `${operation} another ${name}`,
        sample: got.reading.sample,
      });
    }
    return areIdsBlamed;
  };

  /** Nothing else can be said where the plain right request is refused as a request, whatever it is about. */
  const stopIfAllRefused = (operation: string, reading: Reading): void => {
    if (operation !== 'cancelVirtualAccount' && operation !== readOnlyOperation) return;
    const [real, madeUp] = [controls.get(`${operation} true`), controls.get(`${operation} false`)];
    const isRefused = (control?: Control): boolean =>
      control !== undefined && !control.isGood && control.code === '01';
    if (!isRefused(madeUp) || (real !== undefined && !isRefused(real))) return;
    const says = `the plain right request is refused (${tell(reading)}): this merchant or its account may not do it`;
    blame(session, says, reading.sample);
    throw new Stop(says);
  };

  /** Tries until the gateway itself answers, and, where it may have changed its mind, is as it was at the start. */
  const answered = async (one: ContractCase, isReal: boolean): Promise<Attempt> => {
    let last: Attempt | undefined;
    for (let i = 0; i < ATTEMPTS; i++) {
      last = await attempt(one, isReal);
      const odd = last.readings.find(({ form }) => form !== 'documented');
      const isSilent = last.result.verdict === 'no answer';
      if (!odd && !isSilent) return (await standsFirm(last, one)) ? last : answered(one, isReal);
      if (odd && !foreign.includes(odd.form) && (await isAsAtTheStart(session))) return last;
      blame(
        session,
        odd ? wordsFor(odd) : 'no answer: the connection was refused, reset or late',
        odd?.sample,
      );
      if (last.used) await settle(one, { ...last.result, verdict: 'no answer' }, last.used);
      delete last.used;
      await waitUntilBack(session);
    }
    const reason = last!.result.verdict === 'no answer' ? last!.result.reason : 'not the gateway answered';
    return { ...last!, result: { ...last!.result, verdict: 'no answer', reason } };
  };

  /** Whether a failure is the case's: right after it the plain right request is answered as ever. */
  const standsFirm = async ({ result, used }: Attempt, one: ContractCase): Promise<boolean> => {
    if (result.verdict !== 'fail' || one.kind === 'unstated') return true;
    failures += 1;
    if (failures > CHECKED_FAILURES && failures % 10 !== 0) return true;
    if (await isAsAtTheStart(session)) return true;
    if (used) await settle(one, { ...result, verdict: 'no answer' }, used);
    await waitUntilBack(session);
    return false;
  };

  const attempt = async (one: ContractCase, isReal: boolean): Promise<Attempt> => {
    const { settings, checker, send } = session;
    const readOnly = one.operation === readOnlyOperation;
    const supplier = supplierFor(store, { channel: settings.channel, readOnly, real: isReal });
    const [readings, keeps]: [Reading[], (() => void)[]] = [[], []];
    let ended: Error | undefined;
    const target = {
      credentials: settings.credentials,
      alternates: {},
      supply: supplier.supply,
      send: async (request: RawRequest) => {
        const sent = soon(session, one, request);
        const got = await send(`${one.operation} ${one.id}`, sent, one.kind).catch((error: unknown) => {
          if (error instanceof Stop || error instanceof NotAllowed) ended = error;
          throw error;
        });
        readings.push(got.reading);
        keeps.push(got.keep);
        const created = one.operation === 'createVirtualAccount' && createdIn(sent, got.reading);
        if (created) store.put({ state: 'active', va: created });
        return got.reading.answer;
      },
    };
    const result = await runCase(one, target, checker);
    if (ended) throw ended;
    const { lacked, used } = supplier;
    if (lacked) {
      const verdict = store.had(lacked) ? 'not run' : 'needs account';
      const reason = `${store.had(lacked) ? 'no more virtual accounts' : 'no virtual account'} that is ${lacked}`;
      return { result: { ...result, verdict, reason }, readings, keeps };
    }
    const isSilent = result.got === undefined && result.verdict === 'fail';
    return {
      result: isSilent ? { ...result, verdict: 'no answer' } : result,
      readings,
      keeps,
      ...(used && { used }),
    };
  };

  /** Asks what became of the virtual account of a case: nothing if it was refused, cancelled if it was not. */
  const settle = async (one: ContractCase, result: StagingResult, { state, va }: GivenVa): Promise<void> => {
    if (one.operation === readOnlyOperation) {
      if (state !== 'active') store.put({ state, va });
      return;
    }
    const code = result.got?.responseCode;
    const isDone = code === '00' && result.got!.status < 300;
    const by = `${one.operation} ${one.id}, and an inquiry after it`;
    let after = runner.distrustsInquiry ? undefined : await stateOf(session, va, `inquiry after ${one.id}`);
    if (isDone && after === 'active') {
      // A gateway with a copy of its data for reading may need a moment.
      await sleep(500);
      after = await stateOf(session, va, `inquiry after ${one.id}`);
      if (after === 'active') {
        const says = `${tell({ status: result.got!.status, code })}, yet an inquiry says ACTIVE`;
        runner.refute({ key: lies.canceled, known: 'page', says, by, rank: 0.2 });
      }
    }
    const isRefused = ['01', '02', '04', '99'].includes(code ?? '') && result.verdict !== 'no answer';
    if (isRefused && state === 'active' && after === 'canceled' && one.id !== 'open.state.twice') {
      const says = `refused (${tell({ status: result.got!.status, code })}), yet an inquiry says CANCELED`;
      runner.refute({ key: lies.refused, known: 'docs', says, by, rank: 0 });
    }
    const now = after === 'unknown' || after === undefined ? (isDone ? 'canceled' : undefined) : after;
    if (now === undefined) return void store.usedUp.add(va);
    if (now !== 'active' && state === 'active') store.usedUp.add(va);
    store.put({ state: now, va });
  };

  /** The account that was just asked after, once more. */
  const lookAgain = async (): Promise<void> => {
    if (store.left('active') === 0 || runner.distrustsInquiry) return;
    const va = await store.look();
    const now = va && (await stateOf(session, va, 'inquiry after an inquiry'));
    if (now === 'canceled') runner.inquiryLied('an inquiry');
  };

  return runner;
}

/** A created virtual account is to expire in a day, whatever the contract's example has. */
function soon({ contract }: Session, { operation }: ContractCase, request: RawRequest): RawRequest {
  if (operation !== 'createVirtualAccount') return request;
  const details = readOperation(contract, operation).shape.template?.['payment_details'];
  const { expired_time: example } = details as { expired_time: string };
  const text = Buffer.from(request.body).toString('utf8');
  return text.includes(example)
    ? { ...request, body: Buffer.from(text.replace(example, tomorrow())) }
    : request;
}

function unrun(one: ContractCase, verdict: StagingResult['verdict'], reason: string): StagingResult {
  const { id, group, operation, expect, kind, statement, question } = one;
  const about = {
    id,
    group,
    operation,
    expect,
    kind,
    statement,
    ...(question !== undefined && { question }),
  };
  return { ...about, verdict, reason, findings: [] };
}

/** The verdict that counts: of what is stated, what says something; of the rest, a description. */
function describe(
  one: ContractCase,
  result: StagingResult,
  reading: Reading | undefined,
  controls: readonly (Control | undefined)[] = [],
): StagingResult {
  if (!['pass', 'fail'].includes(result.verdict) || !reading) return result;
  if (reading.form !== 'documented') {
    return { ...result, verdict: 'not judged', reason: wordsFor(reading), sample: reading.sample };
  }
  const { status, code } = reading;
  const bad = controls.filter((one) => one && !one.isGood) as Control[];
  const isAlike = bad.some((one) => one.status === status && one.code === code);
  if (isAlike) {
    return { ...result, verdict: 'not judged', reason: `the plain right request gets ${tell(reading)} too` };
  }
  if (bad.length > 0 && one.expect === 'accepted') {
    return { ...result, verdict: 'not judged', reason: 'the plain right request fails too' };
  }
  const expectsSuccess = one.expect === 'accepted' || one.expect.responseCode === '00';
  if (result.verdict === 'fail' && expectsSuccess && status >= 500) {
    return { ...result, verdict: 'no answer', reason: `the gateway failed: ${tell(reading)}` };
  }
  if (one.kind === 'stated') {
    const isOther = code !== undefined && (one.orCodes ?? []).includes(code);
    if (result.verdict === 'fail' && isOther) {
      return { ...result, verdict: 'pass', reason: `refused by another check first: ${tell(reading)}` };
    }
    return result.verdict === 'fail' ? { ...result, sample: reading.sample } : result;
  }
  const words = result.verdict === 'pass' ? 'as expected' : 'otherwise';
  const reason = `${words}: ${tell(reading)}`;
  return { ...result, verdict: 'reported', reason, ...(one.topic && { topic: one.topic }) };
}
