import { BulkError } from './errors.js';
import type { Store } from './store.js';

/**
 * The ledger's tables, one step a version; a step that was released is never edited. Times are milliseconds since
 * 1970 by the database's own clock: the machines' clocks differ.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    // One a run. `loaded` is the last load that was committed; rows of a later one are in no chunk yet.
    `CREATE TABLE {schema}.runs (
      id {id},
      name text NOT NULL UNIQUE,
      created_at bigint NOT NULL,
      base_url text,
      merchant_id text,
      sub_merchant_id text,
      single_use int NOT NULL DEFAULT 0,
      accepts_not_found int NOT NULL DEFAULT 0,
      loads int NOT NULL DEFAULT 0,
      loaded int NOT NULL DEFAULT 0,
      source text,
      rejected int NOT NULL DEFAULT 0,
      slowness int NOT NULL DEFAULT 0,
      slowed_at bigint NOT NULL DEFAULT 0,
      paused_until bigint NOT NULL DEFAULT 0
    )`,
    // What is handed out. Whoever holds the number in `lease` holds the chunk; next_at is null once all is settled.
    `CREATE TABLE {schema}.chunks (
      run_id bigint NOT NULL,
      chunk bigint NOT NULL,
      lease int NOT NULL DEFAULT 0,
      lease_until bigint NOT NULL DEFAULT 0,
      next_at bigint,
      PRIMARY KEY (run_id, chunk)
    )`,
    `CREATE INDEX chunks_due ON {schema}.chunks (run_id, next_at)`,
    // No index on state or next_at: a row's update then touches none, and what is due is found by chunk.
    `CREATE TABLE {schema}.accounts (
      id {id},
      run_id bigint NOT NULL,
      chunk bigint NOT NULL,
      load int NOT NULL,
      line int,
      external_id text NOT NULL,
      order_id text NOT NULL,
      transaction_id text NOT NULL,
      payment_method text NOT NULL,
      payment_channel text NOT NULL,
      single_use int,
      state text NOT NULL DEFAULT 'queued',
      code text,
      response_code text,
      response_message text,
      transaction_status text,
      attempts int NOT NULL DEFAULT 0,
      asked int NOT NULL DEFAULT 0,
      sent_at bigint,
      again_at bigint NOT NULL DEFAULT 0,
      next_at bigint NOT NULL DEFAULT 0,
      unknown_since bigint,
      refusal text,
      settled_at bigint,
      settled_by text,
      UNIQUE (run_id, transaction_id)
    )`,
    `CREATE INDEX accounts_of_chunk ON {schema}.accounts (run_id, chunk, id)`,
  ],
  // 1: the last file names it no more, so that nobody may cancel it.
  [`ALTER TABLE {schema}.accounts ADD COLUMN left_out int NOT NULL DEFAULT 0`],
];

/** Of PostgreSQL alone: what rate-limiter-flexible counts in. */
const POSTGRES_STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE {schema}.pace (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`,
    // A row is updated several times; room on its page keeps the new version beside the old one.
    `ALTER TABLE {schema}.accounts SET (fillfactor = 60)`,
  ],
  // All workers count in one row: its commits wait for no disk, and what a crash forgets is a tenth of a second's pace.
  [`ALTER TABLE {schema}.pace SET UNLOGGED`],
];

/** The version that this code writes. */
export const VERSION = STEPS.length;

/** The version of the tables that are there; 0 if there are none. */
export async function versionOf(store: Store): Promise<number> {
  const there =
    store.kind === 'sqlite'
      ? await store.all(`SELECT 1 AS found FROM sqlite_master WHERE name = 'ledger_version'`)
      : await store.all(`SELECT 1 AS found WHERE to_regclass('{schema}.ledger_version') IS NOT NULL`);
  if (there.length === 0) return 0;
  const [row] = await store.all(`SELECT max(version) AS version FROM {schema}.ledger_version`);
  return Number(row?.version ?? 0);
}

/**
 * Brings the tables to this version. Safe to call twice, and from two places at once: one waits for the other.
 *
 * @throws BulkError `not_a_ledger` if they are newer than this code
 */
export async function migrate(store: Store): Promise<void> {
  const found = await versionOf(store);
  if (found === VERSION) return;
  requireKnown(store, found);
  if (found === 0 && store.kind === 'sqlite') await requireEmpty(store);
  await store.transaction(async (tx) => {
    if (store.kind === 'postgres') {
      await tx.all(`SELECT pg_advisory_xact_lock(hashtextextended('{schema} migrate', 0))::text`);
      await tx.all(`CREATE SCHEMA IF NOT EXISTS {schema}`);
    }
    await tx.all(`CREATE TABLE IF NOT EXISTS {schema}.ledger_version (version int PRIMARY KEY)`);
    const [row] = await tx.all(`SELECT coalesce(max(version), 0) AS version FROM {schema}.ledger_version`);
    const from = Number(row!.version);
    requireKnown(store, from);
    for (let version = from; version < VERSION; version++) {
      const ofPostgres = store.kind === 'postgres' ? (POSTGRES_STEPS[version] ?? []) : [];
      for (const sql of [...STEPS[version]!, ...ofPostgres]) await tx.all(sql);
      await tx.all(`INSERT INTO {schema}.ledger_version (version) VALUES ($1)`, [version + 1]);
    }
  });
}

/** @throws BulkError if the file is a database of somebody else's */
async function requireEmpty(store: Store): Promise<void> {
  const tables = await store.all(`SELECT name FROM sqlite_master WHERE name <> 'ledger_version' LIMIT 1`);
  // Another process may have made ours meanwhile.
  if (tables.length === 0 || (await versionOf(store)) > 0) return;
  throw new BulkError(
    'not_a_ledger',
    `${store.place} is a database, but no ledger (it has ${String(tables[0]!.name)}); give a name of its own`,
  );
}

/** @throws BulkError unless the tables are those of this version or older */
export function requireKnown(store: Store, version: number): void {
  if (version <= VERSION) return;
  throw new BulkError(
    'not_a_ledger',
    `${store.place} was written by a newer version of ifortepay-va (its tables are version ${version}, this knows ${VERSION}); update this one`,
  );
}
