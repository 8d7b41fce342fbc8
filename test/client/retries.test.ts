/** Retries on real sockets, through every client: what matters is how many requests the server sees. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVirtualAccountApi, vaErrorOf } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import type { AttemptRecord } from '../../src/attempt.ts';
import { tcpAnswer, failure, says, success, credentials, request } from '../faults/http.ts';
import { noSuchHost, nobodyListens } from '../faults/servers.ts';
import {
  inTurn,
  on,
  onConnect,
  reset,
  send,
  type FaultServer,
  type Start,
  type TcpStep,
} from '../faults/tcp.ts';
import { callers, type OperationId } from '../support/clients.ts';
import {
  broken,
  creation,
  done,
  notConnected,
  options as stubbed,
  pageRequest,
  pageSuccess,
  stubFetch,
  thrownBy,
  vaErrorFrom,
} from '../support/fixtures.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { freePort } from '../../contract-tests/shared/processes.ts';

let server: FaultServer | undefined;
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.1));
afterEach(async () => {
  vi.restoreAllMocks();
  await server?.stop();
  server = undefined;
});

/** Starts the server, and the options to call it with, its attempts written down. */
async function prepare(start: Start, changes: object = {}) {
  server = await start();
  const attempts: AttemptRecord[] = [];
  const onAttempt = (record: AttemptRecord) => void attempts.push(record);
  const options = { ...credentials, baseUrl: server.baseUrl, timeoutMs: 5_000, onAttempt, ...changes };
  return { options, attempts, server };
}

/** How many requests the server read to their end. */
const seen = () => server!.seen().requests;

const hangsUpInTls: Start = async () => {
  const hangingUp = await onConnect(reset)();
  return { ...hangingUp, baseUrl: hangingUp.baseUrl.replace('http:', 'https:') };
};

const ACTIVE = send(tcpAnswer(200, success({ transaction_status: 'ACTIVE' })));
const failing = (code: string, status: number, headers = {}) =>
  send(tcpAnswer(status, failure(code), headers));
const silence: TcpStep = () => undefined;

const answered: [string, Start, { status?: number; code: string; retryAfterMs?: number }][] = [
  ['429 that asks to wait', says(429, failure('98'), { 'retry-after': 0 }), { status: 429, code: 'gateway_failed', retryAfterMs: 0 }], // prettier-ignore
  ['503 that asks to wait', says(503, failure('03'), { 'retry-after': 2 }), { status: 503, code: 'gateway_failed', retryAfterMs: 2_000 }], // prettier-ignore
  ['500', says(500, failure('98')), { status: 500, code: 'gateway_failed' }],
  ['a refusal', says(404, failure('02')), { status: 404, code: 'not_found' }],
  ['an answer that cannot be read', says(200, '{bad'), { status: 200, code: 'answer_unreadable' }],
  ['a reset', on(reset), { code: 'connection_failed' }],
  ['no answer in time', on(silence), { code: 'timeout' }],
];

