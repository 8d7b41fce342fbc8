/**
 * What the ledger, its workers and the command have in common. The ledger (`src/bulk/`) is the truth about a run;
 * `src/cli/many/` reads files into it and prints what it says.
 */
import type { VaClient } from '../client.js';
import type { VaErrorCode } from '../errors.js';

/**
 * One virtual account to cancel: a `CancelRequest`, and what else is known of it. `transaction_id` is its identity
 * within a run.
 */
export interface BulkRow {
  external_id: string;
  order_id: string;
  transaction_id: string;
  payment_channel: string;
  /** `BANK_TRANSFER` if absent. */
  payment_method?: string | undefined;
  /** Whether it takes one payment only, so that PAID is final. Absent: as the run's `singleUse` says. */
  single_use?: boolean | undefined;
  /** Where it stands in its file, 1 for the first line. */
  line?: number | undefined;
}

/**
 * Where a virtual account stands:
 * - `queued`: to be cancelled; nothing is under way
 * - `sending`: committed before a byte leaves. Found by somebody else, it is `unknown`
 * - `unknown`: it may have been cancelled. Asked after (`/va/inquiry`) before anything else is done
 * - `done`: cancelled, said by the answer to a cancel or to an inquiry
 * - `refused`: the gateway said no, or it was paid or has expired
 * - `needs_a_person`: paid but may be paid again, 24 hours of asking settled nothing, or left out of the last file
 */
export type RowState = 'queued' | 'sending' | 'unknown' | 'done' | 'refused' | 'needs_a_person';

/**
 * Why a row is where it is: a `VaErrorCode`, or one of the ledger's own:
 * - `already_canceled` (done): the cancel was refused, and inquiry says CANCELED
 * - `interrupted` (unknown): whoever was sending it did not come back
 * - `retry` (unknown): `many retry` put it back; it is asked after first
 * - `left_out` (needs_a_person): the last file names it no more, so it is not cancelled
 */
export type RowCode = VaErrorCode | 'already_canceled' | 'interrupted' | 'retry' | 'left_out';

/** A row as the report has it. Times are ISO 8601 with milliseconds, in UTC; absent members are null. */
export interface ReportRow {
  external_id: string;
  order_id: string;
  transaction_id: string;
  payment_method: string;
  payment_channel: string;
  single_use: boolean | null;
  /** Where it stood in the file that brought it in. */
  line: number | null;
  state: RowState;
  code: RowCode | null;
  /** The gateway's, of the last answer that said something. */
  response_code: string | null;
  response_message: string | null;
  /** What the last inquiry said. */
  transaction_status: string | null;
  /** How many times a cancel was begun. */
  attempts: number;
  /** When the last cancel was begun. */
  sent_at: string | null;
  settled_at: string | null;
  /** What settled it. */
  by: 'cancel' | 'inquiry' | null;
  /** An unknown one is asked after then. */
  next_at: string | null;
}

/** How many rows of a run stand where. `sending` counts as `unknown`; `paid` are also in their state's number. */
export interface Counts {
  done: number;
  refused: number;
  unknown: number;
  queued: number;
  needs_a_person: number;
  /** Lines of the input that are in no ledger, as `Load.commit` was told. */
  rejected: number;
  /** Codes `already_paid` and `paid_not_final`: what a merchant must not overlook. */
  paid: number;
}

/** The gateway that a run is bound to, and as whom. None of it is a secret. */
export interface RunIdentity {
  baseUrl: string;
  merchantId: string;
  subMerchantId?: string | undefined;
}

/** What the ledger remembers of a run. */
export interface RunInfo {
  run: string;
  /** Undefined until somebody has begun to send. */
  identity: RunIdentity | undefined;
  createdAt: string;
  /** Of the last committed load. */
  source: LoadSource | undefined;
  /** Whether PAID is final for rows that do not say. */
  singleUse: boolean;
  /** Somebody said that ten first rows that are not found are no reason to stop. */
  acceptsNotFound: boolean;
}

/** Where rows came from, so that the same file need not be read into the ledger twice. */
export interface LoadSource {
  name: string;
  /** Of its bytes, hex. */
  sha256?: string | undefined;
  /** How many lines were rejected. */
  rejected: number;
}

