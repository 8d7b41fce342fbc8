import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testRequest, freshVirtualAccount, post } from './test-requests.ts';
import { pageVirtualAccount, signatureVectors } from './seeds.ts';
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

// Every other limit has its cases: contract-tests/cases/.
test('counts characters, not UTF-16 units', async () => {
  expect(await statusOf({ payment_channel: '\u{1F511}'.repeat(50) })).toBe(200);
  expect(await statusOf({ payment_channel: '\u{1F511}'.repeat(51) })).toBe(400);
});

test.each(['external_id', 'order_id', 'transaction_id', 'payment_method', 'payment_channel'])(
  'says which member is missing: %s',
  async (member) => {
    const { headers, body } = testRequest(pageVirtualAccount);
    const received = await post(sandbox.url, { headers, body: { ...body, [member]: undefined } });
    expect(received.json?.['error']).toContain(member);
  },
);

test('takes scheme and channel in another letter case, and echoes the channel as sent', async () => {
  const { headers, body } = testRequest(pageVirtualAccount);
  headers['authorization'] = headers['authorization']!.replace('Basic', 'basic');
  const received = await post(sandbox.url, { headers, body: { ...body, payment_channel: 'bca-polytron' } });
  expect(received).toMatchObject({ status: 200, json: { payment_channel: 'bca-polytron' } });
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
