/** Every way to cancel from code, brought to one shape, so that suites can hold them to the same outcomes. */
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import type { VaError } from '../../src/errors.ts';
import type { CancelRequest } from '../../src/operations.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { outcomeOf, vaErrorOf } from '../../src/outcome-of.ts';

/** How a call ended. */
export interface Ending {
  outcome: ReturnType<typeof outcomeOf> | 'done';
  /** The answer, if done. */
  data?: unknown;
  error?: VaError | undefined;
  /** What the client itself threw or returned. */
  raw: unknown;
}

type Cancel = (options: VaClientOptions, request: CancelRequest) => Promise<Ending>;

const thrown = (raw: unknown): Ending => ({ outcome: outcomeOf(raw), error: vaErrorOf(raw), raw });

/** `client.cancel`. */
async function cancel(options: VaClientOptions, request: CancelRequest): Promise<Ending> {
  const call = createVaClient(options).cancel(request);
  return call.then((data) => ({ outcome: 'done', data, raw: data }), thrown);
}

/** `client.api.POST`: an error status is returned, the rest thrown. */
async function api(options: VaClientOptions, request: CancelRequest): Promise<Ending> {
  const call = createVaClient(options).api.POST('/va/cancel', { body: request as never });
  return call.then((result) => {
    const { data, error, response } = result as { data?: unknown; error?: unknown; response: Response };
    if (error === undefined) return { outcome: 'done', data, raw: result };
    return { ...thrown(response), raw: result };
  }, thrown);
}

/** The class-based client. */
async function classBased(options: VaClientOptions, request: CancelRequest): Promise<Ending> {
  const call = createVirtualAccountApi(options).cancelVirtualAccount({ cancelRequest: request as never });
  return call.then((data) => ({ outcome: 'done', data, raw: data }), thrown);
}

/** Each client by its name. */
export const clients: [name: string, cancel: Cancel][] = [
  ['client.cancel', cancel],
  ['client.api', api],
  ['the class-based client', classBased],
];
