/** One run's talk with the gateway: what is sent, what is waited for, and what stands in the way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checker } from '../checker/checker.ts';
import type { Contract } from '../../spec/contract.ts';
import { asObject } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { rightRequest } from '../cases/request.ts';
import type { RequestShape } from '../cases/request.ts';
import { AnswerNotWhole, createSender } from '../cases/sender.ts';
import { readOperation } from '../cases/operation.ts';
import type { RawRequest, VaIds } from '../cases/types.ts';
import { assertAllowed, NotAllowed } from './settings.ts';
import { makeUp } from './accounts.ts';
import type { VaState, VaStore } from './accounts.ts';
import { foreign, readInPart, readRawAnswer } from './answer.ts';
import type { Form, Reading } from './answer.ts';
import { observe } from './evidence.ts';
import type { Observation } from './evidence.ts';
import type { StagingSettings } from './settings.ts';

/** Inquiries first: they leave every virtual account as it is. */
export const readOnlyOperation = 'inquireVirtualAccount';
/** Those that need nothing but a virtual account. */
export const operations: readonly string[] = [readOnlyOperation, 'cancelVirtualAccount'];
/** Leaves a virtual account behind. */
export const CREATION = 'createVirtualAccount';

/** What explains many failures, in words, with how often it was seen. Refutes nothing. */
export interface Cause {
  /** What to tell: `these credentials are refused`. */
  says: string;
  count: number;
  /** The number of the request at which it began. */
  from: number;
  sample?: string;
  /** Told before what is more frequent. */
  isWorse?: boolean;
}

/** The run ends here, and why. `code` is the exit code if nothing known was refuted. */
export class Stop extends Error {
  readonly code: 2 | 4;
  constructor(says: string, code: 2 | 4 = 4) {
    super(says);
    this.code = code;
  }
}

/** What the parts of a run share. */
export interface Session {
  settings: StagingSettings;
  contract: Contract;
  checker: Checker;
  store: VaStore;
  observations: Observation[];
  causes: Map<string, Cause>;
  notes: string[];
  requests: () => number;
  /** How the plain right request about ids that do not exist was answered at the start. */
  control: Reading | undefined;
  /**
   * Sends; waits where the gateway asks to wait. Its observation is kept only if `keep` is called; `compares` as of
   * `observe`.
   */
  send: (
    by: string,
    request: RawRequest,
    compares?: boolean,
  ) => Promise<{ reading: Reading; keep: () => void }>;
  signal: AbortSignal;
  close: () => void;
}

/** At the most so long for one request that gets 429, and for all of them. */
const [WAIT_MS, ALL_WAITS_MS] = [60_000, 600_000];
/** Between two attempts to find the gateway as it was, until it is given up. */
const BACK_AFTER_MS = [0, 0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 8000];
/** So long none that starts is waited for that gives no answer at all. */
const STARTING_MS = 3000;
/** What nobody answers, in words. */
export const NO_ANSWER = 'no answer: the connection was refused, reset or late';
/** The longest of what is waited where the gateway does not say how long. */
const LONGEST_MS = 8000;

