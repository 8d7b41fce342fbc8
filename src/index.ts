export { createVaClient, type CancelOptions, type VaClient } from './client.js';
export type { CredentialOptions } from './credentials.js';
export {
  isVaError,
  OUTCOMES,
  VaError,
  type Outcome,
  type VaErrorCode,
  type VaErrorDetails,
} from './errors.js';
export type { CancelRequest, CancelSuccess, PaymentChannel } from './operations.js';
export type { FetchLike, GatewayOptions, VaClientOptions } from './options.js';
export { outcomeOf, vaErrorOf } from './outcome-of.js';
export { basicAuthorization, requestSignature, type SignedIds } from './signature.js';
export { signedFetch } from './signed-fetch.js';
