/** One case sent, and sent anew until it is the gateway itself that answered. */
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
  settle: (one: ContractCase, result: StagingResult, used: GivenVa) => Promise<unknown>,
): Attempts {
  const { store } = session;
  let [failures, silent, failing, shapes] = [0, 0, 0, 0];

  const refuteTrigger = ({ operation, id }: ContractCase, says: string, sample?: string): void =>
    refute({
      key: assumptions.trigger,
      known: 'guess',
      says,
      by: `${operation} ${id}`,
      ...(sample !== undefined && { sample }),
    });

  /** Tries until the gateway itself answers, and, where it may have changed its mind, is as it was at the start. */
  const answered = async (one: ContractCase, isReal: boolean): Promise<CaseAttempt> => {
    let last: CaseAttempt | undefined;
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

  /** Whether a failure is the case's: right after it the plain right request is answered as ever. */
  const standsFirm = async (made: CaseAttempt, one: ContractCase): Promise<boolean> => {
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
