/**
 * What happened to the virtual account, as far as it can be known:
 * - `not_sent`: the request provably never left. Correct what the error names, or try again.
 * - `refused`: the gateway read the request and said no. Nothing was cancelled by it.
 * - `unknown`: it may or may not have happened. Ask the gateway (`/va/inquiry`) before anything else.
 */
export type Outcome = 'not_sent' | 'refused' | 'unknown';

/**
 * Each code, the one outcome that it stands for, what happened in words, and the gateway's `response_code` that alone
 * says so (appendix of its documentation). A new code is a new row here.
 */
const CODES = {
  invalid_request: ['not_sent', 'the request is not valid'],
  url_not_allowed: ['not_sent', 'the credentials must not go there, so nothing was signed'],
  signing_failed: ['not_sent', 'the request could not be signed'],
  aborted_before_sending: ['not_sent', 'aborted before it was sent'],
  dns_failed: ['not_sent', 'the host name could not be resolved'],
  connection_refused: ['not_sent', 'the connection was refused'],
  not_connected: ['not_sent', 'no usable connection, or none in time'],
  certificate_rejected: ['not_sent', "the host's certificate was rejected"],
  invalid_parameter: ['refused', 'the gateway refused a parameter', '01'],
  not_found: ['refused', 'the gateway knows no such virtual account', '02'],
  unauthorized: ['refused', 'the gateway does not accept the merchant id and secret', '04'],
  invalid_signature: ['refused', 'the gateway does not accept the signature; check the hash key'],
  already_paid: ['refused', 'the virtual account is paid'],
  already_expired: ['refused', 'the virtual account is expired'],
  timeout: ['unknown', 'no complete answer within the deadline'],
  aborted: ['unknown', 'aborted after it was sent'],
  connection_failed: ['unknown', 'the connection failed'],
  redirected: ['unknown', 'answered with a redirect, which is not followed'],
  answer_too_large: ['unknown', 'the answer is too large to be read'],
  answer_unreadable: ['unknown', 'the answer is not a JSON object that can be read one way only'],
  answer_unexpected: ['unknown', 'the answer is not one that the contract knows'],
  answer_about_other_ids: ['unknown', 'the answer is about other ids than were asked'],
  gateway_failed: ['unknown', 'the gateway failed'],
  middleware_failed: ['unknown', 'a middleware failed or answered by itself'],
  still_active: ['unknown', 'the virtual account is still active'],
  paid_not_final: [
    'unknown',
    'the virtual account was paid, but unless it is single-use it may be paid again',
  ],
  unsettled: ['unknown', 'inquiry did not settle it'],
} as const satisfies Record<string, readonly [Outcome, words: string, responseCode?: string]>;

/** The stable name of what went wrong. New ones may come with a minor version; switch on `outcome` first. */
export type VaErrorCode = keyof typeof CODES;

/** Every `code` that a `VaError` can have, and the one outcome that it stands for. */
export const OUTCOMES = Object.fromEntries(
  Object.entries(CODES).map(([code, [outcome]]) => [code, outcome]),
) as { readonly [Code in VaErrorCode]: (typeof CODES)[Code][0] };

/** The code for each `response_code` of a refusal that means one thing whatever the HTTP status. */
export const REFUSALS = new Map(
  Object.entries<readonly [Outcome, words: string, responseCode?: string]>(CODES).map(
    ([code, [, , responseCode]]) => [responseCode, code as VaErrorCode],
  ),
);

const ADVICE = {
  not_sent: 'Nothing was sent.',
  refused: 'This call changed nothing.',
  unknown: 'Whether it was carried out is unknown; ask /va/inquiry before trying again.',
};

/** The message of an error: what happened, to which URL, with what details, and what follows. */
export function messageFor(code: VaErrorCode, url: string, details: string[]): string {
  const more = details.length > 0 ? `: ${details.join('; ')}` : '';
  return `POST ${url}: ${CODES[code][1]}${more}. ${ADVICE[OUTCOMES[code]]}`;
}

/** What both errors of this package are: `VaError` of a call, `CallbackError` of a callback. */
export abstract class IfortepayError extends Error {
  /** The stable name of what went wrong. */
  abstract readonly code: string;
}

/** A request body that fits the contract. A creation has no transaction id yet. */
export type RequestBody = Record<string, unknown> & {
  external_id: string;
  order_id: string;
  transaction_id?: string;
};

