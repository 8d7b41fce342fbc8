import { createRedaction, type Redaction } from './redact.js';
import { probe } from './runtime.js';

const encoder = new TextEncoder();

/** What the gateway gave the merchant. All of it belongs on a server, never in a browser. */
export interface CredentialOptions {
  /** The merchant id; it cannot hold a colon. */
  merchantId: string;
  /** The `secret_unbound_id`, used as the password of Basic authorization. */
  secretUnboundId: string;
  /** The `hash_key` that signs requests; for a sub-merchant that sub-merchant's own. */
  hashKey: string;
  /** A sub-merchant's `submerchant_name`, sent as `sub-merchant-id`. Printable ASCII. */
  subMerchantId?: string | undefined;
}

/** Credentials in closures: nothing to see for `console.log`, `JSON.stringify` or `util.inspect`. */
export interface Signer extends Redaction {
  /** The headers that authenticate a request about these ids; at once where the runtime can hash at once. */
  headersFor(ids: SignedIds): Record<string, string> | Promise<Record<string, string>>;
}

/**
 * Checks and hides the credentials.
 *
 * @throws TypeError naming the option that is missing, blank, or holds what a header or Basic cannot carry;
 *   never its value
 */
export function createCredentials(options: CredentialOptions): Signer {
  const { merchantId, secretUnboundId, hashKey, subMerchantId } = options;
  for (const name of ['merchantId', 'secretUnboundId', 'hashKey'] as const)
    requireSecret(name, options[name]);
  if (subMerchantId !== undefined) requireHeaderText(subMerchantId);
  const authorization = basicAuthorization(merchantId, secretUnboundId);
  const redaction = createRedaction([secretUnboundId, hashKey, authorization.slice('Basic '.length)]);
  const subMerchant: Record<string, string> =
    subMerchantId === undefined ? {} : { 'sub-merchant-id': subMerchantId };
  const headersWith = (signature: string): Record<string, string> => ({
    authorization,
    'x-req-signature': signature,
    ...subMerchant,
  });
  return {
    headersFor(ids) {
      const signature = signatureOf(hashKey, ids);
      return typeof signature === 'string' ? headersWith(signature) : signature.then(headersWith);
    },
    redact: redaction.redact,
    isAbsentFrom: redaction.isAbsentFrom,
  };
}