/** Opens a session. Nothing is sent yet. */
export function openSession(
  settings: StagingSettings,
  parts: Pick<Session, 'contract' | 'checker' | 'signal'> & { store: (session: Session) => VaStore },
): Session {
  const { contract, checker, signal } = parts;
  const sender = createSender({ baseUrl: settings.baseUrl, paceMs: settings.paceMs, guard: assertAllowed });
  let [requests, waited] = [0, 0];
  const session = {
    settings,
    contract,
    checker,
    observations: [] as Observation[],
    causes: new Map<string, Cause>(),
    notes: [] as string[],
    requests: () => requests,
    control: undefined,
    signal,
    close: sender.close,
  } as unknown as Session;
  session.send = async (by, request, compares = true) => {
    const operation = checker.operationFor(request.method, request.path) ?? 'cancelVirtualAccount';
    const before = waited;
    for (let repeat = 0; ; repeat++) {
      if (signal.aborted) throw new Stop('interrupted');
      requests += 1;
      const reading = await sender.send(asClient(request)).then(
        (raw) => readRawAnswer(contract, operation, raw),
        (error: unknown) => {
          if (error instanceof AnswerNotWhole) return readInPart(error);
          throw error;
        },
      );
      if (reading.form !== 'rate limited') {
        const seen = observe({ contract, checker }, by, request, reading, compares);
        return { reading, keep: () => seen && session.observations.push(seen) };
      }
      blame(session, 'rate limited: the gateway answers 429 and was waited for', reading.sample);
      // Who says 0 and means it is asked again at once, but not for ever.
      const least = repeat === 0 ? 0 : Math.min(LONGEST_MS, 125 * 2 ** repeat);
      const ms = Math.max(least, reading.retryAfterMs ?? 250);
      if (waited + ms > ALL_WAITS_MS || waited + ms - before > WAIT_MS) {
        throw new Stop('rate limited: the gateway answers 429 for longer than this run waits');
      }
      waited += ms;
      await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  };
  session.store = parts.store(session);
  return session;
}

/** As every client sends one: many a firewall lets nobody in who does not say who it is. */
function asClient(request: RawRequest): RawRequest {
  const own = request.headers.map(([name]) => name.toLowerCase());
  const usual: RawRequest['headers'] = [
    ['user-agent', 'ifortepay-va-contract-tests'],
    ['accept', 'application/json'],
  ];
  return { ...request, headers: [...request.headers, ...usual.filter(([name]) => !own.includes(name))] };
}

/** Notes a cause once more. */
export function blame(session: Session, says: string, sample?: string, isWorse = false): void {
  const cause = session.causes.get(says) ?? {
    says,
    count: 0,
    from: session.requests(),
    ...(sample && { sample }),
    ...(isWorse && { isWorse }),
  };
  session.causes.set(says, { ...cause, count: cause.count + 1 });
}

// Reading one takes longer than a request on loopback.
const shapes = new Map<string, RequestShape>();

/** A request with nothing wrong, about an existing virtual account or made-up ids. */
export function plainRequestFor({ contract, settings }: Session, operationId: string, va: VaIds): RawRequest {
  const shape = shapes.get(operationId) ?? readOperation(contract, operationId).shape;
  shapes.set(operationId, shape);
  const { credentials } = settings;
  return rightRequest(shape, { va, other: va, exists: true, alternates: {}, credentials });
}

/** Sends it once more where the gateway is down or drops the connection: one that starts, or one of two behind a balancer. */
export async function sendFirst(session: Session): Promise<Reading | undefined> {
  const began = performance.now();
  let last = await sendControl(session);
  for (const ms of BACK_AFTER_MS.slice(1, -1)) {
    if (last && last.form !== 'down') return last;
    if (!last && performance.now() - began > STARTING_MS) return undefined;
    blame(session, last ? wordsFor(last) : NO_ANSWER, last?.sample);
    await sleep(waitFor(last, ms), undefined, { signal: session.signal }).catch(() => undefined);
    last = await sendControl(session);
  }
  return last;
}

/** As it asks for, within a bound. */
function waitFor(last: Reading | undefined, ms: number): number {
  return Math.max(ms, Math.min(LONGEST_MS, last?.retryAfterMs ?? 0));
}

/** Sends the plain right request about ids that do not exist; undefined without an answer. */
export async function sendControl(session: Session): Promise<Reading | undefined> {
  const request = plainRequestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const got = await session.send('control', request).catch(orUndefined);
  return got?.reading;
}

/** Passes on what ends a run; anything else is no answer. */
export function orUndefined(error: unknown): undefined {
  if (error instanceof Stop || error instanceof NotAllowed) throw error;
  return undefined;
}

/** Whether the plain right request is answered as it was at the start. */
export async function isAsAtTheStart(session: Session): Promise<boolean> {
  return isLike(await sendControl(session), session.control);
}

function isLike(now: Reading | undefined, then: Reading | undefined): boolean {
  if (!now || !then) return false;
  return now.form === then.form && now.status === then.status && now.code === then.code;
}

/** Waits until the plain right request is answered as at the start. Throws a `Stop` that says what is, if it never is. */
export async function waitUntilBack(session: Session): Promise<void> {
  let last: Reading | undefined;
  for (const ms of BACK_AFTER_MS) {
    if (ms > 0) await sleep(waitFor(last, ms), undefined, { signal: session.signal }).catch(() => undefined);
    last = await sendControl(session);
    if (isLike(last, session.control)) return;
  }
  const says = last === undefined ? 'the gateway gives no answer any more' : changeOf(last);
  const cause = session.causes.get(says);
  session.causes.set(says, {
    says,
    count: (cause?.count ?? 0) + BACK_AFTER_MS.length,
    from: cause?.from ?? session.requests(),
    ...(last && { sample: last.sample }),
  });
  throw new Stop(says);
}

function changeOf(now: Reading): string {
  if (foreign.includes(now.form)) return wordsFor(now);
  if (now.code === '04' || [401, 403].includes(now.status)) {
    return `these credentials are refused from some request on: ${tell(now)}`;
  }
  if (now.form !== 'documented') return wordsFor(now);
  return `the plain right request is answered otherwise than at the start: ${tell(now)}`;
}

/** What an answer is that is not the gateway's own, in words. */
export function wordsFor({ form, status, sample }: Pick<Reading, 'form' | 'status' | 'sample'>): string {
  const type = sample.split(' ')[1] ?? '';
  const isHtml = /html/.test(type);
  const words: Record<Form, string> = {
    documented: 'an answer of the gateway',
    shape: isHtml
      ? `a web page instead of JSON (${status}), a login page say`
      : `an answer in another form (${status} ${type})`,
    encoding: 'an answer whose content-encoding cannot be undone',
    page: isHtml
      ? `a page of something in front of the gateway, a firewall say (${status} ${type})`
      : `no answer as documented, but a firewall's or a framework's (${status} ${type})`,
    redirect: `a redirect (${status}), never followed: to a login page say`,
    'rate limited': 'rate limited (429)',
    'too long': `an answer longer than a megabyte, which the client does not read either (${status} ${type})`,
    'broken off': `an answer that ends before its Content-Length or last chunk (${status} ${type})`,
    down: `the gateway is down${status === 503 ? ', or limits requests' : ''} (${status} ${type})`,
  };
  return words[form];
}

/** A status with a response code, in words. */
export function tell({ status, code }: { status: number; code?: string | undefined }): string {
  return `${status} with ${code ?? 'no code'}`;
}

const states: Readonly<Record<string, VaState>> = {
  ACTIVE: 'active',
  REQUEST: 'active',
  PAID: 'paid',
  SUCCESS: 'paid',
  EXPIRED: 'expired',
  CANCELED: 'canceled',
};

/** What an inquiry says of a virtual account; undefined if it does not say: its answer is a guess. */
export async function stateOf(
  session: Session,
  va: VaIds,
  by: string,
): Promise<VaState | 'unknown' | undefined> {
  const ask = () =>
    session.send(by, plainRequestFor(session, 'inquireVirtualAccount', va)).catch(orUndefined);
  let got = await ask();
  if (got?.reading.form !== 'documented') {
    const first = got?.reading;
    got = await ask();
    // Something else answered; if it was the gateway's own form, it comes again.
    const isOther = got?.reading.form === 'documented';
    if (isOther) blame(session, first ? wordsFor(first) : NO_ANSWER, first?.sample);
  }
  if (!got) return undefined;
  got.keep();
  if (got.reading.code === '02') return 'unknown';
  const answered = asObject(parseJson(decodeBody(got.reading.answer.body).text));
  const { transaction_id: id, transaction_status: status } = answered;
  // About another one, which is wrong already; it says nothing of this one.
  if (typeof id === 'string' && id !== va.transaction_id) return undefined;
  return got.reading.code === '00' ? states[String(status)] : undefined;
}
