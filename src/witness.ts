/** Whether one request was written: asked of undici, which Node's fetch and `undiciFetch` are made of. */

/** Under this name `undiciFetch` carries what tells a witness; across two copies of this package too. */
export const WATCHED = Symbol.for('ifortepay-va.watched');

/** As much of an undici dispatcher as is used. */
export interface DispatcherLike {
  dispatch(options: DispatchOptions, handler: Handler): boolean;
  readonly isMockActive?: unknown;
}

interface DispatchOptions {
  method: string;
  origin?: unknown;
  path: string;
  headers?: unknown;
}

/** What undici calls back: `onConnect` and its like before undici 8, `onRequestStart` and its like since 7. */
export type Handler = Record<string, any>;

/** Misdirected Request (RFC 9110 section 15.5.20). */
export const MISDIRECTED = 421;
/** What a client takes a status for that it does not know: the first of its class (RFC 9110 section 15). */
const OF_ITS_CLASS = 400;

/**
 * Hears of one request. Two ways, each for what it can prove; measured on Node 20 to 26 and npm's undici 6 to 8:
 *
 * - "Not written", by a dispatcher of ours that hands on to the one that would have been used, and listens in on the
 *   handler. undici starts a handler once it has a connection and before the first byte, over HTTP/2 too. One that
 *   was not started, and is kept from starting from then on, is the proof; if that very request was dispatched once,
 *   to a dispatcher of undici's own, and failed as the call did.
 * - "Written", by that start, or by undici's channel `undici:client:sendHeaders`, which also hears what went past the
 *   dispatcher: through a fetch of the user's own or a patched one. Its silence proves nothing: undici 6 does not
 *   publish HTTP/2, and what is not undici publishes nothing.
 */
export class Witness {
  readonly #url: string;
  readonly #signature: string;
  #dispatched = 0;
  #isTrusted = false;
  #isStarted = false;
  #isHeard = false;
  #isOver = false;
  #isMisdirected = false;
  #failure: unknown;

  /** Listens from now on, until `end`. `signature` is the request's `x-req-signature`. */
  constructor(url: string, signature: string) {
    this.#url = url;
    this.#signature = signature;
    listenFor(this, signature);
  }

  /** True once the head was handed to a socket, or is about to be; undefined as long as nobody knows. */
  get written(): true | undefined {
    return this.#isStarted || this.#isHeard || undefined;
  }

  /** Whether the answer was a 421 that `over` hid. */
  get isMisdirected(): boolean {
    return this.#isMisdirected;
  }

