/** The contract's types for a client of one's own, which sends through the signing transport. */
import { outcomeOf, signedFetch, vaErrorOf, type VaClientOptions } from 'ifortepay-va';
import type { components, paths } from 'ifortepay-va/schema';
import createClient from 'openapi-fetch';

type CancelRequest = components['schemas']['CancelRequest'];

export async function cancel(options: VaClientOptions, body: CancelRequest): Promise<string> {
  const baseUrl = options.baseUrl ?? 'https://api-stage.ifortepay.id';
  const client = createClient<paths>({ baseUrl, fetch: signedFetch(options) });
  try {
    const { data, response } = await client.POST('/va/cancel', { body });
    if (data) return `done ${data.transaction_status}`;
    return `${outcomeOf(response)} ${vaErrorOf(response)?.responseCode}`;
  } catch (error) {
    return `${outcomeOf(error)} ${vaErrorOf(error)?.code}`;
  }
}
