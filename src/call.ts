import type { Answered } from './answer.js';
import { Attempt } from './attempt.js';
import { isVaError, type VaError } from './errors.js';
import type { Operation } from './operations.js';
import type { Settings } from './options.js';
import { prepare, type Call, type Prepared } from './prepare.js';
import { isPromise } from './runtime.js';
import { Deadline, NOT_SENT, send } from './send.js';

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
    deadline = new Deadline(Math.min(limits.timeoutMs, limits.totalTimeoutMs), call.signal);
    return await deadline.within(preparing);
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
  operation: Operation,
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
function pauseBefore(operation: Operation, error: VaError, attempt: number): number | undefined {
  const harmless = operation.readOnly && error.outcome === 'unknown' && error.code !== 'aborted';
  if (!harmless && !PASSING.includes(error.code)) return undefined;
  const jitter = Math.random() * Math.min(LAST_CAP_MS, FIRST_CAP_MS * 2 ** (attempt - 1));
  return Math.max(jitter, error.retryAfterMs ?? 0);
}

/** Waits; a caller's abort ends it early. Leaves no listener behind. */
function sleep(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    if (signal?.aborted) wake();
    else signal?.addEventListener('abort', wake);
  });
}
