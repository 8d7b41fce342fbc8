import { isVaError, type VaErrorCode } from '../errors.js';
import type { RowCode, RowState } from './types.js';

/** A row that may be sent or asked after, as far as deciding needs it. */
export interface DecidedRow {
  id: number;
  attempts: number;
  asked: number;
  /** Whether PAID is final. */
  singleUse: boolean;
  code: RowCode | null;
  /** The code of a refusal that an inquiry is to explain. */
  refusal: VaErrorCode | null;
  /** When a cancel of it first was without an outcome. */
  unknownSince: number | null;
  /** When the last cancel was begun. */
  sentAt: number | null;
  /** Before this no second cancel, whatever an inquiry says. */
  againAt: number;
}

/** What a row becomes. Times are the database's. */
export interface Change {
  id: number;
  /** The attempt that this is about: with another in the ledger, nothing is written. */
  attempt: number;
  state: RowState;
  code: RowCode | null;
  /** Undefined: as before. */
  responseCode?: string | undefined;
  responseMessage?: string | undefined;
  transactionStatus?: string | undefined;
  refusal: VaErrorCode | null;
  unknownSince: number | null;
  nextAt: number;
  by: 'cancel' | 'inquiry' | null;
  /** The cancel has surely ended: the next one need not wait for it. */
  ended?: boolean;
  /** Why nothing more may be sent by this process. */
  stop?: 'credentials' | 'client';
}

/** What a call came to: an answer, or whatever it threw. */
export type CallResult =
  { answer: { transaction_status?: unknown; response_code?: unknown } } | { error: unknown };

/** After this long, what an inquiry does not settle is for a person. Milliseconds. */
export const GIVE_UP_MS = 24 * 3_600_000;

/** Fewer inquiries than this are no reason to give up, however long the run lay still. */
const GIVE_UP_ASKED = 6;

const LONGEST_PAUSE_MS = 2 * 3_600_000;

/** Milliseconds until the next try after `count` of them: 1 s, 4 s, 16 s, up to two hours. */
export function pauseAfter(count: number): number {
  return Math.min(LONGEST_PAUSE_MS, 1000 * 4 ** Math.max(0, Math.min(count - 1, 8)));
}

/**
 * What becomes of a row after a cancel.
 *
 * @param now the database's time
 * @param result what the call came to; undefined if it was never made
 */
export function afterCancel(row: DecidedRow, result: CallResult | undefined, now: number): Change {
  const base = baseOf(row);
  // With an earlier cancel whose outcome nobody knows, nothing is sent without asking first.
  const back = { ...base, state: row.unknownSince === null ? 'queued' : 'unknown', ended: true } as const;
  if (!result) return { ...back, code: null, nextAt: now };
  if ('answer' in result) return { ...base, ...saidBy(result), state: 'done', code: null, by: 'cancel' };
  const { error } = result;
  const said = saidBy(result);
  if (!isVaError(error)) return unknownAfter(row, 'unsettled', said, now, 0);
  const { code, outcome, retryAfterMs = 0 } = error;
  if (isCredentials(code)) return { ...back, ...said, code, nextAt: now, stop: 'credentials' };
  if (code === 'signing_failed' || code === 'url_not_allowed') {
    return { ...back, code, nextAt: now, stop: 'client' };
  }
  // It will never be sent as it is.
  if (code === 'invalid_request') return { ...base, state: 'needs_a_person', code, by: 'cancel' };
  if (outcome === 'not_sent') {
    const aborted = code === 'aborted_before_sending';
    return { ...back, code, nextAt: aborted ? now : now + pauseAfter(row.attempts) };
  }
  if (outcome === 'refused') {
    return { ...base, ...said, state: 'unknown', code, refusal: code, nextAt: now, ended: true };
  }
  return unknownAfter(row, code, said, now, retryAfterMs);
}

/**
 * What becomes of a row after an inquiry.
 *
 * @param result what the call came to; undefined if it was never made
 * @param askedAt the database's time before the inquiry was sent: what it says is at least as old
 */
export function afterInquiry(
  row: DecidedRow,
  result: CallResult | undefined,
  askedAt: number,
  now: number,
): Change {
  const base = { ...baseOf(row), refusal: row.refusal };
  if (!result) return { ...base, state: 'unknown', code: row.code, nextAt: now };
  const said = saidBy(result);
  if ('error' in result) return afterNoAnswer(row, result.error, said, now);
  const settled = { ...base, ...said, by: 'inquiry' } as const;
  switch (said.transactionStatus) {
    case 'CANCELED': {
      // Ours was refused and none before it is open: somebody else had cancelled it.
      const before = row.refusal !== null && row.unknownSince === null;
      return { ...settled, state: 'done', code: before ? 'already_canceled' : null };
    }
    case 'PAID':
    case 'SUCCESS':
      return row.singleUse
        ? { ...settled, state: 'refused', code: 'already_paid' }
        : { ...settled, state: 'needs_a_person', code: 'paid_not_final' };
    case 'EXPIRED':
      return { ...settled, state: 'refused', code: 'already_expired' };
    case 'ACTIVE':
    case 'REQUEST':
      return afterActive(row, said, askedAt, now);
    default:
      return askAgain(row, 'unsettled', said, now);
  }
}

