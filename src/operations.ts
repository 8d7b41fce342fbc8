import type { components } from '../generated/schema.js';
import { validateCancelRequest, validateCancelSuccess, type Validator } from '../generated/validators.js';

type Schemas = components['schemas'];

/** A bank's name. The known ones are offered; any other is taken too, for the list is open-ended. */
export type PaymentChannel = Schemas['KnownPaymentChannel'] | (string & {});

/** The virtual account to cancel. */
export type CancelRequest = Omit<Schemas['CancelRequest'], 'payment_channel'> & {
  payment_channel: PaymentChannel;
};

/** The gateway's answer that the virtual account is cancelled. It may hold more members than these. */
export type CancelSuccess = Schemas['CancelSuccess'];

/** An operation of the contract, as the transport needs it. */
export interface Operation {
  name: string;
  path: '/va/cancel';
  isRequest: Validator<unknown>;
  isSuccess: Validator<unknown>;
}

/** `POST /va/cancel`, as on the gateway's page. */
export const cancel: Operation = Object.freeze({
  name: 'cancel',
  path: '/va/cancel',
  isRequest: validateCancelRequest,
  isSuccess: validateCancelSuccess,
});

/** Every operation to which credentials may be attached. */
export const operations: readonly Operation[] = Object.freeze([cancel]);

/** The value of `x-version` on the gateway's page. */
export const API_VERSION = 'v3';
