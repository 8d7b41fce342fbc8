/** What openapi-fetch's own types are needed for cannot be declared where only this package may be named. */
import { createVaClient, type CancelRequest, type VaClientOptions } from 'ifortepay-va';

declare const options: VaClientOptions;
const client = createVaClient(options);
export const raw = (body: CancelRequest) => client.api.POST('/va/cancel', { body });
