/** The MSW handlers held against `make mock`, what only they can do, and what each client makes of the answers of both. */
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FetchLike } from '../../src/runtime.ts';
import { operationsOf, readContract } from '../../spec/contract.ts';
import { callers, type OperationId } from '../support/clients.ts';
import { createVaClient } from '../../src/client.ts';
import { handlers, scenario, scenarioNames, type ScenarioName } from '../../src/msw.ts';
import { credentials, pageRequest, pageSuccess } from '../support/fixtures.ts';
import { startFront } from '../../contract-tests/mock/front.ts';
import type { Listening } from '../../contract-tests/shared/http-server.ts';
import { startMock, type Mock } from '../../contract-tests/mock/prism.ts';
import { scenarios, type Scenario, type MockRequest } from '../../scripts/scenarios.ts';

const BASE = 'https://gateway.invalid';
const list = scenarios();
const valid = list.find(({ name }) => name === 'valid request')!.request;

interface Answer {
  status: number;
  mediaType: string | null;
  body: any;
}

async function send(url: string, { method, path, headers, body }: MockRequest): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(url + path, {
    method,
    headers,
    body: text,
    signal: AbortSignal.timeout(5_000),
  });
  return {
    status: response.status,
    mediaType: response.headers.get('content-type'),
    body: await response.json(),
  };
}

/** Of a problem only what may be relied on, see scenarios.ts; of a 400 not what it says was wrong. */
function comparable({ body, ...rest }: Answer): unknown {
  const { error, ...others } = body;
  const told = rest.status === 400 ? { ...others, error: typeof error } : body;
  return rest.mediaType === 'application/json' ? { ...rest, body: told } : { ...rest, type: body.type };
}

const withHeaders = (changes: Record<string, string>): MockRequest => ({
  ...valid,
  headers: { ...valid.headers, ...changes },
});
const prefer = (value: string) => withHeaders({ Prefer: value });
const unsigned = (value: string) => withHeaders({ Prefer: value, 'x-req-signature': '' });

/** Where the mock has its own ways, with and without a name in the contract. */
const corners: Record<string, MockRequest> = {
  'a code alone': prefer('code=401'),
  'an example of 200 alone': prefer('example=canceled'),
  'an example of another answer alone': prefer('example=wrong_signature'),
  'an example of 200 with the code of another answer': prefer('code=401, example=canceled'),
  'an example mistyped': prefer('code=401, example=wrong_signatur'),
  'a status that the contract does not list': prefer('code=418'),
  'the example before the code': prefer('example=wrong_signature, code=401'),
  'no space behind the comma': prefer('code=401,example=wrong_signature'),
  'quotes around the values': prefer('code="401", example="wrong_signature"'),
  'capitals in the names': prefer('CODE=401, Example=wrong_signature'),
  'a semicolon for the comma': prefer('code=401; example=wrong_signature'),
  'a code that is no number': prefer('code=4O1'),
  'an empty Prefer': prefer(''),
  'no signature, but its own example': unsigned('code=401, example=wrong_signature'),
  'no signature, and its example mistyped': unsigned('code=401, example=wrong_signatur'),
  'no signature, and a wish for another answer': unsigned('code=404, example=not_found'),
  'no signature, and an empty body': { ...unsigned(''), body: {} },
  'an authorization that is not Basic': withHeaders({ Authorization: 'Bearer fake' }),
  'another media type': withHeaders({ 'Content-Type': 'text/plain' }),
  'an array for a body': { ...valid, body: [] },
  'no body': { ...valid, body: undefined },
  'a query behind the path': { ...valid, path: `${valid.path}?a=1` },
};
const requests = { ...Object.fromEntries(list.map(({ name, request }) => [name, request])), ...corners };

const server = setupServer();
const mocked: Record<string, Answer> = {};
let mock: Mock | undefined;
let front: Listening | undefined;

// The mock is asked first: once the handlers listen, they would take those requests too.
beforeAll(async () => {
  mock = await startMock();
  front = await startFront({ mockUrl: mock.url });
  for (const [name, request] of Object.entries(requests)) mocked[name] = await send(front.url, request);
  server.listen({ onUnhandledFrame: 'error' });
});
afterEach(() => server.resetHandlers());
afterAll(async () => {
  server.close();
  await front?.close();
  await mock?.stop();
});