/** What became of a batch of rows. */
export interface Added {
  /** How many are new. */
  added: number;
  /** The very same row again. `here`: it came twice in this load; otherwise an earlier load brought it, which is what resuming is. */
  same: { row: BulkRow; first: BulkRow; here: boolean }[];
  /** The same `transaction_id` with other members. They are not added; say so, naming both lines. */
  conflicts: { row: BulkRow; first: BulkRow; here: boolean }[];
  /** How many of the same an earlier load had left out: to be cancelled after all. */
  back: number;
}

/**
 * Rows on their way into a run. None is sent before `commit`; what was never committed is forgotten when the next
 * load begins.
 */
export interface Load {
  /** Any number of rows; 500 at a time are fast, and held in little memory. They must have passed `problemsOfRow`. */
  add(rows: readonly BulkRow[]): Promise<Added>;
  /**
   * Makes them ready to be sent. `source` is remembered. Resolves to how many are new.
   *
   * @param leaveOut whether rows that have vanished are cancelled no more: those that are queued need a person (code
   *   `left_out`), those that may be cancelled already are asked after and not cancelled again
   */
  commit(source?: LoadSource, leaveOut?: boolean): Promise<{ added: number }>;
  /** Takes back what this load added. */
  discard(): Promise<void>;
  /** Rows of earlier loads that `add` has not seen in this one: they vanished from the file. Ask before `commit`. */
  vanished(): AsyncIterable<ReportRow>;
}

/** Which rows to read. All that are given must hold. */
export interface RowFilter {
  states?: readonly RowState[];
  codes?: readonly RowCode[];
}

/** A run in a ledger. Everything is committed when a promise resolves. */
export interface Ledger {
  readonly run: string;
  /** Undefined while nothing was ever loaded or bound. */
  info(): Promise<RunInfo | undefined>;
  counts(): Promise<Counts>;
  /** When the next row is due, in ISO 8601, now at the earliest; undefined if all are settled. */
  nextDue(): Promise<string | undefined>;
  /** In the order in which they came in, in bounded memory. */
  rows(filter?: RowFilter): AsyncIterable<ReportRow>;
  /** Begins to add rows. @throws BulkError `ledger_in_use` while another process sends from this file (SQLite) */
  load(): Promise<Load>;
  /**
   * Puts rows back, to be asked after and, if still active, cancelled. By default `refused` and `needs_a_person`; what
   * was left out only if `codes` names `left_out`. Resolves to how many.
   */
  retry(filter?: RowFilter): Promise<number>;
  close(): Promise<void>;
}

/** Where a ledger is: a file (node:sqlite, one process sends), or a PostgreSQL (pg and pg-boss, many do). */
export type LedgerPlace =
  { ledger: string; database?: undefined } | { database: string | DatabaseOptions; ledger?: undefined };

/** As `pg.Pool` takes them: `{ connectionString }`, `{ host, user, … }`, or `{}` for the PG* variables. */
export type DatabaseOptions = Record<string, unknown>;

/** Options of `openLedger`. */
export type LedgerOptions = LedgerPlace & {
  /** Default `default`. 1 to 64 letters, digits, dots, dashes and underscores. */
  run?: string | undefined;
  /** Only looks: creates nothing, migrates nothing, and works beside a sender. A ledger or a run that is not there is `no_such_ledger`. */
  readOnly?: boolean | undefined;
};

/** Why a run ended before all was settled. */
export type StopReason =
  /** `signal` was aborted. */
  | 'aborted'
  /** The gateway refuses the credentials (`code` `unauthorized` or `invalid_signature`). No row was settled by it. */
  | 'credentials'
  /** Each of the first ten rows is not found. Call again with `acceptNotFound` if that is right. */
  | 'not_found'
  /** The next row is due later than `waitMs` from now. */
  | 'waiting'
  /** The client itself cannot send (`signing_failed`, `url_not_allowed`). */
  | 'client';

/** How a call of `cancelMany` ended. */
export interface BulkResult {
  counts: Counts;
  /** How many cancels may have left in this call of ours, answered or not. */
  sent: number;
  /** How many inquiries were made. */
  inquired: number;
  /** Undefined: all is settled. */
  stopped?: StopReason;
  /** What stopped it, where there is one. */
  code?: VaErrorCode;
  /** In words for people: what to do. */
  message?: string;
  /** When the next row is due. */
  nextDue?: string | undefined;
}

/** As much of a client as is used. `createVaClient` makes one. */
export type BulkClient = Pick<VaClient, 'cancel' | 'inquire' | 'gateway'>;

