/** The walk of a call: prepared once, then attempt by attempt sent and judged. */
import {
  headOf,
  parseAnswer,
  readAnswer,
  readBytes,
  readerOf,
  TooLarge,
  type Answered,
  type BodyReader,
  type ParsedAnswer,
} from './answer.js';
import { Attempt } from './attempt.js';
import { isVaError, type VaError, type VaErrorCode } from './errors.js';
import type { Settings } from './options.js';
import { prepare, type Call, type ClientOperation, type Prepared } from './prepare.js';
import { isPromise, judgeFailure, probe, whenAborted, type AnswerLike } from './runtime.js';
import { Witness } from './witness.js';

/** What bounds one call. */
export interface Limits {
  /** Milliseconds for one attempt. */
  timeoutMs: number;
  /** Milliseconds for the whole call, pauses between attempts included. */
  totalTimeoutMs: number;
  /** How many attempts may follow the first. */
  maxRetries: number;
}

/** What one call may ask for beyond its request, instead of the client's. */
export interface CallSettings extends Partial<Limits> {
  liftIdLimits?: boolean | undefined;
}

/**
 * A call, whichever adapter it came through: prepared once, then attempted until it ends. Rejects with a `VaError`
 * unless the answer is readable.
 */
export async function perform(
  settings: Settings,
  call: Call,
  changes: CallSettings,
  first = new Attempt(settings, call.url, call.operation.name),
): Promise<Answered> {
  const limits = limitsOf(settings, changes);
  const { url, operation, signal } = call;
  const prepared = await preparedInTime(settings, call, changes.liftIdLimits === true, limits, first);
  const attempt = async (number: number, timeoutMs: number) => {
    const now = number === 1 ? first : new Attempt(settings, url, operation.name, number, first);
    try {
      const answered = await send(settings, prepared, now, timeoutMs, signal);
      now.tell(answered.error, answered.status);
      return answered;
    } catch (error) {
      if (isVaError(error)) now.tell(error);
      throw error;
    }
  };
  return repeat(attempt, operation, limits, signal);
}

function limitsOf(settings: Settings, changes: CallSettings): Limits {
  const { timeoutMs = settings.timeoutMs, maxRetries = settings.maxRetries } = changes;
  const totalTimeoutMs = changes.totalTimeoutMs ?? settings.totalTimeoutMs ?? 2 * timeoutMs;
  return { timeoutMs, totalTimeoutMs, maxRetries };
}

/** What has to be waited for is waited for no longer than an attempt, and taken from the whole. */
async function preparedInTime(
  settings: Settings,
  call: Call,
  liftIdLimits: boolean,
  limits: Limits,
  first: Attempt,
): Promise<Prepared> {
  const startedAt = performance.now();
  let deadline: Deadline | undefined;
  try {
    const preparing = prepare(settings, call, liftIdLimits, first);
    if (!isPromise(preparing)) return preparing;
    const mostMs = Math.min(limits.timeoutMs, limits.totalTimeoutMs);
    deadline = new Deadline(mostMs, call.signal);
    const prepared = await deadline.within(preparing);
    // Of a process that stood still meanwhile the timers come later.
    if (performance.now() - startedAt >= mostMs) throw first.error(NOT_SENT.timeout);
    return prepared;
  } catch (thrown) {
    const error = deadline?.ended ? first.error(NOT_SENT[deadline.ended], { cause: thrown }) : thrown;
    if (isVaError(error)) first.tell(error);
    throw error;
  } finally {
    deadline?.stop();
    limits.totalTimeoutMs -= performance.now() - startedAt;
  }
}

/** Sends; again only where that can do no harm. The last attempt's result is the call's. */
export async function repeat(
  attempt: (number: number, timeoutMs: number) => Promise<Answered>,
  operation: ClientOperation,
  { timeoutMs, totalTimeoutMs, maxRetries }: Limits,
  signal: AbortSignal | null | undefined,
): Promise<Answered> {
  const endsAt = performance.now() + totalTimeoutMs;
  for (let number = 1; ; number++) {
    const left = Math.min(timeoutMs, endsAt - performance.now());
    let result: Answered | VaError;
    try {
      result = await attempt(number, left);
    } catch (error) {
      if (!isVaError(error)) throw error;
      result = error;
    }
    const error = isVaError(result) ? result : result.error;
    const pause = error && number <= maxRetries ? pauseBefore(operation, error, number) : undefined;
    const goesOn = pause !== undefined && performance.now() + pause < endsAt;
    if (goesOn) await sleep(pause, signal);
    // A pause may take longer than it should: what begins after the end could only become unknown.
    if (goesOn && !signal?.aborted && performance.now() < endsAt) continue;
    if (isVaError(result)) throw result;
    return result;
  }
}

// Full jitter: anywhere from nothing to the cap, which doubles with each attempt.
const FIRST_CAP_MS = 200;
const LAST_CAP_MS = 5_000;

// Of what provably never left, what may go better next time.
const PASSING = ['dns_failed', 'connection_refused', 'not_connected'];

/**
 * Milliseconds to wait before the next attempt; undefined if there must not be one. What may change something
 * is repeated only if it provably never left, so never after an HTTP answer. What only reads may be repeated
 * after any failure but a refusal or the caller's abort, and waits as long as the gateway asked.
 */