/** What a `VaError` carries besides its code and message; each only where there is one. */
export interface VaErrorDetails {
  /** The call as a name: `cancel`, `inquire`, `create`, `confirm`. */
  operation?: string | undefined;
  /** HTTP status of the answer. */
  status?: number | undefined;
  /** The gateway's `response_code`, two digits (appendix of the gateway's documentation). */
  responseCode?: string | undefined;
  /** The gateway's `response_message`, with our credentials blotted out should it echo them. */
  responseMessage?: string | undefined;
  /**
   * The gateway's `error`, which says more than `response_message` where it is there (gateway's SDKs). What is no text is
   * given as JSON. Our credentials are blotted out should it echo them.
   */
  responseError?: string | undefined;
  /** The `transaction_status` that the gateway named, if it did. */
  transactionStatus?: string | undefined;
  /** The errors that came before, where several requests led to this one. Oldest first. */
  history?: VaErrorJson[] | undefined;
  /** An id of ours for one attempt, for logs. It is never sent. */
  attemptId?: string | undefined;
  /** Milliseconds that this attempt took; of a confirmation, all of it. */
  durationMs?: number | undefined;
  /** Milliseconds that the gateway asked to wait (`Retry-After`). */
  retryAfterMs?: number | undefined;
  /** The request body as it was sent or would have been. It holds no credential. */
  request?: RequestBody | undefined;
  /** What was underneath, copied without anything that could hold a credential. */
  cause?: unknown;
}

type KnownDetails = {
  readonly [Name in keyof Omit<VaErrorDetails, 'cause'>]?: NonNullable<VaErrorDetails[Name]>;
};

/** A `VaError` with this code as plain data. */
export interface VaErrorJsonOf<Code extends VaErrorCode> extends KnownDetails {
  readonly name: 'VaError';
  readonly message: string;
  readonly code: Code;
  readonly outcome: (typeof OUTCOMES)[Code];
}

/** A `VaError` as plain data, `error.toJSON()`: for a log, a queue, another thread, or a restart in between. */
export type VaErrorJson = { [Code in VaErrorCode]: VaErrorJsonOf<Code> }[VaErrorCode];

/** A `VaError` with this code. */
export interface VaErrorOf<Code extends VaErrorCode> extends IfortepayError, KnownDetails {
  readonly name: 'VaError';
  readonly code: Code;
  readonly outcome: (typeof OUTCOMES)[Code];
  /** Everything but stack and cause. Unlike the error it survives `structuredClone`, a worker and a queue. */
  toJSON(): VaErrorJsonOf<Code>;
}

/**
 * The one error of every call. Look at `outcome` first, then at `code`; each code has one outcome, so that looking at
 * one narrows the other.
 *
 * @example
 * ```ts
 * import { createVaClient, isVaError, type CancelRequest, type VaClient } from 'ifortepay-va';
 *
 * async function cancelOrSay(client: VaClient, request: CancelRequest) {
 *   try {
 *     return await client.cancel(request);
 *   } catch (error) {
 *     if (!isVaError(error) || error.outcome === 'not_sent') throw error; // safe to try again
 *     if (error.outcome === 'refused') return error.code; // the gateway said no
 *     return client.confirm(error); // unknown: ask before anything else
 *   }
 * }
 * ```
 */
export type VaError = { [Code in VaErrorCode]: VaErrorOf<Code> }[VaErrorCode];

interface VaErrorConstructor {
  new (code: VaErrorCode, message: string, details?: VaErrorDetails): VaError;
  readonly prototype: VaError;
  /**
   * The error that `json` was made of, by `toJSON` or `JSON.stringify`. It has no cause, and a stack of its own.
   * Members that this version does not know are left out.
   *
   * @throws TypeError naming the member that is none of a `VaError`'s; a code or an outcome that this version does not
   *   know is one. Treat what cannot be read as unknown.
   * @example
   * ```ts
   * import { VaError, type VaClient } from 'ifortepay-va';
   *
   * // After a restart: settle what a row says is unknown.
   * async function settleRow(client: VaClient, row: { error: string }) {
   *   const error = VaError.from(JSON.parse(row.error));
   *   return error.outcome === 'unknown' ? client.confirm(error) : error.outcome;
   * }
   * ```
   */
  from(json: unknown): VaError;
}

// A registered symbol, so that an error is recognised across two copies of this package too.
const BRAND = Symbol.for('ifortepay-va.VaError');

export const VaError = class VaError extends IfortepayError {
  /** Said, for bundlers rename classes, and loggers show that name. */
  static readonly name = 'VaError';
  override readonly name = 'VaError';
  readonly code: VaErrorCode;
  readonly outcome: Outcome;

  constructor(code: VaErrorCode, message: string, { cause, ...details }: VaErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.outcome = OUTCOMES[code];
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
    Object.defineProperty(this, BRAND, { value: true });
  }

  static from(json: unknown): VaError {
    return isVaError(json) ? json : readJson(json, 'it');
  }

  toJSON(): VaErrorJson {
    // Without what a logger or a framework put on it since: winston its level, others a whole request.
    const own = Object.entries(this).filter(
      ([name]) => ['name', 'code', 'outcome'].includes(name) || Object.hasOwn(DETAILS, name),
    );
    const told = { message: this.message, ...Object.fromEntries(own) } as unknown as VaErrorJson;
    // A request that was refused before anything was sent may hold anything.
    return told.request ? { ...told, request: asPlain(told.request) } : told;
  }
} as unknown as VaErrorConstructor;

