import { afterEach, beforeEach, expect, test } from 'vitest';
import { behaviour } from './assumptions.ts';
import { testRequest, post } from './test-requests.ts';
import type { TestAnswer } from './test-requests.ts';
import { examplesOf, operationOf, readContract } from '../../spec/contract.ts';
import { pageVirtualAccount, seedVirtualAccounts } from './seeds.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';
import type { VirtualAccount, VirtualAccountStatus } from './state.ts';

const contract = readContract();
const examples = examplesOf(contract, operationOf(contract, 'inquireVirtualAccount'), '200');
let sandbox: SandboxServer;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const seeded = (name: string): VirtualAccount =>
  seedVirtualAccounts.find(({ external_id }) => external_id === `sandbox-${name}`)!;
const cancel = (va: VirtualAccount): Promise<TestAnswer> => post(sandbox.url, testRequest(va));
const inquire = (va: VirtualAccount): Promise<TestAnswer> =>
  post(sandbox.url, testRequest(va, 'inquireVirtualAccount'));
const statusOf = async (va: VirtualAccount): Promise<unknown> =>
  (await inquire(va)).json?.['transaction_status'];

test.each(examples)("answers byte for byte as the spec's example: $name", async ({ name, value }) => {
  sandbox.state.find(pageVirtualAccount.transaction_id)!.transaction_status =
    name.toUpperCase() as VirtualAccountStatus;
  const { status, contentType, text } = await inquire(pageVirtualAccount);
  expect([status, contentType, text]).toEqual([200, 'application/json', JSON.stringify(value)]);
  expect(sandbox.requests.at(-1)?.answer).toBe(name);
});

test.each(['paid', 'processing', 'expired', 'canceled'])('answers the status of sandbox-%s', async (name) => {
  expect(await statusOf(seeded(name))).toBe(name.toUpperCase());
});

test('the names of the statuses are an assumption', async () => {
  const { value } = behaviour.status_names;
  Object.assign(value, { ACTIVE: 'REQUEST', PAID: 'SUCCESS' });
  try {
    expect(await statusOf(pageVirtualAccount)).toBe('REQUEST');
    expect(await statusOf(seeded('paid'))).toBe('SUCCESS');
    expect(await statusOf(seeded('processing'))).toBe('PROCESSING');
  } finally {
    Object.assign(value, { ACTIVE: 'ACTIVE', PAID: 'PAID' });
  }
});

test.each([
  ['partner-error', 503, 'ACTIVE'],
  ['system-error', 500, 'ACTIVE'],
  ['html-502', 502, 'ACTIVE'],
  ['cancel-system-error', 500, 'CANCELED'],
])('after %s has answered %i, tells that it is %s', async (name, status, truth) => {
  const { status: answered } = await cancel(seeded(name));
  expect([answered, await statusOf(seeded(name))]).toEqual([status, truth]);
});

test('tells after a dropped cancel that it happened', async () => {
  const va = seeded('cancel-drop');
  expect(await statusOf(va)).toBe('ACTIVE');
  await expect(cancel(va)).rejects.toThrow('fetch failed');
  expect(await statusOf(va)).toBe('CANCELED');
});

test('system-error-once fails the first cancel without effect and carries out the second', async () => {
  const va = seeded('system-error-once');
  expect(await cancel(va)).toMatchObject({ status: 500, json: { response_code: '98' } });
  expect(await statusOf(va)).toBe('ACTIVE');
  expect(await cancel(va)).toMatchObject({ status: 200, json: { response_code: '00' } });
  expect(await statusOf(va)).toBe('CANCELED');
});

test('cancel-drop-inquiry-fails cancels, drops, and cannot be asked after', async () => {
  const va = seeded('cancel-drop-inquiry-fails');
  await expect(cancel(va)).rejects.toThrow('fetch failed');
  expect(sandbox.state.find(va.transaction_id)?.transaction_status).toBe('CANCELED');
  expect(await inquire(va)).toMatchObject({ status: 500, json: { response_code: '98' } });
});

test.each([
  ['inquiry-partner-error', 503, '03'],
  ['inquiry-system-error', 500, '98'],
  ['inquiry-unknown-error', 500, '99'],
  ['inquiry-other-failure', 429, '98'],
])('%s answers %i and %s each time, while cancel works', async (name, status, response_code) => {
  expect(await inquire(seeded(name))).toMatchObject({ status, json: { response_code } });
  expect((await cancel(seeded(name))).status).toBe(200);
  expect(await inquire(seeded(name))).toMatchObject({ status, json: { response_code } });
});

test('its 429 says when to try again', async () => {
  const { headers, body } = testRequest(seeded('inquiry-other-failure'), 'inquireVirtualAccount');
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${sandbox.url}/va/inquiry`, init);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
});

test('inquiry-drop drops the connection, while cancel works', async () => {
  await expect(inquire(seeded('inquiry-drop'))).rejects.toThrow('fetch failed');
  expect((await cancel(seeded('inquiry-drop'))).status).toBe(200);
});

test('inquiry-stall never answers, while cancel works', async () => {
  let settled = false;
  const failed = expect(inquire(seeded('inquiry-stall')).finally(() => (settled = true))).rejects.toThrow();
  await expect.poll(() => sandbox.requests.length).toBe(1);
  expect((await cancel(seeded('inquiry-stall'))).status).toBe(200);
  expect([settled, sandbox.requests[0]?.status]).toEqual([false, 'stall']);
  await sandbox.close();
  await failed;
  sandbox = await startSandbox();
});

test('every seed has ids that the spec allows', async () => {
  for (const va of seedVirtualAccounts.filter(
    ({ script = '' }) => !script.startsWith('inquiry-stall') && script !== 'inquiry-drop',
  )) {
    await inquire(va);
  }
  expect(sandbox.requests.map(({ answer }) => answer)).not.toContain('invalid_body');
});
