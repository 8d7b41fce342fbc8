/** The two places that a ledger can be in, behind the few statements that it is made of. */

/** What a statement may be given. */
export type DbValue = string | number | null;

/** A row as the database gives it: text and numbers, whole numbers as numbers. */
export type DbRow = Record<string, DbValue>;

/**
 * Runs statements. The same SQL on both, with words in braces for what they do not share: `{schema}`, `{id}` (a key that
 * counts), `{now}` (the database's clock in milliseconds, read once for each statement) and `{each}`, see `fromEach`.
 */
export interface Statements {
  /** Parameters are `$1`, `$2`, …; the rows that it returns, if any. */
  all(sql: string, values?: readonly DbValue[]): Promise<DbRow[]>;
}

/** A database with the ledger's tables in it. */
export interface Store extends Statements {
  readonly kind: 'sqlite' | 'postgres';
  /** In words for people, without a password. */
  readonly place: string;
  /**
   * All of it is committed, and on disk, when this resolves; none of it if it rejects.
   *
   * @param lazy may be lost with the machine, until the next that is not
   */
  transaction<T>(work: (tx: Statements) => Promise<T>, lazy?: boolean): Promise<T>;
  /**
   * Takes the right to do what only one may do at a time: `send` from a ledger file (on PostgreSQL many may, and the
   * chunk's lease decides), `load` rows into a run. Whoever dies gives it back.
   *
   * @throws BulkError `ledger_in_use`
   */
  lock(what: 'send' | 'load', run: string): Promise<() => Promise<void>>;
  /** Whether waiting may help: the database is gone or starting, and nothing is wrong with the statement. */
  isPassing(error: unknown): boolean;
  close(): Promise<void>;
}

/** Any number of rows as one value of a statement, which stays the same however many they are. */
export function eachOf(rows: readonly (readonly DbValue[])[]): string {
  return JSON.stringify(rows);
}

/** The rows of `eachOf` as a table: `columns` name and type its values in their order. */
export function fromEach(parameter: string, columns: readonly string[]): string {
  const cells = columns.map((column, index) => {
    const [name, type] = column.split(' ');
    return `CAST(value ->> ${index} AS ${type}) AS ${name}`;
  });
  return `SELECT ${cells.join(', ')} FROM {each}(${parameter})`;
}
