import type { Credentials } from './credentials.js';
import { VaError, type VaErrorCode, type VaErrorDetails } from './errors.js';
import { messageFor } from './messages.js';
import type { RequestBody } from './request.js';

/** Collects what is known of one attempt and makes its errors. Nothing leaves it with a credential in it. */
export interface Report {
  readonly requestId: string;
  readonly operation: string | undefined;
  /** Set once the body is known to be valid. */
  request?: RequestBody | undefined;
  /** Set once the request is signed, so that it can be blotted out too. */
  signature?: string | undefined;
  error(code: VaErrorCode, details?: VaErrorDetails, words?: string[]): VaError;
  redact(text: string): string;
  /** Whether `redact` would surely change nothing in the values of this JSON. */
  isClean(json: string): boolean;
  elapsedMs(): number;
}

/** Starts the clock of one attempt, of the same request as the one `before`. */
export function startReport(
  credentials: Credentials,
  url: string,
  operation: string | undefined,
  before?: Report,
): Report {
  const startedAt = performance.now();
  let requestId: string | undefined;
  const report: Report = {
    get requestId() {
      return (requestId ??= crypto.randomUUID());
    },
    operation,
    request: before?.request,
    signature: before?.signature,
    elapsedMs: () => Math.round(performance.now() - startedAt),
    redact: (text) => credentials.redact(text, report.signature),
    isClean: (json) => credentials.isAbsentFrom(json, report.signature),
    error(code, { cause, responseMessage, ...details } = {}, words = []) {
      const said = responseMessage === undefined ? undefined : report.redact(responseMessage);
      const quoted =
        details.responseCode === undefined ? [] : [`${details.responseCode} ${said ?? ''}`.trim()];
      return new VaError(code, report.redact(messageFor(code, shown(url), [...words, ...quoted])), {
        operation,
        request: report.request,
        ...details,
        responseMessage: said,
        requestId: report.requestId,
        durationMs: report.elapsedMs(),
        cause: cause === undefined ? undefined : copyOfCause(cause, report.redact),
      });
    },
  };
  return report;
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
