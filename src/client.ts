import type { Answered } from './answer.js';
import { createApi, serialize, throughMiddleware, type VaApi, type WatchedApi } from './api.js';
import { Attempt } from './attempt.js';
import { perform } from './call.js';
import { cancelAndConfirm, requestToConfirm, settle, type Canceled, type Steps } from './confirm.js';
import type { VaError, VaErrorJson } from './errors.js';
import { operations, type CallOptions, type CancelRequest, type VaOperations } from './operations.js';
import {
  LONGEST_MS,
  problemOf,
  problemOfConfirm,
  readOptions,
  type ConfirmOptions,
  type Settings,
  type VaClientOptions,
} from './options.js';
import type { ClientOperation } from './prepare.js';
import { createSend, type Send } from './signed-fetch.js';

/** Calls the gateway. Frozen and stateless: one client serves any number of calls at a time. */
export interface VaClient extends VaOperations {
  /**
   * Settles an earlier `unknown` by inquiry alone: pass the error, or what `error.toJSON()` said before a crash.
   * Cancels nothing.
   *
   * @param request the request, or the error of a call about it
   * @returns an answer that says CANCELED
   * @throws VaError `already_expired`, and `already_paid` if `singleUse`: refused. All else is unknown:
   *   `still_active` (the cancel may still be under way; or cancel again), `paid_not_final`, `unsettled`
   * @example
   * ```ts
   * import { VaError } from 'ifortepay-va';
   *
   * // `stored` is what JSON.stringify(error) wrote before a restart.
   * const canceled = await client.confirm(VaError.from(JSON.parse(stored)));
   * ```
   */
  confirm(request: CancelRequest | VaError | VaErrorJson, options?: ConfirmOptions): Promise<Canceled>;
  /**
   * Cancels and, if the outcome is unknown, finds out by inquiry, for which half of `totalTimeoutMs` is kept. If the
   * virtual account is still active it cancels once more.
   *
   * @returns an answer that says CANCELED
   * @throws VaError as `cancel` and `confirm` do; `history` holds the errors on the way
   * @example
   * ```ts
   * const canceled = await client.cancelAndConfirm(request, { singleUse: true, totalTimeoutMs: 60_000 });
   * ```
   */
  cancelAndConfirm(request: CancelRequest, options?: ConfirmOptions): Promise<Canceled>;
  /**
   * The openapi-fetch client underneath, for calls and middleware of one's own. It signs and checks alike, and
   * throws what is neither done nor a readable error answer; `outcomeOf` reads the outcome of both. Reading it changes
   * nothing; from its first middleware on, that takes part in all calls of this client.
   *
   * @example
   * ```ts
   * client.api.use({
   *   onRequest({ request }) {
   *     request.headers.set('x-trace', crypto.randomUUID());
   *   },
   * });
   * ```
   */
  readonly api: VaApi;
  /** Where it sends to, and as whom. No secret is among them. */
  readonly gateway: Gateway;
}

/** The gateway of a client: what its options came to. */
export interface Gateway {
  readonly baseUrl: string;
  readonly merchantId: string;
  readonly subMerchantId?: string | undefined;
}

/**
 * A client of the gateway.
 *
 * @throws TypeError if an option is wrong, naming it; never with the value of a credential
 * @example
 * ```ts
 * import { createVaClient } from 'ifortepay-va';
 *
 * const client = createVaClient({
 *   environment: 'staging',
 *   merchantId: process.env.IFORTEPAY_MERCHANT_ID!,
 *   secretUnboundId: process.env.IFORTEPAY_SECRET_UNBOUND_ID!,
 *   hashKey: process.env.IFORTEPAY_HASH_KEY!,
 * });
 * ```
 */
