/** Serves the backend, and runs its job every minute. Everything comes from the environment. */
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { createVaClient, type GatewayOptions } from 'ifortepay-va';
import { createApp } from './app.ts';
import { settleCancels } from './cancel.ts';
import { ordersInMemory, type VirtualAccount, type Shop } from './orders.ts';

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing in the environment`);
  return value;
}

const { IFORTEPAY_ENV: environment, IFORTEPAY_BASE_URL: baseUrl } = process.env;
const hashKey = need('IFORTEPAY_HASH_KEY');
const client = createVaClient({
  // Which environments there are, the client says; there is no default.
  ...((baseUrl ? { baseUrl } : { environment }) as GatewayOptions),
  merchantId: need('IFORTEPAY_MERCHANT_ID'),
  secretUnboundId: need('IFORTEPAY_SECRET_UNBOUND_ID'),
  hashKey,
  // A record has no ids, messages or credentials.
  onAttempt: (record) => console.log(JSON.stringify(record)),
});
// Your checkout stores an order when it creates the virtual account; this file stands in for it.
const accounts = JSON.parse(
  readFileSync(new URL('../orders.json', import.meta.url), 'utf8'),
) as VirtualAccount[];
const shop: Shop = {
  client,
  hashKey,
  orders: ordersInMemory(accounts),
  ship: async ({ order_id }) => console.log(`ship ${order_id}`),
  alert: async ({ order_id }, reason) => console.error(`look at ${order_id}: ${reason}`),
};

// A run waits for the one before it.
const settleEveryMinute = (): unknown =>
  setTimeout(() => settleCancels(shop).catch(console.error).finally(settleEveryMinute), 60_000);
settleEveryMinute();
const server = serve({ fetch: createApp(shop).fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) =>
  console.log(`listening at port ${port}`),
);
process.once('SIGTERM', () => server.close(() => process.exit()));
