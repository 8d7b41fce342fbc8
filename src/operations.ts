/**
 * The operations of the contract that the client has: what each takes, answers and is called with. A new one is its
 * types, a method and a row, all in this file; the rest of src/ goes by the rows.
 */
import type { components } from '../generated/schema.js';
import { cancelVirtualAccount, inquireVirtualAccount } from '../generated/validators/virtualAccount.js';
import type { ClientOperation } from './prepare.js';

type Schemas = components['schemas'];

/** A bank's name. The known ones are offered; any other is taken too, for the list is open-ended. */
export type PaymentChannel = Schemas['KnownPaymentChannel'] | (string & {});

type WithChannel<T> = Omit<T, 'payment_channel'> & { payment_channel: PaymentChannel };

/** The virtual account to cancel. */
export type CancelRequest = WithChannel<Schemas['CancelRequest']>;

/** The gateway's answer that the virtual account is cancelled. It may hold more members than these. */
export type CancelSuccess = Schemas['CancelSuccess'];

/** The virtual account to ask after: the same five members as for cancelling. */
export type InquiryRequest = WithChannel<Schemas['InquiryRequest']>;

/** The state of a virtual account. It may hold more members than these. */
export type InquirySuccess = Schemas['InquirySuccess'];

/** The virtual account to create. Amounts are integers of rupiah. */
export type CreateRequest = WithChannel<Schemas['CreateRequest']>;

/** The gateway's answer to a creation. Its shape is a guess. It may hold more members than these. */
export type CreateSuccess = Schemas['CreateSuccess'];

/** What one call may override. */
export interface CallOptions {
  /** Aborts the call. Once the request was written the outcome is unknown; its reason is the error's `cause`, redacted. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt of this call, instead of the client's. */
  timeoutMs?: number | undefined;
  /** Milliseconds for this whole call, instead of the client's. */
  totalTimeoutMs?: number | undefined;
  /** How many attempts may follow the first, instead of the client's. */
  maxRetries?: number | undefined;
  /**
   * Sends `external_id` and `order_id` that break the documented limits (64 and 25 letters, digits and dashes),
   * for a virtual account that exists with such ids. They still must be 1 to 128 printable characters.
   */
  dangerouslyAllowIdsBeyondDocumentedLimits?: boolean | undefined;
}

/** The calls of a client that are one operation of the contract each. */
export interface VaOperations {
  /**
   * Cancels a virtual account (gateway page "Cancel VA V2"). Sends at most one request, unless `maxRetries` allow to
   * repeat one that provably never left.
   *
   * @returns the gateway's answer, only if it says CANCELED and 00 about the very ids that were asked
   * @throws VaError whose `outcome` says whether the request was not sent, refused, or is unknown
   * @example
   * ```ts
   * const canceled = await client.cancel({
   *   external_id: '39482906889734',
   *   order_id: '13499387088062',
   *   transaction_id: '604b987e-8e51-4470-9a18-6d8b58b45472',
   *   payment_method: 'BANK_TRANSFER',
   *   payment_channel: 'BCA-POLYTRON',
   * });
   * ```
   */
  cancel(request: CancelRequest, options?: CallOptions): Promise<CancelSuccess>;
  /**
   * Asks for the state of a virtual account (gateway docs, virtual-account/inquiry). Only reads.
   *
   * @throws VaError
   * @example
   * ```ts
   * const { transaction_status } = await client.inquire(request);
   * ```
   */
  inquire(request: InquiryRequest, options?: CallOptions): Promise<InquirySuccess>;
  /**
   * Creates a virtual account (gateway docs, virtual-account/create).
   *
   * @experimental The gateway's answer is not documented, its shape here is a guess. This may change in any
   *   version until staging has confirmed it.
   * @throws VaError
   * @example
   * ```ts
   * const { transaction_id } = await client.create({
   *   external_id: 'ext-1',
   *   order_id: 'order-1',
   *   currency: 'IDR',
   *   payment_method: 'bank_transfer',
   *   payment_channel: 'BCA',
   *   payment_details: {
   *     billing_name: 'A Name',
   *     payment_system: 'CLOSED',
   *     is_multi_use: false,
   *     amount: 150_000,
   *     expired_time: '2026-12-31T23:59:59.000+07:00',
   *     transaction_description: 'Order 1',
   *   },
   *   customer_details: { full_name: 'A Name', email: 'name@example.com' },
   *   callback_url: 'https://example.com/callbacks/va',
   * });
   * ```
   */
  create(request: CreateRequest, options?: CallOptions): Promise<CreateSuccess>;
}

/** Every operation to which credentials may be attached. */
export const operations: { readonly [Name in keyof VaOperations]: ClientOperation & { name: Name } } =
  Object.freeze({
    /** As on the gateway's page. */
    cancel: {
      name: 'cancel',
      path: '/va/cancel',
      readOnly: false,
      rules: () => cancelVirtualAccount,
    },
    /** Gateway docs, /payment-gateway/virtual-account/inquiry. */
    inquire: {
      name: 'inquire',
      path: '/va/inquiry',
      readOnly: true,
      rules: () => inquireVirtualAccount,
    },
    /** Gateway docs, /payment-gateway/virtual-account/create. */
    create: {
      name: 'create',
      path: '/va',
      readOnly: false,
      // Loaded when first used: who only cancels need not carry the rules of creation.
      rules: async () => {
        const { createVirtualAccount } = await import('../generated/validators/createVirtualAccount.js');
        return { ...createVirtualAccount, impossible: timesThatAreNone };
      },
    },
  });

/** The pattern of the contract takes 31 February and 25:61 too. */
function timesThatAreNone({ payment_details: details }: CreateRequest): string[] {
  const time = details.expired_time?.slice(0, 23);
  const read = time === undefined ? undefined : new Date(`${time}Z`);
  // Date.parse rolls over: 31 February is 3 March to it.
  const exists = !read || (!Number.isNaN(read.getTime()) && read.toISOString().startsWith(time!));
  return exists ? [] : ['/payment_details/expired_time'];
}
