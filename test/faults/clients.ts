import { createVaClient } from '../../src/client.ts';
import { createVirtualAccountApi, outcomeOf, vaErrorOf } from '../../src/class-client.ts';
import type { CancelRequest } from '../../src/operations.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { undiciFetch } from '../../src/undici.ts';

/** Cancels through one of the two clients. */
export type FaultCancel = (request: CancelRequest, signal?: AbortSignal) => Promise<unknown>;

const viaVaClient = (options: VaClientOptions): FaultCancel => {
  const client = createVaClient(options);
  return (request, signal) => client.cancel(request, { signal });
};

/** Both clients, and what may be given them to send with, as one function each. */
export const clients: Record<string, (options: VaClientOptions) => FaultCancel> = {
  'createVaClient().cancel': viaVaClient,
  'createVaClient().cancel, watched by a middleware': (options) => {
    const client = createVaClient(options);
    client.api.use({ onRequest: () => undefined });
    return (request, signal) => client.cancel(request, { signal });
  },
  'createVaClient().cancel over undici': (options) => viaVaClient({ ...options, fetch: undiciFetch() }),
  'createVirtualAccountApi().cancelVirtualAccount': (options) => {
    const api = createVirtualAccountApi(options);
    return (cancelRequest, signal) => api.cancelVirtualAccount({ cancelRequest }, { signal: signal ?? null });
  },
};

/** How a call ended, read as a user of either client would: the outcome, and what there is to be seen. */
export async function endOf(call: Promise<unknown>) {
  try {
    return { outcome: 'done' as const, error: undefined, shown: await call };
  } catch (thrown) {
    return { outcome: outcomeOf(thrown), error: vaErrorOf(thrown), shown: thrown };
  }
}