function asPlain(request: RequestBody): RequestBody | undefined {
  try {
    return JSON.parse(JSON.stringify(request)) as RequestBody;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => Number.isFinite(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What each detail has to be in JSON. */
const DETAILS: Record<keyof KnownDetails, (value: unknown) => boolean> = {
  operation: isText,
  status: isNumber,
  responseCode: isText,
  responseMessage: isText,
  responseError: isText,
  transactionStatus: isText,
  history: (value) => Array.isArray(value),
  attemptId: isText,
  durationMs: isNumber,
  retryAfterMs: isNumber,
  request: isObject,
};

/** @param what how to name it in an error: `it`, or `history[0]` */
function readJson(json: unknown, what: string): VaError {
  if (!isObject(json)) throw new TypeError(`${what} must be an object, a VaError as JSON`);
  const { name, code, outcome, message } = json;
  const wrong = (member: string) =>
    new TypeError(`${what} is no VaError as JSON: its member ${member} is wrong or missing`);
  if (name !== 'VaError') throw wrong('name');
  if (!isText(message)) throw wrong('message');
  if (!isText(code) || !Object.hasOwn(OUTCOMES, code as string)) throw wrong('code');
  if (outcome !== OUTCOMES[code as VaErrorCode]) throw wrong('outcome');
  const details: Record<string, unknown> = {};
  for (const [member, isRight] of Object.entries(DETAILS)) {
    const value = json[member];
    if (value === undefined) continue;
    if (!isRight(value)) throw wrong(member);
    details[member] = value;
  }
  const { history } = details as { history?: unknown[] };
  if (history)
    details.history = history.map((each, index) => readJson(each, `${what}.history[${index}]`).toJSON());
  return new VaError(code as VaErrorCode, message as string, details);
}

/**
 * Whether `value` is a `VaError`, also one of another copy of this package. Never throws.
 *
 * @example
 * ```ts
 * import { isVaError } from 'ifortepay-va';
 *
 * const needsAttention = (error: unknown) => !isVaError(error) || error.outcome === 'unknown';
 * ```
 */
export function isVaError(value: unknown): value is VaError {
  try {
    return (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    return false; // null, undefined, a revoked proxy
  }
}

// The class-based client wraps or replaces errors; a Response that it hands back still leads to its error here.
const errors = new WeakMap<Response, VaError | undefined>();

/** Notes what `response` amounts to, for `vaErrorOf`. */
export function remember(response: Response, error: VaError | undefined): Response {
  errors.set(response, error);
  return response;
}

/**
 * The `VaError` behind whatever a client threw: itself, the `cause` of a `FetchError`, or what the transport
 * made of the `response` of a `ResponseError`. A `Response` of `client.api` may be given too.
 *
 * @example
 * ```ts
 * import { vaErrorOf } from 'ifortepay-va';
 * import { createVirtualAccountApi, type CancelRequest } from 'ifortepay-va/client';
 *
 * async function codeOfCancelling(api: ReturnType<typeof createVirtualAccountApi>, request: CancelRequest) {
 *   try {
 *     await api.cancelVirtualAccount({ cancelRequest: request });
 *     return 'done';
 *   } catch (error) {
 *     return vaErrorOf(error)?.code; // the class-based client throws errors of its own
 *   }
 * }
 * ```
 */
export function vaErrorOf(thrown: unknown): VaError | undefined {
  try {
    // Ends in the catch below where there is nothing left to look into.
    for (let level = 0, at = thrown; level < 8; level++) {
      if (isVaError(at)) return at;
      const { response = at, cause } = at as { response?: Response; cause?: unknown };
      const error = errors.get(response as Response);
      if (error) return error;
      at = cause;
    }
  } catch {
    // No cause any more, a proxy, or getters that throw: not ours.
  }
  return undefined;
}

/**
 * The outcome of a call of either client from what it threw, or from a `VaErrorJson`. What is not ours is `unknown`:
 * who knows when it was thrown. The class-based client's `RequiredError` comes before anything is sent. Never throws.
 *
 * @example
 * ```ts
 * import { outcomeOf } from 'ifortepay-va';
 *
 * const mayTryAgain = (thrown: unknown) => outcomeOf(thrown) === 'not_sent';
 * ```
 */
export function outcomeOf(thrown: unknown): Outcome {
  return (
    (vaErrorOf(thrown) ?? fromJson(thrown))?.outcome ?? (isRequiredError(thrown) ? 'not_sent' : 'unknown')
  );
}

function fromJson(value: unknown): VaError | undefined {
  try {
    return VaError.from(value);
  } catch {
    return undefined;
  }
}

function isRequiredError(thrown: unknown): boolean {
  try {
    // By its shape: it may come from another realm.
    const { name, message } = thrown as Error;
    return name === 'RequiredError' && typeof message === 'string';
  } catch {
    return false; // a revoked proxy
  }
}
