import type { components, paths } from '../generated/schema.js';
import type { Examples, Predicate, Validator } from '../generated/validators/validator.js';
import {
  examplesOfCancelRequest,
  examplesOfInquiryRequest,
  validateCancelRequest,
  validateCancelSuccess,
  validateInquiryRequest,
  validateInquirySuccess,
} from '../generated/validators/virtualAccount.js';

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

/** A request body that fits the contract. A creation has no transaction id yet. */
export type RequestBody = Record<string, unknown> & {
  external_id: string;
  order_id: string;
  transaction_id?: string;
};

/** What a request has to be, and an answer that says done. */
export interface Rules {
  isRequest: Validator<unknown>;
  isSuccess: Predicate<unknown>;
  /** A right value for each member of the request, for whoever sent a wrong one. */
  examples: Examples;
  /** The members of a request that keep the contract to the letter and cannot be: a time that does not exist. */
  impossible?: ((request: any) => string[]) | undefined;
}

/** An operation of the contract, as the transport needs it. */
export interface Operation {
  name: string;
  path: keyof paths;
  /** Whether it only reads, so that repeating it can do no harm. */
  readOnly: boolean;
  rules(): Rules | Promise<Rules>;
}

/** Those of a cancel; an inquiry takes the same request. */
export const cancelRules: Rules = {
  isRequest: validateCancelRequest,
  isSuccess: validateCancelSuccess,
  examples: examplesOfCancelRequest,
};
const inquireRules: Rules = {
  isRequest: validateInquiryRequest,
  isSuccess: validateInquirySuccess,
  examples: examplesOfInquiryRequest,
};

/** `POST /va/cancel`, as on the gateway's page. */
export const cancel: Operation = Object.freeze({
  name: 'cancel',
  path: '/va/cancel',
  readOnly: false,
  rules: () => cancelRules,
});

/** `POST /va/inquiry`, gateway docs /payment-gateway/virtual-account/inquiry. */
export const inquire: Operation = Object.freeze({
  name: 'inquire',
  path: '/va/inquiry',
  readOnly: true,
  rules: () => inquireRules,
});

/** `POST /va`, gateway docs /payment-gateway/virtual-account/create. */
export const create: Operation = Object.freeze({
  name: 'create',
  path: '/va',
  readOnly: false,
  // Loaded when first used: who only cancels need not carry the rules of creation.
  rules: async () => {
    const { validateCreateRequest, validateCreateSuccess, examplesOfCreateRequest } =
      await import('../generated/validators/createVirtualAccount.js');
    return {
      isRequest: validateCreateRequest,
      isSuccess: validateCreateSuccess,
      examples: examplesOfCreateRequest,
      impossible: timesThatAreNone,
    };
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

/** Every operation to which credentials may be attached. */
export const operations: readonly Operation[] = Object.freeze([cancel, inquire, create]);

/** The value of `x-version` on the gateway's page. */
export const API_VERSION = 'v3';
