/** One case sent, and sent anew until it is the gateway itself that answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asObject } from '../../spec/contract.ts';
import { runCase } from '../cases/run.ts';
import { readOperation } from '../cases/operation.ts';
import type { ContractCase, RawRequest, VaIds } from '../cases/types.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { createdIn, hasOwnIds, makeUp, supplierFor, tomorrow } from './accounts.ts';
import type { GivenVa } from './accounts.ts';
import { expectsSuccess } from './after.ts';
import { foreign } from './answer.ts';
import type { Reading } from './answer.ts';
import { assumptions } from './evidence.ts';
import type { Refutation, StagingResult } from './evidence.ts';
import {
  blame,
  CREATION,
  isAsAtTheStart,
  NO_ANSWER,
  orUndefined,
  plainRequestFor,
  readOnlyOperation,
  sendControl,
  Stop,
  tell,
  waitUntilBack,
  wordsFor,
} from './session.ts';
import type { Session } from './session.ts';
import { NotAllowed } from './settings.ts';

/** How often a case is tried anew where something else than the gateway answered. */
const ATTEMPTS = 3;
/** The same where one of two behind a balancer may be down. */
const AT_A_BALANCER = 6;
/** After so many failures not each one is held against the plain right request any more, but every tenth. */
const CHECKED_FAILURES = 25;
/** How often a failure must come again: once it was seen that answers change, more often. */
const [REPEATS, REPEATS_IF_UNSTEADY] = [2, 5];
/** How often a case may begin anew. */
const ANSWERS = 4;
const UNSTEADY = 'the same request is answered now so, now so';
/** So long is waited after a 503, and in all: with a limit of requests there would be one for ever. */
const [LIMIT_MS, LIMITED_MS] = [250, 60_000];
/** After so many cases that were not answered in so long a run ends: each takes as long as the sender waits. */
const [SILENT, SLOW_MS] = [10, 10_000];
const SILENCE =
  'many requests are not answered at all, though the plain right one is: wrong ones are dropped, say';

/** A case that was sent. */
export interface CaseAttempt {
  result: StagingResult;
  readings: Reading[];
  keeps: (() => void)[];
  used?: GivenVa;
  /** The last request. */
  sent?: RawRequest;
  /** Whether it names a virtual account that there may be: if not, 02 only says that it was looked up. */
  isNamed: boolean;
  /** What became of the account it used was asked already: false if something else had cancelled it before. */
  settled?: boolean;
}

/** Sends cases. */
export interface Attempts {
  /** Once. */
  attempt: (one: ContractCase, isReal: boolean) => Promise<CaseAttempt>;
  /** Until the gateway itself answers, and, where it may have changed its mind, is as it was at the start. */
  answered: (one: ContractCase, isReal: boolean) => Promise<CaseAttempt>;
  /** What is answered so is no code that fits its fault. */
  refuteTrigger: (one: ContractCase, says: string, sample?: string) => void;
}

