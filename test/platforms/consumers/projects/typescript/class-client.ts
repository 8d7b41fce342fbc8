/** The generated, class-based client. */
import {
  createVirtualAccountApi,
  outcomeOf,
  vaErrorOf,
  type CancelRequest,
  type VaClientOptions,
} from 'ifortepay-va/client';

export async function cancel(options: VaClientOptions, cancelRequest: CancelRequest): Promise<string> {
  try {
    const answer = await createVirtualAccountApi(options).cancelVirtualAccount({ cancelRequest });
    return `done ${answer.transaction_status}`;
  } catch (error) {
    const { responseCode, code } = vaErrorOf(error) ?? {};
    return `${outcomeOf(error)} ${responseCode ?? code}`;
  }
}
