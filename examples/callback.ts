/** A handler for the gateway's callbacks, for any framework with `Request` and `Response` (Hono, Deno, Bun, …). */
import { CallbackError, verifyCallback, type VaClient } from 'ifortepay-va';

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

/** Answers as the gateway expects: 200 and SUCCESS once it is taken care of; otherwise it sends again, up to 3 times. */
export async function handleCallback(
  request: Request,
  { hashKey, client, accounts }: { hashKey: string; client: VaClient; accounts: Accounts },
): Promise<Response> {
  try {
    const body = new Uint8Array(await request.arrayBuffer());
    const { ids } = await verifyCallback({ hashKey, signature: request.headers.get('mcp-signature'), body });
    const account = await accounts.find(ids.transaction_id);
    if (account?.external_id !== ids.external_id || account.order_id !== ids.order_id) {
      return Response.json({ message: 'unknown ids' }, { status: 400 });
    }
    // The signature vouches for the ids alone: whether it is paid, only the gateway itself can say.
    const state = await client.inquire({
      ...ids,
      payment_method: 'BANK_TRANSFER',
      payment_channel: account.payment_channel,
    });
    // An open or multi-use one stays ACTIVE when paid: settle those by the payments that the inquiry lists.
    if (state.transaction_status === 'PAID' || state.transaction_status === 'SUCCESS') {
      await accounts.markPaid(ids.transaction_id);
    }
    return Response.json({ message: 'SUCCESS' });
  } catch (error) {
    // A callback that cannot be believed is not worth sending again; when something of ours failed, it is.
    if (!(error instanceof CallbackError)) console.error(error);
    return Response.json({ message: 'not accepted' }, { status: error instanceof CallbackError ? 400 : 503 });
  }
}