describe.each(callers)('%s', (_, call) => {
  describe.each<[OperationId, object]>([
    ['cancelVirtualAccount', request],
    ['createVirtualAccount', creation],
  ])('%s', (operation, body) => {
    it.each(answered)(
      'is not repeated after %s, however many retries are allowed',
      async (_name, start, error) => {
        const { options, attempts } = await prepare(start, {
          maxRetries: 3,
          timeoutMs: error.code === 'timeout' ? 400 : 5_000,
          totalTimeoutMs: 5_000,
        });
        const ending = await call(operation, options, body);
        expect(ending.error).toMatchObject(error);
        expect(ending.error?.retryAfterMs).toBe(error.retryAfterMs);
        expect(seen()).toBe(1);
        expect(attempts).toHaveLength(1);
      },
    );

    it('is repeated until somebody listens, and then done', async () => {
      vi.mocked(Math.random).mockReturnValue(0.99);
      const port = await freePort();
      const late = createServer((incoming, response) => {
        arrived.push(incoming.url!);
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(successOf(operation)));
      });
      const arrived: string[] = [];
      const attempts: AttemptRecord[] = [];
      const onAttempt = (record: AttemptRecord) => {
        if (attempts.push(record) === 1) late.listen(port, '127.0.0.1');
      };
      const baseUrl = `http://127.0.0.1:${port}`;
      const options = { ...credentials, baseUrl, maxRetries: 3, onAttempt };
      try {
        expect((await call(operation, options, body)).outcome).toBe('done');
      } finally {
        late.close();
        late.closeAllConnections();
        await once(late, 'close');
      }
      expect(attempts[0]).toMatchObject({ attempt: 1, outcome: 'not_sent', code: 'connection_refused' });
      expect(attempts.at(-1)).toMatchObject({ attempt: attempts.length, outcome: 'done', status: 200 });
      expect(attempts.length).toBeGreaterThan(1);
      expect(arrived).toHaveLength(1);
    });
  });

  it.each([
    ['connection_refused', nobodyListens],
    ['dns_failed', noSuchHost],
    ['not_connected', hangsUpInTls],
  ])('a cancel is tried again after %s, and fails as the last attempt did', async (code, start) => {
    const { options, attempts } = await prepare(start, { maxRetries: 2 });
    const ending = await call('cancelVirtualAccount', options, request);
    expect(ending).toMatchObject({ outcome: 'not_sent', error: { code } });
    expect(attempts.map((each) => [each.attempt, each.code])).toEqual([
      [1, code],
      [2, code],
      [3, code],
    ]);
    expect(ending.error!.attemptId).toBe(attempts[2]!.attemptId);
    expect(new Set(attempts.map(({ attemptId }) => attemptId)).size).toBe(3);
  });

  it.each<[string, number | undefined]>([
    ['by default', undefined],
    ['if there are to be zero', 0],
  ])('nothing is repeated %s, an inquiry neither', async (_name, retries) => {
    for (const operation of ['cancelVirtualAccount', 'inquireVirtualAccount'] as const) {
      const { options } = await prepare(says(503, failure('03'), { 'retry-after': 0 }), {
        maxRetries: retries,
      });
      expect(await call(operation, options, request)).toMatchObject({ outcome: 'unknown' });
      expect(seen()).toBe(1);
      await server!.stop();
      const { attempts, options: refusing } = await prepare(nobodyListens, { maxRetries: retries });
      expect(await call(operation, refusing, request)).toMatchObject({ outcome: 'not_sent' });
      expect(attempts).toHaveLength(1);
    }
  });

  it.each<[string, TcpStep]>([
    ['500', failing('98', 500)],
    ['429', failing('98', 429)],
    ['a reset', reset],
    ['an answer that cannot be read', send(tcpAnswer(200, '{bad'))],
    ['no answer in time', silence],
  ])('an inquiry is repeated after %s', async (_name, step) => {
    const { options, attempts } = await prepare(inTurn([step], [step], [ACTIVE]), {
      maxRetries: 5,
      timeoutMs: 400,
      totalTimeoutMs: 10_000,
    });
    const ending = await call('inquireVirtualAccount', options, request);
    expect(ending).toMatchObject({ outcome: 'done', data: { transaction_status: 'ACTIVE' } });
    expect(seen()).toBe(3);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'done']);
  });

  it('an inquiry is not repeated after a refusal', async () => {
    const { options } = await prepare(inTurn([failing('02', 404)], [ACTIVE]), { maxRetries: 5 });
    expect((await call('inquireVirtualAccount', options, request)).outcome).toBe('refused');
    expect(seen()).toBe(1);
  });

  it('an inquiry waits as long as the gateway asks', async () => {
    const times: number[] = [];
    const note: TcpStep = () => void times.push(performance.now());
    const busy = failing('03', 503, { 'retry-after': 1 });
    const { options } = await prepare(inTurn([note, busy], [note, ACTIVE]), { maxRetries: 1 });
    expect((await call('inquireVirtualAccount', options, request)).outcome).toBe('done');
    expect(times[1]! - times[0]!).toBeGreaterThan(980);
  });

  it('an inquiry does not wait beyond the whole', async () => {
    const busy = says(503, failure('03'), { 'retry-after': 60 });
    const { options } = await prepare(busy, { maxRetries: 3, totalTimeoutMs: 20_000 });
    const startedAt = performance.now();
    const ending = await call('inquireVirtualAccount', options, request);
    expect(ending.error).toMatchObject({ code: 'gateway_failed', retryAfterMs: 60_000 });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(seen()).toBe(1);
  });

  it('the whole is bounded, pauses included', async () => {
    const { options } = await prepare(on(silence), { maxRetries: 10, timeoutMs: 150, totalTimeoutMs: 700 });
    const startedAt = performance.now();
    expect((await call('inquireVirtualAccount', options, request)).error?.code).toBe('timeout');
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(400);
    expect(took).toBeLessThan(2_000);
    expect(seen()).toBeGreaterThan(1);
    expect(seen()).toBeLessThan(6);
  });
});

