/** A fetch that is not the runtime's own: one that caches, and ones whose answers have another shape. */
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { type AnswerLike, type FetchLike, defaultFetch } from '../../src/runtime.ts';
import {
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  vaErrorFrom,
} from '../support/fixtures.ts';
import { Witness } from '../../src/witness.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** As Next.js 14 patches fetch: what was answered once to the same URL and body is answered again. */
function caching(fetch: FetchLike): FetchLike {
  const known = new Map<string, Response>();
  return async (url, init) => {
    const key = `${init.method} ${url} ${String(init.body)}`;
    if (init.cache !== 'no-store' && known.has(key)) return known.get(key)!.clone();
    const answer = (await fetch(url, init)) as Response;
    known.set(key, answer.clone());
    return answer;
  };
}

describe('a fetch that caches', () => {
  it('answers nothing from its cache: each call asks the gateway', async () => {
    const states = ['ACTIVE', 'ACTIVE', 'CANCELED', 'CANCELED'];
    const gateway = stubFetch(() => jsonResponse({ ...pageSuccess, transaction_status: states.shift() }));
    const client = createVaClient({ ...options, fetch: caching(gateway) });
    expect(await client.inquire(pageRequest)).toMatchObject({ transaction_status: 'ACTIVE' });
    await expect(client.confirm(pageRequest)).rejects.toMatchObject({ code: 'still_active' });
    expect(await client.inquire(pageRequest)).toMatchObject({ transaction_status: 'CANCELED' });
    expect(await client.confirm(pageRequest)).toMatchObject({ transaction_status: 'CANCELED' });
    expect(gateway.calls).toHaveLength(4);
  });

  it('answers nothing from its cache where it took the place of the global one either', async () => {
    const gateway = stubFetch(() => jsonResponse(pageSuccess));
    vi.stubGlobal('fetch', caching(gateway));
    const client = createVaClient(options);
    for (let call = 1; call <= 3; call++) {
      await client.inquire(pageRequest);
      expect(gateway.calls).toHaveLength(call);
    }
  });
});

function refusing(): never {
  throw new TypeError("The 'cache' field on 'RequestInitializerDict' is not implemented.");
}

describe('a runtime that does not take cache: no-store', () => {
  it.each<[string, unknown]>([
    ['throws for it, as workerd does before 2024-11-11', refusing],
    ['knows no such member', function (this: object) {}],
    ['has no Request', undefined],
  ])('(it %s) is not asked for it', async (_, itsRequest) => {
    vi.stubGlobal('Request', itsRequest);
    vi.stubGlobal('WebSocketPair', refusing); // it calls itself Node, as workerd does
    vi.resetModules();
    const { createVaClient: fresh } = await import('../../src/client.ts');
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    await fresh({ ...options, fetch }).cancel(pageRequest);
    expect(fetch.calls[0]!.init).not.toHaveProperty('cache');
  });

  it('is asked for it where it takes it, as workerd does since', async () => {
    vi.stubGlobal('WebSocketPair', refusing);
    vi.resetModules();
    const { createVaClient: fresh } = await import('../../src/client.ts');
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    await fresh({ ...options, fetch }).cancel(pageRequest);
    expect(fetch.calls[0]!.init.cache).toBe('no-store');
  });
});

describe('no global fetch at all, as in jest-environment-jsdom', () => {
  it('is said before anything is sent, and one that comes later is taken', async () => {
    vi.stubGlobal('fetch', undefined);
    const client = createVaClient(options);
    const error = await vaErrorFrom(client.cancel(pageRequest));
    expect(error).toMatchObject({ outcome: 'not_sent', code: 'invalid_request' });
    expect(error.message).toContain('there is no global fetch here; give one as the option fetch');
    expect(await createVaClient({ ...options, fetch: stubFetch() }).cancel(pageRequest)).toEqual(pageSuccess);
    vi.stubGlobal('fetch', stubFetch());
    expect(await client.cancel(pageRequest)).toEqual(pageSuccess);
  });
});

const text = JSON.stringify(pageSuccess);
const head = { status: 200, headers: new Headers() };

