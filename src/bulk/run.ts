import { requestProblems } from '../prepare.js';
import { OUTCOMES, type VaErrorCode } from '../errors.js';
import { Chunks, type Lease, type Turn, type WorkRow } from './chunks.js';
import type { Change } from './decide.js';
import { BulkError } from './errors.js';
import { Hands } from './hands.js';
import { openRun, requireRunName, type RunLedger } from './ledger.js';
import { addWithin, CHUNK } from './load.js';
import { Pacer } from './pace.js';
import { textFor } from './postgres.js';
import { iso } from './rows.js';
import type { DbRow } from './store.js';
import { Worker, type WorkerSettings } from './worker.js';
import type {
  BulkEvent,
  BulkResult,
  BulkRow,
  CancelManyOptions,
  Counts,
  LedgerOptions,
  ReportRow,
  RowFilter,
  StopReason,
  Transaction,
  WorkOptions,
} from './types.js';

/** After so long without being told to slow down, a run goes faster again. */
const SPEED_UP_MS = 30_000;

/** As many first rows that are all not found are rather the wrong gateway than wrong rows. */
const FIRST_ROWS = 10;

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
  const waitMs = requireNumber('waitMs', options.waitMs ?? 120_000, 0);
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
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = rows as Partial<
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

type RunSettings = Required<
  Pick<WorkOptions, 'client' | 'rate' | 'concurrency' | 'timeoutMs' | 'marginMs' | 'leaseMs'>
> &
  Pick<
    WorkOptions,
    'singleUse' | 'acceptNotFound' | 'signal' | 'onEvent' | 'dangerouslyAllowIdsBeyondDocumentedLimits'
  >;

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

/** One process's part in a run. */
class Run {
  readonly #settings: RunSettings;
  readonly #gate: Pacer;
  readonly #chunks: Chunks;
  readonly #hands: Hands;
  /** How many were settled at moments of the last seconds. */
  readonly #settled: { at: number; count: number }[] = [];
  #counts!: Counts;
  #stopped: Pick<BulkResult, 'stopped' | 'code' | 'message'> | undefined;
  #sent = 0;
  #inquired = 0;
  #notFound = 0;
  #others = 0;
  #acceptsNotFound = false;
  #singleUse = false;
  #slowness = 0;
  #recountAt = 0;
  #waitingUntil = 0;
  #stoppedUntil = '';
  #waitMs = Infinity;
  #slowedAt = 0;
  #databaseLostAt = 0;
  #wake: (() => void) | undefined;

