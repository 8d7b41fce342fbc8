/** What `make demo` shows: the built package against the sandbox, over HTTP, really signed and really verified. */
import { createVaClient, isVaError, type CancelRequest, type VaClientOptions } from 'ifortepay-va';
import { demoMany } from './demo-many.ts';
import { startSandbox } from '../contract-tests/sandbox/server.ts';
import { pageVirtualAccount, seedMerchants, seedVirtualAccounts } from '../contract-tests/sandbox/seeds.ts';

/** Cancels and says how it ended, as a merchant's code would have to tell apart. */
async function cancel(options: VaClientOptions, request: CancelRequest): Promise<[string, string]> {
  try {
    const answer = await createVaClient(options).cancel(request);
    return ['done', `${answer.transaction_status}, response code ${answer.response_code}`];
  } catch (error) {
    if (!isVaError(error)) throw error;
    const said = error.responseCode
      ? `: ${error.status}, ${error.responseCode} ${error.responseMessage}`
      : '';
    return [error.outcome, error.code + said];
  }
}

/** The request that cancels the sandbox's virtual account of this external id. */
function requestFor(externalId: string): CancelRequest {
  const found = seedVirtualAccounts.find((account) => account.external_id === externalId);
  if (!found) throw new Error(`The sandbox has no virtual account ${externalId}.`);
  const { external_id, order_id, transaction_id, payment_channel } = found;
  return { external_id, order_id, transaction_id, payment_method: 'BANK_TRANSFER', payment_channel };
}

const sandbox = await startSandbox();
try {
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  const options: VaClientOptions = {
    baseUrl: sandbox.url,
    merchantId: merchant_id,
    secretUnboundId: secret_unbound_id,
    hashKey: hash_key,
  };
  const page = requestFor(pageVirtualAccount.external_id);
  const steps: [string, string, VaClientOptions, CancelRequest][] = [
    ["the page's own virtual account", 'done', options, page],
    ['one that is paid', 'refused', options, requestFor('sandbox-paid')],
    ['a wrong hash key, so a wrong signature', 'refused', { ...options, hashKey: 'fake-wrong-key' }, page],
    ['the connection drops after it was read', 'unknown', options, requestFor('sandbox-cancel-drop')],
  ];
  console.log(`Cancelling virtual accounts at the sandbox, ${sandbox.url}\n`);
  for (const [title, expected, clientOptions, request] of steps) {
    const [outcome, details] = await cancel(clientOptions, request);
    console.log(`  ${title.padEnd(40)} ${outcome.padEnd(8)} ${details}`);
    if (outcome === expected) continue;
    console.error(`\nThe demo failed: expected ${expected}.`);
    process.exitCode = 1;
  }
  console.log('\nThe sandbox checked each signature; it says:');
  for (const { method, path, status } of sandbox.requests)
    console.log(`  ${method} ${path} ${status ?? 'dropped'}`);
} finally {
  await sandbox.close();
}

if (!(await demoMany())) {
  console.error('\nThe demo failed: the report is not what the sandbox knows.');
  process.exitCode = 1;
}
