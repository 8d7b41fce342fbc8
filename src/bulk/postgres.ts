import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { BulkError } from './errors.js';
import type { DbRow, Statements, Store, DbValue } from './store.js';
import type { DatabaseOptions } from './types.js';

/** The schema that holds the ledger, in the merchant's own database. */
export const SCHEMA = 'ifortepay_va';

/** A store that others may run statements of their own on: pg-boss and the pace do. */
export interface PostgresStore extends Store {
  readonly kind: 'postgres';
  /** As of `pg.Pool`, but what fails is a BulkError. */
  query(text: string, values?: unknown[]): Promise<QueryResult>;
}

/**
 * A ledger in the merchant's PostgreSQL.
 *
 * @throws BulkError if pg is not installed, or the database does not answer
 */
export async function openPostgres(database: string | DatabaseOptions): Promise<PostgresStore> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw new BulkError(
      'missing_engine',
      'a database needs the package pg: npm install pg pg-boss@12',
      error,
    );
  });
  const options = typeof database === 'string' ? { connectionString: database } : database;
  requireWholeUrl(options.connectionString);
  const pool = new pg.Pool({
    max: 10,
    connectionTimeoutMillis: 10_000,
    // A database that no longer answers must not hold a worker for ever.
    query_timeout: 60_000,
    keepAlive: true,
    application_name: 'ifortepay-va',
    ...options,
  });
  // An idle connection that breaks is no event of ours: the next statement says it.
  pool.on('error', () => undefined);
  const store = new PgStore(pool);
  try {
    const [row] = await store.all(`SELECT current_setting('server_encoding') AS encoding`);
    if (row!.encoding === 'UTF8' || row!.encoding === 'SQL_ASCII') return store;
    throw new BulkError(
      'invalid',
      `${store.place} is encoded in ${row!.encoding}, which has no signs for all that a gateway may say; use one in UTF8`,
    );
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}

/** @throws BulkError for one whose password ends where nobody meant it to: what follows would be shown, as a host */
function requireWholeUrl(url: unknown): void {
  if (typeof url !== 'string' || !url.includes('://')) return;
  // pg takes one that has a user, and no host.
  const parsed = urlOf(url) ?? urlOf(url.replace('@/', '@localhost/'));
  if (parsed && !`${parsed.pathname}${parsed.hash}`.includes('@')) return;
  throw new BulkError(
    'invalid',
    'the URL of the database cannot be read; in its password @ must be written %40, / %2F, : %3A, # %23, ? %3F and % %25',
  );
}

/** Host, port and database, as pg finds them: in the URL, in the options, in the PG* variables. Never user or password. */
function placeOf({ options }: Pool): string {
  const { PGHOST = 'localhost', PGPORT = '5432', PGDATABASE = '' } = process.env;
  const url = urlOf(options.connectionString);
  const host = url?.searchParams.get('host') || url?.hostname || options.host || PGHOST;
  const port = url?.port || options.port || PGPORT;
  const database = decoded(url?.pathname.slice(1) ?? '') || options.database || PGDATABASE;
  return `PostgreSQL ${host}:${port}/${database}`;
}

/** pg takes a % that escapes nothing as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function urlOf(text: string | undefined): URL | undefined {
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}

/** pg's messages name host, user and database, never the password. */
function failure(place: string, error: unknown): BulkError {
  const { message, code } = error as { message?: string; code?: string };
  const advice = code === undefined ? undefined : ADVICE[code];
  const words = `${place} cannot be used: ${message || code}${advice ? `; ${advice}` : ''}`;
  return new BulkError('ledger_failed', words, error);
}

/** What to do, by PostgreSQL's code of the error. */
const ADVICE: Record<string, string> = {
  '42501': `the user needs all rights in the schemas ${SCHEMA} and ${SCHEMA}_jobs, or the right to create them: GRANT CREATE ON DATABASE … TO …`,
  '25006': 'this is a standby, or set to read only: give the server that is written to',
};

// PostgreSQL's classes of errors that pass: connection exceptions, a server that is shutting down or starting,
// too many connections, a deadlock.
const PASSING = /^(08...|57P0[1-5]|53300|40001|40P01)$/;
const PASSING_SYSTEM = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
];
const PASSING_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/i;