  constructor(
    readonly ledger: RunLedger,
    settings: RunSettings,
  ) {
    this.#settings = settings;
    this.#chunks = new Chunks(ledger.store, ledger.runId);
    this.#hands = new Hands(this.#chunks, settings.leaseMs);
    this.#gate = new Pacer(ledger.store, `${ledger.runId}`, settings.rate, settings.concurrency, {
      breaker: (open, until, lastCode) =>
        this.#emit({
          event: 'breaker',
          open,
          until: until === undefined ? null : iso(until),
          lastCode: lastCode ?? null,
        }),
    });
  }

  /** Binds the run to the client's gateway. @throws BulkError */
  async prepare(): Promise<void> {
    const { client, singleUse, acceptNotFound } = this.#settings;
    await this.ledger.bind(client.gateway);
    await this.ledger.remember({ singleUse, acceptsNotFound: acceptNotFound });
    const info = (await this.ledger.info())!;
    this.#singleUse = info.singleUse;
    this.#acceptsNotFound = info.acceptsNotFound;
    // Alone with a file, whoever held a chunk is dead; on PostgreSQL the lease says it.
    if (this.ledger.store.kind === 'sqlite') await this.#chunks.freeAll();
  }

  /** Works until all is settled, it is stopped, or nothing is due within `waitMs`. */
  async work(waitMs: number): Promise<BulkResult> {
    this.#waitMs = waitMs;
    const { rate, concurrency, signal, client } = this.#settings;
    this.#counts = await this.ledger.counts();
    const { notFound, other } = await this.ledger.firstAnswers();
    this.#notFound = notFound;
    this.#others = other;
    const counts = { ...this.#counts };
    this.#emit({
      event: 'start',
      run: this.ledger.run,
      identity: { ...client.gateway },
      counts,
      rate,
      concurrency,
    });
    const onAbort = () => this.#stop('aborted', 'interrupted; the same call goes on');
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    this.#requireFound();
    const ticking = setInterval(() => this.#tick(), 500);
    try {
      await this.#hands.start();
      await this.#handOut(waitMs);
    } finally {
      clearInterval(ticking);
      signal?.removeEventListener('abort', onAbort);
    }
    return this.#result();
  }

  async close(): Promise<void> {
    this.#gate.stop();
    await this.#hands.stop();
  }

  async #handOut(waitMs: number): Promise<void> {
    const active = new Set<Promise<unknown>>();
    let failure: { error: unknown } | undefined;
    const begin = (lease: Lease) => {
      const worker = new Worker(this.#workerSettings(), lease);
      const ended = worker
        .run()
        .then(
          () => undefined,
          (error: unknown) => {
            failure ??= { error };
            this.#gate.stop();
          },
        )
        .finally(() => {
          active.delete(ended);
          void this.#hands.done(lease.chunk);
        });
      active.add(ended);
      return Promise.race([worker.drained, ended]);
    };
    while (!this.#stopped && !failure) {
      const blockedMs = this.#gate.blockedForMs;
      if (active.size === 0 && blockedMs > waitMs) {
        this.#stopWaiting(Date.now() + blockedMs);
        break;
      }
      const lease = this.#gate.free > 0 ? await this.#take() : undefined;
      if (lease) {
        // Whoever has rows that are ready needs no second chunk beside it.
        await Promise.race([begin(lease), this.#sleep(Infinity)]);
        continue;
      }
      const due = await this.#nextDue();
      if (due === undefined && active.size === 0 && waitMs !== Infinity) break;
      const inMs = due?.inMs ?? Infinity;
      if (active.size === 0 && due && !due.held && inMs > waitMs && waitMs !== Infinity) {
        this.#stopWaiting(due.at);
        break;
      }
      const isWaiting = active.size === 0 && due !== undefined && inMs > 5_000 && !due.held;
      if (isWaiting && due.at !== this.#waitingUntil) {
        this.#waitingUntil = due.at;
        this.#emit({ event: 'waiting', until: iso(due.at)!, counts: { ...this.#counts } });
      }
      // Others may add rows, or settle theirs.
      const pollMs = this.ledger.store.kind === 'sqlite' ? 60_000 : 1_000;
      await Promise.race([this.#sleep(Math.min(Math.max(inMs, 10), pollMs)), ...active]);
    }
    this.#gate.stop();
    this.#wake?.();
    await Promise.all(active);
    if (failure) throw failure.error;
  }

  /** The next chunk; a database that is gone is waited for. */
  async #take(): Promise<Lease | undefined> {
    return this.#patiently(() => this.#hands.next());
  }

  async #nextDue() {
    return this.#patiently(() => this.#chunks.nextDue());
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        const result = await work();
        this.#databaseAnswered();
        return result;
      } catch (error) {
        if (!(await this.#databaseFailed(error))) throw error;
        if (this.#stopped) return undefined;
      }
    }
  }

  async #databaseFailed(error: unknown): Promise<boolean> {
    if (!this.ledger.store.isPassing(error)) return false;
    if (this.#databaseLostAt === 0) {
      this.#databaseLostAt = Date.now();
      this.#emit({ event: 'database', lost: true });
    }
    // Who was told to end does not wait for ever: what is marked is asked after next time.
    if (this.#stopped && Date.now() - this.#databaseLostAt > this.#settings.leaseMs) return false;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return true;
  }

  #databaseAnswered(): void {
    if (this.#databaseLostAt === 0) return;
    this.#databaseLostAt = 0;
    this.#emit({ event: 'database', lost: false });
  }

  #workerSettings(): WorkerSettings {
    const { client, timeoutMs, marginMs, leaseMs, dangerouslyAllowIdsBeyondDocumentedLimits } =
      this.#settings;
    return {
      client,
      chunks: this.#chunks,
      gate: this.#gate,
      call: {
        timeoutMs,
        totalTimeoutMs: timeoutMs,
        maxRetries: 0,
        dangerouslyAllowIdsBeyondDocumentedLimits,
      },
      timeoutMs,
      marginMs,
      leaseMs,
      singleUse: this.#singleUse,
      isStopped: () => this.#stopped !== undefined,
      began: (kind) => (kind === 'cancel' ? this.#sent++ : this.#inquired++),
      wrote: (row, change) => this.#wrote(row, change),
      throttled: (ms) => this.#throttled(ms),
      paced: (turn) => this.#paced(turn),
      databaseFailed: (error) => this.#databaseFailed(error),
      databaseAnswered: () => this.#databaseAnswered(),
    };
  }

  #wrote(row: WorkRow, change: Change): void {
    this.#count(row, change);
    const { external_id, order_id, transaction_id } = row.request;
    this.#emit({
      event: 'row',
      external_id,
      order_id,
      transaction_id,
      state: change.state,
      code: change.code,
      response_code: change.responseCode ?? null,
      attempts: row.attempts,
      by: change.by,
    });
    // It was begun, and never left.
    if (change.state === 'queued' && OUTCOMES[change.code as VaErrorCode] === 'not_sent') this.#sent--;
    if (change.stop) this.#stop(change.stop, wordsFor(change), change.code as VaErrorCode);
    if (change.refusal === 'not_found' && row.refusal === null) this.#notFound++;
    else if (isSettled(change) && change.code !== 'not_found') this.#others++;
    this.#requireFound();
  }

  /** Our own counts, between those that the ledger is asked for. */
  #count(row: WorkRow, change: Change): void {
    const before = row.from;
    const after = change.state === 'sending' ? 'unknown' : change.state;
    this.#counts[before]--;
    this.#counts[after]++;
    row.from = after;
    if (change.code === 'already_paid' || change.code === 'paid_not_final') this.#counts.paid++;
  }

  #requireFound(): void {
    if (this.#acceptsNotFound || this.#others > 0 || this.#notFound < FIRST_ROWS) return;
    this.#stop(
      'not_found',
      `the gateway knows none of the first ${FIRST_ROWS} rows: are they of this environment and this merchant?`,
      'not_found',
    );
  }

  #throttled(waitMs: number): void {
    // In this process at once; in the others with their next turn.
    this.#gate.pause(waitMs);
    if (Date.now() - this.#slowedAt < 1000) return;
    this.#slowedAt = Date.now();
    this.#chunks.slowDown(waitMs).catch(() => undefined);
  }

  #paced({ now, pausedUntil, slowness }: Turn): void {
    this.#slowness = slowness;
    if (!this.#gate.obey(slowness, pausedUntil - now)) return;
    const until = pausedUntil > now ? iso(Date.now() + pausedUntil - now) : null;
    this.#emit({ event: 'pace', rate: this.#gate.rateNow, until });
  }

  #tick(): void {
    const now = Date.now();
    if (this.ledger.store.kind === 'postgres') this.#recount(now);
    const blockedMs = this.#gate.blockedForMs;
    // Whoever holds a chunk meanwhile has it given back.
    if (blockedMs > this.#waitMs && this.#gate.inFlight === 0) {
      this.#stopWaiting(now + blockedMs);
    }
    const perSecond = this.#perSecond(now);
    const left = Math.max(0, this.#counts.queued + this.#counts.unknown);
    const isPaused = blockedMs > 0 || this.#waitingUntil > now;
    this.#emit({
      event: 'progress',
      counts: { ...this.#counts },
      left,
      perSecond,
      // Of a pause nobody can tell from what was lately done.
      secondsLeft: perSecond > 0 && !isPaused ? Math.round(left / perSecond) : null,
      rate: this.#gate.rateNow,
    });
    if (this.#slowness > 0) this.#chunks.speedUp(SPEED_UP_MS).catch(() => undefined);
  }

  #perSecond(now: number): number {
    const { done, refused, needs_a_person } = this.#counts;
    const samples = this.#settled;
    samples.push({ at: now, count: done + refused + needs_a_person });
    while (samples.length > 2 && samples[1]!.at <= now - 10_000) samples.shift();
    const [first, last] = [samples[0]!, samples.at(-1)!];
    return Math.max(0, last.count - first.count) / Math.max(1, (last.at - first.at) / 1000);
  }

  /** Others settle rows too. To count a million takes a while, so not always. */
  #recount(now: number): void {
    if (now < this.#recountAt) return;
    this.#recountAt = Infinity;
    // Ours that are on their way are queued until something is known of them.
    this.ledger
      .counts('queued')
      .then((counts) => (this.#counts = counts))
      .catch(() => undefined)
      .finally(() => (this.#recountAt = Date.now() + Math.max(2_000, 10 * (Date.now() - now))));
  }

  #stop(reason: StopReason, message: string, code?: VaErrorCode): void {
    if (this.#stopped) return;
    this.#stopped = { stopped: reason, message, ...(code && { code }) };
    this.#emit({
      event: 'stopping',
      reason,
      inFlight: this.#gate.inFlight,
      message,
    });
    this.#gate.stop();
    this.#wake?.();
  }

  #stopWaiting(atMs: number): void {
    const until = iso(atMs)!;
    this.#stoppedUntil = until;
    this.#stop('waiting', `nothing can be done before ${until}; the same call then goes on`);
  }

  #sleep(ms: number): Promise<void> {
    // One at a time: a timer that lost its race would keep the process alive.
    this.#wake?.();
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #result(): Promise<BulkResult> {
    const counts = await this.ledger.counts();
    const due = await this.ledger.nextDue();
    // What holds back the gateway holds back what is due.
    const nextDue = due && due < this.#stoppedUntil ? this.#stoppedUntil : due;
    const result: BulkResult = {
      counts,
      sent: this.#sent,
      inquired: this.#inquired,
      ...this.#stopped,
      ...(nextDue && { nextDue }),
    };
    this.#emit({ event: 'end', result });
    return result;
  }

  #emit(event: BulkEvent): void {
    try {
      this.#settings.onEvent?.(event);
    } catch {
      // The listener's own trouble.
    }
  }
}

function isSettled({ state }: Change): boolean {
  return state === 'done' || state === 'refused' || state === 'needs_a_person';
}

function wordsFor({ code }: Change): string {
  switch (code) {
    case 'unauthorized':
      return 'the gateway does not accept the merchant id and secret_unbound_id: check both, and the environment. No row was settled by it';
    case 'invalid_signature':
      return 'the gateway does not accept the signature: check the hash key, for a sub-merchant its own. No row was settled by it';
    default:
      return `this client cannot send (${code}): check the base URL and the runtime. No row was settled by it`;
  }
}
