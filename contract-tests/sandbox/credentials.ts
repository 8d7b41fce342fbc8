import { createHash, timingSafeEqual } from 'node:crypto';

/** What a Basic Authorization value holds. */
export interface BasicCredentials {
  merchantId: string;
  secret: string;
}

/** The three ids that a callback's signature covers. */
export type CallbackIds = Record<'transaction_id' | 'external_id' | 'order_id', string>;

const strictBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads `Base64(merchant_id + ":" + secret_unbound_id)` (gateway docs, /payment-gateway/securities). Splits
 * at the first colon: a secret may hold colons, a merchant id may not. Undefined for anything but strict,
 * canonical Base64 of UTF-8 with a colon; with `lenient` it makes the best of what is there.
 */
export function readBasic(token: string, lenient = false): BasicCredentials | undefined {
  const bytes = Buffer.from(token, 'base64');
  const strict = strictBase64.test(token) && bytes.toString('base64') === token;
  const text = decodeUtf8(bytes, lenient);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || (!lenient && (!strict || colon < 0))) return undefined;
  if (colon < 0) return { merchantId: text, secret: '' };
  return { merchantId: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** The text of UTF-8 bytes, a byte order mark kept; undefined if they are not UTF-8, unless `lenient`. */
export function decodeUtf8(bytes: Uint8Array, lenient = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: !lenient, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The request signature: lower-case hex of SHA-256 over hash_key, external_id and order_id, joined without a
 * separator (formula: gateway docs, /payment-gateway/securities; hex: read in its SDKs).
 */
export function requestSignature(hashKey: string, externalId: string, orderId: string): string {
  return createHash('sha256')
    .update(hashKey + externalId + orderId, 'utf8')
    .digest('hex');
}

/**
 * The signature of a callback, header mcp-signature: hex of SHA-256 over transaction_id and the request
 * signature of that order (gateway docs, payment-page/callback).
 */
export function callbackSignature(hashKey: string, ids: CallbackIds): string {
  const { transaction_id, external_id, order_id } = ids;
  return createHash('sha256')
    .update(transaction_id + requestSignature(hashKey, external_id, order_id), 'utf8')
    .digest('hex');
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text, 'utf8').digest());
  return timingSafeEqual(a!, b!);
}
