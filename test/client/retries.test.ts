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
import { creation, thrownBy, vaErrorFrom } from '../support/fixtures.ts';
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

  it.each([
    ['01', 400],
    ['02', 404],
    ['04', 401],
    ['99', 401],
  ])('an inquiry is not repeated after the refusal %s', async (code, status) => {
    const { options } = await prepare(inTurn([failing(code, status)], [ACTIVE]), { maxRetries: 5 });
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
    const { options } = await prepare(busy, { maxRetries: 3, totalTimeoutMs: 2_000 });
    const startedAt = performance.now();
    const ending = await call('inquireVirtualAccount', options, request);
    expect(ending.error).toMatchObject({ code: 'gateway_failed', retryAfterMs: 60_000 });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
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

it("what a call says replaces what the client's options say", async () => {
  const { options } = await prepare(says(500, failure('98')), { maxRetries: 5 });
  const client = createVaClient(options);
  await vaErrorFrom(client.inquire(request, { maxRetries: 1 }));
  expect(seen()).toBe(2);
  await vaErrorFrom(client.inquire(request, { maxRetries: 0 }));
  expect(seen()).toBe(3);
});

function successOf(operation: OperationId) {
  const transaction_status = operation === 'cancelVirtualAccount' ? 'CANCELED' : 'ACTIVE';
  return { ...request, transaction_status, response_code: '00' };
}
