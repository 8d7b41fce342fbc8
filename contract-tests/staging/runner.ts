/** The way of one case at a gateway that nobody here controls: sent, tried anew, held against a control, settled. */
import { asObject } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { casesFor } from '../cases/cases.ts';
import { aboutOf, runCase } from '../cases/run.ts';
import { readOperation } from '../cases/operation.ts';
import type { ContractCase, RawRequest, VaIds } from '../cases/types.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { createdIn, hasOwnIds, makeUp, supplierFor, tomorrow } from './accounts.ts';
import type { GivenVa } from './accounts.ts';
import { createAfter, expectsSuccess } from './after.ts';
import type { After } from './after.ts';
import { foreign } from './answer.ts';
import type { Reading } from './answer.ts';
import type { ByDredd } from './dredd.ts';
import { assumptions, lookedUpFirst, refusedWith2xx, refutationOf } from './evidence.ts';
import type { Refutation, StagingResult } from './evidence.ts';
import { explain } from './refused.ts';
import type { Tries } from './refused.ts';
import {
  blame,
  isAsAtTheStart,
  NO_ANSWER,
  orUndefined,
  plainRequestFor,
  sendControl,
  Stop,
  tell,
  waitUntilBack,
  wordsFor,
} from './session.ts';
import type { Session } from './session.ts';
import { NotAllowed } from './settings.ts';

/** How far a run is. */
export interface Progress {
  done: number;
  total: number;
  /** Statements that were refuted so far. */
  refuted: number;
  leftMs: number;
}

/** Inquiries first: they leave every virtual account as it is. */
export const readOnlyOperation = 'inquireVirtualAccount';
/** Those that need nothing but a virtual account. */
export const operations: readonly string[] = [readOnlyOperation, 'cancelVirtualAccount'];
const CREATION = 'createVirtualAccount';
/** How often a case is tried anew where something else than the gateway answered. */
const ATTEMPTS = 3;
/** The same where one of two behind a balancer may be down. */
const AT_A_BALANCER = 6;
/** After so many failures not each one is held against the plain right request any more, but every tenth. */
const CHECKED_FAILURES = 25;
/** After so many cases that were not answered in so long a run ends: each takes as long as the sender waits. */
const [SILENT, SLOW_MS] = [10, 10_000];
const SILENCE =
  'many requests are not answered at all, though the plain right one is: wrong ones are dropped, say';

/**
 * The first case of each thing that is stated: of each check that refuses, and of each thing that is taken. Not the
 * one with null, if there is another: many a server takes that for no member.
 */
