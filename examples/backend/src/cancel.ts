import { isVaError, type VaErrorCode } from 'ifortepay-va';
import { type Order, requestFor, type Shop } from './orders.ts';

/** How a cancel ended. */
export type Ending =
  { outcome: 'done' | 'busy' } | { outcome: 'refused' | 'not_sent' | 'unknown'; code: VaErrorCode };

/** Cancels an order's virtual account. `busy`: the order is not open, and nothing was done. */
export async function cancelOrder(shop: Shop, order: Order): Promise<Ending> {
  const { client, orders } = shop;
  // Stored before anything is sent: whatever happens to this process from here on, the job below finds out.
  if (!(await orders.move(order.order_id, ['open'], 'canceling'))) return { outcome: 'busy' };
  try {
    await client.cancel(requestFor(order));
  } catch (error) {
    if (!isVaError(error)) throw error;
    const { outcome, code } = error;
    switch (outcome) {
      case 'refused': // the gateway said no, this call changed nothing
        return afterRefusal(shop, order, code);
      case 'not_sent': // it provably never left
        await orders.move(order.order_id, ['canceling'], 'open');
        return { outcome, code };
      case 'unknown': // it may be cancelled, or not, or will be in a moment: it stays `canceling`
        return { outcome, code };
      default:
        return outcome satisfies never;
    }
  }
  await orders.move(order.order_id, ['canceling'], 'canceled');
  return { outcome: 'done' };
}

/** Why it is refused, 01 does not say: it may be cancelled, paid or expired already. The gateway is asked. */
async function afterRefusal(shop: Shop, order: Order, code: VaErrorCode): Promise<Ending> {
  const { orders } = shop;
  if (code === 'invalid_parameter') await settle(shop, order, false).catch(() => undefined);
  // What the inquiry did not settle is as it was: refused.
  await orders.move(order.order_id, ['canceling'], 'open');
  const now = await orders.find(order.order_id);
  return now?.state === 'canceled' ? { outcome: 'done' } : { outcome: 'refused', code };
}

/**
 * Finds out, by inquiry, about each order that has been `canceling` for `afterMs` or longer. Run it every minute.
 * `afterMs` must be longer than a cancel may take (`totalTimeoutMs` of the client), to leave alone what is under way.
 */
export async function settleCancels(shop: Shop, afterMs = 120_000): Promise<void> {
  for (const order of await shop.orders.cancelingSince(Date.now() - afterMs)) {
    try {
      await settle(shop, order);
    } catch (error) {
      // The next run asks again; the other orders are asked for now. A VaError holds no credentials.
      console.error(`${order.order_id} is not settled: ${(error as Error).message}`);
    }
  }
}

async function settle({ client, orders, alert }: Shop, order: Order, mayCancel = true): Promise<void> {
  const request = requestFor(order);
  try {
    await client.confirm(request, { singleUse: true });
  } catch (error) {
    if (!isVaError(error)) throw error;
    switch (error.code) {
      case 'already_paid':
        if (await orders.move(order.order_id, ['canceling'], 'review')) {
          await alert(order, 'it was paid while it was being cancelled');
        }
        return;
      case 'already_expired':
        await orders.move(order.order_id, ['canceling'], 'expired');
        return;
      case 'still_active':
        if (!mayCancel) throw error;
        // So the first cancel did nothing, or not yet. Whatever but done comes of this one, the next run asks.
        await client.cancel(request);
        break;
      default:
        throw error;
    }
  }
  await orders.move(order.order_id, ['canceling'], 'canceled');
}
