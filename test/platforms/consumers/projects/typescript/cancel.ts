/** The signed client, with every outcome told apart: it does not compile with a case left out. */
import { createVaClient, isVaError, type CancelRequest, type VaClientOptions } from 'ifortepay-va';

export async function cancel(options: VaClientOptions, request: CancelRequest): Promise<string> {
  try {
    const { transaction_status } = await createVaClient(options).cancel(request);
    return `done ${transaction_status}`;
  } catch (error) {
    if (!isVaError(error)) throw error;
    switch (error.outcome) {
      case 'refused':
        return `refused ${error.responseCode}`;
      case 'not_sent':
        return `not sent ${error.code}`;
      case 'unknown':
        return `unknown ${error.code}`;
      default:
        throw error satisfies never;
    }
  }
}
