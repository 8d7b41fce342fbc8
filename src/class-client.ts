/** The generated, class-based client, with a factory that gives it the signing transport. */
import { Configuration, VirtualAccountApi } from '../generated/client/index.js';
import { readOptions, type VaClientOptions } from './options.js';
import { signedFetch } from './signed-fetch.js';

export * from '../generated/client/index.js';
export { isVaError, outcomeOf, VaError, vaErrorOf } from './errors.js';
export type { VaClientOptions } from './options.js';

/**
 * `new VirtualAccountApi(...)` with its base path and its transport set together; by itself it would send to the
 * contract's first server, unsigned. What it throws leads to a `VaError` by `vaErrorOf`, to an outcome by
 * `outcomeOf`.
 *
 * @throws TypeError if an option is wrong, naming it
 * @example
 * ```ts
 * import { createVirtualAccountApi } from 'ifortepay-va/client';
 *
 * const api = createVirtualAccountApi(options);
 * const canceled = await api.cancelVirtualAccount({ cancelRequest: request });
 * ```
 */
export function createVirtualAccountApi(options: VaClientOptions): VirtualAccountApi {
  const { baseUrl } = readOptions(options);
  return new VirtualAccountApi(new Configuration({ basePath: baseUrl, fetchApi: signedFetch(options) }));
}