/** `settle` gives back the virtual account of a case that is sent again. */
export function createAttempts(
  session: Session,
  refute: (one: Refutation) => void,
  settle: (one: ContractCase, result: StagingResult, used: GivenVa, isNamed?: boolean) => Promise<boolean>,
): Attempts {
  const { store } = session;
  let [failures, silent, failing, recovered, shapes, limited] = [0, 0, 0, 0, 0, 0];
  let isUnsteady = false;

  const refuteTrigger = ({ operation, id }: ContractCase, says: string, sample?: string): void =>
    refute({
      key: assumptions.trigger,
      known: 'guess',
      says,
      by: `${operation} ${id}`,
      ...(sample !== undefined && { sample }),
    });

  /** It is sent anew, so that its virtual account is to be had again. */
  const giveBack = async (one: ContractCase, made: CaseAttempt): Promise<void> => {
    if (made.used) await settle(one, { ...made.result, verdict: 'no answer' }, made.used);
    delete made.used;
  };

  /** What is wrong each time is the gateway's own form; of what is not whole nothing can be read. */
  const inOwnForm = (made: CaseAttempt, odd: Reading): CaseAttempt => {
    shapes += 1;
    if (odd.form !== 'too long' && odd.form !== 'broken off') return made;
    blame(session, wordsFor(odd), odd.sample);
    return { ...made, result: { ...made.result, verdict: 'no answer', reason: wordsFor(odd) } };
  };

  /** Each time, and the plain right request is answered in between: it is this one that is not liked. */
  const notLiked = (one: ContractCase, made: CaseAttempt, reading: Reading): CaseAttempt => {
    const what = reading.status === 500 ? '500 without JSON' : wordsFor(reading);
    const reason = `a ${expectsSuccess(one) ? 'success' : 'refusal'} was expected, and ${what} came ${ATTEMPTS} times`;
    const isOwn = reading.status === 500 || !/html/.test(reading.sample);
    if (one.kind === 'stated' && isOwn && !expectsSuccess(one)) refuteTrigger(one, reason, reading.sample);
    return { ...made, result: { ...made.result, verdict: 'not judged', reason } };
  };

  /** Something else answered each time, or nothing did. Throws a `Stop` if nothing does too often. */
  const unanswered = (one: ContractCase, made: CaseAttempt, since: number): CaseAttempt => {
    const last = made.readings.at(-1);
    if (last?.form === 'page' || (last?.status === 500 && !expectsSuccess(one)))
      return notLiked(one, made, last);
    if (!last && performance.now() - since > SLOW_MS && ++silent >= SILENT) throw new Stop(SILENCE);
    const { verdict, reason } = made.result;
    const says = verdict === 'no answer' ? reason : 'not the gateway answered';
    return { ...made, result: { ...made.result, verdict: 'no answer', reason: says } };
  };

  /** Something else than the gateway answered, or nothing did: waits until it is as it was at the start. */
  const waitAfter = async (odd: Reading | undefined, times: number): Promise<void> => {
    blame(session, odd ? wordsFor(odd) : NO_ANSWER, odd?.sample);
    await waitUntilBack(session);
    // Not in step with one that takes turns.
    for (let more = 0; more < times; more++) await sendControl(session);
    // So many servers tell a limit of requests; it asks for less of them.
    if (odd?.status !== 503 || limited >= LIMITED_MS) return;
    limited += LIMIT_MS;
    await sleep(LIMIT_MS, undefined, { signal: session.signal }).catch(() => undefined);
  };

  const noAnswer = async (one: ContractCase, made: CaseAttempt, reason: string): Promise<CaseAttempt> => {
    await giveBack(one, made);
    return { ...made, result: { ...made.result, verdict: 'no answer', reason } };
  };

  const answered = async (one: ContractCase, isReal: boolean, times = 1): Promise<CaseAttempt> => {
    const since = performance.now();
    let most = silent < ATTEMPTS ? ATTEMPTS : 1;
    let [last, shape, weak]: [CaseAttempt?, Reading?, Reading?] = [];
    for (let i = 0; i < most; i++) {
      last = await attempt(one, isReal);
      const odd = last.readings.find(({ form }) => form !== 'documented');
      const { verdict, got } = last.result;
      const isFailing = !odd && verdict === 'fail' && got!.status >= 500;
      // Once is a moment of weakness, every time is its answer to this.
      if (isFailing && (recovered > 0 || failing < ATTEMPTS)) {
        weak = last.readings.at(-1)!;
        if (recovered > 0 || failing === 0) most = AT_A_BALANCER;
        if (i + 1 < most) {
          blame(session, `the gateway failed, and was tried again (${tell(weak)})`);
          await giveBack(one, last);
          continue;
        }
        if (recovered > 0) return noAnswer(one, last, `the gateway fails now and then: ${tell(weak)}`);
        failing += 1;
      } else if (weak && !odd) recovered += 1;
      if (shape && !odd) blame(session, wordsFor(shape), shape.sample);
      if (!odd && verdict !== 'no answer') {
        const firm = await standFirm(last, one, isReal);
        if (firm) return firm;
        return times < ANSWERS ? answered(one, isReal, times + 1) : noAnswer(one, last, UNSTEADY);
      }
      if (odd && !foreign.includes(odd.form) && (await isAsAtTheStart(session))) {
        // A limit of requests may be told so.
        if (shape || shapes >= CHECKED_FAILURES) return inOwnForm(last, odd);
        shape = odd;
        await giveBack(one, last);
        continue;
      }
      await giveBack(one, last);
      if (odd ? odd.status > 500 : performance.now() - since < SLOW_MS) most = AT_A_BALANCER;
      await waitAfter(odd, i);
    }
    return unanswered(one, last!, since);
  };

  /** Whether this merchant may use the channel that a case did not choose itself. */
  const takesChannel = async (
    { sent, used }: CaseAttempt,
    { operation, group }: ContractCase,
  ): Promise<boolean> => {
    const { payment_channel: channel } = asObject(parseJson(decodeBody(sent?.body ?? Buffer.of()).text));
    const isChosen = group !== 'example' && channel !== used?.va.payment_channel;
    if (typeof channel !== 'string' || isChosen || channel === session.settings.channel) return true;
    const request = plainRequestFor(session, operation, makeUp({ channel }));
    const got = await session.send('control of a channel', request).catch(orUndefined);
    return got?.reading.code !== '01';
  };

  /** The same answer each time; undefined if it is another now. A success is no accident, and would use up accounts. */
  const sameAgain = async (
    made: CaseAttempt,
    one: ContractCase,
    isReal: boolean,
  ): Promise<CaseAttempt | undefined> => {
    const said = tell(made.readings.at(-1)!);
    let last = made;
    for (let i = 0; i < (isUnsteady ? REPEATS_IF_UNSTEADY : REPEATS); i++) {
      if (last.result.got?.responseCode === '00') return last;
      if (last.used) last.settled = await settle(one, last.result, last.used, last.isNamed);
      if (last.used && (last.settled === false || store.usedUp.has(last.used.va))) return last;
      const next = await attempt(one, isReal);
      if (next.result.got === undefined) return last;
      const now = tell(next.readings.at(-1)!);
      if (now !== said) {
        isUnsteady = true;
        blame(session, UNSTEADY, `${said}, then ${now}: ${one.operation} ${one.id}`);
        await giveBack(one, next);
        return undefined;
      }
      last = next;
    }
    return last;
  };

  /** Whether the account itself is what is refused, whatever its inquiry says. */
  const isOfTheAccount = async ({ used, result }: CaseAttempt, one: ContractCase): Promise<boolean> => {
    const isOfOne = used?.state === 'active' && one.operation !== readOnlyOperation && expectsSuccess(one);
    if (!isOfOne || one.id === 'outcome.success') return false;
    const request = plainRequestFor(session, one.operation, used.va);
    const got = await session.send('control about the same account', request).catch(orUndefined);
    return got?.reading.code === result.got?.responseCode;
  };

  /** A failure that is the case's: it comes again, and right after it the plain right request is answered as ever. */
  const standFirm = async (
    made: CaseAttempt,
    one: ContractCase,
    isReal: boolean,
  ): Promise<CaseAttempt | undefined> => {
    const { result } = made;
    if (result.verdict !== 'fail' || one.kind === 'unstated') return made;
    const notJudged = (reason: string, by = made): CaseAttempt => ({
      ...by,
      result: { ...result, verdict: 'not judged', reason },
    });
    if (result.got?.responseCode === '01' && !(await takesChannel(made, one)))
      return notJudged('the plain right request with this payment_channel is refused too: 01');
    failures += 1;
    if (failures > CHECKED_FAILURES && failures % 10 !== 0 && !isUnsteady) return made;
    if (await isAsAtTheStart(session)) {
      const firm = await sameAgain(made, one, isReal);
      const isOther = firm && (await isOfTheAccount(firm, one));
      return isOther
        ? notJudged('the plain right request about the same account is refused too', firm)
        : firm;
    }
    await giveBack(one, made);
    await waitUntilBack(session);
    return undefined;
  };

  const attempt = async (one: ContractCase, isReal: boolean): Promise<CaseAttempt> => {
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
      const reason = `${store.had(lacked) ? 'no more virtual accounts that are' : 'no virtual account that is'} ${lacked}`;
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

  return { attempt, answered, refuteTrigger };
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
