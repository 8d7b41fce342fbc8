/** The merchant's orders: an interface to put over a database, and a store in memory that stands in for one. */
import type { CancelRequest, VaClient } from 'ifortepay-va';

/**
 * - `canceling`: a cancel is under way, or its outcome is not known
 * - `review`: paid, and a person must look before goods go out or money goes back
 */
export type State = 'open' | 'canceling' | 'canceled' | 'expired' | 'paid' | 'review';

/** What is known of a virtual account since it was created. The gateway's names. */
export interface VirtualAccount {
  /** The gateway allows it twice; here it is the order's own key. */
  order_id: string;
  external_id: string;
  transaction_id: string;
  payment_channel: string;
  /** Rupiah. The virtual account is CLOSED and not multi-use: it takes this amount (a guess), once. */
  amount: number;
}

/** An order, and when it came into its state (milliseconds). */
export interface Order extends VirtualAccount {
  state: State;
  since: number;
}

export interface Orders {
  find(orderId: string): Promise<Order | undefined>;
  findByTransaction(transactionId: string): Promise<Order | undefined>;
  /**
   * Moves an order to another state if it is in one of `from`, and says whether it did. It must be atomic:
   * UPDATE … SET state = $to WHERE order_id = $orderId AND state = ANY($from).
   */
  move(orderId: string, from: State[], to: State): Promise<boolean>;
  /** Those that have been `canceling` since that time or longer. */
  cancelingSince(time: number): Promise<Order[]>;
}

/** Orders in memory. They are gone when the process ends, which a database must not do to a `canceling`. */
export function ordersInMemory(accounts: VirtualAccount[]): Orders {
  const orders = accounts.map((account): Order => ({ ...account, state: 'open', since: Date.now() }));
  const find = (test: (order: Order) => boolean) => {
    const found = orders.find(test);
    return found && { ...found };
  };
  return {
    find: async (orderId) => find(({ order_id }) => order_id === orderId),
    findByTransaction: async (id) => find(({ transaction_id }) => transaction_id === id),
    async move(orderId, from, to) {
      const order = orders.find(({ order_id }) => order_id === orderId);
      if (!order || !from.includes(order.state)) return false;
      Object.assign(order, { state: to, since: Date.now() });
      return true;
    },
    cancelingSince: async (time) =>
      orders
        .filter(({ state, since }) => state === 'canceling' && since <= time)
        .map((order) => ({ ...order })),
  };
}

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
