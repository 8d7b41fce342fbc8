/** What became of the virtual account that a case was about, as an inquiry says: the worst lies that a gateway can tell. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContractCase, VaIds } from '../cases/types.ts';
import type { GivenVa, VaState } from './accounts.ts';
import type { Reading } from './answer.ts';
import { lies } from './evidence.ts';
import type { Refutation, StagingResult } from './evidence.ts';
import { blame, orUndefined, plainRequestFor, stateOf, tell } from './session.ts';
import type { Session } from './session.ts';

/** A case that was sent, and the existing virtual account that it was about. */
export interface Sent {
  one: ContractCase;
  result: StagingResult;
  used: GivenVa;
  /** Whether it named that account. */
  isNamed: boolean;
}

/** Asks after virtual accounts, and gives them back to the store in the state that they are in. */
export interface After {
  /** An inquiry was caught in a lie: none is asked any more. */
  distrusts: () => boolean;
  /** It must be as before if it was refused, cancelled if it was not. False if something else had cancelled it before. */
  settle: (sent: Sent) => Promise<boolean>;
  /** One that was just asked after, once more: nothing may have changed. */
  lookAgain: () => Promise<void>;
  /** None that is said to be active is so, an inquiry says: cancels one, which tells whether that is true. */
  tryOne: (va: VaIds, said: string) => Promise<void>;
  /** One that an inquiry calls active and the file does not: its cancel tells which of both is true. */
  tryDoubtful: (given: GivenVa) => Promise<void>;
  /** Those that were cancelled, once more at the end: they must still be so. */
  lookAtTheEnd: () => Promise<void>;
  /** Notes that an inquiry cancels. */
  inquiryLied: (when: string) => void;
}

/** So many inquiries are tried where one of them may have cancelled. */
const INQUIRIES = 4;
/** So many that were cancelled are asked after at the end. */
const AT_THE_END = 6;
/** A gateway with a copy of its data for reading may be so far behind; where it was not that, only the first is waited. */
const BEHIND_MS = [500, 1_000, 1_500];