describe('the handlers', () => {
  it.each(Object.entries(requests))('answer as make mock does: %s', async (name, request) => {
    server.use(...handlers({ baseUrl: BASE }));
    expect(comparable(await send(BASE, request))).toStrictEqual(comparable(mocked[name]!));
  });

  it.each(['https://api-stage.ifortepay.id', 'http://localhost:3000/api/gateway'])(
    'take any host by default, such as %s',
    async (url) => {
      server.use(...handlers());
      for (const { prefer: wish, request, status } of list.filter(({ code }) => code))
        expect((await send(url, request)).status, wish).toBe(status);
    },
  );

  it('leave other paths and methods to other handlers unless a base URL says that they are theirs', async () => {
    const next = http.all('*', () => HttpResponse.json({}, { status: 418 }));
    for (const name of ['unknown path', 'wrong method']) {
      server.use(...handlers(), next);
      expect((await send(BASE, requests[name]!)).status, name).toBe(418);
      server.use(...handlers({ baseUrl: BASE }), next);
      expect((await send(BASE, requests[name]!)).status, name).toBe(mocked[name]!.status);
      server.resetHandlers();
    }
  });

  it('answer a body that is not JSON, on which Prism hangs', async () => {
    server.use(...handlers());
    const response = await fetch(BASE + valid.path, { ...valid, body: '{bad' });
    expect([response.status, await response.json()]).toMatchObject([400, { response_code: '01' }]);
  });

  it('let the signed client cancel, and a refusal refuse', async () => {
    const client = createVaClient({ ...credentials, baseUrl: BASE });
    server.use(...handlers());
    await expect(client.cancel(pageRequest)).resolves.toMatchObject({ transaction_status: 'CANCELED' });
    server.use(scenario('cancelVirtualAccount 401 wrong_signature'));
    await expect(client.cancel(pageRequest)).rejects.toMatchObject({
      outcome: 'refused',
      responseCode: '99',
    });
  });
});

/** Spellings of one base URL; the client and the handlers must read each alike. */
const spellings = [
  'https://gateway.invalid/',
  'https://gateway.invalid//',
  'https://gateway.invalid:443',
  'HTTPS://Gateway.Invalid',
  'https://gateway.invalid/v1/./api/',
  'http://127.1:4010/',
  'http://[::1]:4010/',
];

describe('a base URL', () => {
  it.each(spellings)('is read as the client reads it: %s', async (baseUrl) => {
    const client = createVaClient({ ...credentials, baseUrl });
    server.use(scenario('cancelVirtualAccount 503 partner_error', { baseUrl, once: true }), ...handlers({ baseUrl })); // prettier-ignore
    await expect(client.cancel(pageRequest)).rejects.toMatchObject({ status: 503 });
    await expect(client.cancel(pageRequest)).resolves.toMatchObject({ transaction_status: 'CANCELED' });
  });

  it.each(['gateway.invalid', 'https:/', '', '//gateway.invalid', 7])(
    'that is none is refused: %s',
    (baseUrl) => {
      const wrong = { baseUrl: baseUrl as string };
      expect(() => handlers(wrong)).toThrow('baseUrl must be an absolute URL');
      expect(() => scenario('cancelVirtualAccount 200 canceled', wrong)).toThrow('baseUrl must be');
    },
  );

  it('that ends in the path of an operation is refused, as by the client', () => {
    const wrong = { baseUrl: `${BASE}/va/cancel/` };
    for (const make of [handlers, () => createVaClient({ ...credentials, ...wrong })])
      expect(() => make(wrong)).toThrow(
        new TypeError('baseUrl must end before /va/cancel, which is added to it'),
      );
  });

  it('of another host is not matched, and MSW can be told to say so', async () => {
    server.use(scenario('cancelVirtualAccount 200 canceled', { baseUrl: 'https://other.invalid' }));
    const client = createVaClient({ ...credentials, baseUrl: BASE });
    await expect(client.cancel(pageRequest)).rejects.toMatchObject({ outcome: 'unknown' });
  });
});

