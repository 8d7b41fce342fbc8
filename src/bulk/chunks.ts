import type { CancelRequest } from '../operations.js';
import type { Change, DecidedRow } from './decide.js';
import { eachOf, fromEach, type DbRow, type Statements, type Store, type DbValue } from './store.js';
import type { VaErrorCode } from '../errors.js';
import type { RowCode, RowState } from './types.js';

/** A chunk that is ours as long as nobody has written a greater number. */
export interface Lease {
  chunk: number;
  lease: number;
}

/** A row that was handed out, with the request to send about it. */
export interface WorkRow extends DecidedRow {
  /** Where it stood before, as the counts have it. */
  from: Exclude<RowState, 'sending'>;
  request: CancelRequest;
}

/** What one turn at the ledger came to. */
export interface Turn {
  /** Marked as `sending`, and on disk: these, and only these, may be sent. */
  cancels: WorkRow[];
  /** To be asked after. */
  asks: WorkRow[];
  /** Somebody else has taken the chunk, or it was given back. */
  lost: boolean;
  /** What was written, of the changes given; the others were overtaken. */
  written: Change[];
  /** The database's time. */
  now: number;
  /** Nothing is to be sent before, the gateway said. */
  pausedUntil: number;
  /** How many times the rate is to be halved. */
  slowness: number;
}

/** What a turn is to do. */
export interface TurnOptions {
  changes: readonly Change[];
  /** At most so many rows; who is to be asked after comes first. */
  want: number;
  /** Milliseconds that the lease holds from now. */
  leaseMs: number;
  /** Milliseconds after which a cancel that begins now has surely ended. */
  openMs: number;
  /** Whether PAID is final for rows that do not say. */
  singleUse: boolean;
}

const WORK_COLUMNS = `id, external_id, order_id, transaction_id, payment_method, payment_channel, single_use,
  code, attempts, asked, refusal, unknown_since, sent_at, again_at`;

/** The chunks of one run. Every promise about a lease is kept by the SQL here, on both databases alike. */
export class Chunks {
  constructor(
    readonly store: Store,
    readonly runId: number,
  ) {}

  /**
   * Takes a chunk that is due and that nobody holds: first the new lease, then every `sending` becomes `unknown`,
   * for whoever was sending may have.
   *
   * @param chunk that one or none; undefined: the one that is due longest
   */
  take(leaseMs: number, chunk?: number): Promise<Lease | undefined> {
    const which = chunk === undefined ? '' : 'AND chunk = $3';
    return this.store.transaction(async (tx) => {
      const [taken] = await tx.all(
        `UPDATE {schema}.chunks SET lease = lease + 1, lease_until = {now} + $2
          WHERE run_id = $1 AND lease_until <= {now} AND chunk = (
            SELECT chunk FROM {schema}.chunks
              WHERE run_id = $1 AND next_at <= {now} AND lease_until <= {now} ${which}
              ORDER BY next_at, chunk LIMIT 1)
          RETURNING chunk, lease`,
        chunk === undefined ? [this.runId, leaseMs] : [this.runId, leaseMs, chunk],
      );
      if (!taken) return undefined;
      const lease = { chunk: Number(taken.chunk), lease: Number(taken.lease) };
      await this.#interrupt(tx, lease);
      return lease;
    });
  }

  /** Takes a chunk of ours anew, after the database did not say what became of a turn. Undefined: it is lost. */
  retake({ chunk, lease }: Lease, leaseMs: number): Promise<Lease | undefined> {
    return this.store.transaction(async (tx) => {
      const taken = await tx.all(
        `UPDATE {schema}.chunks SET lease = lease + 1, lease_until = {now} + $4
          WHERE run_id = $1 AND chunk = $2 AND lease = $3 RETURNING lease`,
        [this.runId, chunk, lease, leaseMs],
      );
      if (taken.length === 0) return undefined;
      await this.#interrupt(tx, { chunk, lease: lease + 1 });
      return { chunk, lease: lease + 1 };
    });
  }

