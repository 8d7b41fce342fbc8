export {
  CallbackError,
  verifyCallback,
  type CallbackInput,
  type VerifiedCallback,
  type VerifiedIds,
} from './callback.js';
export { createVaClient, type Gateway, type VaClient } from './client.js';
export type { Canceled, ConfirmOptions } from './confirm.js';
export type { CredentialOptions } from './credentials.js';
export {
  isVaError,
  OUTCOMES,
  VaError,
  type Outcome,
  type VaErrorCode,
  type VaErrorDetails,
} from './errors.js';
export type { AttemptRecord } from './observe.js';
export type {
  CancelRequest,
  CancelSuccess,
  CreateRequest,
  CreateSuccess,
  InquiryRequest,
  InquirySuccess,
  PaymentChannel,
} from './operations.js';
export type { FetchLike, GatewayOptions, VaClientOptions } from './options.js';
export { outcomeOf, vaErrorOf } from './outcome-of.js';
export type { CallOptions } from './perform.js';
export { basicAuthorization, callbackSignature, requestSignature, type SignedIds } from './signature.js';
export { signedFetch } from './signed-fetch.js';
