/** What stands before Prism, over the real Prism. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarios, type MockRequest } from '../../scripts/scenarios.ts';
import type { Listening } from '../shared/http-server.ts';
import { startFront } from './front.ts';
import { startMock, type Mock } from './prism.ts';

let mock: Mock;
let front: Listening;
beforeAll(async () => {
  mock = await startMock();
  front = await startFront({ mockUrl: mock.url });
});
afterAll(async () => {
  await front?.close();
  await mock?.stop();
});

const list = scenarios();
const valid = list.find(({ name }) => name === 'valid request')!.request;
const withHeaders = (changes: Record<string, string>): MockRequest => ({
  ...valid,
  headers: { ...valid.headers, ...changes },
});

async function ask({ method, path, headers, body }: MockRequest, base = front.url) {
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
  const init = { method, headers, body: text, signal: AbortSignal.timeout(8_000) };
  const response = await fetch(base + path, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
}

it('answers an example that is mistyped as the list of scenarios says', async () => {
  const { request, status, mediaType, body } = list.find(({ name }) => name === 'example mistyped')!;
  expect(await ask(request)).toMatchObject({ status, type: mediaType, body });
});

it.each(
  list
    .filter(({ prefer, example }) => (prefer && example) || !prefer)
    .map((each) => [each.name, each] as const),
)('answers as Prism alone does: %s', async (_, { request, status }) => {
  const answer = await ask(request);
  const alone = await ask(request, mock.url);
  expect(answer.status).toBe(status);
  const { error: _words, ...rest } = alone.body;
  expect(answer).toMatchObject({ status: alone.status, type: alone.type, body: rest });
});

describe('a 400', () => {
  const { external_id: _, ...incomplete } = valid.body as Record<string, string>;
  it.each<[string, MockRequest, RegExp]>([
    ['a member missing', { ...valid, body: incomplete }, /required property 'external_id'/],
    [
      'another type',
      { ...valid, body: { ...(valid.body as object), order_id: 7 } },
      /^order_id must be string$/,
    ],
    [
      'characters',
      { ...valid, body: { ...(valid.body as object), order_id: 'a b' } },
      /^order_id must match/,
    ],
    [
      'a length',
      { ...valid, body: { ...(valid.body as object), external_id: 'x'.repeat(65) } },
      /external_id must NOT have more than 64/,
    ],
    [
      'a member too many',
      { ...valid, body: { ...(valid.body as object), amount: 1 } },
      /must NOT have additional properties/,
    ],
    [
      'another version',
      withHeaders({ 'x-version': 'v2' }),
      /^x-version must be equal to one of the allowed values: v3$/,
    ],
    ['no JSON', { ...valid, body: '{bad' }, /^the body is not JSON$/],
  ])('says what was really wrong: %s', async (_what, request, words) => {
    const { status, body } = await ask(request);
    expect([status, body.response_code]).toEqual([400, '01']);
    expect(body.error).toMatch(words);
  });

  it('that was asked for is the example of the contract', async () => {
    const { example, body } = list.find(({ name }) => name === 'cancelVirtualAccount 400 invalid_parameter')!;
    expect((await ask(withHeaders({ Prefer: `code=400, example=${example}` }))).body).toEqual(body);
  });
});

describe('a wish', () => {
  it.each([
    'code=401;example=wrong_signature',
    'code=401; example="wrong_signature"',
    'example=wrong_signature,code=401',
  ])('is met however it is written: %s', async (Prefer) => {
    expect(await ask(withHeaders({ Prefer }))).toMatchObject({ status: 401, body: { response_code: '99' } });
  });

  it.each([
    'code=401, example=wrong_signatur',
    'code=401;example=not_found',
    'example=wrong_signature',
    'code=418, example=canceled',
  ])('that cannot be met is answered with what there is: %s', async (Prefer) => {
    const { status, type, body } = await ask(withHeaders({ Prefer }));
    expect([status, type]).toEqual([422, 'application/problem+json']);
    expect(body.detail).toContain('code=401, example=wrong_signature');
  });

  it('may be to wait', async () => {
    const start = performance.now();
    expect((await ask(withHeaders({ Prefer: 'wait=0.3, code=503' }))).status).toBe(503);
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });
});

it('makes every answer slow if it is started so', async () => {
  const slow = await startFront({ mockUrl: mock.url, delayMs: 300 });
  const start = performance.now();
  expect((await ask(valid, slow.url).finally(slow.close)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThanOrEqual(290);
});

it('lets a page of another origin ask and read, also what is its own', async () => {
  const origin = 'http://localhost:5173';
  const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'prefer' };
  const granted = await fetch(front.url + valid.path, { method: 'OPTIONS', headers: { origin, ...asks } });
  expect(granted.status).toBe(204);
  expect(granted.headers.get('access-control-allow-headers')).toContain('prefer');
  for (const Prefer of ['code=401', 'code=401, example=x']) {
    const init = {
      method: 'POST',
      headers: { ...valid.headers, origin, Prefer },
      body: JSON.stringify(valid.body),
    };
    const response = await fetch(front.url + valid.path, init);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  }
});
