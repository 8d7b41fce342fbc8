import { chmodSync, closeSync, existsSync, openSync, realpathSync, statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BulkError } from './errors.js';
import type { DbRow, Statements, Store, DbValue } from './store.js';

/** The clock of a ledger file, in milliseconds. Tests turn it. */
export type Clock = () => number;

/**
 * A ledger in a file. WAL, so that status and report read beside the sender, and an fsync at every commit. Only its
 * owner can read it.
 *
 * @throws BulkError if this Node has no node:sqlite, or the file is missing, unreadable or something else
 */
export function openSqlite(path: string, readOnly: boolean, clock: Clock = Date.now): Store {
  const { DatabaseSync } = loadSqlite();
  if (readOnly && path !== ':memory:' && !existsSync(path)) {
    throw new BulkError('no_such_ledger', `there is no ledger ${path}`);
  }
  const hadLog = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const database = said(path, () => {
    if (!readOnly && path !== ':memory:') createPrivate(path);
    const opened = readOnly ? openToRead(DatabaseSync, path) : new DatabaseSync(path);
    // The first statement is what notices that the file is no database.
    if (!readOnly)
      opened.exec(
        'PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 10000',
      );
    opened.exec('PRAGMA busy_timeout = 10000; PRAGMA cache_size = -4000; SELECT 1 FROM sqlite_master');
    opened.function('ledger_now', () => Math.floor(clock()));
    return opened;
  });
  const store = new SqliteStore(path, database);
  if (!readOnly) recover(store, database, hadLog);
  return store;
}

/** `user_version` of a file that is not whole without the log beside it (`run.db-wal`), for somebody sends from it. */
const NEEDS_LOG = 1;

/**
 * What was committed so far goes from the log into the file, so that a copy of the file alone knows of it, and that it needs its
 * log. That it does not is in the log: whoever has that, or takes it into the file, has all. Waits for no reader.
 */
const TO_FILE = `PRAGMA user_version = ${NEEDS_LOG}; PRAGMA wal_checkpoint(PASSIVE); PRAGMA user_version = 2`;

/** So many commits are in the log alone, at most. */
const COMMITS_IN_LOG = 50;

/** A cancel that a lost log forgets may be under way for so long: the default deadline, margin and sleep. Milliseconds. */
const MAY_BE_OPEN_MS = 62_000;

/**
 * Of a sender that did not end by itself. If its log is gone too, for the file alone was copied, moved or put back, what the file
 * calls queued may have been sent, and is asked after first. Whoever sends from it now is left alone.
 */
function recover(store: SqliteStore, database: DatabaseSync, hadLog: boolean): void {
  try {
    const version = database.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0) return;
    const release = store.hold();
    if (version === NEEDS_LOG && !hadLog)
      said(store.place, () =>
        database.exec(
          `BEGIN IMMEDIATE;
          UPDATE accounts SET state = 'unknown', code = 'interrupted', next_at = 0, again_at = ledger_now() + ${MAY_BE_OPEN_MS},
            unknown_since = coalesce(unknown_since, ledger_now()) WHERE state = 'queued';
          UPDATE chunks SET next_at = 0 WHERE next_at IS NOT NULL;
          COMMIT`,
        ),
      );
    release();
  } catch (error) {
    if (error instanceof BulkError && error.code === 'ledger_in_use') return;
    database.close();
    throw error;
  }
}

/** A reader writes too, into the file beside it that holds the locks; where it cannot, nobody else may be writing. */
function openToRead(Database: typeof DatabaseSync, path: string): DatabaseSync {
  const opened = new Database(path, { readOnly: true });
  try {
    opened.exec('PRAGMA busy_timeout = 10000; SELECT 1 FROM sqlite_master');
    return opened;
  } catch (error) {
    opened.close();
    const { errcode = 0 } = error as { errcode?: number };
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    if (![CANNOT_OPEN, READ_ONLY].includes(errcode % 256) || (wal && wal.size > 0)) throw error;
    try {
      return new Database(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true });
    } catch {
      throw error; // Node 22.13 takes no URL
    }
  }
}

