/** What a program calls: what is asked of it is checked here, and the rows are stored before a run begins. */
import { requestProblems } from '../prepare.js';
import { BulkError } from './errors.js';
import { openRun, requireRunName, type RunLedger } from './ledger.js';
import { addWithin, CHUNK } from './load.js';
import { textFor } from './postgres.js';
import { Run, type RunSettings } from './run.js';
import type { DbRow } from './store.js';
import type {
  BulkResult,
  BulkRow,
  CancelManyOptions,
  LedgerOptions,
  ReportRow,
  RowFilter,
  Transaction,
  WorkOptions,
} from './types.js';

/**
 * What is wrong with a row, in words that name the member; empty if nothing is. The same rules as `cancel` has.
 *
 * @param liftIdLimits as `dangerouslyAllowIdsBeyondDocumentedLimits`
 * @example
 * ```ts
 * import { problemsOfRow } from 'ifortepay-va/bulk';
 *
 * problemsOfRow({ ...row, order_id: 'A B' }); // ['order_id must hold only ASCII letters, …']
 * ```
 */
export function problemsOfRow(row: unknown, liftIdLimits = false): string[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return ['a row must be an object'];
  const { single_use: singleUse, line, ...request } = row as Partial<BulkRow>;
  const problems = requestProblems(
    { ...request, payment_method: request.payment_method ?? 'BANK_TRANSFER' },
    { dangerouslyAllowIdsBeyondDocumentedLimits: liftIdLimits },
  );
  if (!['boolean', 'undefined'].includes(typeof singleUse)) problems.push('single_use must be true or false');
  if (line !== undefined && !Number.isSafeInteger(line)) problems.push('line must be a whole number');
  return problems;
}

/** Longer than anything is put off; `work` is for whoever wants to stay. Thirty days. */
const LONGEST_WAIT_MS = 30 * 86_400_000;

/**
 * Cancels what is in `rows` and in the ledger, until all is settled or it has to stop. Every row is committed as being
 * sent before a byte leaves, so the same call again goes on where it ended, however it ended.
 *
 * @returns how it ended, and the counts
 * @throws BulkError before anything is sent; while it runs only `ledger_failed`, for then nothing more is sent either
 * @example
 * ```ts
 * import { cancelMany } from 'ifortepay-va/bulk';
 *
 * const { counts, stopped } = await cancelMany({ client, ledger: 'run.db', rows: [row] });
 * ```
 */
export async function cancelMany(options: CancelManyOptions): Promise<BulkResult> {
  const waitMs = requireNumber('waitMs', options.waitMs ?? 120_000, 0, LONGEST_WAIT_MS);
  return withRun(options, async (run) => {
    await run.prepare();
    if (options.rows !== undefined) await loadRows(run.ledger, options);
    return run.work(waitMs);
  });
}

/**
 * Takes chunks and stays, until `signal` is aborted or the credentials are refused.
 *
 * @throws BulkError as `cancelMany`
 * @example
 * ```ts
 * import { work } from 'ifortepay-va/bulk';
 *
 * await work({ client, database: 'postgres://…', signal });
 * ```
 */
export async function work(options: WorkOptions): Promise<BulkResult> {
  return withRun(options, async (run) => {
    await run.prepare();
    return run.work(Infinity);
  });
}

/**
 * Adds rows within the caller's own PostgreSQL transaction: with its commit they are ready to be sent, with its rollback
 * they never were. The ledger's tables must be there: `openLedger({ database })` makes them, once.
 *
 * @throws BulkError if a row is wrong, or is in the run already with other members
 * @example
 * ```ts
 * import { enqueue } from 'ifortepay-va/bulk';
 *
 * await transaction.query('BEGIN', []); // one client of a pool of pg
 * await enqueue(transaction, [row], { run: 'orders' });
 * await transaction.query('COMMIT', []);
 * ```
 */
export async function enqueue(
  transaction: Transaction,
  rows: readonly BulkRow[],
  options: { run?: string | undefined; dangerouslyAllowIdsBeyondDocumentedLimits?: boolean | undefined } = {},
): Promise<{ added: number; same: number }> {
  const { run = 'default' } = options;
  requireRunName(run);
  if (typeof transaction?.query !== 'function')
    throw new BulkError('invalid', 'transaction must have a query(text, values), as a client of pg has it');
  if (!Array.isArray(rows)) throw new BulkError('invalid', 'rows must be an array');
  for (const row of rows) requireRow(row, options.dangerouslyAllowIdsBeyondDocumentedLimits);
  const tx = {
    async all(sql: string, values: readonly unknown[] = []) {
      const said = await transaction.query(textFor(sql), [...values]);
      return (Array.isArray(said) ? said : said.rows) as DbRow[];
    },
  };
  const { conflicts, ...result } = await addWithin(tx, rows, run);
  if (conflicts.length === 0) return result;
  throw new BulkError(
    'invalid',
    `transaction_id ${conflicts[0]} is in the run already, with other members; roll back, and correct it`,
  );
}

/**
 * The rows of a run, in the order in which they came in, in bounded memory. It may be read beside a sender.
 *
 * @throws BulkError
 * @example
 * ```ts
 * import { report } from 'ifortepay-va/bulk';
 *
 * for await (const { external_id, code } of report({ ledger: 'run.db', states: ['refused'] })) {
 *   console.log(external_id, code);
 * }
 * ```
 */
