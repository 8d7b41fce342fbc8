import type { components } from '../generated/schema.js';
import { MAX_ANSWER_BYTES, parseAnswer } from './answer.js';
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
