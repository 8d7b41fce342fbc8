import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../shared/http-server.ts';
import { createSandbox, startSandbox } from './server.ts';
import { behaviour, refusals } from './assumptions.ts';
import { sendCallback, pay } from './callback.ts';
import { testRequest, inventVirtualAccount, merchant, post } from './test-requests.ts';
import { sign } from '../cases/request.ts';
import { fakeSubMerchant, pageVirtualAccount, seedVirtualAccounts, signatureVectors } from './seeds.ts';
import type { VirtualAccount } from './state.ts';

interface Got {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}
type Reply = { status: number; body: string; location?: string } | 'drop' | 'stall';

const success: Reply = { status: 200, body: '{"message":"SUCCESS"}' };
const paid = { status: 'PAID', amount: 150000 };
const page = pageVirtualAccount.transaction_id;
const { state } = createSandbox();

/** A merchant that gives these replies one after the other, the last again and again. */
async function merchantServer(...replies: Reply[]): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      got.push({ method, path, headers, body: JSON.parse(text) as Record<string, unknown> });
      const reply = replies[Math.min(got.length, replies.length) - 1]!;
      if (reply === 'stall') return;
      if (reply === 'drop') return void request.socket.destroy();
      const { status, body, location } = reply;
      return void response.writeHead(status, location === undefined ? {} : { location }).end(body);
    });
  });
  const { url, close } = await listen(server);
  onTestFinished(close);
  return { url: `${url}/callback`, got };
}

test.each(signatureVectors)('signs as computed outside this project: $name', async (vector) => {
  const { merchant_id, external_id, order_id, transaction_id } = vector;
  const va = { ...pageVirtualAccount, merchant_id, external_id, order_id, transaction_id };
  const { url, got } = await merchantServer(success);
  const { state: own } = createSandbox({ virtualAccounts: [va] });
  expect(await sendCallback(own, transaction_id, paid, url)).toEqual([200]);
  expect(got[0]?.headers['mcp-signature']).toBe(vector.mcp_signature);
});

test("signs with the sub-merchant's hash key what is the sub-merchant's", async () => {
  const va = seedVirtualAccounts.find(({ submerchant_name }) => submerchant_name)!;
  const { url, got } = await merchantServer(success);
  await sendCallback(state, va.transaction_id, paid, url);
  const order = sign(fakeSubMerchant.hash_key, va.external_id, va.order_id);
  expect(got[0]?.headers['mcp-signature']).toBe(sign(va.transaction_id, order));
});

test('posts JSON with status and amount as they are told, and the stored status stays', async () => {
  const { url, got } = await merchantServer(success);
  await sendCallback(state, page, { status: 'CANCELED', amount: 1 }, url);
  const [{ method, path, headers, body }] = got as [Got];
  expect([method, path, headers['content-type']]).toEqual(['POST', '/callback', 'application/json']);
  const { transaction_id, external_id, order_id } = pageVirtualAccount;
  expect(body).toEqual({
    transaction_id,
    external_id,
    order_id,
    currency: 'IDR',
    response_code: '00',
    payment_method: 'bank_transfer',
    payment_channel: 'BCA-POLYTRON',
    payment_system: 'CLOSED',
    transaction_status: 'CANCELED',
    transaction_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00$/) as unknown,
    payment_details: { amount: 1, total_amount: 1 },
  });
  const skew = Date.parse(String(body['transaction_time'])) - Date.now();
  expect(Math.abs(skew)).toBeLessThan(10_000);
  expect(state.find(page)?.transaction_status).toBe('ACTIVE');
});

async function createdWith(details: Record<string, unknown>) {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const request = testRequest(inventVirtualAccount(), 'createVirtualAccount');
  Object.assign(request.body['payment_details'] as object, details);
  const { json } = await post(sandbox.url, request);
  return {
    sandbox,
    request,
    created: sandbox.state.find(String(json?.['transaction_id'])) as VirtualAccount,
  };
}