class PgStore implements PostgresStore {
  readonly kind = 'postgres';
  readonly place: string;
  readonly #locks = new Set<PoolClient>();

  constructor(readonly pool: Pool) {
    this.place = placeOf(pool);
  }

  query(text: string, values?: unknown[]): Promise<QueryResult> {
    return this.#said(() => this.pool.query(text, values));
  }

  async all(sql: string, values?: readonly DbValue[]): Promise<DbRow[]> {
    return this.#said(async () => (await this.pool.query(query(sql, values))).rows as DbRow[]);
  }

  async transaction<T>(work: (tx: Statements) => Promise<T>, lazy = false): Promise<T> {
    const client = await this.#said(() => this.pool.connect());
    const onError = () => undefined;
    client.on('error', onError);
    let broken: Error | undefined;
    try {
      // A merchant may have switched synchronous_commit off; a mark that a crash forgets would be sent twice. Or may end what
      // takes a second, which the commit of a million rows does; what hangs is given up by query_timeout.
      await this.#said(() =>
        client.query(
          `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout TO 0; SET LOCAL synchronous_commit TO ${lazy ? 'off' : 'on'}`,
        ),
      );
      const result = await work({
        all: (sql, values) =>
          this.#said(async () => (await client.query(query(sql, values))).rows as DbRow[]),
      });
      await this.#said(() => client.query('COMMIT'));
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  async lock(what: 'send' | 'load', run: string): Promise<() => Promise<void>> {
    if (what === 'send') return async () => undefined;
    const client = await this.#said(() => this.pool.connect());
    client.on('error', () => undefined);
    const release = async () => {
      // Ending the connection gives it back too, but only once the server notices.
      const failed = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      );
      client.release(failed);
    };
    try {
      const isTaken = await this.#said(async () => {
        // Of a transaction, not of a session: PgBouncer may give each statement another one. It stays open for as long as a
        // load takes, and holds nothing but this.
        await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout TO 0');
        const key = `${SCHEMA} load ${run}`;
        const { rows } = await client.query(
          'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
          [key],
        );
        return rows[0].taken as boolean;
      });
      if (!isTaken)
        throw new BulkError('ledger_in_use', `another process loads rows into the run ${run}; wait for it`);
    } catch (error) {
      await release();
      throw error;
    }
    this.#locks.add(client);
    return async () => {
      if (this.#locks.delete(client)) await release();
    };
  }

  isPassing(error: unknown): boolean {
    for (let at = error, depth = 0; at && depth < 4; at = (at as Error).cause, depth++) {
      const { code, message } = at as { code?: string; message?: string };
      if (typeof code === 'string' && (PASSING.test(code) || PASSING_SYSTEM.includes(code))) return true;
      if (PASSING_WORDS.test(String(message))) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    for (const client of this.#locks) client.release(true);
    this.#locks.clear();
    await this.pool.end();
  }

  async #said<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof BulkError ? error : failure(this.place, error);
    }
  }
}

const texts = new Map<string, string>();

/** Whole numbers come as numbers, not as text: all of ours are safe integers. */
const types = {
  getTypeParser: (oid: number) => (oid === 20 || oid === 23 || oid === 21 ? Number : String),
};

/** Without a name: a prepared statement is a session's, and PgBouncer may give each transaction another one. */
function query(sql: string, values: readonly DbValue[] = []): QueryConfig {
  let text = texts.get(sql);
  if (text === undefined) texts.set(sql, (text = textFor(sql)));
  return { text, values: [...values], types: types as unknown as QueryConfig['types'] } as QueryConfig;
}

/** The same text as SQLite runs, with PostgreSQL's own words in the braces. */
export function textFor(sql: string): string {
  return (
    sql
      .replaceAll('{schema}', SCHEMA)
      .replaceAll('{now}', '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint)')
      // By way of text: a client that asks what is expected would write the text as JSON once more.
      .replace(/\{each\}\((\$\d+)\)/g, 'jsonb_array_elements($1::text::jsonb)')
      .replaceAll('{id}', 'bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY')
  );
}