function pauseBefore(operation: ClientOperation, error: VaError, attempt: number): number | undefined {
  const harmless = operation.readOnly && error.outcome === 'unknown' && error.code !== 'aborted';
  if (!harmless && !PASSING.includes(error.code)) return undefined;
  const jitter = Math.random() * Math.min(LAST_CAP_MS, FIRST_CAP_MS * 2 ** (attempt - 1));
  return Math.max(jitter, error.retryAfterMs ?? 0);
}

/** Waits; a caller's abort ends it early. Leaves no listener behind. */
function sleep(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  let stop: () => void;
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop = whenAborted(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  }).finally(() => stop());
}

/** How far an attempt got, for whoever has to say what its failure means. */
interface Progress {
  /** Set right before `fetch` is called: from then on only the runtime can prove "not sent". */
  sent: boolean;
  witness: Witness;
  response?: AnswerLike;
  reader?: BodyReader | undefined;
}

/**
 * Sends a prepared request once and judges its answer, or its failure. Rejects with a `VaError` unless the answer is
 * readable.
 *
 * @param timeoutMs for all of it, from connecting to the last byte
 * @param signal the caller's
 */
async function send(
  settings: Settings,
  prepared: Prepared,
  attempt: Attempt,
  timeoutMs: number,
  signal: AbortSignal | null | undefined,
): Promise<Answered> {
  const deadline = new Deadline(timeoutMs, signal);
  const witness = new Witness(prepared.url, attempt.signature ?? '');
  const progress: Progress = { sent: false, witness };
  let answer: ParsedAnswer | undefined;
  try {
    answer = await deadline.within(exchange(settings, prepared, deadline, progress));
    attempt.written = witness.end();
  } catch (cause) {
    // Not awaited: cancelling a stalled stream may itself stall.
    cancel(progress.reader);
    throw failureOf(cause, progress, settings, deadline, attempt);
  } finally {
    deadline.stop();
  }
  const { response } = progress as Required<Progress>;
  if (isRedirect(response)) throw attempt.error('redirected', headOf(response));
  return readAnswer(prepared.rules, response, answer, attempt);
}

/** Sends and reads; undefined for a redirect or what is no JSON object. */
async function exchange(
  settings: Settings,
  { url, init }: Prepared,
  deadline: Deadline,
  progress: Progress,
): Promise<ParsedAnswer | undefined> {
  // Nobody waits any more: it must not be sent now.
  if (deadline.ended) return undefined;
  progress.sent = true;
  const response = await settings.fetch(url, { ...init, signal: deadline.signal }, progress.witness);
  progress.response = response;
  if (deadline.ended || isRedirect(response)) {
    cancel(probe(() => readerOf(response)));
    return undefined;
  }
  progress.reader = readerOf(response);
  return parseAnswer(await readBytes(progress.reader));
}

function cancel(reader: BodyReader | undefined): void {
  reader?.cancel().catch(() => {});
}

function failureOf(
  cause: unknown,
  { sent, response, witness }: Progress,
  settings: Settings,
  { ended }: Deadline,
  attempt: Attempt,
): VaError {
  const written = witness.end(cause, ended !== undefined) ?? (sent ? undefined : false);
  attempt.written = written;
  if (!response) return attempt.error(codeWithoutAnswer(cause, ended, written, settings), { cause });
  const code = ended ?? (cause instanceof TooLarge ? 'answer_too_large' : 'connection_failed');
  return attempt.error(code, { ...headOf(response), cause });
}

/** The code for a call that ended before its request was written: by its deadline, or by its caller. */
export const NOT_SENT = { timeout: 'not_connected', aborted: 'aborted_before_sending' } as const;

/** What was written, even once, is never "not sent", whatever the last failure says. */
function codeWithoutAnswer(
  cause: unknown,
  ended: Deadline['ended'],
  written: boolean | undefined,
  { provenByText }: Settings,
): VaErrorCode {
  if (ended) return written === false ? NOT_SENT[ended] : ended;
  if (written) return 'connection_failed';
  const code = judgeFailure(cause, provenByText);
  return written === false && code === 'connection_failed' ? 'not_connected' : code;
}

/** Browsers and workerd show a redirect that is not followed as an opaque answer with status 0. */
function isRedirect({ status, type }: AnswerLike): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

/** One limit over everything that an attempt waits for, and the caller's abort beside it. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | null | undefined;
  readonly #stopWaiting: () => void;
  #ended: 'timeout' | 'aborted' | undefined;
  #fail: ((reason: unknown) => void) | undefined;

  /** Starts to wait `timeoutMs` milliseconds, or until `caller` aborts. */
  constructor(timeoutMs: number, caller?: AbortSignal | null) {
    this.#caller = caller;
    this.#timer = setTimeout(() => this.#end('timeout'), timeoutMs);
    this.#stopWaiting = whenAborted(caller, () => this.#end('aborted'));
  }

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it ended early, if it did. */
  get ended(): 'timeout' | 'aborted' | undefined {
    return this.#ended;
  }

  /** `work`, or a rejection at the deadline or abort, also if `work` ignores the signal. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      work.then(resolve, reject);
      if (this.#ended) reject(this.signal.reason);
    });
  }

  /** Removes the timer and the listener. Must be called. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stopWaiting();
  }

  #end(why: 'timeout' | 'aborted'): void {
    this.#ended ??= why;
    this.#controller.abort(this.#ended === 'aborted' ? this.#caller?.reason : undefined);
    this.#fail?.(this.signal.reason);
  }
}