/** A word in the error of whatever the file system or SQLite has against `path`. */
function said<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof BulkError) throw error;
    const { errcode, message, code } = error as Error & { errcode?: number; code?: string };
    const reason = message || code;
    if (errcode === NOT_A_DATABASE) throw new BulkError('not_a_ledger', `${path} is not a ledger`, error);
    throw new BulkError('ledger_failed', `the ledger ${path} cannot be used: ${reason}`, error);
  }
}

// SQLite's result codes, of which extended ones have these in their last byte.
const BUSY = 5;
const READ_ONLY = 8;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** SQLite would make it with the umask's rights; the files beside it get those of this one. */
function createPrivate(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && (found.size > 0 || !found.isFile())) return;
  if (!found) closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/** node:sqlite, without the warning that it may change; absent before Node 22.13. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = ((warning: unknown, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof emitWarning;
  try {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const sqlite =
      major > 22 || (major === 22 && minor >= 13) ? process.getBuiltinModule('node:sqlite') : null;
    if (sqlite) return sqlite;
  } catch {
    // Not built into this runtime.
  } finally {
    process.emitWarning = emitWarning;
  }
  throw new BulkError(
    'missing_engine',
    `a ledger file needs Node 22.13 or newer, this is ${process.version}; or use a PostgreSQL database`,
  );
}

/**
 * Nothing here waits for anything but the disk, and that in one piece: without this no timer would fire and no signal be
 * heard while a million rows go by, nor would V8 find time to tidy up.
 */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Whoever has begun a transaction on a file is alone with it in this process: a second connection would wait for it
 * without letting it go on.
 */
const turns = new Map<string | symbol, Promise<unknown>>();

class SqliteStore implements Store {
  readonly kind = 'sqlite';
  readonly #database: DatabaseSync;
  readonly #key: string | symbol;
  #closed = false;
  #lazy = false;
  #holder: DatabaseSync | undefined;
  #holders = 0;
  #commits = 0;
  /** The file and its log, by which they are known again. */
  #files: string | undefined;
  readonly #prepared = new Map<string, Prepared>();
  constructor(
    readonly place: string,
    database: DatabaseSync,
  ) {
    this.#database = database;
    this.#key = place === ':memory:' ? Symbol(place) : realpathSync(place);
  }

  all(sql: string, values?: readonly DbValue[]): Promise<DbRow[]> {
    return this.#alone(async () => this.#run(sql, values));
  }

