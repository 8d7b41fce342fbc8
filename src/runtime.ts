/** What is particular to each runtime: its fetch, what that fetch's failures prove, and whether it is a browser. */
import type { VaErrorCode } from './errors.js';
import { globalDispatcher, MISDIRECTED, WATCHED, type Witness } from './witness.js';

/** A function like `fetch`. It is always called with a URL string and a plain init, never with a `Request`. */
export type FetchLike = (url: string, init: RequestInit) => Promise<AnswerLike>;

/** As much of a `Response` as is looked at. */
export interface AnswerLike {
  readonly status: number;
  /** Only `opaqueredirect` says something. */
  readonly type?: string;
  readonly headers: { get(name: string): string | null };
  readonly body?: AnswerBodyLike | AsyncIterable<unknown> | null;
  /** How the body is read where it is neither a stream nor iterable. */
  arrayBuffer?(): Promise<ArrayBuffer>;
  text?(): Promise<string>;
}

/** As much of a `ReadableStream` as is looked at. */
export interface AnswerBodyLike {
  getReader(): {
    read(): Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
  cancel(): Promise<void>;
}

/** Like `FetchLike`, and tells a witness. */
export type WatchedFetch = (url: string, init: RequestInit, witness: Witness) => Promise<AnswerLike>;

/** What `look` finds; undefined where the very look throws, as a runtime's own stand-ins may. */
export function probe<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Whether `value` can be waited for, by its shape: a promise may come from another realm, as in Jest's. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

const NOTHING = () => {};
const waits = new WeakMap<AbortSignal, { wakes: Set<() => void>; wakeAll(): void }>();

/**
 * Calls `wake` when `signal` aborts, or at once if it has. However many wait for one signal, it gets one listener: of an
 * eleventh Node 20 warns as of a leak.
 *
 * @returns what ends the waiting; must be called
 */
export function whenAborted(signal: AbortSignal | null | undefined, wake: () => void): () => void {
  if (!signal) return NOTHING;
  if (signal.aborted) {
    wake();
    return NOTHING;
  }
  let waiting = waits.get(signal);
  if (!waiting) {
    const wakes = new Set<() => void>();
    waiting = { wakes, wakeAll: () => wakes.forEach((each) => each()) };
    waits.set(signal, waiting);
  }
  const { wakes, wakeAll } = waiting;
  if (wakes.size === 0) signal.addEventListener('abort', wakeAll);
  wakes.add(wake);
  return () => {
    wakes.delete(wake);
    if (wakes.size === 0) signal.removeEventListener('abort', wakeAll);
  };
}

/** The bytes of a view or a buffer, of any realm, not copied; undefined if it is neither. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value) ? value : NO_VIEW;
  if (buffer) return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const isBuffer = Object.prototype.toString.call(value) === '[object ArrayBuffer]';
  return isBuffer ? new Uint8Array(value as ArrayBuffer) : undefined;
}

const NO_VIEW: Partial<ArrayBufferView> = {};

let takes: boolean | undefined;

/**
 * Whether fetch takes `cache: 'no-store'`, without which one that frameworks patched (Next.js) may answer from a cache.
 * Asked once; of Node it is known, and asking would load all of fetch. Workers of Cloudflare may throw for it.
 */
export function takesNoStore(): boolean {
  return (takes ??=
    probe(
      () => isNode() || new Request('https://gateway.invalid', { cache: 'no-store' }).cache === 'no-store',
    ) ?? false);
}

const isNode = () => {
  const { process, WebSocketPair } = globalThis as BrowserMarks & { WebSocketPair?: unknown };
  return process?.versions?.node !== undefined && !WebSocketPair;
};

interface WithEnvironment {
  process?: { env?: Record<string, string | undefined>; execArgv?: string[] };
  Deno?: unknown;
  Bun?: unknown;
}

/**
 * Whether the runtime's own fetch would send http to `url` through a proxy, which reads along: in words that name the
 * variable, or undefined. Node heeds the variables if told to, Deno and Bun always. A dispatcher that code has set as the
 * global one cannot be seen from here.
 */
export function proxyOnTheWay({ hostname, port }: URL): string | undefined {
  const { process, Deno, Bun } = globalThis as WithEnvironment;
  // A runtime that may not be asked for its environment does not heed it either.
  // One by one: a copy of the whole environment costs more than all else of a call.
  const variable = (name: string) => probe(() => process?.env?.[name]);
  const isFlag = (flag: string) => flag === '--use-env-proxy';
  const isToldTo = () =>
    variable('NODE_USE_ENV_PROXY') === '1' ||
    process?.execArgv?.some(isFlag) === true ||
    (variable('NODE_OPTIONS') ?? '').split(/\s+/).some(isFlag);
  if (!(Deno ?? Bun ?? isToldTo())) return undefined;
  const names = ['http_proxy', 'HTTP_PROXY', ...(Deno ? ['all_proxy', 'ALL_PROXY'] : [])];
  const name = names.find((each) => variable(each));
  const spared = (variable('no_proxy') ?? variable('NO_PROXY') ?? '').split(/[\s,]+/);
  if (!name || spared.some((entry) => spares(entry.toLowerCase(), hostname, port || '80'))) return undefined;
  return `${name} would lead it through a proxy, in clear; set NO_PROXY=${hostname}`;
}

/** As undici reads an entry of NO_PROXY: a host with or without a port, the end of one behind `.` or `*`, or all. */
function spares(entry: string, hostname: string, port: string): boolean {
  const [, host = entry, only = port] = /^(.+):(\d+)$/.exec(entry) ?? [];
  if (host === '' || only !== port) return false;
  return /^[.*]/.test(host) ? hostname.endsWith(host.replace(/^\*/, '')) : hostname === host;
}

interface DenoNamespace {
  version?: { deno?: string };
  createHttpClient?(options: object): unknown;
}

// Made once, when first needed, and kept for the life of the process.
let denoClient: unknown;

/**
 * The runtime's own fetch, looked up at each call, so that one replaced later (by a test, by instrumentation) is
 * used. On Deno with a client that keeps no idle connection and speaks no HTTP/2: its fetch otherwise sends a POST
 * again when a pooled connection dies, or the server refuses a stream.
 *
 * @param given the global fetch of now, for whoever wants no later one
 * @throws TypeError on a Deno before 2.9.6, where nothing keeps fetch from sending a request again
 */
export function defaultFetch(given?: FetchLike): { fetch: WatchedFetch; provenByText: boolean } {
  const { Deno: deno } = globalThis as { Deno?: DenoNamespace };
  const send: FetchLike = (url, init) => (given ?? fetch)(url, init);
  if (!deno?.createHttpClient) return { fetch: watchedFetch(send) ?? send, provenByText: false };
  requireDeno(deno.version?.deno ?? 'of unknown version');
  denoClient ??= deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  return {
    fetch: (url, init) => send(url, { ...init, client: denoClient } as RequestInit),
    provenByText: true,
  };
}

/**
 * The runtime's own fetch, watched, if it may be undici's; undefined on Deno, Bun, workerd and in browsers. What
 * somebody put in its place works as before, and what drops the dispatcher leaves the witness without a proof.
 */
function watchedFetch(send: FetchLike): WatchedFetch | undefined {
  const { process } = globalThis as { process?: { versions?: { undici?: string } } };
  if (!process?.versions?.undici) return undefined;
  return async (url, init, witness) => {
    let isMissing = false;
    const dispatcher = witness.over((handler) => {
      const found = globalDispatcher(handler);
      isMissing = !found;
      if (!found) throw new Error('no global dispatcher is to be seen');
      return found;
    }, true);
    let response: AnswerLike;
    try {
      response = await send(url, { ...init, dispatcher } as RequestInit);
    } catch (error) {
      // Where nobody can change globalThis, undici keeps its dispatcher to itself.
      if (isMissing) return send(url, init);
      throw error;
    }
    if (!witness.isMisdirected) return response;
    const { type, headers, body } = response;
    return { status: MISDIRECTED, type, headers, body };
  };
}

/**
 * A `fetch` of the user's, as the transport calls it. Only `undiciFetch` itself lets a witness listen: around it there
 * may be one that sends by another way too.
 */
export function customFetch(fetch: FetchLike & { [WATCHED]?: WatchedFetch }): WatchedFetch {
  return fetch[WATCHED] ?? ((url, init) => fetch(url, init));
}

/**
 * 2.9.5 also sends a POST again when a new connection dies after the request was read, and if it is refused then,
 * that passes for a proof that nothing was sent; 2.9.6 does not. Both measured (denoland/deno#36415).
 */
function requireDeno(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 2 || (major === 2 && (minor > 9 || (minor === 9 && patch >= 6)))) return;
  throw new TypeError(
    `the fetch of Deno ${version} may send a request twice: use Deno 2.9.6 or newer, or give a fetch of your own`,
  );
}