// What happens to secrets on their way through .env files, dashboards and copies.
const DAMAGES: readonly (readonly [RegExp, words: string])[] = [
  [/\p{Surrogate}/u, 'holds half of a surrogate pair'],
  [/\p{Cc}/u, 'holds a control character, perhaps a line break at its end; remove it'],
  [
    /[\u200b-\u200f\u2060\ufeff]/,
    'holds an invisible character, perhaps a byte order mark at its beginning; remove it',
  ],
  [/^\s|\s$/, 'begins or ends with a blank; remove it'],
  [/^(["'`]).*\1$/s, 'stands in quotes, which would be taken for a part of it; remove them'],
];

/**
 * The one reader of a secret, wherever it comes in.
 *
 * @throws TypeError naming it and what damaged it, as far as that shows; never its value
 */
export function requireSecret(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}`);
  if (value.trim() === '') throw new TypeError(`${name} must not be blank`);
  for (const [pattern, words] of DAMAGES) {
    if (pattern.test(value)) throw new TypeError(`${name} ${words}`);
  }
}

function requireHeaderText(value: unknown): void {
  // The pattern of the contract's sub-merchant-id parameter; anything else cannot be sent in a header as it is.
  if (typeof value === 'string' && value.length <= 128 && /^[!-~]([ -~]*[!-~])?$/.test(value)) return;
  throw new TypeError('subMerchantId must be 1 to 128 printable ASCII characters without a space at an end');
}

/** The two ids that the request signature covers. `transaction_id` is not among them. */
export interface SignedIds {
  external_id: string;
  order_id: string;
}

/**
 * The value of `x-req-signature`: lower-case hex of SHA-256 over `hashKey + external_id + order_id`, joined
 * without a separator, in UTF-8. Not an HMAC. (Gateway docs, /payment-gateway/securities; hex as in its SDKs.)
 *
 * @throws TypeError if an id is not a non-empty, well-formed string, or the key is damaged
 * @example
 * ```ts
 * import { requestSignature } from 'ifortepay-va';
 *
 * const ids = { external_id: '39482906889734', order_id: '13499387088062' };
 * const header = await requestSignature(hashKey, ids);
 * ```
 */
export async function requestSignature(hashKey: string, ids: SignedIds): Promise<string> {
  requireSecret('hashKey', hashKey);
  return signatureOf(hashKey, ids);
}

/** The same for a key that was read before; at once where the runtime can hash at once. */
function signatureOf(hashKey: string, ids: SignedIds): string | Promise<string> {
  requireText('external_id', ids.external_id);
  requireText('order_id', ids.order_id);
  return sha256Hex(hashKey + ids.external_id + ids.order_id);
}

/**
 * The value of `Authorization`: `Basic ` and Base64 of `merchantId:secretUnboundId` in UTF-8.
 * (Gateway docs, /payment-gateway/securities.)
 *
 * @throws TypeError if a part is damaged, or the merchant id holds a colon
 * @example
 * ```ts
 * import { basicAuthorization } from 'ifortepay-va';
 *
 * const header = basicAuthorization(merchantId, secretUnboundId); // Basic …
 * ```
 */
export function basicAuthorization(merchantId: string, secretUnboundId: string): string {
  requireSecret('merchantId', merchantId);
  requireSecret('secretUnboundId', secretUnboundId);
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
 * @throws TypeError if an id is not a non-empty, well-formed string, or the key is damaged
 * @example
 * ```ts
 * import { callbackSignature } from 'ifortepay-va';
 *
 * // To send a callback of one's own in a test; to check one, take verifyCallback.
 * const header = await callbackSignature(hashKey, ids);
 * ```
 */
export async function callbackSignature(
  hashKey: string,
  ids: SignedIds & { transaction_id: string },
): Promise<string> {
  requireSecret('hashKey', hashKey);
  requireText('transaction_id', ids.transaction_id);
  const requestPart = await signatureOf(hashKey, ids);
  return sha256Hex(ids.transaction_id + requestPart);
}

/** A part of Node's own crypto, as far as it is used here. `hash` is of Node 20.12. */
interface NodeCrypto {
  hash?(name: 'sha256', text: string, form: 'hex'): string;
  webcrypto?: Crypto;
}

/** Node's own crypto, where it is at hand: `getBuiltinModule` is of Node 20.16 and 22.3. */
function nodeCrypto(): NodeCrypto | undefined {
  type Process = { getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined };
  // In Next's Edge runtime it exists, and throws.
  return probe(() => (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:crypto'));
}

/**
 * WebCrypto; Node's where the global one is of a test's imitation of a browser, which lacks most of it.
 *
 * @throws TypeError where there is none, as in React Native and on a page that came over http
 */
function webCrypto(): Crypto {
  const found = probe(() => crypto.subtle) ? crypto : nodeCrypto()?.webcrypto;
  if (!found)
    throw new TypeError('this runtime has no crypto.subtle (WebCrypto), which signatures are made with');
  return found;
}

/**
 * Lower-case hex of SHA-256 over `text` in UTF-8: by `node:crypto` where the runtime has it at hand, else by
 * WebCrypto, which on Node crosses to another thread and back for each hash: twenty times the price of the hash,
 * a tenth of that of a fetch (bench/). A promise only where it must be: each one costs something too.
 */
export function sha256Hex(text: string): string | Promise<string> {
  const node = nodeCrypto();
  return node?.hash ? node.hash('sha256', text, 'hex') : byWebCrypto(text);
}

async function byWebCrypto(text: string): Promise<string> {
  const hash = await webCrypto().subtle.digest('SHA-256', encoder.encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Whether two texts are the same, in a time that does not tell where they differ: one is authenticated under a
 * random key, WebCrypto verifies the other.
 */
export async function sameText(one: string, other: string): Promise<boolean> {
  const { subtle } = webCrypto();
  const key = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const tag = await subtle.sign('HMAC', key, encoder.encode(one));
  return subtle.verify('HMAC', key, tag, encoder.encode(other));
}
