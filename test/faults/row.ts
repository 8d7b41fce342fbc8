import type { Outcome, VaErrorCode } from '../../src/errors.ts';
import type { Start } from './tcp.ts';

/** What else a row needs. */
export interface More {
  /** The deadline of the call, in milliseconds; else more than enough. */
  timeoutMs?: number;
  /** How often to call; all but the last must be done, the last is what is judged. */
  calls?: number;
  /** Members of the request that are other than usual. */
  request?: Record<string, unknown>;
  /** When the caller aborts, in milliseconds after the call. 0 is before it. */
  abortAfterMs?: number;
  /** What the error must say of `Retry-After`: between these milliseconds. */
  retryAfterMs?: readonly [least: number, most: number];
}

/**
 * A fault and what must come of it. The status is the one that the error must carry, if any; the requests are
 * those that the server read to the end.
 */
export type FaultRow = readonly [
  name: string,
  server: Start,
  outcome: Outcome | 'done',
  code: VaErrorCode | undefined,
  status: number | undefined,
  requests: number,
  more?: More,
];

/** No status is known, because there was no answer or it cannot be read so far. */
export const none = undefined;

/** Short enough to wait for in a test, long enough for a busy machine to connect. */
export const STALL = { timeoutMs: 300 };
