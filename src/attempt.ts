import {
  messageFor,
  VaError,
  type Outcome,
  type RequestBody,
  type VaErrorCode,
  type VaErrorDetails,
} from './errors.js';
import { printable, redactCause, redactUrl, type Redaction } from './redact.js';
import { probe } from './runtime.js';

/** One attempt, for logs and metrics. Plain, and without credentials, ids or messages of the gateway. */
export interface AttemptRecord {
  /** The client's method: `cancel`, say. */
  operation: string;
  /** Ours; the same as on the error. Never sent. */
  attemptId: string;
  /** 1 for the first. */
  attempt: number;
  outcome: 'done' | Outcome;
  code?: VaErrorCode;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** The gateway's `response_code`. */
  responseCode?: string;
  durationMs: number;
  /** Whether its head was handed to a socket: `false` on proof, and absent where nobody knows. */
  written?: boolean;
}

/** Of a client's settings, what is needed to tell of an attempt. */
interface Telling {
  credentials: Redaction;
  onAttempt?: ((record: AttemptRecord) => void) | undefined;
}

/** Unique enough for logs, also where the runtime makes no UUIDs: over http in a browser, in some test environments. */
const newId = (): string =>
  probe(() => crypto.randomUUID()) ?? `${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`;

/** What is known of one attempt, and its clock; makes its errors. Nothing leaves it with a credential in it. */
export class Attempt {
  readonly #settings: Telling;
  readonly #url: string;
  readonly #number: number;
  readonly #startedAt = performance.now();
  #attemptId: string | undefined;
  readonly operation: string | undefined;
  /** Set once the body is known to be valid. */
  request: RequestBody | undefined;
  /** Set once the request is signed, so that it can be blotted out too. */
  signature: string | undefined;
  /** Whether the request was written, as far as a witness knows. */
  written: boolean | undefined;

  /** Starts the clock. `number` is 1 for the first, and `before` is an earlier attempt of the same request. */
  constructor(settings: Telling, url: string, operation: string | undefined, number = 1, before?: Attempt) {
    this.#settings = settings;
    this.#url = url;
    this.#number = number;
    this.operation = operation;
    this.request = before?.request;
    this.signature = before?.signature;
  }

  /** Made when first asked for: most attempts go well, and nobody asks. */
  get attemptId(): string {
    return (this.#attemptId ??= newId());
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  redact(text: string): string {
    return this.#settings.credentials.redact(text, this.signature);
  }

  /** Whether `redact` would surely change nothing in the values of this JSON. */
  isClean(json: string): boolean {
    return this.#settings.credentials.isAbsentFrom(json, this.signature);
  }

  error(code: VaErrorCode, { cause, ...details }: VaErrorDetails = {}, words: string[] = []): VaError {
    const redact = (text: string | undefined) => (text === undefined ? undefined : this.redact(text));
    const { responseCode } = details;
    const responseMessage = redact(details.responseMessage);
    const responseError = redact(details.responseError);
    const quoted = [[responseCode, responseMessage].filter(Boolean).join(' '), responseError].filter(Boolean);
    const said = responseCode === undefined ? [] : [quoted.join(': ')];
    const message = messageFor(code, redactUrl(this.#url), [...words, ...said]);
    // What the gateway says must not forge a line of a log, or move a cursor.
    return new VaError(code, printable(this.redact(message)), {
      operation: this.operation,
      request: this.request,
      ...details,
      responseMessage,
      responseError,
      attemptId: this.attemptId,
      durationMs: this.elapsedMs,
      cause: cause === undefined ? undefined : redactCause(cause, (text) => this.redact(text)),
    });
  }

  /**
   * Tells `onAttempt` how it ended, if its request was valid. Whatever that throws, or rejects with, harms nobody.
   *
   * @param status of an answer that is done
   */
  tell(error: VaError | undefined, status?: number): void {
    const { onAttempt } = this.#settings;
    if (!onAttempt || !this.request) return;
    const record: AttemptRecord = {
      operation: this.operation!,
      attemptId: this.attemptId,
      attempt: this.#number,
      outcome: error?.outcome ?? 'done',
      durationMs: this.elapsedMs,
    };
    const known = {
      code: error?.code,
      status: error?.status ?? status,
      responseCode: error?.responseCode,
      written: error?.outcome === 'not_sent' ? false : this.written,
    };
    for (const [name, value] of Object.entries(known)) {
      if (value !== undefined) Object.assign(record, { [name]: value });
    }
    try {
      Promise.resolve(onAttempt(record)).catch(() => {});
    } catch {
      // The observer's own trouble.
    }
  }
}
