import type { Client } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import { follow, isSignal } from './deadline.js';
import { isVaError, type VaError } from './errors.js';
import type { Answered } from './exchange.js';
import type { Operation } from './operations.js';
import { requireMs, requireRetries, type Settings } from './options.js';
import { vaErrorOf } from './outcome-of.js';
import { Report } from './report.js';
import { asFetch, type Send } from './signed-fetch.js';

/** What one call may override. */
export interface CallOptions {
  /** Aborts the call. Once the request was sent, the outcome is then unknown. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt of this call, instead of the client's. */
  timeoutMs?: number | undefined;
  /** Milliseconds for this whole call, instead of the client's. */
  totalMs?: number | undefined;
  /** How many attempts may follow the first, instead of the client's. */
  retries?: number | undefined;
  /**
   * Sends `external_id` and `order_id` that break the documented limits (64 and 25 letters, digits and dashes),
   * for a virtual account that exists with such ids. They still must be 1 to 128 printable characters.
   */
  dangerouslyAllowIdsBeyondDocumentedLimits?: boolean | undefined;
}

/** What a client's calls go through. */
export interface Channel {
  settings: Settings;
  /** The openapi-fetch client, once somebody has asked for it; before that nobody can have given it a middleware. */
  api(): Client<paths> | undefined;
  send: Send;
}

/** One call; through openapi-fetch if the user may have a middleware there. Judged by the transport alone. */
export async function perform<Success>(
  channel: Channel,
  operation: Operation,
  request: unknown,
  options: CallOptions = {},
): Promise<Success> {
  const { settings, send } = channel;
  const url = settings.baseUrl + operation.path;
  const fail: Fail = (...what) => new Report(settings.credentials, url, operation.name).error(...what);
  const problem = problemOf(options);
  if (problem) throw fail('invalid_request', {}, [problem]);
  const { signal, timeoutMs, totalMs, retries } = options;
  const liftIdLimits = options.dangerouslyAllowIdsBeyondDocumentedLimits;
  const sendThis: Send = (input, init) => send(input, init, { timeoutMs, totalMs, retries, liftIdLimits });
  const api = channel.api();
  // openapi-fetch would make a second Request and Response, half the price of a fetch, for nobody to look at.
  const answered = api
    ? await throughMiddleware(api, operation, request, signal, sendThis, fail)
    : await sendThis(url, { method: 'POST', body: serialize(request, fail), signal: signal ?? null });
  if (answered.error) throw answered.error;
  return answered.data as Success;
}

type Fail = Report['error'];

/** A call in which the user's middleware takes part, and may have sent never, once or several times. */
async function throughMiddleware(
  api: Client<paths>,
  { path }: Operation,
  request: unknown,
  signal: AbortSignal | undefined,
  send: Send,
  fail: Fail,
): Promise<Answered> {
  let verdict: Answered | VaError | undefined;
  let underWay = 0;
  const judged: Send = async (input, init) => {
    underWay++;
    const answered = send(input, init);
    const now = await answered.catch((error: VaError) => error);
    underWay--;
    verdict = later(verdict, now);
    return answered;
  };
  const following = follow(signal);
  let failure: unknown;
  try {
    await api.POST(path, {
      body: request as never,
      bodySerializer: (body) => serialize(body, fail),
      fetch: asFetch(judged),
      parseAs: 'stream',
      signal: following.signal,
    });
  } catch (error) {
    failure = error;
  } finally {
    following.stop();
  }
  const error = verdict ? errorIn(verdict) : vaErrorOf(failure);
  // What a middleware sent and does not wait for may still be carried out, whatever another answer said.
  if (underWay > 0 && (error || !verdict)) throw fail('middleware_failed', { cause: failure });
  if (error) throw error;
  // Answered by a middleware itself, or done and then lost in one: only the gateway's own word counts.
  if (!verdict || failure) throw fail('middleware_failed', { cause: failure });
  return verdict as Answered;
}

const errorIn = (verdict: Answered | VaError) => (isVaError(verdict) ? verdict : verdict.error);

/** A middleware may send again. Done stays done, and unknown stays so unless another answer says done. */
function later(before: Answered | VaError | undefined, now: Answered | VaError): Answered | VaError {
  if (!before || !errorIn(now)) return now;
  const outcome = errorIn(before)?.outcome ?? 'done';
  return outcome === 'done' || outcome === 'unknown' ? before : now;
}

function serialize(body: unknown, fail: Fail): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw fail('invalid_request', { cause }, ['the body cannot be written as JSON']);
  }
}

const OPTION_NAMES = [
  'signal',
  'timeoutMs',
  'totalMs',
  'retries',
  'singleUse',
  'dangerouslyAllowIdsBeyondDocumentedLimits',
];

/** What is wrong with the options of a call, in words that name it; undefined if nothing is. */
export function problemOf(options: CallOptions & { singleUse?: unknown }): string | undefined {
  if (typeof options !== 'object' || options === null) return 'options must be an object';
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name));
  if (unknown) return `${unknown} is not an option of this call; there are ${OPTION_NAMES.join(', ')}`;
  if (options.signal !== undefined && !isSignal(options.signal)) return 'signal must be an AbortSignal';
  // A text such as 'false' must not make PAID final.
  if (!['boolean', 'undefined'].includes(typeof options.singleUse)) return 'singleUse must be true or false';
  try {
    if (options.timeoutMs !== undefined) requireMs('timeoutMs', options.timeoutMs);
    if (options.totalMs !== undefined) requireMs('totalMs', options.totalMs);
    if (options.retries !== undefined) requireRetries(options.retries);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
