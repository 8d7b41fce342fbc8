import type { DbRow, DbValue } from './store.js';
import type { BulkRow, ReportRow, RowState } from './types.js';

let second = NaN;
let words = '';

/** Milliseconds of the database as ISO 8601. Rows that follow one another are often of the same second. */
export function iso(ms: DbValue | undefined): string | null {
  if (ms === null || ms === undefined) return null;
  const at = Number(ms);
  const from = Math.floor(at / 1000);
  if (from !== second) {
    words = new Date(from * 1000).toISOString().slice(0, -4);
    second = from;
  }
  return `${words}${String(at - from * 1000).padStart(3, '0')}Z`;
}

/** The columns that `reportRow` reads, and `chunk` and `id`, after which the next page begins. */
export const REPORTED = `id, chunk, external_id, order_id, transaction_id, payment_method, payment_channel, single_use, line,
  state, code, response_code, response_message, transaction_status, attempts, sent_at, settled_at, settled_by, next_at`;

/** How many rows are read at a time. */
export const PAGE = 200;

/** A row as it was given. */
export function bulkRow(row: DbRow): BulkRow {
  return {
    external_id: String(row.external_id),
    order_id: String(row.order_id),
    transaction_id: String(row.transaction_id),
    payment_channel: String(row.payment_channel),
    payment_method: String(row.payment_method),
    single_use: row.single_use === null ? undefined : Number(row.single_use) === 1,
    line: row.line === null ? undefined : Number(row.line),
  };
}

const text = (value: DbValue | undefined) => (value === null || value === undefined ? null : String(value));

/** A row as the report has it. */
export function reportRow(row: DbRow): ReportRow {
  const isOpen = row.state === 'unknown' || row.state === 'queued';
  return {
    external_id: String(row.external_id),
    order_id: String(row.order_id),
    transaction_id: String(row.transaction_id),
    payment_method: String(row.payment_method),
    payment_channel: String(row.payment_channel),
    single_use: row.single_use === null ? null : Number(row.single_use) === 1,
    line: row.line === null ? null : Number(row.line),
    state: row.state as RowState,
    code: row.code as ReportRow['code'],
    response_code: text(row.response_code),
    response_message: text(row.response_message),
    transaction_status: text(row.transaction_status),
    attempts: Number(row.attempts),
    sent_at: iso(row.sent_at),
    settled_at: iso(row.settled_at),
    by: row.settled_by as ReportRow['by'],
    next_at: isOpen && Number(row.next_at) > 0 ? iso(row.next_at) : null,
  };
}
