/** One limit over everything that an attempt waits for, and the caller's abort beside it. */
export interface Deadline {
  /** For `fetch`. */
  signal: AbortSignal;
  /** Why it ended early, if it did. */
  readonly ended: 'timeout' | 'aborted' | undefined;
  /** `work`, or a rejection at the deadline or abort, also if `work` ignores the signal. One at a time. */
  within<T>(work: Promise<T>): Promise<T>;
  /** Removes the timer and the listener. Must be called. */
  stop(): void;
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

/** Starts to wait `timeoutMs` milliseconds, or until `caller` aborts. */
export function startDeadline(timeoutMs: number, caller?: AbortSignal | null): Deadline {
  const controller = new AbortController();
  let ended: Deadline['ended'];
  let fail: ((reason: unknown) => void) | undefined;
  const end = (why: NonNullable<Deadline['ended']>) => {
    ended ??= why;
    controller.abort();
    fail?.(controller.signal.reason);
  };
  const onAbort = () => end('aborted');
  const timer = setTimeout(() => end('timeout'), timeoutMs);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    get ended() {
      return ended;
    },
    within: (work) =>
      new Promise((resolve, reject) => {
        fail = reject;
        // A `fetch` of the user may return what is no promise.
        Promise.resolve(work).then(resolve, reject);
        if (ended) reject(controller.signal.reason);
      }),
    stop() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}

/** Whether `value` is a signal, by its shape: it may come from another realm. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
