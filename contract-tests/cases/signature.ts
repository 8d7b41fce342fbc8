import { createHash } from 'node:crypto';

/**
 * Lower-case hex of SHA-256 over the parts joined in UTF-8; right with hash_key, external_id, order_id
 * (formula: gateway docs, /payment-gateway/securities). Written apart from src/ and the sandbox, on purpose.
 */
export function sign(...parts: string[]): string {
  return createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part, 'utf8'))))
    .digest('hex');
}

/** Base64 of `merchant_id:secret_unbound_id` in UTF-8, for Basic (gateway docs, securities). */
export function basicToken(merchantId: string, secretUnboundId: string): string {
  return Buffer.from(`${merchantId}:${secretUnboundId}`, 'utf8').toString('base64');
}