describe('a fetch whose answers have another shape', () => {
  it.each<[string, () => AnswerLike]>([
    ['a stream of Node, as node-fetch has', () => ({ ...head, body: Readable.from([Buffer.from(text)]) })],
    ['a stream of texts', () => ({ ...head, body: Readable.from([text.slice(0, 9), text.slice(9)]) })],
    [
      'arrayBuffer() alone',
      () => ({ ...head, arrayBuffer: async () => new TextEncoder().encode(text).buffer }),
    ],
    ['text() alone, as the polyfills of browsers have', () => ({ ...head, text: async () => text })],
  ])('is read: %s', async (_, answer) => {
    const fetch = async () => answer();
    expect(await createVaClient({ ...options, fetch }).cancel(pageRequest)).toEqual(pageSuccess);
  });

  it('is held to the size cap, and closed', async () => {
    const body = Readable.from(Array.from({ length: 5 }, () => Buffer.alloc(100_000, ' ')));
    const error = await vaErrorFrom(
      createVaClient({ ...options, fetch: async () => ({ ...head, body }) }).cancel(pageRequest),
    );
    expect(error.code).toBe('answer_too_large');
    await vi.waitFor(() => expect(body.destroyed).toBe(true));
  });

  it('is held to the deadline, and closed', async () => {
    const body = new Readable({ read: () => {} });
    const client = createVaClient({ ...options, timeoutMs: 30, fetch: async () => ({ ...head, body }) });
    expect((await vaErrorFrom(client.cancel(pageRequest))).code).toBe('timeout');
    await vi.waitFor(() => expect(body.destroyed).toBe(true));
  });

  it('is named where it offers nothing to read', async () => {
    const fetch = async () => ({ ...head, body: {} }) as unknown as AnswerLike;
    const error = await vaErrorFrom(createVaClient({ ...options, fetch }).cancel(pageRequest));
    expect(error).toMatchObject({ outcome: 'unknown', code: 'connection_failed' });
    expect(String(error.cause)).toContain('Give a fetch that resolves to a Response');
  });

  it('is a redirect all the same', async () => {
    const fetch = async () => ({ ...head, status: 307, body: {} }) as unknown as AnswerLike;
    const error = await vaErrorFrom(createVaClient({ ...options, fetch }).cancel(pageRequest));
    expect(error.code).toBe('redirected');
  });
});

afterEach(() => vi.unstubAllGlobals());

const made: object[] = [];
const createHttpClient = (client: object) => made[made.push(client) - 1];
const runOn = (deno: string | undefined) => vi.stubGlobal('Deno', { version: { deno }, createHttpClient });

describe('on Deno', () => {
  it.each(['2.9.5', '2.8.9', '1.99.9', '2.9', 'x.y.z', undefined])('%s refuses its fetch', (version) => {
    runOn(version);
    expect(() => createVaClient(options)).toThrow(TypeError);
    expect(() => createVaClient(options)).toThrow(
      `Deno ${version ?? 'of unknown version'} may send a request twice: use Deno 2.9.6 or newer, or give a fetch`,
    );
  });

  it.each(['2.9.6', '2.9.7-rc.1', '2.9.10', '2.10.0', '3.0.0'])('%s is taken', (version) => {
    runOn(version);
    expect(defaultFetch().provenByText).toBe(true);
  });

  it('any version serves with a fetch of the caller, whose errors then prove nothing', async () => {
    runOn('2.9.5');
    const fetch = stubFetch();
    await createVaClient({ ...options, fetch }).cancel(pageRequest);
    expect(fetch.calls).toHaveLength(1);
  });

  it('sends with a client that keeps no connection and speaks no HTTP/2, made once', async () => {
    runOn('2.9.6');
    const fetch = stubFetch();
    vi.stubGlobal('fetch', fetch);
    for (let client = 0; client < 2; client++) await createVaClient(options).cancel(pageRequest);
    const client = { poolMaxIdlePerHost: 0, http2: false };
    expect(fetch.calls.map(({ init }) => init)).toMatchObject([{ client }, { client }]);
    expect(made).toEqual([client]);
  });
});

it('elsewhere the global fetch is called as it is, and texts prove nothing', async () => {
  const fetch = stubFetch();
  vi.stubGlobal('fetch', fetch);
  const found = defaultFetch();
  await found.fetch('https://gateway.invalid', {}, new Witness('https://gateway.invalid', ''));
  expect(found.provenByText).toBe(false);
  expect(fetch.calls).toEqual([{ url: 'https://gateway.invalid', init: { dispatcher: expect.any(Object) } }]);
});
