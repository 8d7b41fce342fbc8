import { CallbackError, verifyCallback } from 'ifortepay-va';
import { requestFor, type Shop } from './shop.ts';

// Longer than this, and the gateway may have given up waiting; it sends again.
const INQUIRY_MS = 4_000;

/**
 * Takes one callback: its raw body, and its header `mcp-signature`. `taken` if it need not be sent again.
 *
 * @throws VaError if the gateway could not be asked: it must be sent again
 */
export async function takeCallback(
  shop: Shop,
  body: Uint8Array,
  signature: string | undefined,
): Promise<'taken' | 'rejected'> {
  const { client, orders, hashKey } = shop;
  const callback = await verifyCallback({ hashKey, signature, body }).catch((error: unknown) => {
    if (error instanceof CallbackError) return undefined;
    throw error;
  });
  if (!callback) return 'rejected';
  const { ids, unverified } = callback;
  const order = await orders.findByTransaction(ids.transaction_id);
  // Two ids joined differently sign alike, so each is compared with the stored one.
  if (order?.external_id !== ids.external_id || order.order_id !== ids.order_id) return 'rejected';

  // The signature vouches for the ids alone: whether it is paid, only the gateway itself can say.
  const { transaction_status } = await client.inquire(requestFor(order), { timeoutMs: INQUIRY_MS });
  if (transaction_status !== 'PAID' && transaction_status !== 'SUCCESS') return 'taken';
  // Neither signed nor told by the inquiry: the amount that counts is the stored one, and another is a warning.
  const amount = Number(unverified.payment_details?.amount);
  if (amount === order.amount && (await orders.move(order.order_id, ['open'], 'paid')))
    await shop.ship(order);
  else if (await orders.move(order.order_id, ['open', 'canceling', 'canceled', 'expired'], 'review')) {
    await shop.alert(order, `it is paid; it was ${order.state}, and the callback names the amount ${amount}`);
  }
  return 'taken';
}