/** `again` sends a case about another virtual account; undefined if there is none. */
export function createAfter(
  session: Session,
  refute: (one: Refutation) => void,
  again: (one: ContractCase) => Promise<Sent | undefined>,
): After {
  const { store } = session;
  /** What a cancel and an inquiry say so of. */
  const canceled: VaIds[] = [];
  let [distrusted, cancelled] = [false, 0];
  let pauses = BEHIND_MS.length;

  /** What `ask` says of what was cancelled, in the end. */
  const onceCopied = async (
    ask: () => ReturnType<typeof stateOf> | undefined,
  ): ReturnType<typeof stateOf> => {
    let said = await ask();
    for (const ms of BEHIND_MS.slice(0, pauses)) {
      if (said === undefined || said === 'canceled') return said;
      said = await sleep(ms).then(ask);
    }
    if (said !== undefined && said !== 'canceled') pauses = 1;
    return said;
  };

  const cancel = async (va: VaIds, by: string): Promise<string | undefined> => {
    const got = await session
      .send(by, plainRequestFor(session, 'cancelVirtualAccount', va))
      .catch(orUndefined);
    return got?.reading.code;
  };

  const inquiryLied = (when: string): void => {
    distrusted = true;
    const says = `ACTIVE before an inquiry, CANCELED in ${when} after it, and nothing cancelled it`;
    refute({ key: lies.inquiry, known: 'docs', says, by: 'inquireVirtualAccount', rank: 0.3 });
  };

  const giveBack = (va: VaIds, was: VaState, now: VaState | undefined): void => {
    if (now !== 'active' && was === 'active') store.usedUp.add(va);
    if (now !== undefined) store.put({ state: now, va });
  };

  const lookAgain = async (): Promise<void> => {
    if (store.left('active') === 0 || distrusted) return;
    const va = await store.look();
    if (!va || (await stateOf(session, va, 'inquiry after an inquiry')) !== 'canceled') return;
    // If it can be cancelled, it was not: then the inquiry only says so.
    const code = await cancel(va, 'a cancel of what an inquiry calls CANCELED');
    await store.take('active');
    giveBack(va, 'active', 'canceled');
    if (code !== '00') return inquiryLied('an inquiry');
    stateLied('CANCELED, and it was cancelled only afterwards', 'inquireVirtualAccount');
  };

  const stateLied = (says: string, by: string): void => {
    distrusted = true;
    refute({ key: lies.state, known: 'docs', says, by, rank: 0.4 });
  };

  const tryOne = async (va: VaIds, said: string): Promise<void> => {
    const by = 'a cancel of a given account';
    if ((await cancel(va, by)) !== '00') return;
    giveBack(va, 'active', 'canceled');
    const isCanceled = (await cancel(va, `${by}, again`)) !== '00';
    if (isCanceled) stateLied(`an inquiry says ${said}, yet it is cancelled only afterwards`, by);
  };

  const tryDoubtful = async ({ va, state }: GivenVa): Promise<void> => {
    const by = 'a cancel of a given account';
    const code = await cancel(va, by);
    if (code === '00') return giveBack(va, 'active', 'canceled');
    if (code !== undefined)
      stateLied(`ACTIVE of one that is given as ${state}, whose cancel gets ${code}`, by);
    giveBack(va, state, state);
  };

  /** Cancelled, and an inquiry does not say so: another cancel tells which of both is wrong. */
  const doubt = async ({ one, used }: Sent, said: string, after: VaState | 'unknown'): Promise<VaState> => {
    const says = `${said}, yet an inquiry says ${after === 'unknown' ? '02' : after.toUpperCase()}`;
    const by = `${one.operation} ${one.id}, and an inquiry after it`;
    const isActive = after === 'active' && (await cancel(used.va, `${one.id}, again`)) === '00';
    if (!isActive) {
      stateLied(says, by);
      return 'canceled';
    }
    refute({ key: lies.canceled, known: 'page', says, by, rank: 0.2 });
    // Of some it may be true, and the second cancel may have been one of them.
    const now = await stateOf(session, used.va, `inquiry after ${one.id}, again`);
    return now === 'canceled' ? 'canceled' : 'active';
  };

  /** Refused, yet cancelled: the same with one that is active for sure, lest an inquiry or another cancel did it. */
  const isRepeated = async (one: ContractCase): Promise<boolean> => {
    while (store.left('active') > 0) {
      const va = (await store.look())!;
      const now = await stateOf(session, va, 'inquiry before a second try');
      if (now === 'active') break;
      await store.take('active');
      giveBack(va, 'active', now === 'unknown' ? undefined : now);
    }
    for (let i = 0; i < INQUIRIES && !distrusted; i++) await lookAgain();
    if (distrusted) return false;
    const second = await again(one);
    if (!second) return true;
    const { va, state } = second.used;
    const now = await stateOf(session, va, `inquiry after ${one.id}, again`);
    giveBack(va, state, now === 'unknown' ? undefined : now);
    return isRefused(second.result) && now === 'canceled';
  };

  const settle = async ({ one, result, used, isNamed }: Sent): Promise<boolean> => {
    const { state, va } = used;
    const { got } = result;
    const isDone = got?.responseCode === '00' && got.status < 300;
    if (isDone) cancelled += 1;
    const ask = () => (distrusted ? undefined : stateOf(session, va, `inquiry after ${one.id}`));
    const after = await (isDone ? onceCopied(ask) : ask());
    const said = tell({ status: got?.status ?? 0, code: got?.responseCode });
    if (isDone && isNamed && after !== undefined && after !== 'canceled') {
      giveBack(va, state, await doubt({ one, result, used, isNamed }, said, after));
      return true;
    }
    if (isDone && isNamed && after === 'canceled') canceled.push(va);
    if (!isDone && (got?.status ?? 0) >= 500 && state === 'active' && after === 'canceled') {
      const says = `a failure may cancel all the same (${said}): an inquiry after it says CANCELED`;
      blame(session, says, `first ${one.operation} ${one.id}`, true);
    }
    const isSuspect = isRefused(result) && state === 'active' && after === 'canceled';
    giveBack(
      va,
      state,
      after === undefined || after === 'unknown' ? (isDone ? 'canceled' : undefined) : after,
    );
    if (!isSuspect || one.id === 'open.state.twice') return true;
    const by = `${one.operation} ${one.id}, and an inquiry after it`;
    const isLie = await isRepeated(one);
    if (isLie) {
      const says = `refused (${said}), yet an inquiry says CANCELED`;
      refute({ key: lies.refused, known: 'docs', says, by, rank: 0 });
    } else if (!distrusted && cancelled > 0) {
      const says = 'one that no request named is CANCELED after the cancel of another';
      refute({ key: lies.another, known: 'page', says, by, rank: 0.1 });
    }
    return isLie;
  };

  const lookAtTheEnd = async (): Promise<void> => {
    const by = 'inquiry at the end of the run';
    for (const va of canceled.slice(0, AT_THE_END)) {
      const ask = () => (distrusted ? undefined : stateOf(session, va, by));
      if ((await onceCopied(ask)) !== 'active') continue;
      const says = 'CANCELED in an inquiry after its cancel, and ACTIVE at the end of the run';
      refute({ key: lies.canceled, known: 'page', says, by, rank: 0.2 });
    }
  };

  return { distrusts: () => distrusted, settle, lookAgain, tryOne, tryDoubtful, lookAtTheEnd, inquiryLied };
}

function isRefused({ got, verdict }: StagingResult): boolean {
  return ['01', '02', '04', '99'].includes(got?.responseCode ?? '') && verdict !== 'no answer';
}

/**
 * Whether an answer is a success where there was nothing to be done. That is wrong already; what it lacks then is a
 * consequence.
 */
export function isFalseSuccess(
  one: ContractCase,
  exists: boolean | undefined,
  reading: Reading | undefined,
): boolean {
  const { form, status = 0, code } = reading ?? {};
  const isOwn = form === 'documented' ? code === '00' : form === 'shape';
  return isOwn && status < 300 && (exists === false || !expectsSuccess(one));
}

/** Whether a case is one that should be carried out. */
export const expectsSuccess = ({ expect }: ContractCase): boolean =>
  expect === 'accepted' || expect.responseCode === '00';