export function createVaClient(options: VaClientOptions): VaClient {
  const settings = readOptions(options);
  const send = createSend(settings);
  let watched: WatchedApi | undefined;
  const { merchantId, subMerchantId } = options;
  const core: Core = { settings, send, api: () => (watched?.hasMiddleware ? watched.api : undefined) };
  const methods = methodsOf(core);
  return Object.freeze<VaClient>({
    gateway: Object.freeze({
      baseUrl: settings.baseUrl,
      merchantId,
      subMerchantId,
    }),
    // Made when first asked for: on Node it loads all of fetch, which takes several times as long as the rest.
    get api() {
      return (watched ??= createApi(settings, send)).api;
    },
    ...methods,
    confirm: async (given, callOptions = {}) => {
      const steps = stepsOf(core, methods, callOptions, 1);
      return settle(steps, requestToConfirm(steps, given), callOptions.singleUse === true);
    },
    cancelAndConfirm: async (request, callOptions = {}) =>
      cancelAndConfirm(stepsOf(core, methods, callOptions, 0.5), request, callOptions.singleUse === true),
  });
}

/** What the calls of a client share. */
interface Core {
  settings: Settings;
  send: Send;
  /** The openapi-fetch client, once somebody has given it a middleware. */
  api(): VaApi | undefined;
}

/** A method for each operation. */
function methodsOf(core: Core): VaOperations {
  const methods = Object.values(operations).map((operation) => [
    operation.name,
    (request: unknown, options?: CallOptions) => callOperation(core, operation, request, options),
  ]);
  return Object.fromEntries(methods) as VaOperations;
}

const NO_HEADERS = Object.freeze({});

/** One call; through openapi-fetch if the user has a middleware there. */
async function callOperation(
  { settings, send, api }: Core,
  operation: ClientOperation,
  request: unknown,
  options: CallOptions = {},
): Promise<unknown> {
  const url = settings.baseUrl + operation.path;
  const problem = problemOf(options);
  if (problem) throw new Attempt(settings, url, operation.name).error('invalid_request', {}, [problem]);
  const { signal, timeoutMs, totalTimeoutMs, maxRetries } = options;
  const liftIdLimits = options.dangerouslyAllowIdsBeyondDocumentedLimits;
  const changes = { timeoutMs, totalTimeoutMs, maxRetries, liftIdLimits };
  const attempt = new Attempt(settings, url, operation.name);
  const withMiddleware = api();
  if (withMiddleware) {
    const call = { operation, request, signal, changes };
    return successOf(await throughMiddleware(withMiddleware, call, send, attempt));
  }
  // openapi-fetch would make a second Request and Response, half the price of a fetch, for nobody to look at.
  const body = serialize(request, attempt);
  const call = { operation, url, headers: NO_HEADERS, signal, body };
  return successOf(await perform(settings, call, changes, attempt));
}

function successOf({ error, data }: Answered): unknown {
  if (error) throw error;
  return data;
}

/**
 * The calls of one confirmation. A cancel may use at most `share` of what is left of the whole, so that there is
 * time to ask; each call's own deadline is within it.
 */
function stepsOf(
  core: Core,
  { cancel, inquire }: VaOperations,
  options: ConfirmOptions,
  share: number,
): Steps {
  const { settings } = core;
  const whole = new Attempt(settings, settings.baseUrl + operations.inquire.path, 'confirm');
  const problem = problemOfConfirm(options);
  if (problem) throw whole.error('invalid_request', {}, [problem]);
  const { singleUse: _, ...callOptions } = options;
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
  const endsAt = performance.now() + (options.totalTimeoutMs ?? settings.totalTimeoutMs ?? 2 * timeoutMs);
  const within = (part: number): CallOptions => {
    const totalTimeoutMs = Math.min(LONGEST_MS, Math.max(1, (endsAt - performance.now()) * part));
    return { ...callOptions, totalTimeoutMs, timeoutMs: Math.min(timeoutMs, totalTimeoutMs) };
  };
  return {
    cancel: (request) => cancel(request, within(share)),
    inquire: (request) => inquire(request, within(1)),
    error: (code, details, words) => whole.error(code, details, words),
  };
}