  /**
   * Ends it. False if it was provably not written; then it never will be.
   *
   * @param failure what the call ended with
   * @param wasWaiting whether it was ended while it waited, by its deadline or its caller
   */
  end(failure?: unknown, wasWaiting = false): boolean | undefined {
    this.#isOver = true;
    stopListeningFor(this, this.#signature);
    if (this.#isStarted) return true;
    const isItsFailure = this.#failure === undefined ? wasWaiting : leadsTo(failure, this.#failure);
    // undici's own dispatchers tell of every start: what the channel heard is another request about the same ids.
    if (this.#dispatched === 1 && this.#isTrusted && isItsFailure) return false;
    return this.written;
  }

  /** Told by the channel: it was written, or one that cannot be told from it. */
  hear(): void {
    this.#isHeard = true;
  }

  isTo(url: string): boolean {
    return url === this.#url;
  }

  /**
   * A dispatcher for this one request, around the one that `find` gives for a handler. Other requests pass.
   *
   * @param hides421 shows that status as another of its class: undici's fetch would send the request again
   */
  over(find: (handler?: Handler) => DispatcherLike, hides421 = false): DispatcherLike {
    return {
      dispatch: (options, handler) => {
        const dispatcher = find(handler);
        if (!this.#isAbout(options)) return dispatcher.dispatch(options, handler);
        if (this.#isOver || this.#dispatched > 0) throw new Error(NOT_NOW);
        this.#dispatched++;
        const isNewer = 'onRequestStart' in handler;
        // One that is both is not undici's; which it is for, only the dispatcher knows.
        if (isNewer && 'onConnect' in handler) return dispatcher.dispatch(options, handler);
        try {
          listenIn(this, handler, hides421);
          this.#isTrusted = isUndicisOwn(dispatcher);
        } catch {
          // A handler that cannot be changed is not undici's.
        }
        try {
          return dispatcher.dispatch(options, handler);
        } catch (error) {
          this.fail(error);
          throw error;
        }
      },
      // fetch hands the body to a MockAgent in another form.
      get isMockActive() {
        return find().isMockActive;
      },
    };
  }

  #isAbout({ method, origin, path, headers }: DispatchOptions): boolean {
    return method === 'POST' && this.isTo(`${String(origin)}${path}`) && holds(headers, this.#signature);
  }

  /** Called before the first byte: false if it must not be written any more. */
  start(): boolean {
    this.#isStarted ||= !this.#isOver;
    return !this.#isOver;
  }

  /** Called with what undici's handler is told. */
  fail(error: unknown): void {
    this.#failure = error;
  }

  /** The status as it is shown on, a 421 hidden. */
  shown(status: number): number {
    if (status !== MISDIRECTED) return status;
    this.#isMisdirected = true;
    return OF_ITS_CLASS;
  }
}

interface Controller {
  abort(error: Error): void;
}

/**
 * Makes a handler tell the witness. It is changed, not wrapped: undici makes one for each request, and a second one
 * around it would cost a hop for each thing that it is told.
 *
 * @throws TypeError if it cannot be changed
 */
function listenIn(witness: Witness, handler: Handler, hides421: boolean): void {
  const { onConnect, onHeaders, onError, onRequestStart, onResponseStart, onResponseError } = handler;
  const shown = (status: number) => (hides421 ? witness.shown(status) : status);
  if ('onRequestStart' in handler) {
    handler.onRequestStart = (controller: Controller, context: unknown) =>
      witness.start()
        ? onRequestStart.call(handler, controller, context)
        : controller.abort(new Error(NOT_NOW));
    handler.onResponseStart = (controller: Controller, status: number, headers: unknown, text: unknown) =>
      onResponseStart?.call(handler, controller, shown(status), headers, text);
    handler.onResponseError = (controller: Controller, error: unknown) => {
      witness.fail(error);
      return onResponseError?.call(handler, controller, error);
    };
    return;
  }
  handler.onConnect = (abort: (error: Error) => void, context: unknown) =>
    witness.start() ? onConnect.call(handler, abort, context) : abort(new Error(NOT_NOW));
  handler.onHeaders = (status: number, headers: unknown, resume: unknown, text: unknown) =>
    onHeaders.call(handler, shown(status), headers, resume, text);
  handler.onError = (error: unknown) => {
    witness.fail(error);
    return onError.call(handler, error);
  };
}

const NOT_NOW = 'ifortepay-va: this request is sent once, and not after its call has ended';

/** Whether headers, in whatever form undici takes them, have that signature. */
function holds(headers: unknown, signature: string): boolean {
  if (Array.isArray(headers)) return headers.flat().includes(signature);
  return (headers as Record<string, unknown> | undefined)?.[SIGNATURE] === signature;
}

const SIGNATURE = 'x-req-signature';

/** Whether `failure` is that error, or has it underneath, as fetch wraps it. */
function leadsTo(failure: unknown, error: unknown): boolean {
  try {
    for (let at = failure, level = 0; level < 5; level++, at = (at as { cause?: unknown }).cause) {
      if (at === error) return true;
    }
  } catch {
    // Nothing underneath any more, or a getter that throws.
  }
  return false;
}

const OLDER = Symbol.for('undici.globalDispatcher.1');
const NEWER = Symbol.for('undici.globalDispatcher.2');

/** Where undici's fetch looks: since undici 8, which brings the newer handlers, in another place. */
export function globalDispatcher(handler?: Handler): DispatcherLike | undefined {
  const { [OLDER]: older, [NEWER]: newer } = globalThis as Record<symbol, DispatcherLike | undefined>;
  if (!handler) return newer?.isMockActive ? newer : (older ?? newer);
  return 'onRequestStart' in handler ? newer : older;
}

/** undici's version if the runtime's own fetch can be watched as it is set up now; else why not, in words. */
export function witnessNow(): { undici: string } | { because: string } {
  const { process } = globalThis as { process?: { versions?: { undici?: string } } };
  const undici = process?.versions?.undici;
  if (!undici) return { because: "this runtime's fetch is not undici's" };
  // The first look at one of its classes loads fetch, which puts its dispatcher there.
  void globalThis.Headers;
  const dispatcher = globalDispatcher(Number.parseInt(undici, 10) < 8 ? {} : { onRequestStart: undefined });
  if (!dispatcher) return { because: 'its dispatcher cannot be seen' };
  return isUndicisOwn(dispatcher)
    ? { undici }
    : { because: "the global dispatcher is not one of undici's own" };
}

// What is not in here may write without starting the handler, or report what did not happen: mocks, interceptors,
// classes of the user's.
const OWN = ['Agent', 'Pool', 'Client', 'BalancedPool', 'RoundRobinPool', 'ProxyAgent', 'EnvHttpProxyAgent'];

/** Whether it is one of undici's dispatchers, and nobody put anything of his own between it and the socket. */
function isUndicisOwn(dispatcher: DispatcherLike): boolean {
  const known = trusted.get(dispatcher);
  if (known?.dispatch === dispatcher.dispatch) return known.isOwn;
  let isOwn = false;
  try {
    isOwn = looksOwn(dispatcher);
  } catch {
    // A proxy, or getters that throw.
  }
  // What a wrapper wraps may change.
  if (dispatcher.constructor.name !== WRAPPER)
    trusted.set(dispatcher, { dispatch: dispatcher.dispatch, isOwn });
  return isOwn;
}

const trusted = new WeakMap<DispatcherLike, { dispatch: unknown; isOwn: boolean }>();

/** undici 8's, for older handlers, around the dispatcher that it shows in the newer place. */
const WRAPPER = 'Dispatcher1Wrapper';

function looksOwn(dispatcher: DispatcherLike): boolean {
  const { name } = dispatcher.constructor;
  if (name === WRAPPER) {
    const wrapped = globalDispatcher({ onRequestStart: undefined });
    return wrapped !== undefined && wrapped.constructor.name !== WRAPPER && looksOwn(wrapped);
  }
  let holder = dispatcher;
  while (!Object.hasOwn(holder, 'dispatch')) holder = Object.getPrototypeOf(holder) as DispatcherLike;
  const base = name === 'ProxyAgent' ? name : 'DispatcherBase';
  // `compose` gives a proxy of the same class with another `dispatch`, or another class.
  const isWhole = holder.constructor.name === base && holder.dispatch === dispatcher.dispatch;
  return OWN.includes(name) && isWhole && !isCustomized(dispatcher as unknown as Record<symbol, any>);
}

/** Whether options put something in between: a `factory`, or the `interceptors` of undici 6. */
function isCustomized(dispatcher: Record<symbol, any>): boolean {
  return Object.getOwnPropertySymbols(dispatcher).some((symbol) => {
    const value = dispatcher[symbol];
    if (symbol.description === 'factory') return value.name !== 'defaultFactory';
    if (symbol.description === 'options') return value?.interceptors !== undefined;
    // Its one default is the redirecting one, which does nothing unless told to.
    if (symbol.description === 'dispatch interceptors')
      return value.some((each: unknown) => !/maxRedirections/.test(String(each)));
    return false;
  });
}

const CHANNEL = 'undici:client:sendHeaders';
const listening = new Map<string, Witness[]>();
let isSubscribed = false;

interface Channels {
  subscribe(name: string, listener: (message: any) => void): void;
}

function listenFor(witness: Witness, signature: string): void {
  if (!isSubscribed) subscribe();
  const others = listening.get(signature);
  if (others) others.push(witness);
  else listening.set(signature, [witness]);
}

function stopListeningFor(witness: Witness, signature: string): void {
  const left = listening.get(signature)?.filter((each) => each !== witness);
  if (left && left.length > 0) listening.set(signature, left);
  else listening.delete(signature);
}

/** Before the first call nothing is, so that a process that never calls does not pay. */
function subscribe(): void {
  isSubscribed = true;
  const { process } = globalThis as {
    process?: { versions?: { undici?: string }; getBuiltinModule?(name: string): Channels | undefined };
  };
  if (!process?.versions?.undici) return;
  try {
    // By name: a channel object may be collected, and its listeners with it.
    process.getBuiltinModule?.('node:diagnostics_channel')?.subscribe(CHANNEL, hear);
  } catch {
    // It exists and throws, as in Next's Edge runtime.
  }
}

function hear({ request, headers }: { request: DispatchOptions; headers: string }): void {
  if (listening.size === 0 || request.method !== 'POST') return;
  const at = headers.indexOf(`${SIGNATURE}: `);
  if (at < 0) return;
  const from = at + SIGNATURE.length + 2;
  const among = listening.get(headers.slice(from, headers.indexOf('\r', from)));
  if (!among) return;
  // A proxy is asked for the whole URL.
  const url = request.path.startsWith('/') ? `${String(request.origin)}${request.path}` : request.path;
  const exactly = among.filter((witness) => witness.isTo(url));
  for (const witness of exactly.length > 0 ? exactly : among) witness.hear();
}
