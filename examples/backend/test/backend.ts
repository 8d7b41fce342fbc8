/** The backend on loopback, and this repository's sandbox as the gateway that it calls and that calls it. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createVaClient } from 'ifortepay-va';
import { sendCallback } from '../../../contract-tests/sandbox/callback.ts';
import { seedMerchants, seedVirtualAccounts } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { createApp } from '../src/app.ts';
import { ordersInMemory, type Order, type State, type Shop } from '../src/orders.ts';

export const merchant = seedMerchants[0]!;
export const AMOUNT = 150_000;

/** The sandbox's virtual account of that name: `active`, or what its banner lists (`paid`, `cancel-drop`, …). */
export function account(name: string) {
  const found =
    name === 'active'
      ? seedVirtualAccounts[0]
      : seedVirtualAccounts.find(({ external_id }) => external_id === `sandbox-${name}`);
  if (!found) throw new Error(`The sandbox has no virtual account ${name}.`);
  const { order_id, external_id, transaction_id, payment_channel } = found;
  return { order_id, external_id, transaction_id, payment_channel, amount: AMOUNT };
}

/** A backend that has an order for the named virtual account. */
export interface Backend {
  url: string;
  sandbox: SandboxServer;
  shop: Shop;
  order: ReturnType<typeof account>;
  shipped: string[];
  alerts: string[];
  state(): Promise<State | undefined>;
  /** Asks the backend to cancel: the status and the body of its answer. */
  cancel(orderId?: string): Promise<[number, unknown]>;
  /** The gateway posts its callback, rightly signed: the status of each try. */
  callback(status: string, amount?: number): ReturnType<typeof sendCallback>;
  /** The paths that the gateway was called at. */
  asked(): string[];
  close(): Promise<void>;
}

export async function startBackend(name: string): Promise<Backend> {
  const sandbox = await startSandbox();
  const order = account(name);
  const shipped: string[] = [];
  const alerts: string[] = [];
  const { merchant_id: merchantId, secret_unbound_id: secretUnboundId, hash_key: hashKey } = merchant;
  const client = createVaClient({
    baseUrl: sandbox.url,
    merchantId,
    secretUnboundId,
    hashKey,
    timeoutMs: 2_000,
  });
  const shop: Shop = {
    client,
    hashKey,
    orders: ordersInMemory([order]),
    ship: async ({ order_id }: Order) => void shipped.push(order_id),
    alert: async (_: Order, reason: string) => void alerts.push(reason),
  };
  const server = serve({ fetch: createApp(shop).fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    sandbox,
    shop,
    order,
    shipped,
    alerts,
    state: async () => (await shop.orders.find(order.order_id))?.state,
    async cancel(orderId = order.order_id) {
      const response = await fetch(`${url}/orders/${orderId}/cancel`, { method: 'POST' });
      return [response.status, await response.json()];
    },
    callback: (status, amount = AMOUNT) =>
      sendCallback(sandbox.state, order.transaction_id, { status, amount }, `${url}/callbacks/va`),
    asked: () => sandbox.requests.map(({ path }) => path),
    async close() {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await Promise.all([once(server, 'close'), sandbox.close()]);
    },
  };
}
