import type { VaErrorCode } from '../errors.js';
import { Chunks, type Lease, type Turn, type WorkRow } from './chunks.js';
import type { Change } from './decide.js';
import { Hands } from './hands.js';
import type { RunLedger } from './ledger.js';
import { Pacer } from './pace.js';
import { FIRST_ROWS, RunProgress } from './progress.js';
import { iso } from './rows.js';
import { Worker, type WorkerSettings } from './worker.js';
import type { BulkEvent, BulkResult, StopReason, WorkOptions } from './types.js';

/** After so long without being told to slow down, a run goes faster again. */
const SPEED_UP_MS = 30_000;

/** What of the options a run works by, with their defaults. */
export type RunSettings = Required<
  Pick<WorkOptions, 'client' | 'rate' | 'concurrency' | 'timeoutMs' | 'marginMs' | 'leaseMs'>
> &
  Pick<
    WorkOptions,
    'singleUse' | 'acceptNotFound' | 'signal' | 'onEvent' | 'dangerouslyAllowIdsBeyondDocumentedLimits'
  >;

/** One process's part in a run. */
export class Run {
  readonly #settings: RunSettings;
  readonly #pacer: Pacer;
  readonly #chunks: Chunks;
  readonly #hands: Hands;
  readonly #progress: RunProgress;
  #stopped: Pick<BulkResult, 'stopped' | 'code' | 'message'> | undefined;
  #acceptsNotFound = false;
  #singleUse = false;
  #slowness = 0;
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
    this.#progress = new RunProgress(ledger);
    this.#chunks = new Chunks(ledger.store, ledger.runId);
    this.#hands = new Hands(this.#chunks, settings.leaseMs);
    this.#pacer = new Pacer(ledger.store, `${ledger.runId}`, settings.rate, settings.concurrency, {
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
    await this.#progress.begin();
    const { counts } = this.#progress;
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
      await this.#patiently(() => this.#hands.start());
      await this.#handOut(waitMs);
    } finally {
      clearInterval(ticking);
      signal?.removeEventListener('abort', onAbort);
    }
    return this.#result();
  }

  async close(): Promise<void> {
    this.#pacer.stop();
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
            this.#pacer.stop();
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
      const blockedMs = this.#pacer.blockedForMs;
      if (active.size === 0 && blockedMs > waitMs) {
        this.#stopWaiting(Date.now() + blockedMs);
        break;
      }
      const lease = this.#pacer.free > 0 ? await this.#take() : undefined;
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
        this.#emit({ event: 'waiting', until: iso(due.at)!, counts: this.#progress.counts });
      }
      // Others may add rows, or settle theirs.
      const pollMs = this.ledger.store.kind === 'sqlite' ? 60_000 : 1_000;
      await Promise.race([this.#sleep(Math.min(Math.max(inMs, 10), pollMs)), ...active]);
    }
    this.#pacer.stop();
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
      pacer: this.#pacer,
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
      began: (kind) => this.#progress.began(kind),
      wrote: (row, change) => this.#wrote(row, change),
      throttled: (ms) => this.#throttled(ms),
      paced: (turn) => this.#paced(turn),
      databaseFailed: (error) => this.#databaseFailed(error),
      databaseAnswered: () => this.#databaseAnswered(),
    };
  }

  #wrote(row: WorkRow, change: Change): void {
    this.#progress.wrote(row, change);
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
    if (change.stop) this.#stop(change.stop, wordsFor(change), change.code as VaErrorCode);
    this.#requireFound();
  }

  #requireFound(): void {
    if (this.#acceptsNotFound || !this.#progress.hasFoundNone) return;
    this.#stop(
      'not_found',
      `the gateway knows none of the first ${FIRST_ROWS} rows: are they of this environment and this merchant?`,
      'not_found',
    );
  }

  #throttled(waitMs: number): void {
    // In this process at once; in the others with their next turn.
    this.#pacer.pause(waitMs);
    if (Date.now() - this.#slowedAt < 1000) return;
    this.#slowedAt = Date.now();
    this.#chunks.slowDown(waitMs).catch(() => undefined);
  }

  #paced({ now, pausedUntil, slowness }: Turn): void {
    this.#slowness = slowness;
    if (!this.#pacer.obey(slowness, pausedUntil - now)) return;
    const until = pausedUntil > now ? iso(Date.now() + pausedUntil - now) : null;
    this.#emit({ event: 'pace', rate: this.#pacer.rateNow, until });
  }

  #tick(): void {
    const now = Date.now();
    if (this.ledger.store.kind === 'postgres') this.#progress.recount(now);
    const blockedMs = this.#pacer.blockedForMs;
    // Whoever holds a chunk meanwhile has it given back.
    if (blockedMs > this.#waitMs && this.#pacer.inFlight === 0) {
      this.#stopWaiting(now + blockedMs);
    }
    const perSecond = this.#progress.perSecond(now);
    const { counts, left } = this.#progress;
    const isPaused = blockedMs > 0 || this.#waitingUntil > now;
    this.#emit({
      event: 'progress',
      counts,
      left,
      perSecond,
      // Of a pause nobody can tell from what was lately done.
      secondsLeft: perSecond > 0 && !isPaused ? Math.round(left / perSecond) : null,
      rate: this.#pacer.rateNow,
    });
    if (this.#slowness > 0) this.#chunks.speedUp(SPEED_UP_MS).catch(() => undefined);
  }

  #stop(reason: StopReason, message: string, code?: VaErrorCode): void {
    if (this.#stopped) return;
    this.#stopped = { stopped: reason, message, ...(code && { code }) };
    this.#emit({
      event: 'stopping',
      reason,
      inFlight: this.#pacer.inFlight,
      message,
    });
    this.#pacer.stop();
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
      ...this.#progress.requests,
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