  async #interrupt(tx: Statements, { chunk }: Lease): Promise<void> {
    await tx.all(
      `UPDATE {schema}.accounts SET state = 'unknown', code = 'interrupted', next_at = {now},
          unknown_since = coalesce(unknown_since, {now})
        WHERE run_id = $1 AND chunk = $2 AND state = 'sending'`,
      [this.runId, chunk],
    );
  }

  /** Writes what became of rows, and marks the next: one commit for all of it. */
  turn(lease: Lease, options: TurnOptions): Promise<Turn> {
    return this.store.transaction(async (tx) => {
      // This row is locked until the commit, so nobody takes the chunk between the mark and its commit.
      const [held] = await tx.all(
        `UPDATE {schema}.chunks SET lease_until = {now} + $4
          WHERE run_id = $1 AND chunk = $2 AND lease = $3 RETURNING {now} AS now`,
        [this.runId, lease.chunk, lease.lease, options.leaseMs],
      );
      const written = await this.#write(tx, options.changes);
      const [run] = await tx.all(
        `SELECT {now} AS now, paused_until, slowness FROM {schema}.runs WHERE id = $1`,
        [this.runId],
      );
      const now = Number(run!.now);
      const pausedUntil = Number(run!.paused_until);
      const may = held !== undefined && pausedUntil <= now ? options.want : 0;
      const asks = await this.#ask(tx, lease, may, options);
      const cancels = await this.#mark(tx, lease, may - asks.length, options);
      return {
        cancels,
        asks,
        lost: held === undefined,
        written,
        now,
        pausedUntil,
        slowness: Number(run!.slowness),
      };
    });
  }

  async #mark(tx: Statements, { chunk, lease }: Lease, count: number, options: TurnOptions) {
    if (count <= 0) return [];
    const rows = await tx.all(
      `UPDATE {schema}.accounts SET state = 'sending', sent_at = {now}, again_at = {now} + $5, attempts = attempts + 1,
          refusal = NULL
        WHERE run_id = $1 AND state = 'queued' AND id IN (
            SELECT id FROM {schema}.accounts
              WHERE run_id = $1 AND chunk = $2 AND state = 'queued' AND next_at <= {now} ORDER BY id LIMIT $4)
          AND EXISTS (SELECT 1 FROM {schema}.chunks WHERE run_id = $1 AND chunk = $2 AND lease = $3)
        RETURNING ${WORK_COLUMNS}`,
      [this.runId, chunk, lease, count, options.openMs],
    );
    return rows.map((row) => workRow(row, 'queued', options.singleUse));
  }

  /** The next inquiry is put off before this one is made, so that whoever dies of it does not do so again at once. */
  async #ask(tx: Statements, { chunk, lease }: Lease, count: number, options: TurnOptions) {
    if (count <= 0) return [];
    const rows = await tx.all(
      `UPDATE {schema}.accounts SET asked = asked + 1, next_at = {now} + $5
        WHERE run_id = $1 AND state = 'unknown' AND id IN (
            SELECT id FROM {schema}.accounts
              WHERE run_id = $1 AND chunk = $2 AND state = 'unknown' AND next_at <= {now} ORDER BY next_at, id LIMIT $4)
          AND EXISTS (SELECT 1 FROM {schema}.chunks WHERE run_id = $1 AND chunk = $2 AND lease = $3)
        RETURNING ${WORK_COLUMNS}`,
      [this.runId, chunk, lease, count, options.openMs],
    );
    return rows.map((row) => workRow(row, 'unknown', options.singleUse));
  }

  /** Writes changes, each only where the attempt is still the one that it is about. */
  async #write(tx: Statements, changes: readonly Change[]): Promise<Change[]> {
    if (changes.length === 0) return [];
    const rows = await tx.all(WRITE, [eachOf(changes.map(valuesOf))]);
    const written = new Map(rows.map((row) => [Number(row.id), row]));
    return changes.flatMap((change) => {
      const row = written.get(change.id);
      if (!row) return [];
      return row.state === change.state
        ? change
        : { ...change, state: row.state as RowState, code: LEFT_OUT };
    });
  }

  /** Writes what became of rows whose chunk is no longer ours. */
  write(changes: readonly Change[]): Promise<Change[]> {
    return this.store.transaction((tx) => this.#write(tx, changes));
  }

  /** Gives a chunk back. Resolves to when its next row is due: null if all are settled. */
  release({ chunk, lease }: Lease): Promise<number | null> {
    return this.store.transaction(async (tx) => {
      // Locked first: a row that is added or put back meanwhile says so in next_at after us.
      const [held] = await tx.all(
        `UPDATE {schema}.chunks SET lease_until = 0 WHERE run_id = $1 AND chunk = $2 AND lease = $3 RETURNING lease`,
        [this.runId, chunk, lease],
      );
      if (!held) return null;
      const [row] = await tx.all(
        `UPDATE {schema}.chunks SET next_at = (
            SELECT min(next_at) FROM {schema}.accounts
              WHERE run_id = $1 AND chunk = $2 AND state IN ('queued', 'sending', 'unknown'))
          WHERE run_id = $1 AND chunk = $2 RETURNING next_at`,
        [this.runId, chunk],
      );
      return row!.next_at === null ? null : Number(row!.next_at);
    });
  }

  /** Chunks that are due and that nobody holds. */
  async due(limit: number): Promise<number[]> {
    const rows = await this.store.all(
      `SELECT chunk FROM {schema}.chunks WHERE run_id = $1 AND next_at <= {now} AND lease_until <= {now}
        ORDER BY next_at, chunk LIMIT $2`,
      [this.runId, limit],
    );
    return rows.map(({ chunk }) => Number(chunk));
  }

  /**
   * When the next chunk can be taken, as milliseconds from now, and whether that is because somebody holds it;
   * undefined if all is settled.
   */
  async nextDue(): Promise<{ inMs: number; at: number; held: boolean } | undefined> {
    const [row] = await this.store.all(
      `SELECT {now} AS now, min(CASE WHEN lease_until > {now} THEN NULL ELSE next_at END) AS free_at,
          min(CASE WHEN lease_until > {now} THEN lease_until END) AS held_until
        FROM {schema}.chunks WHERE run_id = $1 AND next_at IS NOT NULL`,
      [this.runId],
    );
    const now = Number(row!.now);
    const free = row!.free_at === null ? Infinity : Number(row!.free_at);
    const held = row!.held_until === null ? Infinity : Number(row!.held_until);
    const at = Math.min(free, held);
    if (at === Infinity) return undefined;
    return { inMs: Math.max(0, at - now), at, held: held < free };
  }

  /** A process that is alone with the ledger: whoever held a chunk is dead. */
  async freeAll(): Promise<void> {
    await this.store.all(
      `UPDATE {schema}.chunks SET lease_until = 0 WHERE run_id = $1 AND lease_until <> 0`,
      [this.runId],
    );
  }

  /** Slows the run down, all of its processes: half the rate, and nothing before `waitMs` have passed. Once a second. */
  async slowDown(waitMs: number): Promise<void> {
    await this.store.all(
      `UPDATE {schema}.runs SET
          slowness = CASE WHEN slowed_at + 1000 <= {now} AND slowness < 10 THEN slowness + 1 ELSE slowness END,
          slowed_at = CASE WHEN slowed_at + 1000 <= {now} THEN {now} ELSE slowed_at END,
          paused_until = CASE WHEN paused_until < {now} + $2 THEN {now} + $2 ELSE paused_until END
        WHERE id = $1`,
      [this.runId, Math.ceil(waitMs)],
    );
  }

  /** After a while without being told to slow down: twice the rate, up to the one that was asked for. */
  async speedUp(afterMs: number): Promise<void> {
    await this.store.all(
      `UPDATE {schema}.runs SET slowness = slowness - 1, slowed_at = {now}
        WHERE id = $1 AND slowness > 0 AND slowed_at + $2 <= {now} AND paused_until + $2 <= {now}`,
      [this.runId, afterMs],
    );
  }
}

