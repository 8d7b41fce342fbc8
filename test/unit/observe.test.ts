import { describe, expect, it, vi } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import type { AttemptRecord } from '../../src/attempt.ts';
import type { VaErrorCode } from '../../src/errors.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { leaks } from '../support/canaries.ts';
import { callers } from '../support/clients.ts';
import {
  cancelUrl,
  canaries,
  creation,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  thrownBy,
  vaErrorFrom,
  type StubAnswer,
  broken,
  done,
  notConnected,
  refused,
  reset,
} from '../support/fixtures.ts';

const echoing = JSON.stringify([options, pageRequest, canaries, 'fake-marker']);
const echoes = (response_code: string, status: number) => () =>
  jsonResponse({ response_code, response_message: echoing, error: echoing }, status);
const never = () => new Promise<Response>(() => {});

const { external_id, order_id, transaction_id, payment_channel } = pageRequest;
const UNSEEN = [
  ...canaries,
  options.merchantId,
  external_id,
  order_id,
  transaction_id,
  payment_channel,
  'fake-marker',
];

const refusal = (code: VaErrorCode, status: number) => ({ outcome: 'refused', code, status }) as const;
const unknown = (code: VaErrorCode, status?: number) =>
  ({ outcome: 'unknown', code, ...(status && { status }) }) as const;

/** Every way an attempt may end: what the gateway does, and what the record says beyond its times and ids. */
const ENDINGS: [name: string, answer: StubAnswer, record: Partial<AttemptRecord>][] = [
  ['done', done, { outcome: 'done', status: 200 }],
  ['done with 201', () => jsonResponse(pageSuccess, 201), { outcome: 'done', status: 201 }],
  ['refused', echoes('01', 400), { ...refusal('invalid_parameter', 400), responseCode: '01' }],
  ['refused with 200', echoes('02', 200), { ...refusal('not_found', 200), responseCode: '02' }],
  ['a failure', echoes('98', 500), { ...unknown('gateway_failed', 500), responseCode: '98' }],
  ['an odd code', echoes('fake-marker', 400), unknown('answer_unexpected', 400)],
  ['HTML', () => new Response(echoing, { status: 502 }), unknown('gateway_failed', 502)],
  [
    'other ids',
    () => jsonResponse({ ...pageSuccess, order_id: 'x' }),
    { ...unknown('answer_about_other_ids', 200), responseCode: '00' },
  ],
  ['not sent', notConnected, { outcome: 'not_sent', code: 'connection_refused', written: false }],
  ['a reset', reset, unknown('connection_failed')],
  ['a failure that echoes', () => Promise.reject(new Error(echoing)), unknown('connection_failed')],
  ['no answer in time', never, unknown('timeout')],
];

/** Options whose attempts are written down. */
function observed(answer: StubAnswer, changes: object = {}) {
  const records: AttemptRecord[] = [];
  const onAttempt = (record: AttemptRecord) => void records.push(record);
  const fetch = stubFetch(answer);
  return {
    options: { ...options, fetch, onAttempt, timeoutMs: 100, ...changes } as VaClientOptions,
    records,
    fetch,
  };
}

