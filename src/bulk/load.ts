import { LEFT_OUT } from './chunks.js';
import { BulkError } from './errors.js';
import { eachOf, fromEach, type DbRow, type Statements, type Store, type DbValue } from './store.js';
import { bulkRow, PAGE, REPORTED, reportRow } from './rows.js';
import type { Added, BulkRow, Load, LoadSource, ReportRow } from './types.js';

/**
 * How many rows are handed out together, and go into one transaction: with more at a time V8 takes them for old, and a
 * load of a million holds 40 MB more.
 */
export const CHUNK = 500;

// The chunks of load n are those from n * CHUNKS_OF_A_LOAD; those of `enqueue` come after all of them.
const CHUNKS_OF_A_LOAD = 2 ** 20;
export const FIRST_ENQUEUED = 2 ** 48;

/** The first chunk of what is not in the run yet: loads that were not committed. */
export function stagedFrom(run: DbRow): number {
  return (Number(run.loaded) + 1) * CHUNKS_OF_A_LOAD;
}

/** Begins to add rows to a run. @throws BulkError `ledger_in_use` */
export async function beginLoad(store: Store, runId: number, run: string): Promise<Load> {
  const unlock = await store.lock(store.kind === 'sqlite' ? 'send' : 'load', run);
  try {
    const [begun] = await store.transaction(async (tx) => {
      // What an earlier load has left, which was never committed.
      await tx.all(
        `DELETE FROM {schema}.accounts WHERE run_id = $1
          AND chunk >= ((SELECT loaded FROM {schema}.runs WHERE id = $1) + 1) * ${CHUNKS_OF_A_LOAD}
          AND chunk < ${FIRST_ENQUEUED}`,
        [runId],
      );
      return tx.all(`UPDATE {schema}.runs SET loads = loads + 1 WHERE id = $1 RETURNING loads`, [runId]);
    });
    return new RunLoad(store, runId, Number(begun!.loads), unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

class RunLoad implements Load {
  #added = 0;
  #ended = false;

  constructor(
    readonly store: Store,
    readonly runId: number,
    readonly load: number,
    readonly unlock: () => Promise<void>,
  ) {}

  async add(rows: readonly BulkRow[]): Promise<Added> {
    this.#requireOpen();
    const result: Added = { added: 0, same: [], conflicts: [], back: 0 };
    for (let from = 0; from < rows.length; from += CHUNK) {
      const part = rows.slice(from, from + CHUNK);
      await this.store.transaction((tx) => this.#addPart(tx, part, result), true);
    }
    return result;
  }

  async #addPart(tx: Statements, rows: readonly BulkRow[], result: Added): Promise<void> {
    const first = this.load * CHUNKS_OF_A_LOAD;
    const chunkOf = (index: number) => first + Math.floor((this.#added + index) / CHUNK);
    const given = eachOf(rows.map((row, index) => valuesOf(row, chunkOf(index))));
    const isNew = await added(tx, LOAD, [this.runId, this.load, given]);
    this.#added += rows.length;
    result.added += isNew.size;
    if (isNew.size === rows.length) return;
    const old = rows.filter((row) => !isNew.delete(row.transaction_id));
    await this.#compare(tx, old, result);
  }

  /** Those that were there before: the very same, or the same id with other members. */
  async #compare(tx: Statements, old: readonly BulkRow[], result: Added): Promise<void> {
    const there = await existing(tx, this.runId, old);
    const seen = new Set<string>();
    for (const row of old) {
      const before = there.get(row.transaction_id)!;
      const here = Number(before.load) === this.load || seen.has(row.transaction_id);
      const kind = isSame(before, row, here) ? result.same : result.conflicts;
      kind.push({ row, first: bulkRow(before), here });
      if (before.code === LEFT_OUT && !here) result.back++;
      seen.add(row.transaction_id);
    }
    await tx.all(
      `UPDATE {schema}.accounts SET load = $2 WHERE run_id = $1 AND load <> $2 AND transaction_id IN (${fromEach('$3', ['id text'])})`,
      [this.runId, this.load, idsOf(old)],
    );
  }

  async commit(source?: LoadSource, leaveOut = false): Promise<{ added: number }> {
    this.#requireOpen();
    const first = this.load * CHUNKS_OF_A_LOAD;
    const added = await this.store.transaction(async (tx) => {
      // Who has begun after us, for our lock was lost with its connection, has deleted what we had added.
      const ours = await tx.all(
        `UPDATE {schema}.runs SET loaded = $2, source = coalesce($3, source), rejected = coalesce($4, rejected)
          WHERE id = $1 AND loads = $2 RETURNING id`,
        [this.runId, this.load, source ? JSON.stringify(source) : null, source?.rejected ?? null],
      );
      if (ours.length === 0)
        throw new BulkError(
          'ledger_failed',
          'another process has begun to load rows into the run meanwhile; load them again',
        );
      if (leaveOut) await this.#leaveOut(tx);
      await this.#takeBack(tx);
      await tx.all(
        `INSERT INTO {schema}.chunks (run_id, chunk, next_at)
          SELECT DISTINCT run_id, chunk, 0 FROM {schema}.accounts WHERE run_id = $1 AND chunk >= $2 AND chunk < $3
          ON CONFLICT (run_id, chunk) DO NOTHING`,
        [this.runId, first, first + CHUNKS_OF_A_LOAD],
      );
      const [row] = await tx.all(
        `SELECT count(*) AS count FROM {schema}.accounts WHERE run_id = $1 AND chunk >= $2 AND chunk < $3`,
        [this.runId, first, first + CHUNKS_OF_A_LOAD],
      );
      return Number(row!.count);
    });
    await this.#end();
    return { added };
  }

  /** What is being sent, or was, is asked after; it comes back to `queued` no more, see `WRITE` of chunks.ts. */
  async #leaveOut(tx: Statements): Promise<void> {
    await tx.all(
      `UPDATE {schema}.accounts SET left_out = 1,
          code = CASE WHEN state = 'queued' THEN '${LEFT_OUT}' ELSE code END,
          state = CASE WHEN state = 'queued' THEN 'needs_a_person' ELSE state END
        WHERE run_id = $1 AND load > 0 AND load < $2 AND left_out = 0 AND state IN ('queued', 'sending', 'unknown')`,
      [this.runId, this.load],
    );
  }

  /** What this load names is left out no more. */
  async #takeBack(tx: Statements): Promise<void> {
    const back = await tx.all(
      `UPDATE {schema}.accounts SET left_out = 0,
          state = CASE WHEN code = '${LEFT_OUT}' THEN 'queued' ELSE state END,
          code = CASE WHEN code = '${LEFT_OUT}' THEN NULL ELSE code END
        WHERE run_id = $1 AND load = $2 AND left_out = 1 RETURNING chunk`,
      [this.runId, this.load],
    );
    for (const chunk of new Set(back.map((row) => row.chunk!))) {
      await tx.all(`UPDATE {schema}.chunks SET next_at = 0 WHERE run_id = $1 AND chunk = $2`, [
        this.runId,
        chunk,
      ]);
    }
  }

  async discard(): Promise<void> {
    if (this.#ended) return;
    const first = this.load * CHUNKS_OF_A_LOAD;
    await this.store.all(`DELETE FROM {schema}.accounts WHERE run_id = $1 AND chunk >= $2 AND chunk < $3`, [
      this.runId,
      first,
      first + CHUNKS_OF_A_LOAD,
    ]);
    await this.#end();
  }

  async *vanished(): AsyncGenerator<ReportRow> {
    this.#requireOpen();
    for (let after = 0; ;) {
      const page = await this.store.all(
        `SELECT ${REPORTED} FROM {schema}.accounts WHERE run_id = $1 AND load > 0 AND load < $2 AND id > $3 ORDER BY id LIMIT ${PAGE}`,
        [this.runId, this.load, after],
      );
      for (const row of page) yield reportRow(row);
      if (page.length < PAGE) return;
      after = Number(page.at(-1)!.id);
    }
  }

  #requireOpen(): void {
    if (this.#ended) throw new BulkError('invalid', 'this load was committed or discarded; begin another');
  }

  async #end(): Promise<void> {
    this.#ended = true;
    await this.unlock();
  }
}

/** Adds rows in the caller's transaction, see `enqueue`. The rows must have been checked. */
export async function addWithin(
  tx: Statements,
  rows: readonly BulkRow[],
  run: string,
): Promise<{ added: number; same: number; conflicts: string[] }> {
  const find = () => tx.all(`SELECT id, loaded FROM {schema}.runs WHERE name = $1`, [run]);
  let [found] = await find();
  if (!found) {
    await tx.all(
      `INSERT INTO {schema}.runs (name, created_at) VALUES ($1, {now}) ON CONFLICT (name) DO NOTHING`,
      [run],
    );
    [found] = await find();
  }
  const runId = Number(found!.id);
  const result = { added: 0, same: 0, conflicts: [] as string[] };
  for (let from = 0; from < rows.length; from += CHUNK) {
    const part = rows.slice(from, from + CHUNK);
    // Two that take the same number share a chunk, which harms nobody.
    const chunk = FIRST_ENQUEUED + (Date.now() % 2 ** 36) * 2 ** 13 + Math.floor(Math.random() * 2 ** 13);
    // PostgreSQL updates no row twice in one statement.
    const each = [...new Map(part.toReversed().map((row) => [row.transaction_id, row])).values()];
    const given = eachOf(each.map((row) => valuesOf(row, chunk)));
    const isNew = await added(tx, ENQUEUE, [runId, 0, given, stagedFrom(found!)]);
    result.added += isNew.size;
    const old = part.filter((row) => !isNew.delete(row.transaction_id));
    const there = old.length > 0 ? await existing(tx, runId, old) : new Map<string, DbRow>();
    for (const row of old) {
      if (isSame(there.get(row.transaction_id)!, row)) result.same++;
      else result.conflicts.push(row.transaction_id);
    }
    await tx.all(
      `INSERT INTO {schema}.chunks (run_id, chunk, next_at) VALUES ($1, $2, 0)
        ON CONFLICT (run_id, chunk) DO UPDATE SET next_at = 0`,
      [runId, chunk],
    );
  }
  return result;
}

const MEMBERS = ['external_id', 'order_id', 'payment_method', 'payment_channel'] as const;

/** The columns of a row that is added, in the order of `valuesOf`. */
const COLUMNS = [
  'chunk bigint',
  'line int',
  'external_id text',
  'order_id text',
  'transaction_id text',
  'payment_method text',
  'payment_channel text',
  'single_use int',
] as const;
const NAMES = COLUMNS.map((column) => column.split(' ')[0]).join(', ');

function valuesOf(row: BulkRow, chunk: number): DbValue[] {
  return [
    chunk,
    row.line ?? null,
    row.external_id,
    row.order_id,
    row.transaction_id,
    row.payment_method ?? 'BANK_TRANSFER',
    row.payment_channel,
    singleUseOf(row),
  ];
}

const singleUseOf = ({ single_use: single }: BulkRow) => (single === undefined ? null : Number(single));

const INSERT = `INSERT INTO {schema}.accounts (run_id, load, ${NAMES})
  SELECT $1, $2, ${NAMES} FROM (${fromEach('$3', COLUMNS)}) AS v WHERE 1 = 1`;

/** $4: `stagedFrom`. Rows that a load has brought but not committed would go with it: they become ours. */
const ENQUEUE = `${INSERT} ON CONFLICT (run_id, transaction_id) DO UPDATE SET chunk = excluded.chunk, load = 0
  WHERE accounts.chunk >= $4 AND accounts.chunk < ${FIRST_ENQUEUED} AND accounts.attempts = 0
    AND ${MEMBERS.map((name) => `accounts.${name} = excluded.${name}`).join(' AND ')}
    AND coalesce(accounts.single_use, -1) = coalesce(excluded.single_use, -1)
  RETURNING transaction_id`;

const LOAD = `${INSERT} ON CONFLICT (run_id, transaction_id) DO NOTHING RETURNING transaction_id`;

/** The transaction ids of those that were added. */
async function added(tx: Statements, sql: string, values: readonly DbValue[]): Promise<Set<string>> {
  const rows = await tx.all(sql, values);
  return new Set(rows.map((row) => String(row.transaction_id)));
}

async function existing(
  tx: Statements,
  runId: number,
  rows: readonly BulkRow[],
): Promise<Map<string, DbRow>> {
  const found = await tx.all(
    `SELECT * FROM {schema}.accounts WHERE run_id = $1 AND transaction_id IN (${fromEach('$2', ['id text'])})`,
    [runId, idsOf(rows)],
  );
  return new Map(found.map((row) => [String(row.transaction_id), row]));
}

const idsOf = (rows: readonly BulkRow[]) => eachOf(rows.map((row) => [row.transaction_id]));

/** @param here whether both come from one file; a later one that does not say how often it can be paid, as a report, says nothing else */
function isSame(before: DbRow, row: BulkRow, here = true): boolean {
  const now = { ...row, payment_method: row.payment_method ?? 'BANK_TRANSFER' };
  const single = singleUseOf(row);
  const isSilent = single === null && !here;
  return MEMBERS.every((name) => before[name] === now[name]) && (isSilent || before.single_use === single);
}
