import { Duplex, pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { getGlobalDispatcher, request, type Dispatcher } from 'undici';
import type { AnswerBodyLike, FetchLike, WatchedFetch } from './runtime.js';
import { WATCHED, type DispatcherLike, type Witness } from './witness.js';

/** Options of `undiciFetch`. */
export interface UndiciFetchOptions {
  /** An undici `Agent`, `ProxyAgent` and the like, instead of the global one. It must not repeat requests. */
  dispatcher?: Dispatcher | undefined;
}

// Fetch standard: a "null body status", and what HTTP-network-or-cache fetch does where no user can be asked.
const WITHOUT_BODY = [204, 205, 304];
const PROXY_WANTS_CREDENTIALS = 407;

/** What may be collected at once: less than the client's own cap, which ends all that is longer. */
const SHORT_BYTES = 64 * 1024;

/**
 * A `fetch` for many calls a second, to give as the `fetch` option: undici's `request`, which takes a fraction of the
 * CPU that Node's fetch takes (bench/). What the client promises, it promises over this too, for signing, deadline,
 * size cap and outcome are all above it. It does not ask for a compressed answer, but reads one.
 *
 * It is no `fetch` for anything else: of the init it looks at method, headers, body and signal only.
 *
 * @example
 * ```ts
 * import { Agent } from 'undici';
 * import { createVaClient } from 'ifortepay-va';
 * import { undiciFetch } from 'ifortepay-va/undici';
 *
 * const fetch = undiciFetch({ dispatcher: new Agent({ connections: 50 }) });
 * const client = createVaClient({ ...options, fetch });
 * ```
 */
export function undiciFetch({ dispatcher }: UndiciFetchOptions = {}): FetchLike {
  const send = async (url: string, init: RequestInit, witness?: Witness) => {
    const { method, headers, body: content, signal } = init;
    const used = dispatcher ?? getGlobalDispatcher();
    const {
      statusCode,
      headers: received,
      body,
    } = await request(url, {
      method: method as Dispatcher.HttpMethod,
      headers: headers as Record<string, string>,
      body: content as string,
      signal: signal ?? null,
      dispatcher: witness
        ? (witness.over(() => used as unknown as DispatcherLike) as unknown as Dispatcher)
        : used,
    });
    // Whoever reads is told of an error too; where nobody reads, it must not end the process.
    body.on('error', () => {});
    const get = (name: string) => received[name]?.toString() ?? null;
    const isRead = !WITHOUT_BODY.includes(statusCode) && statusCode !== PROXY_WANTS_CREDENTIALS;
    if (!isRead) body.destroy();
    if (statusCode === PROXY_WANTS_CREDENTIALS) throw new TypeError('a proxy wants credentials');
    const encoding = get('content-encoding');
    const isShort = Number(get('content-length') ?? Infinity) <= SHORT_BYTES && encoding === null;
    const reading = isShort ? wholeBodyOf(body) : bodyOf(decoded(body, encoding));
    return { status: statusCode, headers: { get }, body: isRead ? reading : null };
  };
  const watched: { [WATCHED]: WatchedFetch } = { [WATCHED]: send };
  return Object.assign((url: string, init: RequestInit) => send(url, init), watched);
}

// As fetch does: an answer that was cut short is what there was of it.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_continue, ZSTD_e_end, ZSTD_d_windowLogMax } =
  zlib.constants;
const short = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const shortBrotli = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };

/** What fetch decodes, by the name in `content-encoding`. Zstandard only where Node has it, as for fetch. */
const DECODERS: Record<string, () => Duplex> = {
  gzip: () => zlib.createGunzip(short),
  'x-gzip': () => zlib.createGunzip(short),
  deflate: () => createInflateEither(),
  br: () => zlib.createBrotliDecompress(shortBrotli),
  ...('createZstdDecompress' in zlib && {
    // RFC 9659 section 3 bounds the window.
    zstd: () =>
      zlib.createZstdDecompress({
        flush: ZSTD_e_continue,
        finishFlush: ZSTD_e_end,
        params: { [ZSTD_d_windowLogMax]: 23 },
      }),
  }),
};

/** As for undici's fetch: more can only be meant to exhaust the reader. */
const MOST_CODINGS = 5;

/** The body with its codings taken off, the last one first; as it came if one of them is not known. */
function decoded(body: Readable, encoding: string | null): Readable {
  const codings = (encoding ?? '').toLowerCase().split(',');
  if (codings.length > MOST_CODINGS) throw new TypeError(`more than ${MOST_CODINGS} content codings`);
  const decoders = codings.reverse().map((coding) => DECODERS[coding.trim()]);
  if (!decoders.every((decoder) => decoder !== undefined)) return body;
  return pipeline([body, ...decoders.map((decoder) => decoder())], () => {}) as unknown as Readable;
}

/** Some servers send the bare stream by the name of the wrapped one; their first byte tells them apart. */
function createInflateEither(): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const pieces = source[Symbol.asyncIterator]();
    const first = await pieces.next();
    if (first.done) return;
    const isWrapped = (first.value[0]! & 0x0f) === 8;
    const inflate = isWrapped ? zlib.createInflate(short) : zlib.createInflateRaw(short);
    const all = async function* () {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => pieces };
    };
    yield* pipeline(Readable.from(all()), inflate, () => {});
  });
}

function bodyOf(stream: Readable): AnswerBodyLike {
  const cancel = async () => void stream.destroy();
  const chunks = stream[Symbol.asyncIterator]();
  return { cancel, getReader: () => ({ read: () => chunks.next(), cancel }) };
}

/** The same for a body of known, small size, at a third of the price: undici collects it by itself. */
function wholeBodyOf(body: Dispatcher.ResponseData['body']): AnswerBodyLike {
  const cancel = async () => void body.destroy();
  let isRead = false;
  const read = async () => {
    if (isRead) return { done: true };
    isRead = true;
    return { value: await body.bytes() };
  };
  return { cancel, getReader: () => ({ read, cancel }) };
}
