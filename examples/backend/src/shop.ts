import type { CancelRequest, VaClient } from 'ifortepay-va';
import type { Order, Orders, VirtualAccount } from './orders.ts';

/** What the routes and the job work with. */
export interface Shop {
  client: VaClient;
  orders: Orders;
  /** For the callbacks. A secret, as the client's own are. */
  hashKey: string;
  /**
   * Called once for an order that is paid. Do it in one transaction with the move to `paid`, or from a queue: what
   * a crash prevents between the two is not made up for here.
   */
  ship(order: Order): Promise<void>;
  /** Tells a person of an order in `review`. */
  alert(order: Order, reason: string): Promise<void>;
}

/** What names a virtual account to the gateway, for a cancel and for an inquiry. */
export function requestFor(account: VirtualAccount): CancelRequest {
  const { external_id, order_id, transaction_id, payment_channel } = account;
  return { external_id, order_id, transaction_id, payment_method: 'BANK_TRANSFER', payment_channel };
}
