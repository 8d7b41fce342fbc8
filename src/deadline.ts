/** One limit over everything that an attempt waits for, and the caller's abort beside it. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | null | undefined;
  readonly #onAbort = () => this.#end('aborted');
  #ended: 'timeout' | 'aborted' | undefined;
  #fail: ((reason: unknown) => void) | undefined;

  /** Starts to wait `timeoutMs` milliseconds, or until `caller` aborts. */
  constructor(timeoutMs: number, caller?: AbortSignal | null) {
    this.#caller = caller;
    this.#timer = setTimeout(() => this.#end('timeout'), timeoutMs);
    if (caller?.aborted) this.#onAbort();
    else caller?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it ended early, if it did. */
  get ended(): 'timeout' | 'aborted' | undefined {
    return this.#ended;
  }

  /** `work`, or a rejection at the deadline or abort, also if `work` ignores the signal. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      work.then(resolve, reject);
      if (this.#ended) reject(this.signal.reason);
    });
  }

  /** Removes the timer and the listener. Must be called. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }

  #end(why: 'timeout' | 'aborted'): void {
    this.#ended ??= why;
    this.#controller.abort();
    this.#fail?.(this.signal.reason);
  }
}

/**
 * A signal that aborts when `caller` does, until `stop`. For a `Request`: one made with the caller's own signal
 * leaves a listener on it until the garbage collector comes.
 */
export function follow(caller?: AbortSignal): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onAbort = () => controller.abort(caller?.reason);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    stop: () => caller?.removeEventListener('abort', onAbort),
  };
}

/** Whether `value` is a signal, by its shape: it may come from another realm. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