describe('what a page’s fetch in jsdom or happy-dom asks first', () => {
  it('is granted, and the answer is open to it', async () => {
    server.use(...handlers());
    const origin = 'http://localhost:5173';
    const asks = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'prefer' };
    const granted = await fetch(BASE + valid.path, { method: 'OPTIONS', headers: { origin, ...asks } });
    expect(granted.status).toBe(204);
    expect(Object.fromEntries(granted.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'prefer',
      'access-control-allow-methods': 'POST',
    });
    const answer = await fetch(BASE + valid.path, {
      ...valid,
      headers: { ...valid.headers, origin },
      body: '{}',
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('a 400', () => {
  it.each<[string, MockRequest]>([
    [
      'external_id, order_id, payment_method, payment_channel missing',
      { ...valid, body: { transaction_id: 'a' } },
    ],
    ['x-version must be v3', withHeaders({ 'x-version': 'v2' })],
    ['content-type must be application/json', withHeaders({ 'Content-Type': 'text/plain' })],
  ])('says what was wrong: %s', async (error, request) => {
    server.use(...handlers());
    expect((await send(BASE, request)).body).toMatchObject({ response_code: '01', error });
  });
});

describe('a scenario', () => {
  it('has a name in the list for each one of the mock that an example stands for', () => {
    const named = list.filter(({ prefer: wish, example }) => wish && example).map(({ name }) => name);
    expect(scenarioNames).toEqual(named);
    expect(named.length).toBeGreaterThan(20);
  });

  it.each(scenarioNames)('is answered whatever the request holds: %s', async (name) => {
    server.use(scenario(name), ...handlers());
    const { request } = list.find((each) => each.name === name)!;
    const answer = await send(BASE, { method: 'POST', path: request.path, headers: {}, body: {} });
    expect(comparable(answer)).toStrictEqual(comparable(mocked[name]!));
  });

  it('counts once if told so', async () => {
    server.use(scenario('cancelVirtualAccount 503 partner_error', { once: true }), ...handlers());
    expect([(await send(BASE, valid)).status, (await send(BASE, valid)).status]).toEqual([503, 200]);
  });

  it('that is mistyped does not compile, and throws', () => {
    // @ts-expect-error not one of the names
    const mistyped: ScenarioName = 'cancelVirtualAccount 401 wrong_signatur';
    expect(() => scenario(mistyped)).toThrow(new TypeError(`${mistyped} is no scenario; see scenarioNames`));
  });

  it.each([
    ['a handler', () => handlers({ delayMs: 60_000 })],
    ['a scenario', () => [scenario('cancelVirtualAccount 200 canceled', { delayMs: 60_000 })]],
  ])('is as slow as one wants, so that a deadline ends it: %s', async (_, slow) => {
    server.use(...slow());
    const client = createVaClient({ ...credentials, baseUrl: BASE, timeoutMs: 50 });
    await expect(client.cancel(pageRequest)).rejects.toMatchObject({ outcome: 'unknown', code: 'timeout' });
  });

  it('that is slow comes in the end', async () => {
    server.use(...handlers({ delayMs: 100 }));
    const start = performance.now();
    expect((await send(BASE, valid)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(95);
  });
});

/** What an answer of the mock means to a client: the contract's 4xx are refusals, its other failures say nothing. */
function meaningOf({ code }: Scenario): string {
  if (code === '200') return 'done';
  return /^4/.test(code!) ? 'refused' : 'unknown';
}

// The clients make a request of their own, so only what `Prefer` brings can be asked for.
const preferred = list.filter(({ prefer, code }) => prefer !== undefined && code !== undefined);

/** The global fetch with `Prefer` added. */
const preferring =
  (prefer: string): FetchLike =>
  (url, init) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), prefer } });

/** The operation that a scenario is of, which its name begins with. */
const operationOf = ({ name }: { name: string }) => name.split(' ')[0] as OperationId;

describe.each(callers)('%s, answered as the mock answers', (_, call) => {
  beforeEach(() => server.use(...handlers({ baseUrl: BASE })));

  const run = (
    fetch?: FetchLike,
    operation: OperationId = 'cancelVirtualAccount',
    request: object = pageRequest,
  ) => call(operation, { ...credentials, baseUrl: BASE, timeoutMs: 10_000, fetch }, request);

  it.each(preferred)('understands $name', async (scenario) => {
    const { prefer, status, body, request } = scenario;
    const ending = await run(preferring(prefer!), operationOf(scenario), request.body as object);
    expect(ending.outcome).toBe(meaningOf(scenario));
    if (ending.outcome === 'done') expect(ending.data).toStrictEqual(body);
    else
      expect(ending.error).toMatchObject({
        status,
        responseCode: body.response_code,
        responseMessage: body.response_message,
      });
  });

  it("is done without Prefer, for the mock answers the page's ids", async () => {
    expect(await run()).toMatchObject({ outcome: 'done', data: pageSuccess });
  });

  it('is unknown for an example that there is not', async () => {
    const ending = await run(preferring('code=401, example=wrong_signatur'));
    expect(ending).toMatchObject({ outcome: 'unknown', error: { code: 'answer_unexpected', status: 422 } });
  });
});

it('every meaning is tried', () => {
  expect(new Set(preferred.map(meaningOf))).toEqual(new Set(['done', 'refused', 'unknown']));
});

it('every operation is tried', () => {
  const ids = operationsOf(readContract()).map(({ id }) => id);
  expect(new Set(preferred.map(operationOf))).toEqual(new Set(ids));
});
