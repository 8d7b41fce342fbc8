import { sha256Hex } from './digest.js';

/** The two ids that the request signature covers. `transaction_id` is not among them. */
export interface SignedIds {
  external_id: string;
  order_id: string;
}

const encoder = new TextEncoder();

/**
 * The value of `x-req-signature`: lower-case hex of SHA-256 over `hashKey + external_id + order_id`, joined
 * without a separator, in UTF-8. Not an HMAC. (Gateway docs, /payment-gateway/securities; hex as in its SDKs.)
 *
 * @throws TypeError if a part is not a non-empty, well-formed string
 */
export async function requestSignature(hashKey: string, ids: SignedIds): Promise<string> {
  return signatureOf(hashKey, ids);
}

/** `requestSignature`, at once where the runtime can hash at once. Throws and rejects alike. */
export function signatureOf(hashKey: string, ids: SignedIds): string | Promise<string> {
  requireText('hashKey', hashKey);
  requireText('external_id', ids.external_id);
  requireText('order_id', ids.order_id);
  return sha256Hex(hashKey + ids.external_id + ids.order_id);
}

/**
 * The value of `Authorization`: `Basic ` and Base64 of `merchantId:secretUnboundId` in UTF-8.
 * (Gateway docs, /payment-gateway/securities.)
 *
 * @throws TypeError if a part is not a non-empty, well-formed string, or the merchant id holds a colon
 */
export function basicAuthorization(merchantId: string, secretUnboundId: string): string {
  requireText('merchantId', merchantId);
  requireText('secretUnboundId', secretUnboundId);
  // RFC 7617 section 2: the first colon ends the user id, so only the secret may hold one.
  if (merchantId.includes(':')) throw new TypeError('merchantId holds a colon, which Basic cannot carry');
  const bytes = encoder.encode(`${merchantId}:${secretUnboundId}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** Refuses what cannot be signed truthfully: nothing at all, or half a character, which UTF-8 would replace. */
function requireText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}`);
  if (value === '') throw new TypeError(`${name} must not be empty`);
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${name} holds half of a surrogate pair`);
}

/**
 * The value of the callback header `mcp-signature`: lower-case hex of SHA-256 over `transaction_id` and the
 * `x-req-signature` of that order. (Gateway docs, payment-page/callback.) It covers the three ids only.
 *
 * @throws TypeError if a part is not a non-empty, well-formed string
 */
export async function callbackSignature(
  hashKey: string,
  ids: SignedIds & { transaction_id: string },
): Promise<string> {
  requireText('transaction_id', ids.transaction_id);
  const requestPart = await signatureOf(hashKey, ids);
  return sha256Hex(ids.transaction_id + requestPart);
}

/**
 * Whether two texts are the same, in a time that does not tell where they differ: one is authenticated under a
 * random key, WebCrypto verifies the other.
 */
export async function sameText(one: string, other: string): Promise<boolean> {
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const tag = await crypto.subtle.sign('HMAC', key, encoder.encode(one));
  return crypto.subtle.verify('HMAC', key, tag, encoder.encode(other));
}
