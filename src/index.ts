export type { VaApi, VaMiddleware } from './api.js';
export type { AttemptRecord } from './attempt.js';
export {
  CallbackError,
  verifyCallback,
  type CallbackInput,
  type VerifiedCallback,
  type VerifiedIds,
} from './callback.js';
export { createVaClient, type Gateway, type VaClient } from './client.js';
export type { Canceled } from './confirm.js';
export {
  basicAuthorization,
  callbackSignature,
  requestSignature,
  type CredentialOptions,
  type SignedIds,
} from './credentials.js';
export {
  IfortepayError,
  isVaError,
  OUTCOMES,
  outcomeOf,
  VaError,
  vaErrorOf,
  type Outcome,
  type RequestBody,
  type VaErrorCode,
  type VaErrorDetails,
  type VaErrorJson,
  type VaErrorJsonOf,
  type VaErrorOf,
} from './errors.js';
export type * from './operations.js';
export type { ConfirmOptions, GatewayOptions, VaClientOptions } from './options.js';
export { requestProblems } from './prepare.js';
export type { FetchLike } from './runtime.js';
export { signedFetch } from './signed-fetch.js';
