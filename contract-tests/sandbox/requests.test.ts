import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytes, testRequest, freshVirtualAccount, post, sign } from './test-requests.ts';
import { fakeSubMerchant, pageVirtualAccount, signatureVectors } from './seeds.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer } from './server.ts';
import type { VirtualAccount } from './state.ts';

let sandbox: SandboxServer;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const statusOf = async (rest: Partial<VirtualAccount>): Promise<number> =>
  (await post(sandbox.url, testRequest(freshVirtualAccount(sandbox.state, rest)))).status;

test.each(signatureVectors)('accepts the precomputed credentials and signature: $name', async (vector) => {
  const { merchant_id, external_id, order_id } = vector;
  const va = freshVirtualAccount(sandbox.state, { merchant_id, external_id, order_id });
  const { headers, body } = testRequest(va);
  headers['authorization'] = vector.authorization;
  headers['x-req-signature'] = vector.x_req_signature;
  expect(await post(sandbox.url, { headers, body })).toMatchObject({ status: 200, json: { order_id } });
});

describe('limits of the body', () => {
  test.each([
    ['external_id', 64, 'e'],
    ['order_id', 25, 'o'],
    ['transaction_id', 128, 't'],
    ['payment_channel', 50, 'c'],
    ['payment_channel', 50, '\u{1F511}'],
  ] as const)('accepts a %s of %i characters and refuses one more: %s', async (member, limit, letter) => {
    expect(await statusOf({ [member]: letter.repeat(limit) })).toBe(200);
    expect(await statusOf({ [member]: letter.repeat(limit + 1) })).toBe(400);
  });

  test.each(['external_id', 'order_id', 'transaction_id', 'payment_method', 'payment_channel'])(
    'refuses a body without %s, with an empty one and with a number',
    async (member) => {
      for (const value of [undefined, '', 1]) {
        const { headers, body } = testRequest(pageVirtualAccount);
        const received = await post(sandbox.url, { headers, body: { ...body, [member]: value } });
        expect([received.status, received.json?.['response_code']]).toEqual([400, '01']);
        expect(received.json?.['error']).toContain(member);
      }
    },
  );
});

const { headers: rightHeaders, body: rightBody } = testRequest(pageVirtualAccount);
test.each(['{bad', '', '[]', 'null', '"text"', `\uFEFF${JSON.stringify(rightBody)}`])(
  'refuses %j: it is no JSON object',
  async (text) => {
    const received = await post(sandbox.url, { headers: rightHeaders, body: {}, raw: bytes(text) });
    expect([received.status, received.json?.['response_code']]).toEqual([400, '01']);
    expect(received.json?.['error']).toBe('The body is not a JSON object');
  },
);

test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json;charset="UTF-8"'])(
  'accepts the content type %s',
  async (type) => {
    const { headers, body } = testRequest(pageVirtualAccount);
    expect((await post(sandbox.url, { headers: { ...headers, 'content-type': type }, body })).status).toBe(
      200,
    );
  },
);

test('takes scheme and channel in another letter case, and echoes the channel as sent', async () => {
  const { headers, body } = testRequest(pageVirtualAccount);
  headers['authorization'] = headers['authorization']!.replace('Basic', 'basic');
  const received = await post(sandbox.url, { headers, body: { ...body, payment_channel: 'bca-polytron' } });
  expect(received).toMatchObject({ status: 200, json: { payment_channel: 'bca-polytron' } });
});

test("takes a sub-merchant's own hash key, and not the merchant's", async () => {
  const va = sandbox.state.virtualAccounts().find(({ submerchant_name }) => submerchant_name)!;
  const { headers, body } = testRequest(va);
  headers['sub-merchant-id'] = fakeSubMerchant.submerchant_name;
  expect(await post(sandbox.url, { headers, body })).toMatchObject({
    status: 401,
    json: { response_code: '99' },
  });
  headers['x-req-signature'] = sign(fakeSubMerchant.hash_key, va.external_id, va.order_id);
  expect((await post(sandbox.url, { headers, body })).status).toBe(200);
});

describe('the order of checks', () => {
  const faults: [name: string, expected: string, change: (headers: Record<string, string>) => void][] = [
    ['Basic', '401 04 ', (h) => (h['authorization'] = 'Basic !')],
    ['version', '400 01 x-version', (h) => (h['x-version'] = 'v2')],
    ['content type', '400 01 content-type', (h) => (h['content-type'] = 'text/plain')],
    ['signature', '401 99 ', (h) => (h['x-req-signature'] = 'f'.repeat(64))],
    ['look-up', '404 02 ', () => undefined],
  ];

  test.each(faults.map(([name], first) => [name, first] as const))(
    '%s answers before all later',
    async (_, first) => {
      const { headers, body } = testRequest(pageVirtualAccount);
      for (const [, , change] of faults.slice(first)) change(headers);
      const unknown = { ...body, transaction_id: 'fake-unknown' };
      const { status, json } = await post(sandbox.url, { headers, body: unknown });
      expect(`${status} ${json?.['response_code']} ${json?.['error'] ?? ''}`).toContain(faults[first]![1]);
    },
  );

  test('the body answers before the signature', async () => {
    const { headers, body } = testRequest(pageVirtualAccount);
    headers['x-req-signature'] = 'f'.repeat(64);
    expect((await post(sandbox.url, { headers, body: { ...body, order_id: '' } })).status).toBe(400);
  });
});
