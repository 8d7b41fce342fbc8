import { BulkError } from './errors.js';
import { beginLoad, FIRST_ENQUEUED, stagedFrom } from './load.js';
import { openPostgres } from './postgres.js';
import { iso, PAGE, REPORTED, reportRow } from './rows.js';
import { migrate, requireKnown, versionOf } from './schema.js';
import { openSqlite } from './sqlite.js';
import type { DbRow, Store, DbValue } from './store.js';
import type {
  Counts,
  Ledger,
  LedgerOptions,
  LedgerPlace,
  Load,
  LoadSource,
  ReportRow,
  RowFilter,
  RunIdentity,
  RunInfo,
} from './types.js';

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
  requireRunName(run);
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

/** @throws BulkError */
export function requireRunName(run: unknown): asserts run is string {
  if (typeof run === 'string' && /^[\w.-]{1,64}$/.test(run)) return;
  throw new BulkError('invalid', 'run must be 1 to 64 letters, digits, dots, dashes and underscores');
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

  /** @param sending what those count as that are on their way */
  async counts(sending: 'unknown' | 'queued' = 'unknown'): Promise<Counts> {
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
      counts[state === 'sending' ? sending : (state as keyof Counts)] += Number(count);
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
      `SELECT min(CASE WHEN lease_until > {now} THEN lease_until WHEN next_at > {now} THEN next_at ELSE {now} END) AS due
        FROM {schema}.chunks WHERE run_id = $1 AND next_at IS NOT NULL`,
      [this.runId],
    );
    return iso(row!.due) ?? undefined;
  }

  async *rows({ states, codes }: RowFilter = {}): AsyncGenerator<ReportRow> {
    const [run] = await this.store.all(`SELECT loaded FROM {schema}.runs WHERE id = $1`, [this.runId]);
    if (!run) return;
    const values: DbValue[] = [this.runId, stagedFrom(run), 0, 0, PAGE];
    const oneOf = (column: string, names: readonly string[] | undefined) => {
      if (!names) return '';
      const places = names.map((name) => `$${values.push(name)}`);
      return places.length === 0 ? 'AND 1 = 0' : `AND ${column} IN (${places.join(', ')})`;
    };
    const more = `${oneOf('state', states)} ${oneOf('code', codes)}`;
    for (;;) {
      const page = await this.store.all(
        `SELECT ${REPORTED} FROM {schema}.accounts WHERE run_id = $1 AND ${LIVE} AND (chunk, id) > ($3, $4) ${more}
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

  load(): Promise<Load> {
    return beginLoad(this.store, this.runId, this.run);
  }

  async retry({ states = ['refused', 'needs_a_person'], codes }: RowFilter = {}): Promise<number> {
    const unlock = await this.store.lock('send', this.run);
    try {
      return await this.store.transaction(async (tx) => {
        const values: DbValue[] = [this.runId];
        const places = (names: readonly string[]) => names.map((name) => `$${values.push(name)}`).join(', ');
        const chosen = states.filter((state) => state === 'refused' || state === 'needs_a_person');
        if (chosen.length === 0 || codes?.length === 0) return 0;
        const leftOut = codes?.includes('left_out') ? '' : 'AND left_out = 0';
        const which = `run_id = $1 AND state IN (${places(chosen)}) ${leftOut} ${codes ? `AND code IN (${places(codes)})` : ''}`;
        const [found] = await tx.all(
          `SELECT count(*) AS count FROM {schema}.accounts WHERE ${which}`,
          values,
        );
        await tx.all(
          `UPDATE {schema}.accounts SET state = 'unknown', code = 'retry', refusal = NULL, asked = 0,
              unknown_since = CASE WHEN state = 'refused' THEN NULL ELSE {now} END,
              next_at = {now}, settled_at = NULL, settled_by = NULL, left_out = 0 WHERE ${which}`,
          values,
        );
        await tx.all(
          `UPDATE {schema}.chunks SET next_at = {now} WHERE run_id = $1 AND chunk IN (
            SELECT chunk FROM {schema}.accounts WHERE run_id = $1 AND state = 'unknown' AND code = 'retry')`,
          [this.runId],
        );
        return Number(found!.count);
      });
    } finally {
      await unlock();
    }
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** Rows that are in the run: not those of a load that was not committed. $2 is the first chunk of those. */
const LIVE = `(chunk < $2 OR chunk >= ${FIRST_ENQUEUED})`;

function identityOf(run: DbRow): RunIdentity | undefined {
  if (run.base_url === null) return undefined;
  return {
    baseUrl: String(run.base_url),
    merchantId: String(run.merchant_id),
    subMerchantId: run.sub_merchant_id === null ? undefined : String(run.sub_merchant_id),
  };
}
