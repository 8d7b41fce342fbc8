import { Hono } from 'hono';
import { callbackHandler } from 'ifortepay-va/callback';
import { takeCallback } from './callback.ts';
import { cancelOrder } from './cancel.ts';
import type { Shop } from './shop.ts';

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
