/** `client.api`, the openapi-fetch client underneath, and calls in which its middleware takes part. */
import createOpenapiFetch, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import type { Answered } from './answer.js';
import { Attempt } from './attempt.js';
import type { CallSettings } from './call.js';
import { isVaError, vaErrorOf, type VaError } from './errors.js';
import type { Settings } from './options.js';
import type { ClientOperation } from './prepare.js';
import { whenAborted } from './runtime.js';
import { asFetch, requireFetchClasses, type Send } from './signed-fetch.js';

/** A middleware for `client.api.use`. */
export type VaMiddleware = Middleware;

/** The openapi-fetch client of the contract's operations; a name of our own, for other packages' declarations. */
export interface VaApi extends Client<paths> {
  /** Adds middleware; from then on it takes part in the calls of the `VaClient` too. */
  use(...middleware: VaMiddleware[]): void;
}

/** `client.api`, and whether it has ever been given a middleware: until then other calls need not go through it. */
export interface WatchedApi {
  readonly api: VaApi;
  hasMiddleware: boolean;
}

/** The openapi-fetch client whose calls go through `send`. */
export function createApi({ baseUrl }: Settings, send: Send): WatchedApi {
  const api = createOpenapiFetch<paths>({ baseUrl, fetch: asFetch(send) });
  const watched: WatchedApi = { api, hasMiddleware: false };
  const { use } = api;
  // openapi-fetch makes Headers and a Request before it calls the fetch that it was given.
  for (const name of ['POST', 'request'] as const) {
    const call = api[name] as (...given: unknown[]) => Promise<unknown>;
    const checked = async (...given: unknown[]) => {
      requireFetchClasses(baseUrl);
      return call(...given);
    };
    api[name] = checked as never;
  }
  api.use = (...middleware) => {
    for (const each of middleware) {
      use(each);
      watched.hasMiddleware = true;
    }
  };
  return watched;
}

/** One of the client's own calls. */
export interface ApiCall {
  operation: ClientOperation;
  request: unknown;
  signal: AbortSignal | undefined;
  changes: CallSettings;
}

/**
 * The text of a request's body.
 *
 * @throws VaError if there is none, for a BigInt or a circle say
 */
export function serialize(request: unknown, attempt: Attempt): string {
  try {
    return JSON.stringify(request);
  } catch (cause) {
    throw attempt.error('invalid_request', { cause }, ['the body cannot be written as JSON']);
  }
}

/** A call in which the user's middleware takes part, and may have sent never, once or several times. */
export async function throughMiddleware(
  api: VaApi,
  { operation, request, signal, changes }: ApiCall,
  send: Send,
  attempt: Attempt,
): Promise<Answered> {
  let verdict: Answered | VaError | undefined;
  let underWay = 0;
  const judged: Send = async (input, init) => {
    underWay++;
    const answered = send(input, init, changes);
    const now = await answered.catch((error: VaError) => error);
    underWay--;
    verdict = later(verdict, now);
    return answered;
  };
  const following = follow(signal);
  let failure: unknown;
  try {
    await api.POST(operation.path, {
      body: request as never,
      bodySerializer: (body) => serialize(body, attempt),
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
  if (underWay > 0 && (error || !verdict)) throw attempt.error('middleware_failed', { cause: failure });
  if (error) throw error;
  // Answered by a middleware itself, or done and then lost in one: only the gateway's own word counts.
  if (!verdict || failure) throw attempt.error('middleware_failed', { cause: failure });
  return verdict as Answered;
}

const errorIn = (verdict: Answered | VaError) => (isVaError(verdict) ? verdict : verdict.error);

/** A middleware may send again. Done stays done, and unknown stays so unless another answer says done. */
function later(before: Answered | VaError | undefined, now: Answered | VaError): Answered | VaError {
  if (!before || !errorIn(now)) return now;
  const outcome = errorIn(before)?.outcome ?? 'done';
  return outcome === 'done' || outcome === 'unknown' ? before : now;
}

/**
 * A signal that aborts when `caller` does, until `stop`. For a `Request`: one made with the caller's own signal
 * leaves a listener on it until the garbage collector comes.
 */
function follow(caller?: AbortSignal): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const stop = whenAborted(caller, () => controller.abort(caller?.reason));
  return { signal: controller.signal, stop };
}
