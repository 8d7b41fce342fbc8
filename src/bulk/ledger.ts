import { BulkError } from './errors.js';
import { openPostgres } from './postgres.js';
import { migrate, requireKnown, versionOf } from './schema.js';
import { openSqlite } from './sqlite.js';
import type { Row, Statements, Store, Value } from './store.js';
import type {
  Added,
  BulkRow,
  Counts,
  Ledger,
  LedgerOptions,
  LedgerPlace,
  Load,
  LoadSource,
  ReportRow,
  RowCode,
  RowFilter,
  RowState,
  RunIdentity,
  RunInfo,
} from './types.js';

/** How many rows are handed out together. */
const CHUNK = 500;

/** How many rows go into one transaction, and on PostgreSQL into one statement. */
const BATCH = 500;

/** node:sqlite takes ten times as long for 500 rows in one statement as for 50 in each of ten. */
const SQLITE_BATCH = 50;

/** How many rows are read at a time. */
const PAGE = 200;

// The chunks of load n are those from n * CHUNKS_OF_A_LOAD; those of `enqueue` come after all of them.
const CHUNKS_OF_A_LOAD = 2 ** 20;
const FIRST_ENQUEUED = 2 ** 48;

/**
 * Opens a run of a ledger; creates it, and brings its tables to this version, unless `readOnly`. It does not take the
 * right to send: `load`, `retry` and `cancelMany` do, each for as long as it needs.
 *
 * @throws BulkError
 * @example
 * ```ts
 * import { openLedger } from 'ifortepay-va/bulk';
 *
 * const ledger = await openLedger({ ledger: 'run.db', readOnly: true });
 * console.log(await ledger.counts());
 * await ledger.close();
 * ```
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  return openRun(options);
}

/** As `openLedger`, with what only this package may do. */
export async function openRun(options: LedgerOptions): Promise<RunLedger> {
  const { run = 'default', readOnly = false } = options;
  if (typeof run !== 'string' || !/^[\w.-]{1,64}$/.test(run)) {
    throw new BulkError('invalid', 'run must be 1 to 64 letters, digits, dots, dashes and underscores');
  }
  const store = await openStore(options, readOnly);
  try {
    if (readOnly) {
      const version = await versionOf(store);
      if (version === 0) throw new BulkError('no_such_ledger', `there is no ledger in ${store.place}`);
      requireKnown(store, version);
    } else {
      await migrate(store);
      await store.all(
        `INSERT INTO {schema}.runs (name, created_at) VALUES ($1, {now}) ON CONFLICT (name) DO NOTHING`,
        [run],
      );
    }
    const [found] = await store.all(`SELECT id FROM {schema}.runs WHERE name = $1`, [run]);
    if (!found) throw await noSuchRun(store, run);
    return new RunLedger(store, run, Number(found.id));
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}

async function noSuchRun(store: Store, run: string): Promise<BulkError> {
  const runs = await store.all(`SELECT name FROM {schema}.runs ORDER BY id DESC LIMIT 6`);
  const names = runs.map(({ name }) => String(name)).slice(0, 5);
  const more = runs.length > 5 ? ' and others' : '';
  const there = names.length > 0 ? `; it has ${names.join(', ')}${more}` : '';
  return new BulkError('no_such_ledger', `there is no run ${run} in ${store.place}${there}`);
}

async function openStore(place: LedgerPlace, readOnly: boolean): Promise<Store> {
  const { ledger, database } = place;
  if ((ledger === undefined) === (database === undefined)) {
    throw new BulkError('invalid', 'give either ledger, a file, or database, a PostgreSQL');
  }
  if (ledger === undefined) return openPostgres(database!);
  if (typeof ledger !== 'string' || ledger === '') {
    throw new BulkError('invalid', 'ledger must be the path of a file');
  }
  return openSqlite(ledger, readOnly);
}

/** A run, and the database that it is in. */
export class RunLedger implements Ledger {
  constructor(
    readonly store: Store,
    readonly run: string,
    readonly runId: number,
  ) {}

  async info(): Promise<RunInfo | undefined> {
    const [row] = await this.store.all(`SELECT * FROM {schema}.runs WHERE id = $1`, [this.runId]);
    if (!row) return undefined;
    return {
      run: this.run,
      identity: identityOf(row),
      createdAt: iso(row.created_at)!,
      source: row.source === null ? undefined : (JSON.parse(String(row.source)) as LoadSource),
      singleUse: Number(row.single_use) === 1,
      acceptsNotFound: Number(row.accepts_not_found) === 1,
    };
  }

  /**
   * Binds the run to a gateway, if it is not.
   *
   * @throws BulkError `other_gateway` if it is bound to another, naming both
   */
  async bind(identity: RunIdentity): Promise<void> {
    const { baseUrl, merchantId, subMerchantId = null } = identity;
    await this.store.all(
      `UPDATE {schema}.runs SET base_url = $2, merchant_id = $3, sub_merchant_id = $4 WHERE id = $1 AND base_url IS NULL`,
      [this.runId, baseUrl, merchantId, subMerchantId],
    );
    const bound = (await this.info())!.identity!;
    const wrong = (
      [
        ['base URL', bound.baseUrl, baseUrl],
        ['merchant id', bound.merchantId, merchantId],
        ['sub-merchant', bound.subMerchantId, subMerchantId ?? undefined],
      ] as const
    ).filter(([, before, now]) => before !== now);
    if (wrong.length === 0) return;
    const words = wrong.map(([name, before, now]) => `${name} ${before ?? '(none)'}, not ${now ?? '(none)'}`);
    throw new BulkError(
      'other_gateway',
      `the run ${this.run} in ${this.store.place} belongs to ${words.join('; ')}. Nothing was sent. ` +
        'Use the same gateway and merchant, or another run.',
    );
  }

  /** Remembers what was decided for the run; undefined leaves it. */
  async remember(decided: {
    singleUse?: boolean | undefined;
    acceptsNotFound?: boolean | undefined;
  }): Promise<void> {
    const bit = (value: boolean | undefined) => (value === undefined ? null : Number(value));
    await this.store.all(
      `UPDATE {schema}.runs SET single_use = coalesce($2, single_use),
          accepts_not_found = coalesce($3, accepts_not_found) WHERE id = $1`,
      [this.runId, bit(decided.singleUse), bit(decided.acceptsNotFound)],
    );
  }

  async counts(): Promise<Counts> {
    const [run] = await this.store.all(`SELECT loaded, rejected FROM {schema}.runs WHERE id = $1`, [
      this.runId,
    ]);
    const counts: Counts = {
      done: 0,
      refused: 0,
      unknown: 0,
      queued: 0,
      needs_a_person: 0,
      rejected: Number(run?.rejected ?? 0),
      paid: 0,
    };
    if (!run) return counts;
    const groups = await this.store.all(
      `SELECT state, CASE WHEN code IN ('already_paid', 'paid_not_final') THEN 1 ELSE 0 END AS paid, count(*) AS count
        FROM {schema}.accounts WHERE run_id = $1 AND ${LIVE} GROUP BY 1, 2`,
      [this.runId, stagedFrom(run)],
    );
    for (const { state, paid, count } of groups) {
      counts[state === 'sending' ? 'unknown' : (state as keyof Counts)] += Number(count);
      if (Number(paid) === 1) counts.paid += Number(count);
    }
    return counts;
  }

  /** How many rows the gateway did not know, and of how many it said anything else. */
  async firstAnswers(): Promise<{ notFound: number; other: number }> {
    const [row] = await this.store.all(
      `SELECT count(CASE WHEN code = 'not_found' THEN 1 END) AS not_found,
          count(CASE WHEN state IN ('done', 'refused', 'needs_a_person') AND coalesce(code, '') <> 'not_found' THEN 1 END) AS other
        FROM {schema}.accounts WHERE run_id = $1 AND attempts > 0`,
      [this.runId],
    );
    return { notFound: Number(row!.not_found), other: Number(row!.other) };
  }

  async nextDue(): Promise<string | undefined> {
    const [row] = await this.store.all(
      `SELECT min(CASE WHEN lease_until > {now} THEN lease_until ELSE next_at END) AS due
        FROM {schema}.chunks WHERE run_id = $1 AND next_at IS NOT NULL`,
      [this.runId],
    );
    return iso(row!.due) ?? undefined;
  }

  async *rows({ states, codes }: RowFilter = {}): AsyncGenerator<ReportRow> {
    const [run] = await this.store.all(`SELECT loaded FROM {schema}.runs WHERE id = $1`, [this.runId]);
    if (!run) return;
    const values: Value[] = [this.runId, stagedFrom(run), 0, 0, PAGE];
    const oneOf = (column: string, names: readonly string[] | undefined) => {
      if (!names) return '';
      const places = names.map((name) => `$${values.push(name)}`);
      return places.length === 0 ? 'AND 1 = 0' : `AND ${column} IN (${places.join(', ')})`;
    };
    const more = `${oneOf('state', states)} ${oneOf('code', codes)}`;
    for (;;) {
      const page = await this.store.all(
        `SELECT * FROM {schema}.accounts WHERE run_id = $1 AND ${LIVE} AND (chunk, id) > ($3, $4) ${more}
          ORDER BY chunk, id LIMIT $5`,
        values,
      );
      for (const row of page) yield reportRow(row);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      values[2] = last.chunk!;
      values[3] = last.id!;
    }
  }

  async load(): Promise<Load> {
    const unlock = await this.#lockForLoad();
    try {
      const [run] = await this.store.transaction(async (tx) => {
        // What an earlier load has left, which was never committed.
        await tx.all(
          `DELETE FROM {schema}.accounts WHERE run_id = $1
            AND chunk >= ((SELECT loaded FROM {schema}.runs WHERE id = $1) + 1) * ${CHUNKS_OF_A_LOAD}
            AND chunk < ${FIRST_ENQUEUED}`,
          [this.runId],
        );
        return tx.all(`UPDATE {schema}.runs SET loads = loads + 1 WHERE id = $1 RETURNING loads`, [
          this.runId,
        ]);
      });
      return new RunLoad(this.store, this.runId, Number(run!.loads), unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async #lockForLoad(): Promise<() => Promise<void>> {
    return this.store.lock(this.store.kind === 'sqlite' ? 'send' : 'load', this.run);
  }

  async retry({ states = ['refused', 'needs_a_person'], codes }: RowFilter = {}): Promise<number> {
    const unlock = await this.store.lock('send', this.run);
    try {
      return await this.store.transaction(async (tx) => {
        const values: Value[] = [this.runId];
        const places = (names: readonly string[]) => names.map((name) => `$${values.push(name)}`).join(', ');
        const chosen = states.filter((state) => state === 'refused' || state === 'needs_a_person');
        if (chosen.length === 0 || codes?.length === 0) return 0;
        const leftOut = codes?.includes('left_out') ? '' : 'AND left_out = 0';
        const [row] = await tx
          .all(
            `UPDATE {schema}.accounts SET state = 'unknown', code = 'retry', refusal = NULL, asked = 0,
              unknown_since = CASE WHEN state = 'refused' THEN NULL ELSE {now} END,
              next_at = {now}, settled_at = NULL, settled_by = NULL, left_out = 0
            WHERE run_id = $1 AND state IN (${places(chosen)}) ${leftOut} ${codes ? `AND code IN (${places(codes)})` : ''}
            RETURNING id`,
            values,
          )
          .then((rows) => [{ count: rows.length }]);
        await tx.all(
          `UPDATE {schema}.chunks SET next_at = {now} WHERE run_id = $1 AND chunk IN (
            SELECT chunk FROM {schema}.accounts WHERE run_id = $1 AND state = 'unknown' AND code = 'retry')`,
          [this.runId],
        );
        return row!.count;
      });
    } finally {
      await unlock();
    }
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** The code of rows that the last file names no more. */
const LEFT_OUT = 'left_out' satisfies RowCode;

/** Rows that are in the run: not those of a load that was not committed. $2 is the first chunk of those. */
const LIVE = `(chunk < $2 OR chunk >= ${FIRST_ENQUEUED})`;

function stagedFrom(run: Row): number {
  return (Number(run.loaded) + 1) * CHUNKS_OF_A_LOAD;
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
    for (let from = 0; from < rows.length; from += BATCH) {
      const part = rows.slice(from, from + BATCH).map(complete);
      await this.store.transaction(async (tx) => {
        const added = await this.#insert(tx, part);
        result.added += added;
        if (added < part.length) await this.#compare(tx, part, result);
      }, true);
    }
    return result;
  }

  async #insert(tx: Statements, rows: CompleteRow[]): Promise<number> {
    const first = this.load * CHUNKS_OF_A_LOAD;
    const rest = rows.filter((row) => !row.seen);
    const inserted = await insertRows(
      tx,
      this.runId,
      this.load,
      rest,
      (index) => first + Math.floor((this.#added + index) / CHUNK),
      'DO NOTHING',
      this.store.kind === 'sqlite' ? SQLITE_BATCH : BATCH,
    );
    this.#added += rest.length;
    for (const row of rest) row.isNew = inserted.delete(row.transaction_id);
    return rest.filter((row) => row.isNew).length;
  }

  /** Those that were there before: the very same, or the same id with other members. */
  async #compare(tx: Statements, rows: CompleteRow[], result: Added): Promise<void> {
    const old = rows.filter((row) => !row.isNew);
    const there = await existing(tx, this.runId, old);
    const values: Value[] = [this.runId, this.load];
    const seen = new Set(rows.filter((row) => row.isNew).map((row) => row.transaction_id));
    for (const row of old) {
      const before = there.get(row.transaction_id)!;
      const here = Number(before.load) === this.load || seen.has(row.transaction_id);
      const kind = isSame(before, row, here) ? result.same : result.conflicts;
      kind.push({ row: row.given, first: firstRow(before), here });
      if (before.code === LEFT_OUT && !here) result.back++;
      seen.add(row.transaction_id);
      values.push(row.transaction_id);
    }
    await tx.all(
      `UPDATE {schema}.accounts SET load = $2 WHERE run_id = $1 AND load <> $2
        AND transaction_id IN (${places(3, old.length)})`,
      values,
    );
  }

  async commit(source?: LoadSource, leaveOut = false): Promise<{ added: number }> {
    this.#requireOpen();
    const first = this.load * CHUNKS_OF_A_LOAD;
    const added = await this.store.transaction(async (tx) => {
      if (leaveOut) await this.#leaveOut(tx);
      await this.#takeBack(tx);
      await tx.all(
        `INSERT INTO {schema}.chunks (run_id, chunk, next_at)
          SELECT DISTINCT run_id, chunk, 0 FROM {schema}.accounts WHERE run_id = $1 AND chunk >= $2 AND chunk < $3
          ON CONFLICT (run_id, chunk) DO NOTHING`,
        [this.runId, first, first + CHUNKS_OF_A_LOAD],
      );
      await tx.all(
        `UPDATE {schema}.runs SET loaded = $2, source = coalesce($3, source), rejected = coalesce($4, rejected) WHERE id = $1`,
        [this.runId, this.load, source ? JSON.stringify(source) : null, source?.rejected ?? null],
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

  /** What is being sent, or was, is asked after; it comes back to `queued` no more, see `writeSql`. */
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
        `SELECT * FROM {schema}.accounts WHERE run_id = $1 AND load > 0 AND load < $2 AND id > $3 ORDER BY id LIMIT ${PAGE}`,
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
    const part = rows.slice(from, from + CHUNK).map(complete);
    // Two that take the same number share a chunk, which harms nobody.
    const chunk = FIRST_ENQUEUED + (Date.now() % 2 ** 36) * 2 ** 13 + Math.floor(Math.random() * 2 ** 13);
    // Rows that a load has brought but not committed would go with it, should it be discarded: they become ours.
    const first = part.filter((row) => !row.seen);
    const inserted = await insertRows(
      tx,
      runId,
      0,
      first,
      () => chunk,
      `DO UPDATE SET chunk = excluded.chunk, load = 0
        WHERE accounts.chunk >= ${stagedFrom(found!)} AND accounts.chunk < ${FIRST_ENQUEUED} AND accounts.attempts = 0
          AND ${MEMBERS.map((name) => `accounts.${name} = excluded.${name}`).join(' AND ')}
          AND coalesce(accounts.single_use, -1) = coalesce(excluded.single_use, -1)`,
      CHUNK,
    );
    const old = part.filter((row) => row.seen || !inserted.has(row.transaction_id));
    result.added += part.length - old.length;
    const there = old.length > 0 ? await existing(tx, runId, old) : new Map<string, Row>();
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

interface CompleteRow extends BulkRow {
  payment_method: string;
  given: BulkRow;
  isNew: boolean;
  /** It stands in the same batch before. */
  seen: boolean;
}

const MEMBERS = ['external_id', 'order_id', 'payment_method', 'payment_channel'] as const;

function complete(given: BulkRow, index: number, all: readonly BulkRow[]): CompleteRow {
  return {
    ...given,
    payment_method: given.payment_method ?? 'BANK_TRANSFER',
    given,
    isNew: false,
    seen: repeats(all).has(index),
  };
}

const known = new WeakMap<readonly BulkRow[], Set<number>>();

/** Which of these stand there for the second time: PostgreSQL updates no row twice in one statement. */
function repeats(rows: readonly BulkRow[]): Set<number> {
  let found = known.get(rows);
  if (!found) {
    const ids = new Set<string>();
    found = new Set();
    for (const [index, { transaction_id: id }] of rows.entries()) {
      if (ids.has(id)) found.add(index);
      ids.add(id);
    }
    known.set(rows, found);
  }
  return found;
}

/** Inserts rows; resolves to the transaction ids of those that were. */
async function insertRows(
  tx: Statements,
  runId: number,
  load: number,
  rows: readonly CompleteRow[],
  chunkOf: (index: number) => number,
  onConflict: string,
  size: number,
): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    for (const id of await insertPart(tx, runId, load, part, (index) => chunkOf(from + index), onConflict)) {
      ids.add(id);
    }
  }
  return ids;
}

async function insertPart(
  tx: Statements,
  runId: number,
  load: number,
  rows: readonly CompleteRow[],
  chunkOf: (index: number) => number,
  onConflict: string,
): Promise<string[]> {
  const values: Value[] = [runId, load];
  for (const [index, row] of rows.entries()) {
    values.push(
      chunkOf(index),
      row.line ?? null,
      row.external_id,
      row.order_id,
      row.transaction_id,
      row.payment_method,
      row.payment_channel,
      row.single_use === undefined ? null : Number(row.single_use),
    );
  }
  const inserted = await tx.all(
    `INSERT INTO {schema}.accounts (run_id, load, chunk, line, external_id, order_id, transaction_id,
        payment_method, payment_channel, single_use)
      VALUES ${tuples(rows.length)} ON CONFLICT (run_id, transaction_id) ${onConflict} RETURNING transaction_id`,
    values,
  );
  return inserted.map((row) => String(row.transaction_id));
}

async function existing(
  tx: Statements,
  runId: number,
  rows: readonly CompleteRow[],
): Promise<Map<string, Row>> {
  const found = await tx.all(
    `SELECT * FROM {schema}.accounts WHERE run_id = $1 AND transaction_id IN (${places(2, rows.length)})`,
    [runId, ...rows.map((row) => row.transaction_id)],
  );
  return new Map(found.map((row) => [String(row.transaction_id), row]));
}

const knownTuples = new Map<number, string>();

/** The places of so many rows; written once, for a million rows are two thousand statements alike. */
function tuples(count: number): string {
  let text = knownTuples.get(count);
  if (text === undefined) {
    text = Array.from({ length: count }, (_, index) => `($1, $2, ${places(3 + index * 8, 8)})`).join(', ');
    knownTuples.set(count, text);
  }
  return text;
}

const places = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => `$${first + index}`).join(', ');

/** @param here whether both come from one file; a later one that does not say how often it can be paid, as a report, says nothing else */
function isSame(before: Row, row: CompleteRow, here = true): boolean {
  const single = row.single_use === undefined ? null : Number(row.single_use);
  const isSilent = single === null && !here;
  return MEMBERS.every((name) => before[name] === row[name]) && (isSilent || before.single_use === single);
}

function firstRow(row: Row): BulkRow {
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

function identityOf(run: Row): RunIdentity | undefined {
  if (run.base_url === null) return undefined;
  return {
    baseUrl: String(run.base_url),
    merchantId: String(run.merchant_id),
    subMerchantId: run.sub_merchant_id === null ? undefined : String(run.sub_merchant_id),
  };
}

/** Milliseconds of the database as ISO 8601. */
export function iso(ms: Value | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(Number(ms)).toISOString();
}

const text = (value: Value | undefined) => (value === null || value === undefined ? null : String(value));

function reportRow(row: Row): ReportRow {
  const first = firstRow(row);
  const isOpen = row.state === 'unknown' || row.state === 'queued';
  return {
    external_id: first.external_id,
    order_id: first.order_id,
    transaction_id: first.transaction_id,
    payment_method: first.payment_method!,
    payment_channel: first.payment_channel,
    single_use: first.single_use ?? null,
    line: first.line ?? null,
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
