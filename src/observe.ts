import { isVaError, type Outcome, type VaError, type VaErrorCode } from './errors.js';
import type { Answered } from './exchange.js';
import type { Settings } from './options.js';
import type { Report } from './report.js';

/** One attempt, for logs and metrics. Plain, and without credentials, ids or messages of the gateway. */
export interface AttemptRecord {
  /** `cancel`, `inquire` or `create`. */
  operation: string;
  /** Ours; the same as on the error. Never sent. */
  requestId: string;
  /** 1 for the first. */
  attempt: number;
  outcome: 'done' | Outcome;
  code?: VaErrorCode;
  /** HTTP status, if there was an answer. */
  status?: number;
  /** The gateway's `response_code`. */
  responseCode?: string;
  durationMs: number;
}

/** Tells `onAttempt` of a valid request's attempt. Whatever it throws, or rejects with, harms nobody. */
export function notify(
  settings: Settings,
  report: Report,
  attempt: number,
  result: Answered | VaError,
): void {
  if (!settings.onAttempt || !report.request) return;
  const error = isVaError(result) ? result : result.error;
  const { code, status, responseCode } = error ?? {};
  const record: AttemptRecord = {
    operation: report.operation!,
    requestId: report.requestId,
    attempt,
    outcome: error?.outcome ?? 'done',
    ...(code && { code }),
    ...((status ?? !error) && { status: status ?? (result as Answered).status }),
    ...(responseCode && { responseCode }),
    durationMs: report.elapsedMs,
  };
  try {
    Promise.resolve(settings.onAttempt(record)).catch(() => {});
  } catch {
    // The observer's own trouble.
  }
}
