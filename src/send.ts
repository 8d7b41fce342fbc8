import {
  headOf,
  parseAnswer,
  readAnswer,
  readBytes,
  readerOf,
  TooLarge,
  type Answered,
  type BodyReader,
  type ParsedAnswer,
} from './answer.js';
import type { Attempt } from './attempt.js';
import type { VaError, VaErrorCode } from './errors.js';
import type { Settings } from './options.js';
import type { Prepared } from './prepare.js';
import { judgeFailure, probe, type AnswerLike } from './runtime.js';
import { Witness } from './witness.js';

/** How far an attempt got, for whoever has to say what its failure means. */
interface Progress {
  /** Set right before `fetch` is called: from then on only the runtime can prove "not sent". */
  sent: boolean;
  witness: Witness;
  response?: AnswerLike;
  reader?: BodyReader | undefined;
}

/**
 * Sends a prepared request once and judges its answer, or its failure. Rejects with a `VaError` unless the answer is
 * readable.
 *
 * @param timeoutMs for all of it, from connecting to the last byte
 * @param signal the caller's
 */
export async function send(
  settings: Settings,
  prepared: Prepared,
  attempt: Attempt,
  timeoutMs: number,
  signal: AbortSignal | null | undefined,
): Promise<Answered> {
  const deadline = new Deadline(timeoutMs, signal);
  const witness = new Witness(prepared.url, attempt.signature ?? '');
  const progress: Progress = { sent: false, witness };
  let answer: ParsedAnswer | undefined;
  try {
    answer = await deadline.within(exchange(settings, prepared, deadline, progress));
    attempt.written = witness.end();
  } catch (cause) {
    // Not awaited: cancelling a stalled stream may itself stall.
    cancel(progress.reader);
    throw failureOf(cause, progress, settings, deadline, attempt);
  } finally {
    deadline.stop();
  }
  const { response } = progress as Required<Progress>;
  if (isRedirect(response)) throw attempt.error('redirected', headOf(response));
  return readAnswer(prepared.rules, response, answer, attempt);
}

/** Sends and reads; undefined for a redirect or what is no JSON object. */
async function exchange(
  settings: Settings,
  { url, init }: Prepared,
  deadline: Deadline,
  progress: Progress,
): Promise<ParsedAnswer | undefined> {
  // Nobody waits any more: it must not be sent now.
  if (deadline.ended) return undefined;
  progress.sent = true;
  const response = await settings.fetch(url, { ...init, signal: deadline.signal }, progress.witness);
  progress.response = response;
  if (deadline.ended || isRedirect(response)) {
    cancel(probe(() => readerOf(response)));
    return undefined;
  }
  progress.reader = readerOf(response);
  return parseAnswer(await readBytes(progress.reader));
}

function cancel(reader: BodyReader | undefined): void {
  reader?.cancel().catch(() => {});
}

function failureOf(
  cause: unknown,
  { sent, response, witness }: Progress,
  settings: Settings,
  { ended }: Deadline,
  attempt: Attempt,
): VaError {
  const written = witness.end(cause, ended !== undefined) ?? (sent ? undefined : false);
  attempt.written = written;
  if (!response) return attempt.error(codeWithoutAnswer(cause, ended, written, settings), { cause });
  const code = ended ?? (cause instanceof TooLarge ? 'answer_too_large' : 'connection_failed');
  return attempt.error(code, { ...headOf(response), cause });
}

/** The code for a call that ended before its request was written: by its deadline, or by its caller. */
export const NOT_SENT = { timeout: 'not_connected', aborted: 'aborted_before_sending' } as const;

/** What was written, even once, is never "not sent", whatever the last failure says. */
function codeWithoutAnswer(
  cause: unknown,
  ended: Deadline['ended'],
  written: boolean | undefined,
  { provenByText }: Settings,
): VaErrorCode {
  if (ended) return written === false ? NOT_SENT[ended] : ended;
  if (written) return 'connection_failed';
  const code = judgeFailure(cause, provenByText);
  return written === false && code === 'connection_failed' ? 'not_connected' : code;
}

/** Browsers and workerd show a redirect that is not followed as an opaque answer with status 0. */
function isRedirect({ status, type }: AnswerLike): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

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
    this.#controller.abort(this.#ended === 'aborted' ? this.#caller?.reason : undefined);
    this.#fail?.(this.signal.reason);
  }
}