  transaction<T>(work: (tx: Statements) => Promise<T>, lazy = false): Promise<T> {
    return this.#alone(async () => {
      // In WAL the next full commit takes to the disk what lazy ones have left. New rows touch pages all over the index of
      // their ids: the longer the log, the fewer of them are written twice. While sending it is kept short.
      if (lazy !== this.#lazy) this.#exec(`PRAGMA synchronous = ${lazy ? 'NORMAL' : 'FULL'}`);
      const endsLoad = this.#lazy && !lazy;
      this.#lazy = lazy;
      this.#exec('BEGIN IMMEDIATE');
      try {
        const result = await work({ all: async (sql, values) => this.#run(sql, values) });
        this.#requireInPlace();
        this.#exec('COMMIT');
        const isLong = !lazy && this.#holders > 0 && ++this.#commits % COMMITS_IN_LOG === 0;
        if (endsLoad || isLong) this.#exec(TO_FILE);
        return result;
      } catch (error) {
        try {
          this.#database.exec('ROLLBACK');
        } catch {
          // A full disk has rolled back by itself.
        }
        throw error;
      }
    });
  }

  /** There is one sender, and whoever loads is it; who has the right may take it again. */
  async lock(): Promise<() => Promise<void>> {
    const release = await this.#alone(async () => this.hold());
    return () => this.#alone(async () => release());
  }

  hold(): () => void {
    if (this.place !== ':memory:' && this.#holders === 0) {
      this.#holder = this.#hold();
      try {
        this.#exec(TO_FILE);
      } catch (error) {
        this.#holder.close();
        throw error;
      }
    }
    this.#holders++;
    let isHeld = true;
    return () => {
      if (isHeld && --this.#holders === 0) this.#letGo();
      isHeld = false;
    };
  }

  #letGo(): void {
    try {
      this.#database.exec('PRAGMA user_version = 0');
    } catch {
      // The disk is full, say: more is asked after than need be.
    }
    this.#holder?.close();
  }

  /** What is committed to a file that has another name now, or none, is lost to whoever goes on. @throws BulkError */
  #requireInPlace(): void {
    if (typeof this.#key !== 'string') return;
    const known = [this.#key, `${this.#key}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }));
    const files = known.map((found) => `${found?.dev} ${found?.ino}`).join();
    this.#files ??= files;
    if (files === this.#files && known.every(Boolean)) return;
    throw new BulkError(
      'ledger_failed',
      `the ledger ${this.place}, or ${this.place}-wal beside it, was moved, replaced or deleted while it was in use; put both back, as they were`,
    );
  }

  /** The system takes this lock back from a process that dies, however it dies. */
  #hold(): DatabaseSync {
    const path = `${realpathSync(this.place)}.sender`;
    const { DatabaseSync } = loadSqlite();
    const holder = said(path, () => {
      createPrivate(path);
      return new DatabaseSync(path);
    });
    try {
      holder.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return holder;
    } catch (error) {
      holder.close();
      const isBusy = ((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY;
      if (isBusy)
        throw new BulkError(
          'ledger_in_use',
          `another process sends from ${this.place}; wait for it, or end it. Nothing was sent.`,
        );
      return said(path, () => {
        throw error;
      });
    }
  }

  isPassing(): boolean {
    return false;
  }

  async close(): Promise<void> {
    await turns.get(this.#key);
    this.#prepared.clear();
    if (this.#holders > 0 && !this.#closed) this.#letGo();
    this.#holders = 0;
    if (!this.#closed) this.#database.close();
    this.#closed = true;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(this.#key) ?? Promise.resolve()).then(breathe).then(work);
    turns.set(
      this.#key,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #exec(sql: string): void {
    said(this.place, () => this.#database.exec(sql));
  }

  #run(sql: string, values: readonly DbValue[] = []): DbRow[] {
    return said(this.place, () => {
      let prepared = this.#prepared.get(sql);
      if (!prepared) {
        const { text, order } = textFor(sql);
        prepared = prepare(this.#database, text, order);
        this.#prepared.set(sql, prepared);
      }
      const { statement, order, names } = prepared;
      const rows: unknown = statement.all(...order.map((index) => values[index]!));
      return names ? (rows as DbValue[][]).map((cells) => rowOf(names, cells)) : (rows as DbRow[]);
    });
  }
}

interface Prepared {
  statement: StatementSync;
  /** Which value stands at each place. */
  order: number[];
  /** Of the columns, if it gives its rows as arrays. */
  names: string[] | undefined;
}

/** As arrays, where Node can (22.16): the objects that it makes are slow to make and to read. */
function prepare(database: DatabaseSync, text: string, order: number[]): Prepared {
  const statement = database.prepare(text);
  if (typeof statement.setReturnArrays !== 'function') return { statement, order, names: undefined };
  statement.setReturnArrays(true);
  return { statement, order, names: statement.columns().map(({ name }) => name) };
}

function rowOf(names: readonly string[], cells: readonly DbValue[]): DbRow {
  const row: DbRow = {};
  for (let index = 0; index < names.length; index++) row[names[index]!] = cells[index]!;
  return row;
}

/** With a `?` at each place: node:sqlite of Node 22.13 takes the `?1` of SQLite for a name, and binds nothing. */
function textFor(sql: string): { text: string; order: number[] } {
  const order: number[] = [];
  const text = sql
    .replaceAll('{schema}.', '')
    .replaceAll('{now}', '(SELECT ledger_now())')
    .replaceAll('{each}', 'json_each')
    .replaceAll('{id}', 'INTEGER PRIMARY KEY AUTOINCREMENT')
    .replace(/\$(\d+)/g, (_, place: string) => {
      order.push(Number(place) - 1);
      return '?';
    });
  return { text, order };
}
