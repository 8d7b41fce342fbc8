import type { VerifiedCallback } from 'ifortepay-va/callback';
import { requestFor, type Shop } from './shop.ts';

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
