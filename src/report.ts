import type { Credentials } from './credentials.js';
import { VaError, type VaErrorCode, type VaErrorDetails } from './errors.js';
import { messageFor } from './messages.js';
import type { RequestBody } from './request.js';

/** What is known of one attempt, and its clock; makes its errors. Nothing leaves it with a credential in it. */
export class Report {
  readonly #credentials: Credentials;
  readonly #url: string;
  readonly #startedAt = performance.now();
  #requestId: string | undefined;
  readonly operation: string | undefined;
  /** Set once the body is known to be valid. */
  request: RequestBody | undefined;
  /** Set once the request is signed, so that it can be blotted out too. */
  signature: string | undefined;

  /** Starts the clock. `before` is of an earlier attempt of the same request. */
  constructor(credentials: Credentials, url: string, operation: string | undefined, before?: Report) {
    this.#credentials = credentials;
    this.#url = url;
    this.operation = operation;
    this.request = before?.request;
    this.signature = before?.signature;
  }

  /** Made when first asked for: most attempts go well, and nobody asks. */
  get requestId(): string {
    return (this.#requestId ??= crypto.randomUUID());
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  redact(text: string): string {
    return this.#credentials.redact(text, this.signature);
  }

  /** Whether `redact` would surely change nothing in the values of this JSON. */
  isClean(json: string): boolean {
    return this.#credentials.isAbsentFrom(json, this.signature);
  }

  error(code: VaErrorCode, { cause, ...details }: VaErrorDetails = {}, words: string[] = []): VaError {
    const { responseCode, responseMessage } = details;
    const said = responseMessage === undefined ? undefined : this.redact(responseMessage);
    const quoted = responseCode === undefined ? [] : [`${responseCode} ${said ?? ''}`.trim()];
    const message = messageFor(code, shown(this.#url), [...words, ...quoted]);
    return new VaError(code, this.redact(message), {
      operation: this.operation,
      request: this.request,
      ...details,
      responseMessage: said,
      requestId: this.requestId,
      durationMs: this.elapsedMs,
      cause: cause === undefined ? undefined : copyOfCause(cause, (text) => this.redact(text)),
    });
  }
}

/** A URL for a message: without user name, password, query and fragment, where others may keep secrets. */
function shown(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed ? parsed.origin + parsed.pathname : '(not a URL)';
}

// An error of a custom fetch can hold a whole request, headers and all. So a cause is copied, not kept: name,
// message, code and stack, down to a few levels.
function copyOfCause(cause: unknown, redact: (text: string) => string, depth = 0): unknown {
  try {
    if (!(cause instanceof Error)) return redact(String(cause));
    const inner =
      cause.cause === undefined || depth > 3 ? undefined : copyOfCause(cause.cause, redact, depth + 1);
    const copy = new Error(redact(String(cause.message)), inner === undefined ? undefined : { cause: inner });
    copy.name = redact(String(cause.name));
    copy.stack = redact(String(cause.stack ?? ''));
    const { code } = cause as { code?: unknown };
    return typeof code === 'string' ? Object.assign(copy, { code: redact(code) }) : copy;
  } catch {
    return 'something that cannot be read'; // a proxy, or getters that throw
  }
}

/** Milliseconds in a `Retry-After` header (RFC 9110 section 10.2.3), be it seconds or a date. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return finite(Number(header) * 1000);
  // Every form of date begins with a day; Date.parse alone finds one in `-5` and in `try 5` too.
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? finite(Date.parse(header) - Date.now()) : undefined;
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