test('tells of a created virtual account what its creation gave', async () => {
  const expired_time = '2030-01-31T23:59:59.000+07:00';
  const { sandbox, request, created } = await createdWith({ payment_system: 'PARTIAL', expired_time });
  const { url, got } = await merchantServer(success);
  await sendCallback(sandbox.state, created.transaction_id, paid, url);
  const { body, headers } = got[0]!;
  expect(body).toMatchObject({
    payment_system: 'PARTIAL',
    payment_details: { amount: 150000, expired_time, transaction_description: 'Invented order' },
    customer_details: request.body['customer_details'],
  });
  expect((body['payment_details'] as Record<string, unknown>)['paid_time']).toBe(body['transaction_time']);
  const order = sign(merchant.hash_key, created.external_id, created.order_id);
  expect(headers['mcp-signature']).toBe(sign(created.transaction_id, order));
});

const refusing: [says: string, reply: Reply, delivery: number | string][] = [
  ['500', { status: 500, body: '{"message":"SUCCESS"}' }, 500],
  ['201', { status: 201, body: '{"message":"SUCCESS"}' }, 201],
  ['200 with another message', { status: 200, body: '{"message":"OK"}' }, 200],
  ['200 with the message in lower case', { status: 200, body: '{"message":"success"}' }, 200],
  ['200 with no JSON', { status: 200, body: 'SUCCESS' }, 200],
  ['200 with null', { status: 200, body: 'null' }, 200],
  ['no answer', 'drop', 'no answer'],
];

test.each(refusing)('tries four times, each the same, at %s', async (_, reply, delivery) => {
  const { url, got } = await merchantServer(reply);
  expect(await sendCallback(state, page, paid, url)).toEqual([delivery, delivery, delivery, delivery]);
  expect(got).toHaveLength(4);
  expect(new Set(got.map(({ headers }) => headers['mcp-signature'])).size).toBe(1);
  expect(new Set(got.map(({ body }) => JSON.stringify(body))).size).toBe(1);
});

test('stops at the first acknowledgement', async () => {
  const { url, got } = await merchantServer({ status: 503, body: '' }, 'drop', success);
  expect(await sendCallback(state, page, paid, url)).toEqual([503, 'no answer', 200]);
  expect(got).toHaveLength(3);
});

test('does not follow a redirect', async () => {
  const target = await merchantServer(success);
  const { url } = await merchantServer({ status: 307, body: '', location: target.url });
  expect(await sendCallback(state, page, paid, url)).toEqual([307, 307, 307, 307]);
  expect(target.got).toEqual([]);
});

test('gives up on a merchant that does not answer in time', async () => {
  const assumed = behaviour.callback_deadline_ms.value;
  behaviour.callback_deadline_ms.value = 100;
  onTestFinished(() => void (behaviour.callback_deadline_ms.value = assumed));
  const { url, got } = await merchantServer('stall', success);
  expect(await sendCallback(state, page, paid, url)).toEqual(['no answer', 200]);
  expect(got).toHaveLength(2);
});

test('posts with the fetch that it is given', async () => {
  const { url } = await merchantServer(success);
  const posted: unknown[] = [];
  const post: typeof fetch = (to, init) => (posted.push(String(to)), fetch(to, init));
  await sendCallback(state, page, paid, url, post);
  expect(posted).toEqual([url]);
});

test('throws a TypeError on a virtual account or a URL that is none', async () => {
  await expect(sendCallback(state, 'fake-unknown', paid, 'http://fake.invalid/')).rejects.toThrow(TypeError);
  await expect(sendCallback(state, page, paid, 'callback')).rejects.toThrow(TypeError);
});

test('who pays makes it PAID: an inquiry says so, and a cancel is refused', async () => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  expect(pay(sandbox.state, page).transaction_status).toBe('PAID');
  const { json } = await post(sandbox.url, testRequest(pageVirtualAccount, 'inquireVirtualAccount'));
  expect(json?.['transaction_status']).toBe('PAID');
  const { status } = refusals.already_paid.value;
  expect((await post(sandbox.url, testRequest(pageVirtualAccount))).status).toBe(status);
  expect(() => pay(sandbox.state, page)).toThrow('it is PAID');
  expect(() => pay(sandbox.state, 'fake-unknown')).toThrow(TypeError);
});

test.each([
  [true, 'ACTIVE'],
  [false, 'PAID'],
])('of one whose is_multi_use is %s, a payment leaves %s', async (is_multi_use, status) => {
  const { sandbox, created } = await createdWith({ is_multi_use });
  expect(pay(sandbox.state, created.transaction_id).transaction_status).toBe(status);
});
