import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import type { Pool, QueryConfig } from 'pg';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import RateLimiterPostgres from 'rate-limiter-flexible/lib/RateLimiterPostgres.js';
import { isVaError, type VaErrorCode } from '../errors.js';
import type { CallResult } from './decide.js';
import { SCHEMA, type PostgresStore } from './postgres.js';
import type { Store } from './store.js';

/** How many in a row must be unknown or not sent before nothing more is. */
const BREAKS_AFTER = 10;
const FIRST_BREAK_MS = 5_000;
const LONGEST_BREAK_MS = 10 * 60_000;

/** What is marked ahead of its turn is to wait no longer, by what calls took lately. Milliseconds. */
const AHEAD_MS = 500;

const GONE = { granted: 0, waitMs: 500 };

/** What the pacer tells when it changes. */
export interface PacerEvents {
  breaker(open: boolean, untilMs: number | undefined, lastCode: VaErrorCode | undefined): void;
}

/**
 * Says when a request may begin: no more at a time than `concurrency`, no more a second than `rate` in all processes of
 * the run, none while the gateway asked to wait, and none while the circuit breaker is open.
 */
export class Pacer {
  readonly #limiters = new Map<number, Limiter>();
  readonly #breaker: CircuitBreakerPolicy;
  /** Granted, and not ended. */
  #reserved = 0;
  /** On their way. */
  #inFlight = 0;
  #callMs: number | undefined;
  #slowness = 0;
  #openUntil = 0;
  #pausedUntil = 0;
  #credit = { count: 0, until: 0 };
  #stopped = false;
  #wake: (() => void)[] = [];
  #waiting: ((mayBegin: boolean) => void)[] = [];
  #line: Promise<unknown> = Promise.resolve();

