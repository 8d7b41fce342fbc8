import { Hono } from 'hono';
import { callbackHandler, type VerifiedCallback } from 'ifortepay-va/callback';
import { cancelOrder } from './cancel.ts';
import { type Shop, requestFor } from './orders.ts';

/** The backend's routes. Put your own authentication in front of /orders; the callbacks bring theirs. */
export function createApp(shop: Shop): Hono {
  const app = new Hono();

  app.post('/orders/:orderId/cancel', async (c) => {
    const order = await shop.orders.find(c.req.param('orderId'));
    if (!order) return c.json({ message: 'no such order' }, 404);
    const ending = await cancelOrder(shop, order);
    switch (ending.outcome) {
      case 'done':
        return c.json({ state: 'canceled' });
      case 'unknown': // neither success nor failure: the job finds out, and the caller may ask again
        return c.json({ state: 'canceling', code: ending.code }, 202);
      case 'refused': {
        // It may be paid or expired, as an inquiry told.
        const { state } = (await shop.orders.find(order.order_id)) ?? order;
        return c.json({ state, code: ending.code }, 409);
      }
      case 'not_sent':
        return c.json({ state: 'open', code: ending.code }, 503);
      case 'busy': {
        const { state } = (await shop.orders.find(order.order_id)) ?? order;
        return c.json({ state }, state === 'canceled' ? 200 : state === 'canceling' ? 202 : 409);
      }
      default:
        return ending satisfies never;
    }
  });

  // It checks the signature over the very bytes that came: no parser comes before it.
  const handle = callbackHandler({
    hashKey: shop.hashKey,
    onCallback: (verified) => takeCallback(shop, verified),
  });
  app.post('/callbacks/va', (c) => handle(c.req.raw));

  return app;
}

// Longer than this, and the gateway may have given up waiting; it sends again.
const INQUIRY_MS = 4_000;

/**
 * Takes one callback whose signature is right. What it throws is answered 503, so that the gateway sends again.
 *
 * @throws VaError if the gateway could not be asked
 * @throws Error if no order with these ids is stored; by the next try it may be
 */
export async function takeCallback(shop: Shop, { ids, unverified }: VerifiedCallback): Promise<void> {
  const { client, orders } = shop;
  const order = await orders.findByTransaction(ids.transaction_id);
  // Two ids joined differently sign alike, so each is compared with the stored one.
  if (order?.external_id !== ids.external_id || order.order_id !== ids.order_id) {
    throw new Error(`a callback about no order of ours: ${ids.transaction_id}`);
  }

  // The signature vouches for the ids alone: whether it is paid, only the gateway itself can say.
  const { transaction_status } = await client.inquire(requestFor(order), { timeoutMs: INQUIRY_MS });
  if (transaction_status !== 'PAID' && transaction_status !== 'SUCCESS') return;
  // Neither signed nor told by the inquiry: the amount that counts is the stored one, and another is a warning.
  const amount = Number(unverified.payment_details?.amount);
  if (amount === order.amount && (await orders.move(order.order_id, ['open'], 'paid')))
    await shop.ship(order);
  else if (await orders.move(order.order_id, ['open', 'canceling', 'canceled', 'expired'], 'review')) {
    await shop.alert(order, `it is paid; it was ${order.state}, and the callback names the amount ${amount}`);
  }
}