describe('an abort in a pause', () => {
  const busy = says(503, failure('03'), { 'retry-after': 20 });
  it.each<[string, (options: Parameters<typeof createVaClient>[0], signal: AbortSignal) => Promise<unknown>]>(
    [
      ['client.inquire', (options, signal) => createVaClient(options).inquire(request, { signal })],
      [
        'the class-based client',
        (options, signal) =>
          createVirtualAccountApi(options).inquireVirtualAccount({ inquiryRequest: request }, { signal }),
      ],
    ],
  )('ends the call at once with what the last attempt gave: %s', async (_, inquire) => {
    const abort = new AbortController();
    const onAttempt = () => void setTimeout(() => abort.abort(), 50);
    const { options } = await prepare(busy, { maxRetries: 3, totalTimeoutMs: 60_000, onAttempt });
    const startedAt = performance.now();
    const thrown = await thrownBy(inquire(options, abort.signal));
    expect(vaErrorOf(thrown)).toMatchObject({ code: 'gateway_failed', retryAfterMs: 20_000 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(seen()).toBe(1);
  });
});

describe('retries of a client', () => {
  const failures = { notConnected, broken };
  const attemptsOf = async (
    failure: keyof typeof failures,
    changes: object,
    call: object | undefined,
    method: 'cancel' | 'inquire' = 'cancel',
  ) => {
    const fetch = stubFetch(failures[failure]);
    await vaErrorFrom(createVaClient({ ...stubbed, fetch, ...changes })[method](pageRequest, call));
    return fetch.calls.length;
  };

  it('are as many as the client allows, or the call in its place', async () => {
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, undefined)).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, {})).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, { maxRetries: undefined })).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, { maxRetries: 0 })).toBe(1);
    expect(await attemptsOf('notConnected', {}, { maxRetries: 10 })).toBe(11);
    expect(await attemptsOf('broken', { maxRetries: 2 }, { maxRetries: 3 })).toBe(1);
    expect(await attemptsOf('broken', { maxRetries: 2 }, { maxRetries: 3 }, 'inquire')).toBe(4);
  });

  it('send the same bytes and headers, and succeed as one call', async () => {
    const turns = [notConnected, notConnected, done];
    const fetch = stubFetch(() => turns.shift()!());
    const client = createVaClient({ ...stubbed, fetch, maxRetries: 2 });
    await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
    const [first, ...others] = fetch.calls.map(({ url, init: { method, headers, body } }) => ({
      url,
      method,
      headers,
      body,
    }));
    expect(others).toEqual([first, first]);
  });

  it('never outlast the totalTimeoutMs of the call, or of the client, or twice timeoutMs', async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const elapsed = async (changes: object, call?: object) => {
      const fetch = stubFetch(() => new Promise<Response>(() => {}));
      const client = createVaClient({ ...stubbed, fetch, maxRetries: 10, ...changes });
      const startedAt = performance.now();
      expect(await vaErrorFrom(client.inquire(pageRequest, call))).toMatchObject({ code: 'timeout' });
      return performance.now() - startedAt;
    };
    const all = await Promise.all([
      elapsed({ timeoutMs: 100, totalTimeoutMs: 1_000 }, { totalTimeoutMs: 350 }),
      elapsed({ timeoutMs: 100, totalTimeoutMs: 350 }),
      elapsed({ timeoutMs: 175 }),
      elapsed({ timeoutMs: 30_000 }, { timeoutMs: 175 }),
      elapsed({ timeoutMs: 30_000, totalTimeoutMs: 300 }),
    ]);
    for (const ms of all) expect(ms).toBeLessThan(900);
  });

  it.each([
    ['maxRetries', [-1, 1.5, 11, '2', NaN, Infinity, null, true, {}], 'must be a whole number from 0 to 10'],
    [
      'totalTimeoutMs',
      [0, -1, NaN, Infinity, '5000', null, 2_147_483_648],
      'must be a number of milliseconds',
    ],
  ])('bad values of %s are named, and nothing is sent', async (name, values, words) => {
    for (const value of values) {
      const fetch = stubFetch();
      const wrong = { ...stubbed, fetch, [name]: value } as VaClientOptions;
      for (const make of [createVaClient, createVirtualAccountApi, signedFetch]) {
        expect(() => make(wrong)).toThrow(TypeError);
        expect(() => make(wrong)).toThrow(`${name} ${words}`);
      }
      const client = createVaClient({ ...stubbed, fetch });
      for (const method of ['cancel', 'inquire', 'create', 'confirm', 'cancelAndConfirm'] as const) {
        const error = await vaErrorFrom(client[method](pageRequest as never, { [name]: value } as never));
        expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
        expect(error.message, method).toContain(`${name} ${words}`);
      }
      expect(fetch.calls).toEqual([]);
    }
  });
});

function successOf(operation: OperationId) {
  const transaction_status = operation === 'cancelVirtualAccount' ? 'CANCELED' : 'ACTIVE';
  return { ...request, transaction_status, response_code: '00' };
}
