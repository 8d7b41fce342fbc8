import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
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

  app.post('/callbacks/va', bodyLimit({ maxSize: 64 * 1024 }), async (c) => {
    // The signature is checked over these very bytes: no parser comes before it.
    const body = new Uint8Array(await c.req.arrayBuffer());
    try {
      const taken = await takeCallback(shop, body, c.req.header('mcp-signature'));
      return taken === 'taken' ? c.json({ message: 'SUCCESS' }) : c.json({ message: 'not accepted' }, 400);
    } catch (error) {
      console.error(`A callback is not taken: ${(error as Error).message}`);
      return c.json({ message: 'send again' }, 503);
    }
  });

  return app;
}