function workRow(row: DbRow, from: WorkRow['from'], singleUse: boolean): WorkRow {
  return {
    from,
    id: Number(row.id),
    attempts: Number(row.attempts),
    asked: Number(row.asked),
    singleUse: row.single_use === null ? singleUse : Number(row.single_use) === 1,
    code: row.code as RowCode | null,
    refusal: row.refusal as VaErrorCode | null,
    unknownSince: numberOrNull(row.unknown_since),
    sentAt: numberOrNull(row.sent_at),
    againAt: Number(row.again_at),
    request: {
      external_id: String(row.external_id),
      order_id: String(row.order_id),
      transaction_id: String(row.transaction_id),
      payment_method: row.payment_method as CancelRequest['payment_method'],
      payment_channel: String(row.payment_channel),
    },
  };
}

const numberOrNull = (value: DbValue | undefined) =>
  value === null || value === undefined ? null : Number(value);

/** The code of rows that the last file names no more. */
export const LEFT_OUT = 'left_out' satisfies RowCode;
const SETTLED: readonly string[] = ['done', 'refused', 'needs_a_person'];

/** What `WRITE` takes for one change, in its order. */
function valuesOf(change: Change): DbValue[] {
  return [
    change.id,
    change.attempt,
    change.state,
    change.code,
    change.responseCode ?? null,
    change.responseMessage ?? null,
    change.transactionStatus ?? null,
    change.refusal,
    change.unknownSince,
    change.nextAt,
    change.by,
    SETTLED.includes(change.state) ? 1 : 0,
    change.ended ? 1 : 0,
  ];
}

// What the last file names no more is cancelled no more.
const IS_HELD = `accounts.left_out = 1 AND v.new_state = 'queued'`;

/** A late `done` is true whatever was done since. */
const WRITE = `UPDATE {schema}.accounts SET
    state = CASE WHEN ${IS_HELD} THEN 'needs_a_person' ELSE v.new_state END,
    code = CASE WHEN ${IS_HELD} THEN '${LEFT_OUT}' ELSE v.new_code END,
    response_code = coalesce(v.said_code, response_code),
    response_message = CASE WHEN v.said_code IS NULL THEN coalesce(v.said_message, response_message) ELSE v.said_message END,
    transaction_status = coalesce(v.said_status, transaction_status), refusal = v.new_refusal,
    unknown_since = v.new_since, next_at = v.new_next, settled_by = v.new_by,
    settled_at = CASE WHEN v.is_settled = 1 THEN {now} END, again_at = CASE WHEN v.has_ended = 1 THEN 0 ELSE again_at END
  FROM (${fromEach('$1', [
    'account bigint',
    'attempt int',
    'new_state text',
    'new_code text',
    'said_code text',
    'said_message text',
    'said_status text',
    'new_refusal text',
    'new_since bigint',
    'new_next bigint',
    'new_by text',
    'is_settled int',
    'has_ended int',
  ])}) AS v
  WHERE accounts.id = v.account AND accounts.attempts = v.attempt
    AND (accounts.state IN ('sending', 'unknown') OR (accounts.state = 'queued' AND v.new_state = 'done'))
  RETURNING id, state`;
