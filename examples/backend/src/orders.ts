/** The merchant's orders: an interface to put over a database, and a store in memory that stands in for one. */

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
