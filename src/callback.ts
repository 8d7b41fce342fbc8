/** Callbacks: what their signature vouches for, and handlers with all that stands around it on a server. */
import type { components } from '../generated/schema.js';
import {
  fromIterable,
  MAX_ANSWER_BYTES,
  parseAnswer,
  readBytes,
  TooLarge,
  type BodyReader,
} from './answer.js';
import { callbackSignature, requireSecret, sameText } from './credentials.js';
import { IfortepayError } from './errors.js';
import { bytesOf } from './runtime.js';

type Callback = components['schemas']['Callback'];

/** The three ids of a callback, which its signature vouches for. */
export interface VerifiedIds {
  transaction_id: string;
  external_id: string;
  order_id: string;
}

/** A callback whose signature is right. */
export interface VerifiedCallback {
  /** Vouched for by the signature: somebody holding the hash key once signed for these ids. */
  ids: VerifiedIds;
  /**
   * All else, status and amount included. Whoever holds one genuine callback can forge it: compare the ids with
   * the stored ones and confirm status and amount by inquiry before acting. Its members may be of any type.
   */
  unverified: Partial<Omit<Callback, keyof VerifiedIds>> & Record<string, unknown>;
}

/** What `verifyCallback` needs. */
export interface CallbackInput {
  /** The merchant's `hash_key`; for a sub-merchant's order that sub-merchant's own. */
  hashKey: string;
  /** The value of the header `mcp-signature`. */
  signature: string | null | undefined;
  /** The body exactly as it came, before any parser: its text, or its bytes in any view. */
  body: string | ArrayBufferView | ArrayBuffer;
}

/** A callback that must not be believed. Answer it with HTTP 400. The message never quotes what was sent. */
export class CallbackError extends IfortepayError {
  /** Said, for bundlers rename classes, and loggers show that name. */
  static readonly name = 'CallbackError';
  override readonly name = 'CallbackError';
  /** `malformed`: it cannot be read as a callback. `wrong_signature`: it can, but is not signed for its ids. */
  readonly code: 'malformed' | 'wrong_signature';