/** Options of `work`, and with rows of `cancelMany`. */
export type WorkOptions = LedgerPlace & {
  client: BulkClient;
  /** Default `default`. */
  run?: string | undefined;
  /** Requests a second of the whole run, all processes together, inquiries included. Default 10, which is a guess. */
  rate?: number | undefined;
  /** Requests of this process at a time. Default 8. */
  concurrency?: number | undefined;
  /** Milliseconds for one request. Default 30 000. */
  timeoutMs?: number | undefined;
  /**
   * Milliseconds after the deadline of a cancel within which the gateway may still carry it out: no second cancel is
   * sent before, whatever an inquiry says. Default 30 000.
   */
  marginMs?: number | undefined;
  /**
   * Milliseconds that a worker on PostgreSQL may be silent before another takes its chunk over, and asks first. Default
   * 30 000.
   */
  leaseMs?: number | undefined;
  /** Whether PAID is final for rows that do not say. Default false. */
  singleUse?: boolean | undefined;
  /** Ten first rows that are not found are no reason to stop. Remembered. */
  acceptNotFound?: boolean | undefined;
  /** Sends `external_id` and `order_id` that break the documented limits, as for `cancel`. */
  dangerouslyAllowIdsBeyondDocumentedLimits?: boolean | undefined;
  /** Aborting it takes no more rows and lets what is in flight end. */
  signal?: AbortSignal | undefined;
  onEvent?: ((event: BulkEvent) => void) | undefined;
};

/** Options of `cancelMany`. */
export type CancelManyOptions = WorkOptions & {
  /** Checked and stored before the first is sent. Without: what is in the ledger already. */
  rows?: Iterable<BulkRow> | AsyncIterable<BulkRow> | undefined;
  /** How long to wait, in milliseconds, for the next row that is due. Default 120 000, at most thirty days. */
  waitMs?: number | undefined;
};

/** What a run tells while it runs. JSON, without credentials. */
export type BulkEvent =
  | {
      event: 'start';
      run: string;
      identity: RunIdentity;
      counts: Counts;
      rate: number;
      concurrency: number;
    }
  /** At most twice a second. `perSecond`: rows settled lately. `rate`: requests a second that are allowed now. */
  | {
      event: 'progress';
      counts: Counts;
      left: number;
      perSecond: number;
      secondsLeft: number | null;
      rate: number;
    }
  /** A row was written: settled, or what became of an attempt. */
  | {
      event: 'row';
      external_id: string;
      order_id: string;
      transaction_id: string;
      state: RowState;
      code: RowCode | null;
      response_code: string | null;
      attempts: number;
      by: 'cancel' | 'inquiry' | null;
    }
  /** The gateway asked to slow down, or has for a while not; nothing is sent before `until`. */
  | { event: 'pace'; rate: number; until: string | null }
  /** The circuit breaker: too many in a row were not answered as a gateway answers. Nothing is sent before `until`. */
  | { event: 'breaker'; open: boolean; until: string | null; lastCode: VaErrorCode | null }
  /** Nothing to do before `until`. */
  | { event: 'waiting'; until: string; counts: Counts }
  /** The database is gone (`lost`), or answers again. Nothing is sent between. */
  | { event: 'database'; lost: boolean }
  /** No more rows are taken; `inFlight` calls are waited for. */
  | { event: 'stopping'; reason: StopReason; inFlight: number; message: string }
  | { event: 'end'; result: BulkResult };

/**
 * As much of a PostgreSQL client as `enqueue` uses, within a transaction of the caller's: a client of pg, or what runs
 * SQL with `$1`, `$2` in another library, and gives the rows that it returns.
 */
export interface Transaction {
  query(text: string, values: unknown[]): Promise<{ rows: unknown[] } | unknown[]>;
}

/** Why the ledger cannot do what is asked. All of it is thrown before anything is sent. */
export type BulkErrorCode =
  /** An option or a row is wrong. */
  | 'invalid'
  /** The run belongs to another gateway, merchant or sub-merchant. */
  | 'other_gateway'
  /** Another process sends from this ledger file. */
  | 'ledger_in_use'
  /** There is no such file, no tables in the database, or no such run in them. */
  | 'no_such_ledger'
  /** Written by a newer version of this package, or no ledger at all. */
  | 'not_a_ledger'
  /** It cannot be written: a full disk, permissions, a database that is gone. */
  | 'ledger_failed'
  /** Node is too old (node:sqlite needs 22.13), or pg or pg-boss is not installed. */
  | 'missing_engine';
