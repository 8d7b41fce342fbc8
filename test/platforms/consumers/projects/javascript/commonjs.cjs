// eslint-disable-next-line @typescript-eslint/no-require-imports -- `require` of an ESM package, Node 22.12 or newer
const { createVaClient, isVaError } = require('ifortepay-va');

exports.cancel = async function cancel(options, request) {
  try {
    const { transaction_status } = await createVaClient(options).cancel(request);
    return `done ${transaction_status}`;
  } catch (error) {
    if (!isVaError(error)) throw error;
    return `${error.outcome} ${error.responseCode ?? error.code}`;
  }
};