interface BrowserMarks {
  document?: unknown;
  importScripts?: unknown;
  process?: { versions?: { node?: string } };
  Deno?: unknown;
}

/**
 * Refuses a page, which has a document, and a browser's worker, which has `importScripts`. Not Node, Deno or Bun,
 * even where a test gives them a document, nor workerd, which looks like a worker but has neither.
 *
 * @throws TypeError that says why, and how to allow it
 */
export function refuseBrowser(scope: object = globalThis): void {
  const marks = scope as BrowserMarks;
  const isPage = probe(() => marks.document ?? marks.importScripts);
  if (!isPage || probe(() => marks.process?.versions?.node ?? marks.Deno)) return;
  throw new TypeError(
    'this is a browser: the secrets would be in the hands of every visitor. Call a backend of your own, which ' +
      'holds them. If all who open this may have them, set dangerouslyAllowSecretsInBrowser',
  );
}

/** What proves that a request never left: an error's `code`, of that system call if it names one. */
interface Proof {
  syscall?: string;
  /** Not without that system call: in a read or a write the same code proves nothing. */
  isOnlyOf?: true;
  means: VaErrorCode;
}

const CONNECT = { syscall: 'connect', isOnlyOf: true, means: 'not_connected' } as const;

/**
 * What each runtime shows by itself when a request provably never left, measured on Node 20 to 26, npm's undici,
 * Bun 1.4 and Deno 2.9. For everything that is not in here it takes a witness: a reset or a failed handshake looks the
 * same before and after. workerd tells nothing apart, so there all is unknown.
 *
 * Node and undici have `code` and `syscall` on the `cause`, Bun has `code` on the error itself.
 */
