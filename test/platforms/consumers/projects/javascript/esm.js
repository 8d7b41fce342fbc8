import { createVaClient, isVaError } from 'ifortepay-va';

export async function cancel(options, request) {
  try {
    const { transaction_status } = await createVaClient(options).cancel(request);
    return `done ${transaction_status}`;
  } catch (error) {
    if (!isVaError(error)) throw error;
    return `${error.outcome} ${error.responseCode ?? error.code}`;
  }
}
