/** What a package of its own exports of this one, without a type written down: each must be nameable. */
import {
  createVaClient,
  outcomeOf,
  signedFetch,
  VaError,
  vaErrorOf,
  type CancelRequest,
  type VaClientOptions,
  type VaMiddleware,
  type VaErrorJson,
} from 'ifortepay-va';
import { callbackHandler, nodeCallbackHandler } from 'ifortepay-va/callback';
import { createVirtualAccountApi } from 'ifortepay-va/client';

declare const options: VaClientOptions;
export const client = createVaClient(options);
export const api = client.api;
export const { cancel, gateway } = client;
export const middleware: VaMiddleware = { onRequest: ({ request }) => request };
export const withMiddleware = () => client.api.use(middleware);
export const errorOf = (thrown: unknown) => vaErrorOf(thrown);
export const read = (text: string) => VaError.from(JSON.parse(text));
export const refusal = (error: VaError) => (error.outcome === 'refused' ? error : undefined);
export const json = (error: VaError) => error.toJSON();
export const settle = (error: VaError | VaErrorJson) => client.confirm(error);
export const cancelOne = async (request: CancelRequest) =>
  client.cancelAndConfirm(request, { singleUse: true });
export const outcome = (thrown: unknown) => outcomeOf(thrown);
export const fetchSigned = signedFetch(options);
export const classClient = createVirtualAccountApi(options);
export const handle = callbackHandler({ hashKey: 'fake', onCallback: () => undefined });
export const onNode = nodeCallbackHandler({ hashKey: 'fake', onCallback: () => undefined });
