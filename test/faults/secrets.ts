import { createHash } from 'node:crypto';

/** Invented, and full of what JSON, HTML and URLs spell in other ways. */
export const credentials = {
  merchantId: 'FAKE0000000001',
  secretUnboundId: '0xfake-"secret"-&<+/=>',
  hashKey: 'fake-hash-key-\\-%-é-for-tests-only',
};

/** The page's example. */
export const request = {
  external_id: '39482906889734',
  order_id: '13499387088062',
  transaction_id: '604b987e-8e51-4470-9a18-6d8b58b45472',
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA-POLYTRON',
} as const;

const { merchantId, secretUnboundId, hashKey } = credentials;

/** The Basic value, computed here and not by what is under test. */
export const basic = Buffer.from(`${merchantId}:${secretUnboundId}`).toString('base64');

/** The request signature, computed here and not by what is under test. */
export const signature = createHash('sha256')
  .update(hashKey + request.external_id + request.order_id)
  .digest('hex');

/** Everything that must never be seen. */
export const secrets = { secretUnboundId, hashKey, basic, signature };

/** What a gateway that echoes everything would say: what it received, and what it knows of the merchant. */
export function echoOf(headers: Record<string, string>): string {
  const received = `${headers.authorization} ${headers['x-req-signature']}`;
  return `echo: ${received} ${signature.toUpperCase()} ${secretUnboundId} ${hashKey}`;
}