function afterActive(row: DecidedRow, said: Said, askedAt: number, now: number): Change {
  const base = baseOf(row);
  // The refusal stands: it was not because it is cancelled, paid or expired.
  if (row.refusal !== null) {
    return {
      ...base,
      transactionStatus: said.transactionStatus,
      state: 'refused',
      code: row.refusal,
      by: 'cancel',
    };
  }
  // The cancel before may still be under way. What an inquiry says must be of a time after its end.
  if (askedAt < row.againAt) {
    return { ...base, ...said, state: 'unknown', code: 'still_active', nextAt: row.againAt };
  }
  if (isOld(row, now))
    return { ...base, ...said, state: 'needs_a_person', code: 'still_active', by: 'inquiry' };
  const nextAt = row.attempts <= 1 ? now : now + pauseAfter(row.attempts);
  return { ...base, ...said, state: 'queued', code: 'still_active', nextAt };
}

function afterNoAnswer(row: DecidedRow, error: unknown, said: Said, now: number): Change {
  const base = { ...baseOf(row), refusal: row.refusal };
  if (!isVaError(error)) return askAgain(row, 'unsettled', said, now);
  const { code, outcome, retryAfterMs } = error;
  const again = { ...base, state: 'unknown', nextAt: now } as const;
  if (isCredentials(code)) return { ...again, ...said, code, stop: 'credentials' };
  if (code === 'signing_failed' || code === 'url_not_allowed') return { ...again, code, stop: 'client' };
  if (code === 'invalid_request') return { ...base, state: 'needs_a_person', code, by: 'inquiry' };
  // Whoever refuses the cancel and the inquiry alike has said all that there is to say.
  if (outcome === 'refused' && row.refusal !== null) {
    return { ...base, state: 'refused', code: row.refusal, by: 'cancel' };
  }
  // Put back after a refusal (`many retry`): no cancel of ours is open, and what it says of the inquiry it says of the account.
  if (outcome === 'refused' && row.unknownSince === null) {
    return { ...base, ...said, state: 'refused', code, by: 'inquiry' };
  }
  return askAgain(row, outcome === 'refused' ? code : 'unsettled', said, now, retryAfterMs);
}

/** Nothing was settled: once more, later; or for a person. A refusal that nobody explains is one all the same. */
function askAgain(row: DecidedRow, code: RowCode, said: Said, now: number, retryAfterMs = 0): Change {
  const base = { ...baseOf(row), ...said };
  if (isOld(row, now)) {
    return row.refusal === null
      ? { ...base, state: 'needs_a_person', code, by: 'inquiry' }
      : { ...base, state: 'refused', code: row.refusal, by: 'cancel' };
  }
  const nextAt = now + Math.max(pauseAfter(row.asked), retryAfterMs);
  return { ...base, state: 'unknown', code: row.refusal ?? code, refusal: row.refusal, nextAt };
}

function unknownAfter(row: DecidedRow, code: RowCode, said: Said, now: number, retryAfterMs: number): Change {
  return {
    ...baseOf(row),
    ...said,
    state: 'unknown',
    code,
    unknownSince: row.unknownSince ?? now,
    nextAt: now + Math.max(pauseAfter(1), retryAfterMs),
  };
}

function isOld({ unknownSince, sentAt, asked }: DecidedRow, now: number): boolean {
  return now - (unknownSince ?? sentAt ?? now) > GIVE_UP_MS && asked >= GIVE_UP_ASKED;
}

function isCredentials(code: VaErrorCode): boolean {
  return code === 'unauthorized' || code === 'invalid_signature';
}

function baseOf(row: DecidedRow) {
  return {
    id: row.id,
    attempt: row.attempts,
    refusal: null,
    unknownSince: row.unknownSince,
    nextAt: 0,
    by: null,
  };
}

interface Said {
  responseCode?: string | undefined;
  responseMessage?: string | undefined;
  transactionStatus?: string | undefined;
}

/** The gateway's words, in an answer or an error. The client has judged and redacted them. */
function saidBy(result: CallResult): Said {
  if ('error' in result) {
    if (!isVaError(result.error)) return {};
    const { responseCode, responseMessage, transactionStatus } = result.error;
    return {
      responseCode: storable(responseCode),
      responseMessage: storable(responseMessage),
      transactionStatus: storable(transactionStatus),
    };
  }
  const { response_code: code, transaction_status: status } = result.answer;
  return {
    responseCode: typeof code === 'string' ? storable(code) : undefined,
    transactionStatus: typeof status === 'string' ? storable(status) : undefined,
  };
}

/** What a gateway said, as every database takes it: PostgreSQL takes no NUL and no half of a surrogate pair. */
const storable = (text: string | undefined): string | undefined =>
  text?.replaceAll(/\0|\p{Surrogate}/gu, '\uFFFD');
