import { afterEach, beforeEach, expect, test } from 'vitest';
import { testRequest, inventVirtualAccount, post, resigned } from './test-requests.ts';
import { sign } from '../cases/request.ts';
import type { TestRequest, TestAnswer } from './test-requests.ts';
import { examplesOf, operationOf, readContract } from '../../spec/contract.ts';
import { fakeSubMerchant, pageVirtualAccount, seedVirtualAccounts } from './seeds.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';
import type { VirtualAccount } from './state.ts';

const contract = readContract();
const examples = examplesOf(contract, operationOf(contract, 'createVirtualAccount'), '200');
let sandbox: SandboxServer;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function creationOf(rest: Partial<VirtualAccount> = {}, details: Record<string, unknown> = {}): TestRequest {
  const request = testRequest(inventVirtualAccount(rest), 'createVirtualAccount');
  Object.assign(request.body['payment_details'] as object, details);
  return request;
}
const create = (rest?: Partial<VirtualAccount>, details?: Record<string, unknown>): Promise<TestAnswer> =>
  post(sandbox.url, creationOf(rest, details));
const stored = ({ json }: TestAnswer): VirtualAccount | undefined =>
  sandbox.state.find(String(json?.['transaction_id']));

test("answers as the spec's example, with an id of its own", async () => {
  const [{ value }] = examples as [(typeof examples)[number]];
  const { external_id, order_id } = value as Record<'external_id' | 'order_id', string>;
  const received = await create({ external_id, order_id }, { va_number: '800000000001' });
  const transaction_id = received.json?.['transaction_id'];
  expect(transaction_id).toMatch(uuid);
  expect(received).toMatchObject({ status: 200, contentType: 'application/json' });
  expect(received.text).toBe(JSON.stringify({ ...value, transaction_id }));
});

test('makes up a va_number of 12 digits where none is given, another each time', async () => {
  const created = [await create(), await create()];
  const numbers = created.map(({ json }) => (json?.['payment_details'] as { va_number: string }).va_number);
  for (const number of numbers) expect(number).toMatch(/^\d{12}$/);
  expect(new Set(numbers).size).toBe(2);
  expect(created.map((each) => stored(each)?.va_number)).toEqual(numbers);
});

test('what was created can be asked after, cancelled as BANK_TRANSFER, and then is cancelled', async () => {
  const created = stored(await create())!;
  expect(created.payment_method).toBe('BANK_TRANSFER');
  const ask = testRequest(created, 'inquireVirtualAccount');
  expect(await post(sandbox.url, ask)).toMatchObject({ status: 200, json: { transaction_status: 'ACTIVE' } });
  expect((await post(sandbox.url, testRequest(created))).status).toBe(200);
  expect((await post(sandbox.url, ask)).json?.['transaction_status']).toBe('CANCELED');
});

test('refuses an external_id a second time on a channel, in any letter case, and takes it on another', async () => {
  const { external_id } = pageVirtualAccount;
  for (const payment_channel of ['BCA-POLYTRON', 'bca-polytron']) {
    const { status, json } = await create({ external_id, payment_channel });
    expect([status, json?.['response_code']]).toEqual([400, '01']);
    expect(json?.['error']).toContain('external_id');
  }
  const elsewhere = { external_id, payment_channel: 'BRI' };
  expect([(await create(elsewhere)).status, (await create(elsewhere)).status]).toEqual([200, 400]);
});

test("takes an external_id that is another merchant's", async () => {
  const { external_id } = sandbox.state.add(inventVirtualAccount({ merchant_id: 'FAKE0000000002' }));
  expect((await create({ external_id })).status).toBe(200);
});

test('what a sub-merchant creates is its own', async () => {
  const request = creationOf();
  const { external_id, order_id } = request.body as { external_id: string; order_id: string };
  request.headers['sub-merchant-id'] = fakeSubMerchant.submerchant_name;
  expect((await post(sandbox.url, request)).status).toBe(401);
  request.headers['x-req-signature'] = sign(fakeSubMerchant.hash_key, external_id, order_id);
  const created = stored(await post(sandbox.url, request))!;
  expect(created.submerchant_name).toBe(fakeSubMerchant.submerchant_name);
  expect((await post(sandbox.url, testRequest(created))).status).toBe(404);
});

test('takes every documented kind and everything that may be left out', async () => {
  const expired_time = '2030-01-31T23:59:59.000+07:00';
  for (const details of [
    { payment_system: 'CLOSED', is_multi_use: false, expired_time },
    { payment_system: 'CLOSED', is_multi_use: true },
    { payment_system: 'OPEN', is_multi_use: true, amount: 0 },
    { payment_system: 'PARTIAL', is_multi_use: true, amount: 9_999_999_999_999 },
  ]) {
    expect((await create({}, details)).status).toBe(200);
  }
  const request = creationOf();
  Object.assign(request.body, { item_details: [{ id: 1 }], billing_address: {}, additional_data: 'x' });
  expect((await post(sandbox.url, request)).status).toBe(200);
});

test.each([
  ['partner-error', 503, 'application/json', '"response_code":"03"'],
  ['system-error', 500, 'application/json', '"response_code":"98"'],
  ['unknown-error', 500, 'application/json', '"response_code":"99"'],
  ['other-failure', 429, 'application/json', '"response_code":"98"'],
  ['not-found', 404, 'application/json', '"response_code":"02"'],
  ['bad-json', 200, 'application/json', '{bad'],
  ['html-502', 502, 'text/html', '<h1>'],
])('the order_id sandbox-%s answers %i, %s, %s and creates nothing', async (name, status, type, body) => {
  const received = await create({ order_id: `sandbox-${name}` });
  expect([received.status, received.contentType]).toEqual([status, type]);
  expect(received.text).toContain(body);
  expect(sandbox.state.virtualAccounts()).toHaveLength(seedVirtualAccounts.length);
});

test('the order_id sandbox-create-drop creates and drops: a repetition is refused', async () => {
  const request = creationOf({ order_id: 'sandbox-create-drop' });
  await expect(post(sandbox.url, request)).rejects.toThrow('fetch failed');
  expect(sandbox.state.virtualAccounts().at(-1)?.external_id).toBe(request.body['external_id']);
  expect((await post(sandbox.url, request)).status).toBe(400);
});

test('the order_id sandbox-stall never answers and creates nothing', async () => {
  const failed = expect(create({ order_id: 'sandbox-stall' })).rejects.toThrow('fetch failed');
  await expect.poll(() => sandbox.requests.map(({ status }) => status)).toEqual(['stall']);
  expect(sandbox.state.virtualAccounts()).toHaveLength(seedVirtualAccounts.length);
  await sandbox.close();
  await failed;
  sandbox = await startSandbox();
});

test('a scripted order_id does not excuse a wrong request', async () => {
  const request = creationOf({ order_id: 'sandbox-partner-error' });
  request.headers['x-req-signature'] = 'f'.repeat(64);
  expect((await post(sandbox.url, request)).status).toBe(401);
  resigned(request, pageVirtualAccount.external_id, 'sandbox-partner-error');
  expect((await post(sandbox.url, request)).status).toBe(400);
});

test('tamper is told of a creation without a transaction_id', async () => {
  const seen: unknown[] = [];
  const tampered = await startSandbox({ tamper: (answer, context) => (seen.push(context), answer) });
  const request = creationOf();
  await post(tampered.url, request);
  await tampered.close();
  const { external_id, order_id } = request.body;
  const ids = { transaction_id: '', external_id, order_id };
  expect(seen).toEqual([{ operation: 'createVirtualAccount', name: 'created', ids }]);
});
