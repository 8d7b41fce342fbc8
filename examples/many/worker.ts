/** Takes what the producer has put in, and stays until Ctrl-C. Start as many as you like, on as many machines. */
import { createVaClient, type VaClientOptions } from 'ifortepay-va';
import { work } from 'ifortepay-va/bulk';

const env = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing in the environment`);
  return value;
};

const client = createVaClient({
  merchantId: env('IFORTEPAY_MERCHANT_ID'),
  secretUnboundId: env('IFORTEPAY_SECRET_UNBOUND_ID'),
  hashKey: env('IFORTEPAY_HASH_KEY'),
  baseUrl: process.env.IFORTEPAY_BASE_URL ?? 'https://api-stage.ifortepay.id',
} satisfies VaClientOptions);

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());

const result = await work({
  client,
  database: process.env.DATABASE_URL ?? 'postgres://localhost/shop',
  run: 'orders',
  rate: 50, // a second, of all workers together
  signal: abort.signal,
  onEvent: (event) => {
    if (event.event === 'row') console.log(event.order_id, event.state, event.code ?? '');
    if (event.event === 'stopping') console.log(event.message);
  },
});
// 5 as the command has it: a row is neither done nor refused.
process.exitCode = result.counts.queued + result.counts.unknown + result.counts.needs_a_person > 0 ? 5 : 0;
