import type { RequestBody } from './request.js';

/**
 * What happened to the virtual account, as far as it can be known:
 * - `not_sent`: the request provably never left. Correct what the error names, or try again.
 * - `refused`: the gateway read the request and said no. Nothing was cancelled by it.
 * - `unknown`: it may or may not have happened. Ask the gateway (`/va/inquiry`) before anything else.
 */
export type Outcome = 'not_sent' | 'refused' | 'unknown';

/** Every `code` that a `VaError` can have, and the one outcome that it stands for. */
export const OUTCOMES = {
  invalid_request: 'not_sent',
  url_not_allowed: 'not_sent',
  signing_failed: 'not_sent',
  aborted_before_sending: 'not_sent',
  dns_failed: 'not_sent',
  connection_refused: 'not_sent',
  certificate_rejected: 'not_sent',
  invalid_parameter: 'refused',
  not_found: 'refused',
  unauthorized: 'refused',
  invalid_signature: 'refused',
  already_paid: 'refused',
  already_expired: 'refused',
  timeout: 'unknown',
  aborted: 'unknown',
  connection_failed: 'unknown',
  redirected: 'unknown',
  answer_too_large: 'unknown',
  answer_unreadable: 'unknown',
  answer_unexpected: 'unknown',
  answer_about_other_ids: 'unknown',
  gateway_failed: 'unknown',
  middleware_failed: 'unknown',
  still_active: 'unknown',
  paid_not_final: 'unknown',
  unsettled: 'unknown',
} as const satisfies Record<string, Outcome>;

/** The stable name of what went wrong. New ones may come with a minor version; switch on `outcome` first. */
export type VaErrorCode = keyof typeof OUTCOMES;

/** What a `VaError` carries besides its code and message; each only where there is one. */
export interface VaErrorDetails {
  /** The call as a name: `cancel`, `inquire`, `create`. */
  operation?: string | undefined;
  /** HTTP status of the answer. */
  status?: number | undefined;
  /** The gateway's `response_code`, two digits (appendix of the gateway's documentation). */
  responseCode?: string | undefined;
  /** The gateway's `response_message`, with our credentials blotted out should it echo them. */
  responseMessage?: string | undefined;
  /** The `transaction_status` that the gateway named, if it did. */
  transactionStatus?: string | undefined;
  /** The errors that came before, as JSON, where several requests led to this one. Oldest first. */
  history?: Record<string, unknown>[] | undefined;
  /** An id of ours for one attempt, for logs. It is never sent. */
  requestId?: string | undefined;
  /** Milliseconds that this attempt took; of a confirmation, all of it. */
  durationMs?: number | undefined;
  /** Milliseconds that the gateway asked to wait (`Retry-After`). */
  retryAfterMs?: number | undefined;
  /** The request body as it was sent or would have been, to settle the call later. It holds no credential. */
  request?: RequestBody | undefined;
  /** What was underneath, copied without anything that could hold a credential. */
  cause?: unknown;
}

// A registered symbol, so that an error is recognised across two copies of this package too.
const BRAND = Symbol.for('ifortepay-va.VaError');

/** The one error of every call. Look at `outcome` first, then at `code`. */
export class VaError extends Error {
  override readonly name = 'VaError';
  readonly code: VaErrorCode;
  readonly outcome: Outcome;
  declare readonly operation?: string;
  declare readonly status?: number;
  declare readonly responseCode?: string;
  declare readonly responseMessage?: string;
  declare readonly requestId?: string;
  declare readonly durationMs?: number;
  declare readonly retryAfterMs?: number;
  declare readonly request?: RequestBody;
  declare readonly transactionStatus?: string;
  declare readonly history?: Record<string, unknown>[];

  constructor(code: VaErrorCode, message: string, { cause, ...details }: VaErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.outcome = OUTCOMES[code];
    for (const [name, value] of Object.entries(details)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true });
    }
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Everything but stack and cause, for a log or for settling the call after a restart. */
  toJSON(): Record<string, unknown> {
    return { message: this.message, ...(this as object) };
  }
}

/** Whether `value` is a `VaError`, also one of another copy of this package. Never throws. */
export function isVaError(value: unknown): value is VaError {
  try {
    return (value as Record<symbol, unknown>)[BRAND] === true;
  } catch {
    return false; // null, undefined, a revoked proxy
  }
}