  constructor(
    readonly store: Store,
    readonly run: string,
    readonly rate: number,
    readonly concurrency: number,
    events: PacerEvents,
  ) {
    this.#breaker = circuitBreaker(handleWhenResult(isCounted), {
      breaker: new ConsecutiveBreaker(BREAKS_AFTER),
      halfOpenAfter: new DelegateBackoff(({ attempt }) => {
        const ms = Math.min(LONGEST_BREAK_MS, FIRST_BREAK_MS * 2 ** Math.min(attempt - 1, 10));
        this.#openUntil = Date.now() + ms;
        return ms;
      }),
    });
    this.#breaker.onBreak((reason) =>
      events.breaker(
        true,
        this.#openUntil,
        'value' in reason ? codeOf(reason.value as CallResult) : undefined,
      ),
    );
    this.#breaker.onReset(() => events.breaker(false, undefined, undefined));
  }

  /** Requests a second that are allowed now. */
  get rateNow(): number {
    return this.rate / 2 ** this.#slowness;
  }

  /** Milliseconds before which nothing can begin, whoever asks. */
  get blockedForMs(): number {
    const breaker = this.#breaker.state === CircuitState.Open ? this.#openUntil : 0;
    return Math.max(0, Math.max(breaker, this.#pausedUntil) - Date.now());
  }

  /** Requests that are on their way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How many more may be granted now. */
  get free(): number {
    return this.concurrency + this.#ahead - this.#reserved;
  }

  /**
   * How many are granted beside those on their way, so that no call waits for the commit that marks it: half a second of
   * work at most, for after a crash somebody must ask after each, and a quarter of the rate, which they may exceed it by.
   */
  get #ahead(): number {
    if (this.#callMs === undefined) return 0;
    const soon = (this.concurrency * AHEAD_MS) / Math.max(1, this.#callMs);
    return Math.floor(Math.min(soon, 4 * this.concurrency, this.rateNow / 4));
  }

  /** The gateway asked to wait. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, Date.now() + ms);
  }

  /** What the ledger says of the pace, for all processes. @returns whether the rate is another now */
  obey(slowness: number, pausedForMs: number): boolean {
    if (pausedForMs > 0) this.pause(pausedForMs);
    const changed = slowness !== this.#slowness;
    this.#slowness = slowness;
    return changed;
  }

  /** Waits until requests may be marked; resolves to how many, 0 once it is stopped. Each is to be called or given back. */
  acquire(): Promise<number> {
    const mine = this.#line.then(() => this.#acquire());
    this.#line = mine.catch(() => undefined);
    return mine;
  }

  async #acquire(): Promise<number> {
    while (!this.#stopped) {
      const isOpen = this.#breaker.state === CircuitState.Open;
      const isTrying = this.#breaker.state === CircuitState.HalfOpen;
      const blocked = this.blockedForMs;
      if (blocked > 0) await this.#sleep(blocked);
      else if (isTrying || (isOpen ? this.#reserved > 0 : this.#canWait())) await this.#sleep(60_000);
      else {
        // A database that is gone lets nobody begin; the next turn says so to whoever has to know.
        const { granted, waitMs } = await this.#take(isOpen ? 1 : this.free).catch(() => GONE);
        if (granted > 0) {
          this.#reserved += granted;
          return granted;
        }
        await this.#sleep(waitMs);
      }
    }
    return 0;
  }

  /** As long as enough are marked ahead, others that end are waited for, and go into one commit. */
  #canWait(): boolean {
    return this.free <= 0 || (this.#reserved >= this.concurrency && this.free < this.#ahead / 2);
  }

  async #take(want: number): Promise<{ granted: number; waitMs: number }> {
    const { count, until } = this.#credit;
    if (count > 0 && Date.now() < until) {
      const granted = Math.min(count, want);
      this.#credit.count -= granted;
      return { granted, waitMs: 0 };
    }
    const { points, windowMs } = windowOf(this.rateNow);
    const limiter = this.#limiterOf(points, windowMs);
    const slice = Math.min(want, points);
    // It counts, and never refuses: of a slice that does not fit what fits is ours, for nobody else can have it now.
    const { consumedPoints, msBeforeNext } = await limiter.penalty('pace', slice);
    const granted = Math.min(slice, Math.max(0, points - (consumedPoints - slice)));
    return { granted, waitMs: Math.max(1, msBeforeNext) };
  }

  #limiterOf(points: number, windowMs: number): Limiter {
    const key = points * 1e7 + windowMs;
    const known = this.#limiters.get(key);
    if (known) return known;
    const options = { points, duration: windowMs / 1000, keyPrefix: this.run };
    const limiter: Limiter =
      this.store.kind === 'sqlite'
        ? new RateLimiterMemory(options)
        : new RateLimiterPostgres({
            ...options,
            storeClient: withoutNames(this.store as PostgresStore),
            storeType: 'pool',
            schemaName: SCHEMA,
            tableName: 'pace',
            tableCreated: true,
            clearExpiredByTimeout: false,
          });
    this.#limiters.set(key, limiter);
    return limiter;
  }

  /**
   * Runs one request that was granted, within the breaker, as soon as fewer than `concurrency` are on their way.
   * Undefined: it was not made, for it was stopped or shut meanwhile.
   */
  async call(request: () => Promise<CallResult | undefined>): Promise<CallResult | undefined> {
    if (!(await this.#enter())) return undefined;
    try {
      if (this.blockedForMs > 0) return undefined;
      const beganAt = performance.now();
      const result = await this.#breaker.execute(request);
      const tookMs = performance.now() - beganAt;
      if (result) this.#callMs = ((this.#callMs ?? tookMs) * 7 + tookMs) / 8;
      return result;
    } catch (error) {
      if ((error as { isBrokenCircuitError?: boolean }).isBrokenCircuitError) return undefined;
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next) next(true);
      else this.#inFlight--;
      this.#reserved--;
      this.#awake();
    }
  }

  async #enter(): Promise<boolean> {
    const isFull = this.#inFlight >= this.concurrency;
    const mayBegin =
      !this.#stopped && (!isFull || (await new Promise<boolean>((begin) => this.#waiting.push(begin))));
    if (!mayBegin) this.#reserved--;
    else if (!isFull) this.#inFlight++;
    return mayBegin;
  }

  /** There was nothing to do for these; whoever asks next may have their turn. */
  giveBack(count: number): void {
    if (count === 0) return;
    this.#reserved -= count;
    const left = Date.now() < this.#credit.until ? this.#credit.count : 0;
    this.#credit = { count: Math.min(this.concurrency, left + count), until: Date.now() + 1000 };
    this.#awake();
  }

  /** Nothing more may begin. */
  stop(): void {
    this.#stopped = true;
    for (const begin of this.#waiting.splice(0)) begin(false);
    this.#awake();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, 60_000));
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

interface Limiter {
  penalty(key: string, points: number): Promise<{ consumedPoints: number; msBeforeNext: number }>;
}

/** Its statements have names, which are a session's: see `query` of postgres.ts. */
const withoutNames = (store: PostgresStore): Pick<Pool, 'query'> =>
  ({ query: ({ text, values }: QueryConfig) => store.query(text, values) }) as Pick<Pool, 'query'>;

/** A window so short that its beginning is no burst, and a whole number of milliseconds and of requests. */
export function windowOf(rate: number): { points: number; windowMs: number } {
  const points = Math.max(1, Math.floor(rate / 10));
  return { points, windowMs: Math.ceil((points * 1000) / rate) };
}

/** What says that the gateway is not well. A refusal does not, nor does being asked to slow down. */
function isCounted(result: unknown): boolean {
  const error = (result as { error?: unknown } | undefined)?.error;
  if (error === undefined) return false;
  if (!isVaError(error)) return true;
  if (error.status === 429 || error.code === 'invalid_request') return false;
  return error.outcome === 'unknown' || error.outcome === 'not_sent';
}

function codeOf(result: CallResult): VaErrorCode | undefined {
  return 'error' in result && isVaError(result.error) ? result.error.code : undefined;
}
