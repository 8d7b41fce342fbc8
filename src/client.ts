import createApi, { type Client } from 'openapi-fetch';
import type { paths } from '../generated/schema.js';
import { cancelAndConfirm, settle, type Canceled, type ConfirmOptions, type Steps } from './confirm.js';
import {
  cancel,
  create,
  inquire,
  type CancelRequest,
  type CancelSuccess,
  type CreateRequest,
  type CreateSuccess,
  type InquiryRequest,
  type InquirySuccess,
} from './operations.js';
import { LONGEST_MS, readOptions, type VaClientOptions } from './options.js';
import { perform, problemOf, type CallOptions, type Channel } from './perform.js';
import { Report } from './report.js';
import { asFetch, createSend } from './signed-fetch.js';

/** Calls the gateway. Frozen and stateless: one client serves any number of calls at a time. */
export interface VaClient {
  /**
   * Cancels a virtual account (gateway page "Cancel VA V2"). Sends at most one request, unless `retries` allow to
   * repeat one that provably never left.
   *
   * @returns the gateway's answer, only if it says CANCELED and 00 about the very ids that were asked
   * @throws VaError whose `outcome` says whether the request was not sent, refused, or is unknown
   */
  cancel(request: CancelRequest, options?: CallOptions): Promise<CancelSuccess>;
  /**
   * Asks for the state of a virtual account (gateway docs, virtual-account/inquiry). Only reads.
   *
   * @throws VaError
   */
  inquire(request: InquiryRequest, options?: CallOptions): Promise<InquirySuccess>;
  /**
   * Settles an earlier `unknown` by inquiry alone, after a crash say: `error.request` is what to pass. Cancels
   * nothing.
   *
   * @returns an answer that says CANCELED
   * @throws VaError `already_expired`, and `already_paid` if `singleUse`: refused. All else is unknown:
   *   `still_active` (the cancel may still be under way; or cancel again), `paid_not_final`, `unsettled`
   */
  confirm(request: CancelRequest, options?: ConfirmOptions): Promise<Canceled>;
  /**
   * Cancels and, if the outcome is unknown, finds out by inquiry, for which half of `totalMs` is kept. If the
   * virtual account is still active it cancels once more.
   *
   * @returns an answer that says CANCELED
   * @throws VaError as `cancel` and `confirm` do; `history` holds the errors on the way
   */
  cancelAndConfirm(request: CancelRequest, options?: ConfirmOptions): Promise<Canceled>;
  /**
   * Creates a virtual account (gateway docs, virtual-account/create).
   *
   * @experimental The gateway's answer is not documented, its shape here is a guess. This may change in any
   *   version until staging has confirmed it.
   * @throws VaError
   */
  create(request: CreateRequest, options?: CallOptions): Promise<CreateSuccess>;
  /**
   * The openapi-fetch client underneath, for calls and middleware of one's own. It signs and checks alike, and
   * throws what is neither done nor a readable error answer; `outcomeOf` reads the outcome of both.
   */
  readonly api: Client<paths>;
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
 */
export function createVaClient(options: VaClientOptions): VaClient {
  const settings = readOptions(options);
  const send = createSend(settings);
  let api: Client<paths> | undefined;
  const channel: Channel = { settings, send, api: () => api };
  const { merchantId, subMerchantId } = options;
  return Object.freeze<VaClient>({
    gateway: Object.freeze({
      baseUrl: settings.baseUrl,
      merchantId,
      subMerchantId,
    }),
    // Made when first asked for: on Node it loads all of fetch, which takes several times as long as the rest.
    get api() {
      return (api ??= createApi<paths>({ baseUrl: settings.baseUrl, fetch: asFetch(send) }));
    },
    cancel: (request, callOptions) => perform(channel, cancel, request, callOptions),
    inquire: (request, callOptions) => perform(channel, inquire, request, callOptions),
    create: (request, callOptions) => perform(channel, create, request, callOptions),
    confirm: async (request, callOptions = {}) =>
      settle(stepsOf(channel, callOptions, 1), request, callOptions.singleUse === true),
    cancelAndConfirm: async (request, callOptions = {}) =>
      cancelAndConfirm(stepsOf(channel, callOptions, 0.5), request, callOptions.singleUse === true),
  });
}

/**
 * The calls of one confirmation. A cancel may use at most `share` of what is left of the whole, so that there is
 * time to ask; each call's own deadline is within it.
 */
function stepsOf(channel: Channel, options: CallOptions, share: number): Steps {
  const { settings } = channel;
  const report = new Report(settings.credentials, settings.baseUrl + inquire.path, 'confirm');
  const problem = problemOf(options);
  if (problem) throw report.error('invalid_request', {}, [problem]);
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
  const endsAt = performance.now() + (options.totalMs ?? settings.totalMs ?? 2 * timeoutMs);
  const within = (part: number): CallOptions => {
    const totalMs = Math.min(LONGEST_MS, Math.max(1, (endsAt - performance.now()) * part));
    return { ...options, totalMs, timeoutMs: Math.min(timeoutMs, totalMs) };
  };
  return {
    cancel: (request) => perform(channel, cancel, request, within(share)),
    inquire: (request) => perform(channel, inquire, request, within(1)),
    error: (code, details) => report.error(code, details),
  };
}
