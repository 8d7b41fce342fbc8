// Cancels a virtual account: node cancel.mjs EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL
// Node 20 or newer, nothing to install. The package ifortepay-va does this, and tells the outcomes apart.
import { createHash } from 'node:crypto';

const env = (name) => process.env[name] || fail(2, `${name} is not set`);

function fail(code, message) {
  console.error(message);
  process.exit(code);
}

const [external_id, order_id, transaction_id, payment_channel, ...rest] = process.argv.slice(2);
if (!payment_channel || rest.length)
  fail(2, 'usage: cancel.mjs EXTERNAL_ID ORDER_ID TRANSACTION_ID PAYMENT_CHANNEL');

const signature = createHash('sha256')
  .update(env('IFORTEPAY_HASH_KEY') + external_id + order_id)
  .digest('hex');
const basic = Buffer.from(`${env('IFORTEPAY_MERCHANT_ID')}:${env('IFORTEPAY_SECRET_UNBOUND_ID')}`);

try {
  const response = await fetch(`${env('IFORTEPAY_BASE_URL')}/va/cancel`, {
    method: 'POST',
    redirect: 'manual', // a redirect would carry the headers elsewhere
    signal: AbortSignal.timeout(30_000),
    headers: {
      Authorization: `Basic ${basic.toString('base64')}`,
      'Content-Type': 'application/json',
      'x-req-signature': signature,
      'x-version': 'v3',
    },
    body: JSON.stringify({
      external_id,
      order_id,
      transaction_id,
      payment_method: 'BANK_TRANSFER',
      payment_channel,
    }),
  });
  console.log(`HTTP ${response.status}\n${await response.text()}`);
  if (!response.ok) process.exitCode = 1; // cancelled only if the body says CANCELED, with response_code 00
} catch (error) {
  fail(1, `No answer. It may be cancelled all the same: ask /va/inquiry.\n${error}`);
}
