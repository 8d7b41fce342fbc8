/** The route of the gateway's callbacks, for any framework with `Request` and `Response` (Hono, Deno, Bun, …). */
import type { VaClient } from 'ifortepay-va';
import { callbackHandler } from 'ifortepay-va/callback';

/** What the merchant has stored of a virtual account when it was created. */
export interface StoredAccount {
  external_id: string;
  order_id: string;
  transaction_id: string;
  payment_channel: string;
  amount: number;
  settled: boolean;
}

/** The merchant's own storage. */
export interface Accounts {
  find(transactionId: string): Promise<StoredAccount | undefined>;
  /** Marks it paid; `false` if it was already, so that the same callback twice does no harm. */
  markPaid(transactionId: string): Promise<boolean>;
}

/** The handler: `app.post('/callbacks/va', (c) => handle(c.req.raw))`, say. */
export function handlerFor(
  hashKey: string,
  client: VaClient,
  accounts: Accounts,
): (request: Request) => Promise<Response> {
  return callbackHandler({
    hashKey,
    async onCallback({ ids }) {
      const account = await accounts.find(ids.transaction_id);
      // Two ids joined differently sign alike. What is thrown is answered 503: it may be stored by the next try.
      if (account?.external_id !== ids.external_id || account.order_id !== ids.order_id) {
        throw new Error(`a callback about no virtual account of ours: ${ids.transaction_id}`);
      }
      // The signature vouches for the ids alone: whether it is paid, only the gateway itself can say.
      const { transaction_status } = await client.inquire({
        ...ids,
        payment_method: 'BANK_TRANSFER',
        payment_channel: account.payment_channel,
      });
      // An open or multi-use one stays ACTIVE when paid: settle those by the payments that the inquiry lists.
      if (transaction_status === 'PAID' || transaction_status === 'SUCCESS') {
        await accounts.markPaid(ids.transaction_id);
      }
    },
  });
}