export function firstOfEach(cases: readonly ContractCase[]): ContractCase[] {
  const seen = new Set<string>();
  const isNull = ({ id }: ContractCase): number => Number(id.endsWith('.null'));
  return [...cases]
    .sort((a, b) => isNull(a) - isNull(b))
    .filter(({ operation, statement, expect }) => {
      const key = `${operation} ${statement.pointer} ${typeof expect === 'object' ? expect.responseCode : expect}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** The cases that are sent about an account that exists, which is asked after then; one of each check, and of each success. */
export function askedAfter(contract: Contract): ContractCase[] {
  return operations
    .flatMap((operation) => firstOfEach(casesFor(operation, contract)))
    .filter((one) => one.kind === 'stated' && one.needs.state === 'any' && !hasOwnIds(one.needs));
}

/** What sends the cases of a run and keeps what came of them. */
export interface Runner extends Tries {
  results: StagingResult[];
  refutations: Refutation[];
  run: (one: ContractCase) => Promise<void>;
  /** Weighs a case that Dredd sent. */
  record: (one: ContractCase, by: ByDredd) => Promise<StagingResult>;
  after: After;
  /** Of 02 about ids that nothing has: where another such id is refused for the same rule, this one was taken. */
  infer: () => void;
  /** Adds a result for each case that was not run. */
  skipRest: (cases: readonly ContractCase[], reason: string) => void;
}

interface Attempt {
  result: StagingResult;
  readings: Reading[];
  keeps: (() => void)[];
  used?: GivenVa;
  /** The last request. */
  sent?: RawRequest;
  /** Whether it names a virtual account that there may be: if not, 02 only says that it was looked up. */
  isNamed: boolean;
}

/** How the plain right request of an operation was answered, about what exists and about what does not. */
interface Control {
  isGood: boolean;
  status: number;
  code: string | undefined;
}

/**
 * Sends cases and weighs what comes back: tries anew what something else answered, holds a failure against the plain
 * right request, and asks what became of each virtual account.
 */
export function createRunner(
  session: Session,
  total: number,
  progress?: (progress: Progress) => void,
): Runner {
  const { store, contract } = session;
  const began = performance.now();
  const controls = new Map<string, Control>();
  const realIds = new Set(askedAfter(contract).map(({ operation, id }) => `${operation} ${id}`));
  let [failures, silent, failing, shapes] = [0, 0, 0, 0];
  let blamed: 'ids' | 'not found' | undefined;
  let withoutCreation: string | undefined;

  const refutations: Refutation[] = [];
  const refute = (one: Refutation): void => void refutations.push(one);
  const after = createAfter(session, refute, async (one) => {
    const { used, result, isNamed } = await attempt(one, true);
    return used && { one, used, result, isNamed };
  });
  /** False if something else had cancelled the virtual account before. */
  const settle = async (
    one: ContractCase,
    result: StagingResult,
    used: GivenVa,
    isNamed = true,
  ): Promise<boolean> => {
    if (one.operation !== readOnlyOperation) return after.settle({ one, result, used, isNamed });
    if (used.state !== 'active') store.put(used);
    return true;
  };

  const runner: Runner = {
    results: [],
    refutations,
    refute,
    after,
    run: async (one) => {
      const reason = one.operation === CREATION ? (withoutCreation ??= await whyNotCreated()) : '';
      const result = reason === '' ? await runSafely(one) : unrun(one, 'not judged', reason);
      runner.results.push(result);
      const refutation = refutationOf(contract, one, result);
      if (refutation) runner.refute(refutation);
      if (one.operation === readOnlyOperation && one.id === 'outcome.success') await after.lookAgain();
      report();
    },
    record: async (one, { result, reading, used }) => {
      const whole = 'id' in result ? result : unrun(one, result.verdict, result.reason);
      if (used) await settle(one, whole, used);
      const isOther = hasOwnIds(one.needs) && whole.got?.responseCode === '02' && one.expect !== 'accepted';
      const described: StagingResult =
        lookedUpFirst(whole) || isOther
          ? { ...whole, verdict: 'not judged', reason: LOOKED_UP }
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
    infer: () => {
      for (const [i, made] of runner.results.entries()) {
        const other = isInferred(made) && runner.results.find((each) => isAlikeAndRefused(each, made));
        if (!other) continue;
        const said = tell({ status: other.got!.status, code: '01' });
        const reason = `expected ${said}, which ${other.id} got, but got 02: looked up, so it was taken`;
        const result: StagingResult = { ...made, verdict: 'fail', reason };
        runner.results[i] = result;
        const { pointer: key, known } = made.statement;
        refute({ key, known, says: result.reason, by: `${made.operation} ${made.id}` });
      }
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

  /** Why this gateway, or this merchant, has no creation; empty if it has. It need not: what is asked for is cancelling. */
  const whyNotCreated = async (): Promise<string> => {
    const plain = casesFor(CREATION, contract).find(({ id }) => id === 'outcome.success')!;
    const last = (await attempt(plain, true)).readings.at(-1);
    const isAbsent = last && (last.form !== 'documented' || last.status === 405 || last.code === '04');
    if (!isAbsent || ![401, 403, 404, 405, 501].includes(last.status)) return '';
    const reason = `no virtual account can be created here: ${tell(last)}`;
    session.notes.push(reason);
    return reason;
  };

  /** One case; once more with a virtual account that exists where ids that do not told nothing. */
  const runSafely = async (one: ContractCase): Promise<StagingResult> => {
    const isReadOnly = one.operation === readOnlyOperation;
    const isReal = isReadOnly || (realIds.has(`${one.operation} ${one.id}`) && store.left('active') > 0);
    const real = await judged(one, isReal);
    const isLacking =
      ['needs account', 'not run'].includes(real.verdict) && isReal && one.needs.state === 'any';
    const first = isLacking ? await judged(one, false) : real;
    if (one.kind === 'unstated' || first.verdict === 'not judged' || !lookedUpFirst(first)) return first;
    const second = await judged(one, true);
    if (second.verdict !== 'needs account' && second.verdict !== 'not run') return second;
    return { ...first, verdict: second.verdict, reason: `looked up first; ${second.reason}` };
  };

  const judged = async (one: ContractCase, isReal: boolean): Promise<StagingResult> => {
    const { result, readings, keeps, used, isNamed } = await answered(one, isReal);
    const last = readings.at(-1);
    // What should be refused and is answered with an empty 204, say, says nothing of how a success looks.
    const isOdd = last?.form === 'shape' && last.status < 300 && !expectsSuccess(one);
    // No SDK sends such a thing, so what they read of refusals says nothing of the answer to it: often a framework's.
    const isUnread =
      last?.form === 'shape' && last.status >= 400 && ['shape', 'contentType'].includes(one.group);
    if (isUnread && one.kind === 'stated') refuteTrigger(one, wordsFor(last), last.sample);
    if (result.verdict !== 'no answer' && !isOdd && !isUnread) for (const keep of keeps) keep();
    if (isOdd && one.kind === 'stated') {
      refute({
        key: refusedWith2xx,
        known: 'sdk',
        says: wordsFor(last),
        by: `${one.operation} ${one.id}`,
        sample: last.sample,
      });
    }
    const isOwn = !used || (await settle(one, result, used, isNamed));
    if (!isOwn) return { ...result, verdict: 'not judged', reason: 'something else had cancelled it before' };
    // That ids are looked up before they are checked no document forbids: it says nothing of the check.
    if (!isNamed && one.kind !== 'unstated' && lookedUpFirst({ ...result, exists: false })) {
      return { ...result, verdict: 'not judged', reason: LOOKED_UP };
    }
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
    const isSigned = controls.get(`${readOnlyOperation} true`)?.isGood;
    const isOfKey = result.exists && reading.code === '99' && !isSigned;
    if (isOfKey || isAllRefused(one.operation)) {
      await explain(
        session,
        runner,
        isOfKey ? readOnlyOperation : one.operation,
        reading,
        result.exists === true,
      );
    }
    const cause = !result.exists && reading.code === '01' ? await blameTheIds(one.operation) : undefined;
    if (cause === 'not found') return describe(one, result, reading);
    const [, operation] = /^([a-z]+)/.exec(one.operation)!;
    const about = one.needs.state === 'fresh' || result.exists ? '' : ' about ids that do not exist';
    const says = `${operation}${about}: the plain right request is refused (${tell(reading)})`;
    if (cause === undefined) blame(session, says, reading.sample);
    return {
      ...result,
      verdict: result.exists ? 'not run' : 'not judged',
      reason: says,
      sample: reading.sample,
    };
  };

  /**
   * Which of the made-up ids is not taken: each is sent with the others of a virtual account that exists. If none is,
   * nothing is wrong with them: what is not found is answered so.
   */
  const blameTheIds = async (operation: string): Promise<'ids' | 'not found' | undefined> => {
    if (operation !== readOnlyOperation) return blamed;
    const va = await store.look();
    if (!va) return undefined;
    const members = { external_id: 'ExternalId', order_id: 'OrderId', transaction_id: 'TransactionId' };
    const found: Refutation[] = [];
    for (const [name, schema] of Object.entries(members)) {
      const send = (value: string) => {
        const request = plainRequestFor(session, operation, { ...va, [name]: value });
        return session.send(`${operation} another ${name}`, request).catch(orUndefined);
      };
      const id = makeUp(session.settings)[name as keyof typeof members];
      const got = await send(id);
      if (got?.reading.code !== '01') continue;
      const isLong = name !== 'transaction_id' && (await send(id.slice(0, 12)))?.reading.code !== '01';
      found.push({
        key: `/components/schemas/${schema}/${isLong ? 'maxLength' : 'pattern'}`,
        known: name === 'transaction_id' ? 'guess' : 'docs',
        says: `${id.length} letters, digits and dashes are refused: ${tell(got.reading)}`,
        by: `${operation} another ${name}`,
        sample: got.reading.sample,
      });
    }
    if (found.length === 0) return undefined;
    blamed = found.length === Object.keys(members).length ? 'not found' : 'ids';
    if (blamed === 'ids') found.forEach(refute);
    return blamed;
  };

  /** Nothing else can be said where the plain right request is refused as a request, whatever it is about. */
  const isAllRefused = (operation: string): boolean => {
    const [real, madeUp] = [controls.get(`${operation} true`), controls.get(`${operation} false`)];
    const isRefused = (control?: Control): boolean =>
      control !== undefined && !control.isGood && control.code === '01';
    return operations.includes(operation) && isRefused(madeUp) && (real === undefined || isRefused(real));
  };

  const refuteTrigger = ({ operation, id }: ContractCase, says: string, sample?: string): void =>
    refute({
      key: assumptions.trigger,
      known: 'guess',
      says,
      by: `${operation} ${id}`,
      ...(sample !== undefined && { sample }),
    });

  /** Tries until the gateway itself answers, and, where it may have changed its mind, is as it was at the start. */
  const answered = async (one: ContractCase, isReal: boolean): Promise<Attempt> => {
    let last: Attempt | undefined;
    const since = performance.now();
    let most = silent < ATTEMPTS ? ATTEMPTS : 1;
    let shape: Reading | undefined;
    for (let i = 0; i < most; i++) {
      last = await attempt(one, isReal);
      const odd = last.readings.find(({ form }) => form !== 'documented');
      const isSilent = last.result.verdict === 'no answer';
      const isFailing = last.result.verdict === 'fail' && last.result.got!.status >= 500;
      if (isFailing && !odd && failing < ATTEMPTS && i + 1 < ATTEMPTS) {
        // Once is a moment of weakness, every time is its answer to this.
        blame(session, `the gateway failed, and was tried again (${tell(last.readings.at(-1)!)})`);
        if (last.used) await settle(one, { ...last.result, verdict: 'no answer' }, last.used);
        continue;
      }
      if (isFailing && !odd) failing += 1;
      if (shape && !odd) blame(session, wordsFor(shape), shape.sample);
      if (!odd && !isSilent) return (await standsFirm(last, one)) ? last : answered(one, isReal);
      if (odd && !foreign.includes(odd.form) && (await isAsAtTheStart(session))) {
        // A limit of requests may be told so; what is wrong each time is the gateway's own form.
        if (shape || shapes >= CHECKED_FAILURES) {
          shapes += 1;
          if (odd.form !== 'too long') return last;
          blame(session, wordsFor(odd), odd.sample);
          return { ...last, result: { ...last.result, verdict: 'no answer', reason: wordsFor(odd) } };
        }
        shape = odd;
        if (last.used) await settle(one, { ...last.result, verdict: 'no answer' }, last.used);
        continue;
      }
      blame(session, odd ? wordsFor(odd) : NO_ANSWER, odd?.sample);
      if (last.used) await settle(one, { ...last.result, verdict: 'no answer' }, last.used);
      delete last.used;
      if (odd ? odd.status > 500 : performance.now() - since < SLOW_MS) most = AT_A_BALANCER;
      await waitUntilBack(session);
      // Not in step with one that takes turns.
      for (let more = 0; more < i; more++) await sendControl(session);
    }
    const { status, form, sample } = last!.readings.at(-1) ?? {};
    const isPage = form === 'page';
    if (isPage || (status === 500 && !expectsSuccess(one))) {
      // Each time, and the plain right request is answered in between: it is this one that is not liked.
      const what = status === 500 ? '500 without JSON' : wordsFor(last!.readings.at(-1)!);
      const reason = `a ${expectsSuccess(one) ? 'success' : 'refusal'} was expected, and ${what} came ${ATTEMPTS} times`;
      const isOwn = status === 500 || !/html/.test(sample!);
      if (one.kind === 'stated' && isOwn && !expectsSuccess(one)) refuteTrigger(one, reason, sample);
      return { ...last!, result: { ...last!.result, verdict: 'not judged', reason } };
    }
    if (status === undefined && performance.now() - since > SLOW_MS && ++silent >= SILENT)
      throw new Stop(SILENCE);
    const reason = last!.result.verdict === 'no answer' ? last!.result.reason : 'not the gateway answered';
    return { ...last!, result: { ...last!.result, verdict: 'no answer', reason } };
  };

  /** Whether this merchant may use the channel that a case did not choose itself. */
  const takesChannel = async (
    { sent, used }: Attempt,
    { operation, group }: ContractCase,
  ): Promise<boolean> => {
    const { payment_channel: channel } = asObject(parseJson(decodeBody(sent?.body ?? Buffer.of()).text));
    const isChosen = group !== 'example' && channel !== used?.va.payment_channel;
    if (typeof channel !== 'string' || isChosen || channel === session.settings.channel) return true;
    const request = plainRequestFor(session, operation, makeUp({ channel }));
    const got = await session.send('control of a channel', request).catch(orUndefined);
    return got?.reading.code !== '01';
  };

  /** Whether a failure is the case's: right after it the plain right request is answered as ever. */
  const standsFirm = async (made: Attempt, one: ContractCase): Promise<boolean> => {
    const { result, used } = made;
    if (result.verdict !== 'fail' || one.kind === 'unstated') return true;
    if (result.got?.responseCode === '01' && !(await takesChannel(made, one))) {
      made.result = {
        ...result,
        verdict: 'not judged',
        reason: 'the plain right request with this payment_channel is refused too: 01',
      };
      return true;
    }
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
    let last: RawRequest | undefined;
    let isNamed = false;
    const compares = one.kind === 'stated' && expectsSuccess(one);
    const target = {
      credentials: settings.credentials,
      alternates: {},
      supply: supplier.supply,
      send: async (request: RawRequest) => {
        const sent = soon(session, one, request);
        last = sent;
        const sendOnce = () => send(`${one.operation} ${one.id}`, sent, compares);
        // A second try would have two requests too, and meet the same one of two behind a balancer.
        const sendTwice = () => sendOnce().then((got) => (got.reading.form === 'down' ? sendOnce() : got));
        const got = await (one.before ? sendTwice : sendOnce)().catch((error: unknown) => {
          if (error instanceof Stop || error instanceof NotAllowed) ended = error;
          throw error;
        });
        readings.push(got.reading);
        keeps.push(got.keep);
        isNamed = supplier.used ? namesOf(sent) === namesOf(supplier.used.va) : !hasOwnIds(one.needs);
        const created = one.operation === CREATION && createdIn(sent, got.reading);
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
      return { result: { ...result, verdict, reason }, readings, keeps, isNamed };
    }
    const isSilent = result.got === undefined && result.verdict === 'fail';
    return {
      result: isSilent ? { ...result, verdict: 'no answer' } : result,
      readings,
      keeps,
      isNamed,
      ...(used && { used }),
      ...(last && { sent: last }),
    };
  };

  return runner;
}

/** The ids of a request or a virtual account, to be compared. */
function namesOf(of: RawRequest | VaIds): string {
  const found = 'body' in of ? parseJson(decodeBody(of.body).text) : of;
  const { external_id, order_id, transaction_id } = asObject(found);
  return JSON.stringify([external_id, order_id, transaction_id]);
}

/** A created virtual account is to expire in a day, whatever the contract's example has. */
function soon({ contract }: Session, { operation }: ContractCase, request: RawRequest): RawRequest {
  if (operation !== CREATION) return request;
  const details = readOperation(contract, operation).shape.template?.['payment_details'];
  const { expired_time: example } = details as { expired_time: string };
  const text = Buffer.from(request.body).toString('utf8');
  return text.includes(example)
    ? { ...request, body: Buffer.from(text.replace(example, tomorrow())) }
    : request;
}

const LOOKED_UP = '02, and no virtual account has these ids';

/** Blanks at an end are cut off by many a server, and a pattern may overlook a line break there. */
function isInferred({ verdict, reason, statement, id }: StagingResult): boolean {
  const isRule = /\/(pattern|maxLength|type|letters-mean-ASCII)$/.test(statement.pointer);
  return verdict === 'not judged' && reason === LOOKED_UP && isRule && !/\.(first|last)$/.test(id);
}

function isAlikeAndRefused(each: StagingResult, { operation, statement }: StagingResult): boolean {
  const pointer = statement.pointer.replace('x-known-parts/letters-mean-ASCII', 'pattern');
  const isSame = each.operation === operation && each.statement.pointer === pointer;
  return isSame && each.exists === false && each.got?.responseCode === '01' && each.verdict === 'pass';
}

/** The result of a case that was not run. */
export function unrun(one: ContractCase, verdict: StagingResult['verdict'], reason: string): StagingResult {
  return { ...aboutOf(one), verdict, reason, findings: [] };
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
  if (result.verdict === 'fail' && expectsSuccess(one) && status >= 500) {
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
