import type {
  BulkResult,
  BulkRow,
  CancelManyOptions,
  Ledger,
  LedgerOptions,
  ReportRow,
  RowFilter,
  WorkOptions,
} from './types.js';

export { BulkError } from './errors.js';
export type * from './types.js';

// Signatures to write against; what they do comes piece by piece.

/**
 * Opens a run of a ledger, creating or migrating it unless `readOnly`. Does not take the right to send: `load`,
 * `retry` and `cancelMany` do, each as long as it needs.
 */
export declare function openLedger(options: LedgerOptions): Promise<Ledger>;

/**
 * What is wrong with a row, in words that name the member; empty if nothing is. The same rules as `cancel` has.
 *
 * @param liftIdLimits as `dangerouslyAllowIdsBeyondDocumentedLimits`
 */
export declare function problemsOfRow(row: unknown, liftIdLimits?: boolean): string[];

/**
 * Cancels what is in `rows` and in the ledger, until all is settled or it has to stop. The same call again goes on.
 *
 * @throws BulkError before anything is sent
 */
export declare function cancelMany(options: CancelManyOptions): Promise<BulkResult>;

/** Takes chunks and stays, until `signal` is aborted or the credentials are refused. */
export declare function work(options: WorkOptions): Promise<BulkResult>;

/** As much of a `pg` client, pool client or transaction as `enqueue` uses. */
export interface Transaction {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Adds rows within the caller's own PostgreSQL transaction: with its commit they are ready to be sent, with its
 * rollback they never were. `migrate` must have been called before, once.
 */
export declare function enqueue(
  transaction: Transaction,
  rows: readonly BulkRow[],
  options?: { run?: string },
): Promise<{ added: number; same: number }>;

/** The rows of a run, in bounded memory. */
export declare function report(options: LedgerOptions & RowFilter): AsyncIterable<ReportRow>;