describe.each(callers)('onAttempt of %s', (_, call) => {
  it.each(ENDINGS)(
    'tells of one attempt that is %s, with nothing secret, no id and no message, as plain data',
    async (_name, answer, expected) => {
      const { options, records } = observed(answer);
      const { outcome, error } = await call('cancelVirtualAccount', options, pageRequest);
      expect(records).toStrictEqual([
        {
          operation: 'cancel',
          attemptId: error?.attemptId ?? expect.stringMatching(/^[0-9a-f-]{36}$/),
          attempt: 1,
          ...expected,
          durationMs: expect.any(Number),
        },
      ]);
      expect(outcome).toBe(expected.outcome);
      const [record] = records;
      expect(record!.durationMs).toBeLessThan(5_000);
      expect(leaks(record, UNSEEN)).toEqual([]);
      expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
      expect(JSON.parse(JSON.stringify(record))).toStrictEqual(record);
      const kinds = ['string', 'number', 'boolean'];
      for (const value of Object.values(record!)) expect(kinds).toContain(typeof value);
    },
  );

  it('tells of each attempt of an inquiry, with an id of its own', async () => {
    const turns = [broken, reset, () => jsonResponse({ ...pageSuccess, transaction_status: 'ACTIVE' })];
    const { options, records } = observed(() => turns.shift()!(), { maxRetries: 3, timeoutMs: 5_000 });
    expect((await call('inquireVirtualAccount', options, pageRequest)).outcome).toBe('done');
    expect(records).toMatchObject([
      { operation: 'inquire', attempt: 1, outcome: 'unknown', code: 'gateway_failed', status: 500 },
      { operation: 'inquire', attempt: 2, outcome: 'unknown', code: 'connection_failed' },
      { operation: 'inquire', attempt: 3, outcome: 'done', status: 200 },
    ]);
    expect(new Set(records.map(({ attemptId }) => attemptId)).size).toBe(3);
  });

  const throwing = (error: unknown) => () => {
    throw error;
  };
  it.each<[string, () => unknown]>([
    ['throws', throwing(new Error('fake trouble'))],
    ['rejects', () => Promise.reject(new Error('fake trouble'))],
    ['throws nothing at all', throwing(undefined)],
    [
      'gives a then that throws',
      () => Object.defineProperty({}, 'then', { get: throwing(new Error('fake')) }),
    ],
    ['never ends', () => never()],
    ['gives nonsense', () => 7],
  ])('harms nothing when it %s', async (_name, onAttempt) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { options } = observed(done, { onAttempt });
    expect(await call('cancelVirtualAccount', options, pageRequest)).toMatchObject({ data: pageSuccess });
    const failing = observed(refused, { onAttempt });
    const ending = await call('cancelVirtualAccount', failing.options, pageRequest);
    expect(ending).toMatchObject({ outcome: 'refused', error: { code: 'invalid_parameter' } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('may change its record, which nothing else looks at', async () => {
    const onAttempt = (record: AttemptRecord) => {
      for (const name of Object.keys(record)) Reflect.deleteProperty(record, name);
    };
    const turns = [notConnected, done];
    const { options } = observed(() => turns.shift()!(), { onAttempt, maxRetries: 1, timeoutMs: 5_000 });
    expect((await call('cancelVirtualAccount', options, pageRequest)).outcome).toBe('done');
  });

  it('is not called for a request that is not valid', async () => {
    const { options, records, fetch } = observed(done, { maxRetries: 3 });
    const wrong = { ...pageRequest, order_id: 'o'.repeat(26) };
    expect((await call('cancelVirtualAccount', options, wrong)).outcome).toBe('not_sent');
    expect(records).toEqual([]);
    expect(fetch.calls).toEqual([]);
  });
});

describe('onAttempt', () => {
  it('is not called for a URL that is not an operation, nor before a call', async () => {
    const { options, records } = observed(done);
    const signed = signedFetch(options);
    createVaClient(options);
    createVirtualAccountApi(options);
    await thrownBy(signed(cancelUrl.replace('/va/', '/other/'), { method: 'POST', body: '{}' }));
    await thrownBy(signed(cancelUrl, { method: 'GET' }));
    expect(records).toEqual([]);
  });

  it('tells of every request of cancelAndConfirm, in order', async () => {
    const turns = [
      reset,
      () => jsonResponse({ ...pageSuccess, transaction_status: 'ACTIVE' }),
      refused,
      done,
    ];
    const { options, records } = observed(() => turns.shift()!(), { timeoutMs: 5_000 });
    await createVaClient(options).cancelAndConfirm(pageRequest);
    expect(records.map(({ operation, outcome }) => `${operation}: ${outcome}`)).toEqual([
      'cancel: unknown',
      'inquire: done',
      'cancel: refused',
      'inquire: done',
    ]);
  });

  it('names creation too', async () => {
    const { options, records } = observed(broken, { timeoutMs: 5_000 });
    await vaErrorFrom(createVaClient(options).create(creation));
    expect(records).toMatchObject([{ operation: 'create', outcome: 'unknown', code: 'gateway_failed' }]);
  });

  it('measures the attempt alone, not those before it', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const turns = [never, broken];
    const { options, records } = observed(() => turns.shift()!(), {
      maxRetries: 1,
      timeoutMs: 1_000,
      totalTimeoutMs: 5_000,
    });
    await vaErrorFrom(createVaClient(options).inquire(pageRequest));
    vi.restoreAllMocks();
    expect(records[0]!.durationMs).toBeGreaterThan(980);
    expect(records[1]!.durationMs).toBeLessThan(900);
  });

  it('must be a function', () => {
    for (const onAttempt of [null, 'log', {}]) {
      const wrong = { ...options, onAttempt } as unknown as VaClientOptions;
      expect(() => createVaClient(wrong)).toThrow('onAttempt must be a function');
    }
  });
});