  constructor(code: CallbackError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Checks the signature of a callback, in constant time (gateway docs, payment-page/callback). It covers the
 * three ids and nothing else.
 *
 * @throws CallbackError whatever is wrong with what was received
 * @throws TypeError if `hashKey` is damaged, or the body was already parsed: a mistake of one's own
 * @example
 * ```ts
 * import { CallbackError, verifyCallback } from 'ifortepay-va';
 *
 * async function takeCallback(request: Request): Promise<Response> {
 *   const body = new Uint8Array(await request.arrayBuffer());
 *   const signature = request.headers.get('mcp-signature');
 *   try {
 *     const { ids } = await verifyCallback({ hashKey, signature, body });
 *     await settle(ids); // compare them with the stored ones, and inquire: only the ids are signed
 *     return Response.json({ message: 'SUCCESS' });
 *   } catch (error) {
 *     return new Response(null, { status: error instanceof CallbackError ? 400 : 503 });
 *   }
 * }
 * ```
 */
export async function verifyCallback({ hashKey, signature, body }: CallbackInput): Promise<VerifiedCallback> {
  requireSecret('hashKey', hashKey);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : bytesOf(body);
  if (!bytes) throw new TypeError('body must be the raw text or bytes, as they came, not parsed');
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/i.test(signature)) {
    throw new CallbackError('malformed', 'the header mcp-signature must be 64 hexadecimal digits');
  }
  const { ids, unverified } = split(bytes);
  // What is wrong with the callback was found above: if this fails, it is no fault of the sender.
  const expected = await callbackSignature(hashKey, ids);
  if (await sameText(expected, signature.toLowerCase())) return { ids, unverified };
  throw new CallbackError('wrong_signature', 'mcp-signature is not that of the ids in the body');
}

function split(bytes: Uint8Array): VerifiedCallback {
  const parsed = bytes.byteLength > MAX_ANSWER_BYTES ? undefined : parseAnswer(bytes)?.body;
  if (!parsed)
    throw new CallbackError('malformed', 'the body must be one JSON object, each member given once');
  const { transaction_id, external_id, order_id, ...unverified } = parsed;
  const ids = { transaction_id, external_id, order_id };
  for (const [name, id] of Object.entries(ids)) {
    if (typeof id !== 'string' || id === '') {
      throw new CallbackError('malformed', `${name} must be a string that is not empty`);
    }
    if (/\p{Surrogate}/u.test(id)) {
      throw new CallbackError('malformed', `${name} holds half of a surrogate pair`);
    }
  }
  return { ids: ids as VerifiedIds, unverified };
}

/** Options of `callbackHandler` and `nodeCallbackHandler`. */
export interface CallbackHandlerOptions {
  /** The merchant's `hash_key`; for a sub-merchant's orders that sub-merchant's own. */
  hashKey: string;
  /**
   * Called with each genuine callback; while it runs the gateway waits. When it is over, the gateway is answered 200
   * and sends no more; if it throws or rejects, 503, and the gateway sends again (3 times, gateway docs,
   * virtual-account/callback). It may come twice, and at the same time: settle an order in one atomic step.
   */
  onCallback(verified: VerifiedCallback): unknown;
  /**
   * Told of every callback that was not taken, and why: a `CallbackError` was answered 400, anything else 503. Whatever
   * it throws harms nobody. Default: `console.error`.
   */
  onError?: ((error: unknown) => unknown) | undefined;
}

/** As much of Node's `IncomingMessage` as is looked at, with what frameworks put on it. */
export interface NodeCallbackRequest {
  method?: string | undefined;
  httpVersionMajor?: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

/** As much of Node's `ServerResponse` as is used. */
export interface NodeCallbackResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

/**
 * A handler for servers that speak `Request` and `Response`: Hono, Next.js, Deno, Bun, Workers. It reads the raw body,
 * checks the signature, calls `onCallback`, and answers as the gateway expects.
 *
 * @throws TypeError if an option is wrong, naming it
 * @example
 * ```ts
 * import { callbackHandler } from 'ifortepay-va/callback';
 *
 * const handle = callbackHandler({ hashKey, onCallback: ({ ids }) => settle(ids) });
 * app.post('/callbacks/va', (c) => handle(c.req.raw)); // Hono
 * ```
 */
export function callbackHandler(options: CallbackHandlerOptions): (request: Request) => Promise<Response> {
  const take = taker(options);
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    const status = await take(request.headers.get('mcp-signature'), () => bodyOf(request));
    return new Response(ANSWERS[status], { status, headers: { 'content-type': 'application/json' } });
  };
}

/**
 * The same for servers that speak Node's `req` and `res`: `node:http`, Express, Nest, Firebase, Next.js `pages/api`. It
 * takes `req.rawBody`, or the bytes or the text that a raw parser left in `req.body`, or else reads `req` itself.
 *
 * @throws TypeError if an option is wrong, naming it; when called, if `req` and `res` are not Node's
 * @example
 * ```ts
 * import { nodeCallbackHandler } from 'ifortepay-va/callback';
 *
 * // Above app.use(express.json()), or nothing is left to read.
 * app.post('/callbacks/va', nodeCallbackHandler({ hashKey, onCallback: ({ ids }) => settle(ids) }));
 * ```
 */
export function nodeCallbackHandler(
  options: CallbackHandlerOptions,
): (req: NodeCallbackRequest, res: NodeCallbackResponse) => Promise<void> {
  const take = taker(options);
  // Not async: of Express 4 a rejection would end the process.
  return (req, res) => {
    if (typeof req?.[Symbol.asyncIterator] !== 'function' || typeof res?.writeHead !== 'function') {
      throw new TypeError(
        "nodeCallbackHandler takes Node's own req and res: in Fastify request.raw and reply.raw. " +
          'Where there is a Request, take callbackHandler',
      );
    }
    if (req.method !== 'POST') {
      res.writeHead(405, { allow: 'POST' });
      return Promise.resolve(void res.end(''));
    }
    return answerOnNode(take, req, res);
  };
}

async function answerOnNode(take: Take, req: NodeCallbackRequest, res: NodeCallbackResponse): Promise<void> {
  const status = await take(req.headers['mcp-signature']?.toString(), () => nodeBodyOf(req));
  try {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    // What was not read to its end cannot be followed by another request; HTTP/2 has streams, and no such header.
    if (status !== 200 && req.httpVersionMajor !== 2) headers['connection'] = 'close';
    res.writeHead(status, headers);
    res.end(ANSWERS[status]!);
  } catch {
    // The connection is gone, or a time limit of the framework has answered: nobody is left to tell.
  }
}

const ANSWERS: Record<number, string> = {
  200: '{"message":"SUCCESS"}', // gateway docs, virtual-account/callback
  400: '{"message":"not accepted"}',
  503: '{"message":"not taken, send it again"}',
};

type Take = (
  signature: string | null | undefined,
  read: () => Promise<string | Uint8Array>,
) => Promise<200 | 400 | 503>;

// A route that swallows its errors loses payments: where nobody listens, the console is told.
// eslint-disable-next-line no-console
const onConsole = (error: unknown) => console.error(error);

/** @throws TypeError naming the option that is wrong */
function taker({ hashKey, onCallback, onError = onConsole }: CallbackHandlerOptions): Take {
  requireSecret('hashKey', hashKey);
  for (const [name, value] of Object.entries({ onCallback, onError })) {
    if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
  }
  return async (signature, read) => {
    let isGenuine = false;
    try {
      const verified = await verifyCallback({ hashKey, signature, body: await read() });
      isGenuine = true;
      await onCallback(verified);
      return 200;
    } catch (error) {
      tell(onError, error);
      // Only what was checked and found wrong is the sender's: all else is to be sent again.
      return error instanceof CallbackError && !isGenuine ? 400 : 503;
    }
  };
}

function tell(onError: (error: unknown) => unknown, error: unknown): void {
  try {
    Promise.resolve(onError(error)).catch(() => {});
  } catch {
    // The observer's own trouble.
  }
}

async function bodyOf(request: Request): Promise<Uint8Array> {
  if (request.bodyUsed || request.body?.locked) {
    throw new TypeError(
      'the body of this request was read before, so its signature cannot be checked: call the handler before ' +
        'anything that parses, or give it new Request(url, { method, headers, body }) with the bytes that were read',
    );
  }
  if (!request.body) return new Uint8Array(await request.arrayBuffer());
  return within(request.body.getReader());
}

interface WithLeftovers {
  /** Of Firebase, Google Cloud Functions, and Nest with `rawBody: true`. */
  rawBody?: unknown;
  /** Of a body parser. */
  body?: unknown;
  readableDidRead?: boolean;
  readableEnded?: boolean;
}

async function nodeBodyOf(req: NodeCallbackRequest & WithLeftovers): Promise<string | Uint8Array> {
  for (const kept of [req.rawBody, req.body]) {
    if (typeof kept === 'string' || ArrayBuffer.isView(kept)) return kept as string | Uint8Array;
  }
  if (req.readableDidRead || req.readableEnded) {
    throw new TypeError(
      'the body of this request was read before, by a body parser perhaps, so its signature cannot be checked. ' +
        'Express: put this route above express.json(); Nest: create the application with { rawBody: true }; ' +
        'Next.js pages/api: export const config = { api: { bodyParser: false } }',
    );
  }
  return within(fromIterable(req));
}

/** The whole body. @throws CallbackError if it is longer than any callback */
async function within(reader: BodyReader): Promise<Uint8Array> {
  try {
    return await readBytes(reader);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new CallbackError('malformed', `the body is longer than ${MAX_ANSWER_BYTES} bytes`);
  }
}
