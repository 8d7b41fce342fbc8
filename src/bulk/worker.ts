import { isVaError } from '../errors.js';
import type { CallOptions } from '../operations.js';
import { afterCancel, afterInquiry, type CallResult, type Change } from './decide.js';
import type { Chunks, Lease, Turn, WorkRow } from './chunks.js';
import type { Pacer } from './pace.js';
import type { BulkClient } from './types.js';

/** Longer than this after the mark nothing is sent: whoever took the chunk over may have begun to ask. */
export const SLEPT_MS = 2_000;

/** What calls came to is written with the next mark, and without one after so long. */
const WRITE_MS = 50;

/** What a worker needs, and whom it tells. */
export interface WorkerSettings {
  client: BulkClient;
  chunks: Chunks;
  pacer: Pacer;
  call: CallOptions;
  timeoutMs: number;
  marginMs: number;
  leaseMs: number;
  singleUse: boolean;
  /** Whether nothing more is to begin. */
  isStopped(): boolean;
  /** A cancel, or an inquiry, is about to be sent. */
  began(kind: 'cancel' | 'inquiry'): void;
  /** A row was written. */
  wrote(row: WorkRow, change: Change): void;
  /** The gateway asked to slow down: wait so long, and go at half the rate. */
  throttled(waitMs: number): void;
  /** The ledger's word on the pace. */
  paced(turn: Turn): void;
  /** The database is gone; resolves when it may be tried again, `false` if it is not worth it. */
  databaseFailed(error: unknown): Promise<boolean>;
  databaseAnswered(): void;
}

/** Works one chunk off, as far as its rows are due. Holds nothing when it has ended. */
export class Worker {
  /** Resolves when no row of the chunk is ready any more, though some may be in flight. */
  readonly drained: Promise<void>;
  #drain!: () => void;
  #lease: Lease | undefined;
  #changes: { row: WorkRow; change: Change }[] = [];
  #inFlight = 0;
  #wake: (() => void) | undefined;
  #ended: (() => void) | undefined;
  #permit: Promise<number> | undefined;
  #news: Promise<undefined> | undefined;
  #turnAt = performance.now();
  /** Of the oldest change that is not written. */
  #changedAt = 0;
  /** Whether a row may be due. */
  #ready = true;
  #isGone = false;
  readonly #settings: WorkerSettings;

