import { createVaClient } from '../../src/client.ts';
import { createVirtualAccountApi, outcomeOf, vaErrorOf } from '../../src/class-client.ts';
import type { CancelRequest } from '../../src/operations.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { undiciFetch } from '../../src/undici.ts';
import type { Outcome, VaErrorCode } from '../../src/errors.ts';
import type { Start } from './tcp.ts';

/** Cancels through one of the clients. */
export type FaultCancel = (request: CancelRequest, signal?: AbortSignal) => Promise<unknown>;

const viaVaClient = (options: VaClientOptions): FaultCancel => {
  const client = createVaClient(options);
  return (request, signal) => client.cancel(request, { signal });
};

/** Every client, and what may be given them to send with, as one function each. */
export const clients: Record<string, (options: VaClientOptions) => FaultCancel> = {
  'createVaClient().cancel': viaVaClient,
  'createVaClient().cancel, watched by a middleware': (options) => {
    const client = createVaClient(options);
    client.api.use({ onRequest: () => undefined });
    return (request, signal) => client.cancel(request, { signal });
  },
  'createVaClient().api': (options) => {
    const { api } = createVaClient(options);
    return async (body, signal) => {
      const { data, error, response } = await api.POST('/va/cancel', { body, signal: signal ?? null });
      if (error !== undefined) throw Object.assign(response, { error: error as unknown });
      return data;
    };
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

/** What else a row needs. */
export interface More {
  /** The deadline of the call, in milliseconds; else more than enough. */
  timeoutMs?: number;
  /** How many the server read to the end, if not each call that may have been sent. */
  requests?: number;
  /** How often to call; all but the last must be done, the last is what is judged. */
  calls?: number;
  /** Members of the request that are other than usual. */
  request?: Record<string, unknown>;
  /** When the caller aborts, in milliseconds after the call. 0 is before it. */
  abortAfterMs?: number;
  /** What the error must say of `Retry-After`: between these milliseconds. */
  retryAfterMs?: readonly [least: number, most: number];
}

/** Short enough to wait for in a test, long enough for a busy machine to connect. */
export const STALL = { timeoutMs: 600 };

/** How a call ends: `done`, or the outcome, the code, and the status of the answer if there was one to be read. */
export type EndOf = 'done' | `${Outcome} ${VaErrorCode}` | `${Outcome} ${VaErrorCode} ${number}`;

/** A fault and what must come of it. */
export type FaultRow = readonly [name: string, server: Start, end: EndOf, more?: More];
