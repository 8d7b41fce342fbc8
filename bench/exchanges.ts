/** What is asked and answered in the benchmark: the same for every variant, made before anything is measured. */
import { createHash } from 'node:crypto';

/** Invented. */
export const credentials = {
  merchantId: 'fake-merchant',
  secretUnboundId: 'fake-secret-unbound-id',
  hashKey: 'fake-hash-key',
};

/** One virtual account: what is sent for it, and what comes back. */
export interface BenchExchange {
  request: {
    external_id: string;
    order_id: string;
    transaction_id: string;
    payment_method: 'BANK_TRANSFER';
    payment_channel: string;
  };
  body: string;
  headers: Record<string, string>;
  answer: string;
}

const basic = Buffer.from(`${credentials.merchantId}:${credentials.secretUnboundId}`).toString('base64');

/** Enough of them that no variant lives off a remembered one. */
export const exchanges: BenchExchange[] = Array.from({ length: 1024 }, (_, index) => {
  const request = {
    external_id: `EXT-${10_000_000 + index}`,
    order_id: `ORDER-${10_000_000 + index}`,
    transaction_id: `604b987e-8e51-4470-9a18-${String(index).padStart(12, '0')}`,
    payment_method: 'BANK_TRANSFER' as const,
    payment_channel: 'BCA-POLYTRON',
  };
  const signed = credentials.hashKey + request.external_id + request.order_id;
  return {
    request,
    body: JSON.stringify(request),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      'x-version': 'v3',
      'x-req-signature': createHash('sha256').update(signed).digest('hex'),
    },
    answer: JSON.stringify({ ...request, transaction_status: 'CANCELED', response_code: '00' }),
  };
});
