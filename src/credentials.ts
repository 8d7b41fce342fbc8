import { basicAuthorization, signatureOf, type SignedIds } from './signature.js';

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
export interface Credentials {
  /** The headers that authenticate a request about these ids; at once where the runtime can hash at once. */
  headersFor(ids: SignedIds): Record<string, string> | Promise<Record<string, string>>;
  /** `text` with every credential, and the signature if given, blotted out. */
  redact(text: string, signature?: string): string;
  /** Whether none of them is in this JSON, so that there is nothing to redact. When unsure, false. */
  isAbsentFrom(json: string, signature?: string): boolean;
}

/**
 * Checks and hides the credentials.
 *
 * @throws TypeError naming the option that is missing, blank, or holds what a header or Basic cannot carry;
 *   never its value
 */
export function createCredentials(options: CredentialOptions): Credentials {
  const { merchantId, secretUnboundId, hashKey, subMerchantId } = options;
  for (const name of ['merchantId', 'secretUnboundId', 'hashKey'] as const)
    requireSecret(name, options[name]);
  if (subMerchantId !== undefined) requireHeaderText(subMerchantId);
  const authorization = basicAuthorization(merchantId, secretUnboundId);
  const needles = spellings([secretUnboundId, hashKey, authorization.slice('Basic '.length)]);
  // A backslash may spell any character of a secret.
  const suspicious = [...needles, '\\'];
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
    redact: (text, signature) => {
      const unsigned = signature ? text.replace(new RegExp(signature, 'gi'), MARK) : text;
      return needles.reduce((left, needle) => left.replaceAll(needle, MARK), unsigned);
    },
    isAbsentFrom: (json, signature = '\\') =>
      !suspicious.some((text) => json.includes(text)) && !json.toLowerCase().includes(signature),
  };
}

function requireSecret(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string, not ${typeof value}`);
  if (value.trim() === '') throw new TypeError(`${name} must not be blank`);
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${name} holds half of a surrogate pair`);
  if (/\p{Cc}/u.test(value)) {
    throw new TypeError(`${name} holds a control character, perhaps a line break at its end; remove it`);
  }
}

function requireHeaderText(value: unknown): void {
  // The pattern of the contract's sub-merchant-id parameter; anything else cannot be sent in a header as it is.
  if (typeof value === 'string' && value.length <= 128 && /^[!-~]([ -~]*[!-~])?$/.test(value)) return;
  throw new TypeError('subMerchantId must be 1 to 128 printable ASCII characters without a space at an end');
}

const MARK = '[redacted]';

/** Each secret as it is and as JSON, a URL or HTML would spell it; longer ones first. */
function spellings(secrets: string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}