  constructor(settings: WorkerSettings, lease: Lease) {
    this.#settings = settings;
    this.#lease = lease;
    this.drained = new Promise((resolve) => (this.#drain = resolve));
  }

  /** Resolves to when the chunk's next row is due, null if all are settled; undefined if it was lost. */
  async run(): Promise<number | null | undefined> {
    const { pacer } = this.#settings;
    try {
      while (this.#lease) {
        if (this.#isOver && this.#inFlight === 0 && this.#changes.length === 0) break;
        const want = await this.#next();
        if (want > 0 || this.#changes.length > 0 || this.#isSilent) await this.#turn(want);
        if (!this.#ready) this.#drain();
      }
      return await this.#end();
    } catch (error) {
      await this.#lastWords();
      throw error;
    } finally {
      this.#drain();
      this.#isGone = true;
      // A timer that is waited for no more would keep the process alive.
      this.#wake?.();
      void this.#permit?.then((count) => pacer.giveBack(count));
    }
  }

  /** Whether nothing more is to begin. */
  get #isOver(): boolean {
    return !this.#ready || this.#settings.isStopped();
  }

  /** Whether it is time to say that we are still here. */
  get #isSilent(): boolean {
    return performance.now() - this.#turnAt > this.#settings.leaseMs / 5;
  }

  /** Resolves to how many rows may be marked; to 0 when there is something to write, or it is time to say something. */
  async #next(): Promise<number> {
    const { pacer } = this.#settings;
    if (!this.#isOver) this.#permit ??= pacer.acquire();
    this.#news ??= this.#waitForNews();
    const granted = await (this.#permit ? Promise.race([this.#permit, this.#news]) : this.#news);
    if (granted === undefined) {
      this.#news = undefined;
      return 0;
    }
    this.#permit = undefined;
    // The pacer is shut for good.
    if (granted === 0) this.#ready = false;
    if (!this.#isOver) return granted;
    pacer.giveBack(granted);
    return 0;
  }

  async #waitForNews(): Promise<undefined> {
    while (!this.#isGone && !this.#isSilent) {
      const isWaiting = this.#changes.length > 0;
      // What else ends meanwhile goes into one commit with it.
      const restMs = this.#inFlight === 0 ? 0 : WRITE_MS - (performance.now() - this.#changedAt);
      if (isWaiting && restMs <= 0) break;
      await this.#sleep(isWaiting ? restMs : this.#settings.leaseMs / 4);
    }
    return undefined;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One turn at the ledger, and the calls that it allows. */
  async #turn(want: number): Promise<void> {
    const { chunks, pacer, leaseMs, timeoutMs, marginMs, singleUse } = this.#settings;
    const changes = this.#changes.splice(0);
    const begun = stopwatch();
    this.#turnAt = performance.now();
    try {
      const turn = await chunks.turn(this.#lease!, {
        changes: changes.map(({ change }) => change),
        want,
        leaseMs,
        openMs: SLEPT_MS + timeoutMs + marginMs,
        singleUse,
      });
      this.#settings.databaseAnswered();
      this.#tell(changes, turn.written, turn.now);
      this.#settings.paced(turn);
      if (turn.lost) this.#lease = undefined;
      const unused = want - turn.cancels.length - turn.asks.length;
      if (unused > 0 && turn.pausedUntil <= turn.now) this.#ready = false;
      pacer.giveBack(unused);
      for (const row of turn.asks) this.#start('inquiry', row, turn, begun);
      for (const row of turn.cancels) this.#start('cancel', row, turn, begun);
    } catch (error) {
      // It may be committed or not. What we know is kept, what we marked is not sent.
      this.#changes.unshift(...changes);
      pacer.giveBack(want);
      await this.#recover(error);
    }
  }

  /** After a turn of which nobody knows whether it was committed: what is marked is asked after, as by anybody. */
  async #recover(error: unknown): Promise<void> {
    for (let failure: unknown = error; ;) {
      if (!(await this.#settings.databaseFailed(failure))) throw failure;
      // What is in flight would otherwise be taken for interrupted.
      while (this.#inFlight > 0) await this.#settled();
      try {
        this.#lease = await this.#settings.chunks.retake(this.#lease!, this.#settings.leaseMs);
        this.#settings.databaseAnswered();
        return;
      } catch (again) {
        failure = again;
      }
    }
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  /** The ledger cannot be written: what is in flight ends, and what it came to is tried once more. */
  async #lastWords(): Promise<void> {
    while (this.#inFlight > 0) await this.#settled();
    const changes = this.#changes.splice(0);
    if (changes.length === 0) return;
    await this.#settings.chunks.write(changes.map(({ change }) => change)).catch(() => undefined);
  }

  #start(kind: 'cancel' | 'inquiry', row: WorkRow, turn: Turn, begun: Stopwatch): void {
    const { pacer, client, call } = this.#settings;
    this.#inFlight++;
    const request = async (): Promise<CallResult | undefined> => {
      // Here, and not before the pacer: it may have let us wait.
      if (begun() > SLEPT_MS || this.#settings.isStopped()) return undefined;
      this.#settings.began(kind);
      try {
        return { answer: await (kind === 'cancel' ? client.cancel : client.inquire)(row.request, call) };
      } catch (error) {
        return { error };
      }
    };
    // The database's time when the turn was over, and what has passed since by a clock that never jumps.
    const sinceTurn = stopwatch();
    const now = () => turn.now + Math.floor(sinceTurn());
    const change = (result: CallResult | undefined) =>
      kind === 'cancel' ? afterCancel(row, result, now()) : afterInquiry(row, result, turn.now, now());
    void pacer
      .call(request)
      .then((result) => {
        this.#throttle(result);
        return change(result);
      })
      .catch((error: unknown) => change({ error }))
      .then((after) => {
        this.#inFlight--;
        if (this.#changes.push({ row, change: after }) === 1) this.#changedAt = performance.now();
        if (this.#changes.length === 1 || this.#inFlight === 0) this.#wake?.();
        this.#ended?.();
      });
  }

  #throttle(result: CallResult | undefined): void {
    const error = result && 'error' in result ? result.error : undefined;
    if (!isVaError(error) || (error.status !== 429 && error.status !== 503)) return;
    this.#settings.throttled(error.retryAfterMs ?? 1000);
  }

  #tell(changes: readonly { row: WorkRow; change: Change }[], written: readonly Change[], now: number): void {
    const byId = new Map(written.map((change) => [change.id, change]));
    for (const { row, change: planned } of changes) {
      const change = byId.get(planned.id);
      if (!change) continue;
      this.#settings.wrote(row, change);
      if (change.by === null && change.nextAt <= now) this.#ready = true;
    }
  }

  /** Writes what is left, of a chunk that was lost too, and gives it back. */
  async #end(): Promise<number | null | undefined> {
    const { chunks } = this.#settings;
    for (;;) {
      while (this.#inFlight > 0) await this.#settled();
      const changes = this.#changes.splice(0);
      try {
        if (changes.length > 0)
          this.#tell(changes, await chunks.write(changes.map(({ change }) => change)), 0);
        return this.#lease ? await chunks.release(this.#lease) : undefined;
      } catch (error) {
        this.#changes.unshift(...changes);
        if (!(await this.#settings.databaseFailed(error))) throw error;
      }
    }
  }
}

type Stopwatch = () => number;

/**
 * Milliseconds since now. The greater of two clocks: one that stands still while the machine sleeps, one that somebody
 * may set.
 */
function stopwatch(): Stopwatch {
  const startedAt = performance.now();
  const clock = Date.now();
  return () => Math.max(performance.now() - startedAt, Date.now() - clock);
}
