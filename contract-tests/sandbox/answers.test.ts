import { afterEach, expect, test } from 'vitest';
import { testRequest, post } from './test-requests.ts';
import { examplesOf, operationOf, readContract } from '../../spec/contract.ts';
import { refusals } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';
import { pageVirtualAccount } from './seeds.ts';
import { startSandbox } from './server.ts';
import type { SandboxServer, SandboxServerOptions } from './server.ts';

const contract = readContract();
const examples = examplesOf(contract, operationOf(contract, 'cancelVirtualAccount'), '200');
let sandbox: SandboxServer;
const start = async (options: SandboxServerOptions = {}): Promise<void> => {
  sandbox = await startSandbox(options);
};
afterEach(() => sandbox.close());

test("answers the page's cancel byte for byte as the spec's example", async () => {
  await start();
  const { status, contentType, text } = await post(sandbox.url, testRequest(pageVirtualAccount));
  expect([status, contentType]).toEqual([200, 'application/json']);
  expect(text).toBe(JSON.stringify(examples.find(({ name }) => name === 'canceled')!.value));
});

function refusal(name: RefusalName): [status: number, type: string, body: string] {
  const { status, response_code } = refusals[name].value;
  return [status, 'application/json', `"response_code":"${response_code}"`];
}

const seeds: [external: string, status: number, type: string, body: string][] = [
  ['sandbox-paid', ...refusal('already_paid')],
  ['sandbox-expired', ...refusal('already_expired')],
  ['sandbox-canceled', ...refusal('already_canceled')],
  ['sandbox-processing', ...refusal('in_process')],
  ['sandbox-partner-error', 503, 'application/json', '"response_code":"03"'],
  ['sandbox-system-error', 500, 'application/json', '"response_code":"98"'],
  ['sandbox-unknown-error', 500, 'application/json', '"response_code":"99"'],
  ['sandbox-other-failure', 429, 'application/json', '"response_code":"98"'],
  ['sandbox-bad-json', 200, 'application/json', '{bad'],
  ['sandbox-html-502', 502, 'text/html', '<h1>'],
];

test.each(seeds)('%s answers %i, %s, %s', async (external, status, type, body) => {
  await start();
  const va = sandbox.state.virtualAccounts().find(({ external_id }) => external_id === external)!;
  const before = va.transaction_status;
  const received = await post(sandbox.url, testRequest(va));
  expect([received.status, received.contentType]).toEqual([status, type]);
  expect(received.text).toContain(body);
  expect(va.transaction_status).toBe(before);
});

test('cancels once; the second time is refused', async () => {
  await start();
  const request = testRequest(pageVirtualAccount);
  expect((await post(sandbox.url, request)).status).toBe(200);
  const { status, response_code } = refusals.already_canceled.value;
  expect(await post(sandbox.url, request)).toMatchObject({ status, json: { response_code } });
});

test('one sandbox does not remember what another did', async () => {
  await start();
  await post(sandbox.url, testRequest(pageVirtualAccount));
  await sandbox.close();
  await start();
  expect((await post(sandbox.url, testRequest(pageVirtualAccount))).status).toBe(200);
});

test('tamper changes status, headers and members, knowing what it changes', async () => {
  const seen: unknown[] = [];
  await start({
    tamper(answer, context) {
      seen.push(context);
      const body = { ...(answer.body as object), transaction_status: 'CANCELLED' };
      return { status: 207, headers: { 'content-type': 'text/json' }, body };
    },
  });
  const { status, contentType, json } = await post(sandbox.url, testRequest(pageVirtualAccount));
  expect([status, contentType, json?.['transaction_status']]).toEqual([207, 'text/json', 'CANCELLED']);
  const { transaction_id, external_id, order_id } = pageVirtualAccount;
  const ids = { transaction_id, external_id, order_id };
  expect(seen).toEqual([{ operation: 'cancelVirtualAccount', name: 'canceled', ids }]);
});

test.each([
  ['text', '{"half":', '{"half":'],
  ['bytes', Uint8Array.of(0x7b, 0xff, 0x7d), '{\uFFFD}'],
  ['nothing', undefined, ''],
])('tamper sends %s as they are', async (_, body, expected) => {
  await start({ tamper: (answer) => ({ ...answer, body }) });
  expect((await post(sandbox.url, testRequest(pageVirtualAccount))).text).toBe(expected);
});

test('tamper sees refusals by name and can drop the connection', async () => {
  const names: string[] = [];
  await start({ tamper: (answer, { name }) => (names.push(name), { ...answer, connection: 'drop' }) });
  const { headers, body } = testRequest(pageVirtualAccount);
  delete headers['x-req-signature'];
  await expect(post(sandbox.url, { headers, body })).rejects.toThrow('fetch failed');
  expect(names).toEqual(['missing_signature']);
});

test('a tamper that throws is a fault of the sandbox, not an answer of the gateway', async () => {
  await start({
    tamper() {
      throw new Error('oops');
    },
  });
  const { status, contentType } = await post(sandbox.url, testRequest(pageVirtualAccount));
  expect([status, contentType, sandbox.requests[0]?.answer]).toEqual([500, 'text/plain', 'sandbox_fault']);
});

test('answers 404 with HTML to a path or method that the spec does not have', async () => {
  await start();
  for (const [method, path] of [
    ['GET', '/va/cancel'],
    ['POST', '/va/nothing'],
  ] as const) {
    const response = await fetch(sandbox.url + path, { method });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html']);
  }
});