export const CODES: ReadonlyMap<unknown, Proof> = new Map<string, Proof>([
  ['ENOTFOUND', { syscall: 'getaddrinfo', means: 'dns_failed' }],
  ['EAI_AGAIN', { syscall: 'getaddrinfo', means: 'dns_failed' }],
  ['ECONNREFUSED', { syscall: 'connect', means: 'connection_refused' }],
  ['EHOSTUNREACH', CONNECT],
  ['ENETUNREACH', CONNECT],
  ['ETIMEDOUT', CONNECT],
  ['ECONNRESET', CONNECT],
  ['UND_ERR_CONNECT_TIMEOUT', { means: 'not_connected' }],
  ['CERT_NOT_YET_VALID', { means: 'certificate_rejected' }],
  ['CERT_HAS_EXPIRED', { means: 'certificate_rejected' }],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { means: 'certificate_rejected' }],
  ['SELF_SIGNED_CERT_IN_CHAIN', { means: 'certificate_rejected' }],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', { means: 'certificate_rejected' }],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', { means: 'certificate_rejected' }],
  ['ERR_TLS_CERT_ALTNAME_INVALID', { means: 'certificate_rejected' }],
]);

/** The text that undici has for a port to which the Fetch Standard lets no request go, 1, 9 and 6000 among them. */
export const BLOCKED = 'bad port';

const DENO_PREFIX = /^error sending request for url \(.*\): client error \(Connect\): /s;

/**
 * Deno has texts only. Its "(Connect)" is all that comes before the request, TLS included (a TLS 1.3 alert for a
 * missing client certificate, which comes after it, has another text); and that proves something only where its fetch
 * cannot have sent the request before: with a client that keeps no idle connection and speaks no HTTP/2.
 */
export const DENO_TEXTS: readonly (readonly [text: string, means: VaErrorCode])[] = [
  ['dns error: ', 'dns_failed'],
  ['tcp connect error: Connection refused ', 'connection_refused'],
  ['invalid peer certificate: ', 'certificate_rejected'],
];

/**
 * The code for a failure of `fetch` itself: a proof of "not sent", or `connection_failed`.
 *
 * @param provenByText whether Deno's fetch was used with a client of ours
 */
export function judgeFailure(error: unknown, provenByText = false): VaErrorCode {
  try {
    const { cause } = error as { cause?: unknown };
    return (
      proofIn(cause) ??
      proofIn(error) ??
      ((cause as Error | undefined)?.message === BLOCKED ? 'not_connected' : undefined) ??
      (provenByText ? proofOnDeno(error, cause) : undefined) ??
      'connection_failed'
    );
  } catch {
    return 'connection_failed'; // what a custom fetch throws may be a proxy, or have getters that throw
  }
}

function proofIn(holder: unknown): VaErrorCode | undefined {
  const { code, syscall, errors } = Object(holder) as { code?: unknown; syscall?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return proofInAll(errors);
  const known = CODES.get(code);
  if (!known) return undefined;
  // Bun names no system call for a refused connection.
  const isOfAny = known.syscall === undefined || (syscall === undefined && !known.isOnlyOf);
  return isOfAny || syscall === known.syscall ? known.means : undefined;
}

/** Node tries every address of a host: each of them must have failed, in one way or another. */
function proofInAll(errors: unknown[]): VaErrorCode | undefined {
  const proofs = new Set(errors.map(proofIn));
  if (proofs.has(undefined)) return undefined;
  return proofs.size > 1 ? 'not_connected' : [...proofs][0];
}

function proofOnDeno(error: unknown, cause: unknown): VaErrorCode | undefined {
  // Without --allow-net for that host: asked for before it connects.
  if ((error as Error).name === 'NotCapable') return 'not_connected';
  const [, rest] = (cause as Error).message.split(DENO_PREFIX);
  if (rest === undefined) return undefined;
  return DENO_TEXTS.find(([text]) => rest.startsWith(text))?.[1] ?? 'not_connected';
}