export async function* report(options: LedgerOptions & RowFilter): AsyncGenerator<ReportRow> {
  const ledger = await openRun({ ...options, readOnly: true });
  try {
    yield* ledger.rows(options);
  } finally {
    await ledger.close();
  }
}

function requireRow(row: BulkRow, liftIdLimits = false): void {
  const problems = problemsOfRow(row, liftIdLimits);
  if (problems.length === 0) return;
  const where = row?.line === undefined ? `the row ${String(row?.transaction_id)}` : `line ${row.line}`;
  throw new BulkError('invalid', `${where}: ${problems.join('; ')}. Nothing was sent.`);
}

/** Checks and stores every row before the first is sent; if it is aborted meanwhile, none. */
async function loadRows(ledger: RunLedger, options: CancelManyOptions): Promise<void> {
  const load = await ledger.load();
  try {
    let batch: BulkRow[] = [];
    const add = async () => {
      const { conflicts } = await load.add(batch);
      batch = [];
      const [conflict] = conflicts;
      if (!conflict) return;
      throw new BulkError(
        'invalid',
        `transaction_id ${conflict.row.transaction_id} is in the run already, with other members. Nothing was sent.`,
      );
    };
    for await (const row of whileWanted(options.rows!, options.signal)) {
      requireRow(row, options.dangerouslyAllowIdsBeyondDocumentedLimits);
      batch.push(row);
      if (batch.length === CHUNK) await add();
    }
    if (options.signal?.aborted) return await load.discard();
    await add();
    await load.commit();
  } catch (error) {
    await load.discard().catch(() => undefined);
    throw error;
  }
}

type Rows = NonNullable<CancelManyOptions['rows']>;

/** The rows, until it is aborted, though their source may be waiting for something itself. */
async function* whileWanted(rows: Rows, signal: AbortSignal | undefined): AsyncGenerator<BulkRow> {
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(rows) as Partial<
    AsyncIterable<BulkRow> & Iterable<BulkRow>
  >;
  const begin = (later ?? now) as (() => Iterator<BulkRow> | AsyncIterator<BulkRow>) | undefined;
  if (typeof begin !== 'function')
    throw new BulkError('invalid', 'rows must be an array, or another iterable or async iterable, of rows');
  const iterator = begin.call(rows);
  let stop: () => void = () => undefined;
  const onAbort = () => stop();
  signal?.addEventListener('abort', onAbort);
  try {
    while (!signal?.aborted) {
      // A race with one promise for all of them would hold on to each.
      const next = await new Promise<IteratorResult<BulkRow> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined);
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

async function withRun(options: WorkOptions, body: (run: Run) => Promise<BulkResult>): Promise<BulkResult> {
  const settings = readOptions(options);
  const ledger = await openRun(options);
  let unlock: (() => Promise<void>) | undefined;
  const run = new Run(ledger, settings);
  try {
    unlock = await ledger.store.lock('send', ledger.run);
    return await body(run);
  } finally {
    await run.close();
    await unlock?.();
    await ledger.close();
  }
}

function readOptions(options: WorkOptions): RunSettings {
  const {
    client,
    rate = 10,
    concurrency = 8,
    timeoutMs = 30_000,
    marginMs = 30_000,
    leaseMs = 30_000,
  } = options;
  if (typeof client?.cancel !== 'function' || typeof client?.inquire !== 'function' || !client.gateway) {
    throw new BulkError('invalid', 'client must be a client of createVaClient');
  }
  // The text "false" would be true.
  for (const name of ['singleUse', 'acceptNotFound', 'dangerouslyAllowIdsBeyondDocumentedLimits'] as const) {
    if (typeof (options[name] ?? false) !== 'boolean')
      throw new BulkError('invalid', `${name} must be true or false`);
  }
  const { signal, onEvent = () => undefined } = options;
  if (signal && typeof signal.addEventListener !== 'function')
    throw new BulkError('invalid', 'signal must be an AbortSignal');
  if (typeof onEvent !== 'function') throw new BulkError('invalid', 'onEvent must be a function');
  return {
    client,
    rate: requireNumber('rate', rate, 0.01, 100_000),
    concurrency: requireNumber('concurrency', concurrency, 1, 1000, true),
    timeoutMs: requireNumber('timeoutMs', timeoutMs, 1, 3_600_000),
    marginMs: requireNumber('marginMs', marginMs, 0, 86_400_000),
    leaseMs: requireNumber('leaseMs', leaseMs, 1000, 3_600_000),
    singleUse: options.singleUse,
    acceptNotFound: options.acceptNotFound,
    signal: options.signal,
    onEvent: options.onEvent,
    dangerouslyAllowIdsBeyondDocumentedLimits: options.dangerouslyAllowIdsBeyondDocumentedLimits,
  };
}

function requireNumber(name: string, value: unknown, least: number, most = Infinity, whole = false): number {
  const fits =
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return value;
  const kind = whole ? 'a whole number' : 'a number';
  throw new BulkError(
    'invalid',
    `${name} must be ${kind} from ${least}${most < Infinity ? ` to ${most}` : ''}`,
  );
}
