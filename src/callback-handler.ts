/** Handlers of callbacks: `verifyCallback` with all that stands around it on a server. */
import { fromIterable, MAX_ANSWER_BYTES, readBytes, TooLarge, type BodyReader } from './answer.js';
import { CallbackError, verifyCallback, type VerifiedCallback } from './callback.js';
import { requireSecret } from './credentials.js';

export { CallbackError, type VerifiedCallback, type VerifiedIds } from './callback.js';

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
    // What was not read to its end cannot be followed by another request.
    const headers = { 'content-type': 'application/json', ...(status !== 200 && { connection: 'close' }) };
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
