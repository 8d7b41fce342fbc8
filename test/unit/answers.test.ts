import { describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import type { VaError } from '../../src/errors.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { leaks } from '../support/canaries.ts';
import {
  cancelUrl,
  canaries,
  credentials,
  options,
  pageRequest,
  pageSuccess,
  signature,
  stubFetch,
  vaErrorFrom,
} from '../support/fixtures.ts';

const client = (body: BodyInit | null, status = 200, headers: Record<string, string> = {}) =>
  createVaClient({ ...options, fetch: stubFetch(() => new Response(body, { status, headers })) });

const failure = async (body: BodyInit | null, status?: number, headers?: Record<string, string>) =>
  vaErrorFrom(client(body, status, headers).cancel(pageRequest));

const success = JSON.stringify(pageSuccess);
/** The success, its closing brace replaced. */
const successAnd = (more: string) => `${success.slice(0, -1)},${more}}`;
const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

it.each([
  [199, { code: 'answer_unexpected', outcome: 'unknown' }],
  [200, undefined],
  [299, undefined],
  [300, { code: 'redirected', outcome: 'unknown' }],
])('HTTP %i with a body that says done', async (status, expected) => {
  const answer = { status, headers: new Headers(), text: async () => success };
  const { cancel } = createVaClient({ ...options, fetch: async () => answer });
  if (expected) expect(await vaErrorFrom(cancel(pageRequest))).toMatchObject(expected);
  else expect(await cancel(pageRequest)).toEqual(pageSuccess);
});

describe('a body that more than one reader could take for more than one answer', () => {
  it.each([
    ['the same member twice', successAnd('"response_code":"01"')],
    ['the same member twice, alike', successAnd('"response_code":"00"')],
    ['the same member twice, escaped', successAnd('"response_cod\\u0065":"01"')],
    ['a member twice inside another', successAnd('"a":{"b":1,"b":2}')],
    ['a member twice in a list', successAnd('"a":[{"b":1,"b":2}]')],
    ['__proto__ twice', successAnd('"__proto__":{},"__proto__":{}')],
    ['33 levels', successAnd(`"a":${nested(32)}`)],
    ['100 000 levels', '['.repeat(100_000)],
    ['a list', `[${success}]`],
    ['null', 'null'],
    ['text', '"CANCELED"'],
    ['a number', '7'],
    ['nothing', ''],
    ['half of it', success.slice(0, -5)],
    ['two of it', success + success],
    ['a comma too many', `${success.slice(0, -1)},}`],
    ['HTML', '<h1>OK</h1>'],
    ['JSONP', `a(${success})`],
  ])('is unreadable: %s', async (_, text) => {
    expect(await failure(text)).toMatchObject({ code: 'answer_unreadable', outcome: 'unknown', status: 200 });
  });

  it.each([
    ['an invalid byte', successAnd('"a":"\xFF"')],
    ['an overlong slash', successAnd('"a":"\xC0\xAF"')],
    ['half of a surrogate pair', successAnd('"a":"\xED\xA0\x80"')],
    ['UTF-16', `\xFF\xFE${[...success].join('\0')}\0`],
  ])('is unreadable: %s', async (_, text) => {
    expect(await failure(bytes(text))).toMatchObject({ code: 'answer_unreadable', outcome: 'unknown' });
  });

  it('is unreadable as a refusal too', async () => {
    const twice = '{"response_code":"01","response_code":"00"}';
    expect(await failure(twice, 400)).toMatchObject({ code: 'answer_unreadable', outcome: 'unknown' });
    expect(await failure('', 401)).toMatchObject({ code: 'answer_unreadable', outcome: 'unknown' });
  });

  it.each([
    ['nothing in it', 200, '{}'],
    ['a success as its __proto__', 200, `{"__proto__":${success}}`],
    ['a refusal as its __proto__', 404, '{"__proto__":{"response_code":"02"}}'],
    ['a code named __proto__', 404, '{"response_code":"__proto__"}'],
    ['a code named constructor', 404, '{"response_code":"constructor"}'],
  ])('is unexpected: an object with %s', async (_, status, text) => {
    expect(await failure(text, status)).toMatchObject({ code: 'answer_unexpected', outcome: 'unknown' });
  });

  it('is the gateway failing if it comes with a 5xx', async () => {
    for (const text of ['', '<h1>502</h1>', success, '{"response_code":"01"}']) {
      expect(await failure(text, 502)).toMatchObject({
        code: 'gateway_failed',
        outcome: 'unknown',
        status: 502,
      });
    }
  });
});

describe('a body that is unusual but clear', () => {
  it.each([
    ['an unknown member', successAnd('"a":[1,{"b":"c:\\"d\\":","e\\\\":null}]')],
    ['text that looks like members', successAnd('"a":"{\\"response_code\\":\\"01\\",\\"b\\" : 1}"')],
    ['the same name at two levels', successAnd('"a":{"response_code":"01"}')],
    ['a member __proto__', successAnd('"__proto__":{"response_code":"01"}')],
    ['32 levels', successAnd(`"a":${nested(31)}`)],
    ['a byte order mark', `\uFEFF${success}`],
    ['white space', ` ${success.replaceAll(',', ' ,\r\n\t').replaceAll(':"', ' : "')}\n`],
  ])('is done: %s', async (_, text) => {
    await expect(client(text).cancel(pageRequest)).resolves.toMatchObject(pageSuccess);
  });

  it('changes nobody elses prototype', async () => {
    const answer = await client(successAnd('"__proto__":{"polluted":1}')).cancel(pageRequest);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
    expect(Object.keys(answer)).toContain('__proto__');
  });

  it('may have any media type', async () => {
    for (const type of ['text/html', 'application/json; charset=utf-16', '']) {
      await expect(client(success, 201, { 'content-type': type }).cancel(pageRequest)).resolves.toEqual(
        pageSuccess,
      );
    }
  });
});

describe('what the error says of an answer', () => {
  it('is its status, code, message and Retry-After', async () => {
    const text = '{"response_code":"98","response_message":"Too many requests"}';
    expect(await failure(text, 429, { 'retry-after': '7' })).toMatchObject({
      code: 'gateway_failed',
      status: 429,
      responseCode: '98',
      responseMessage: 'Too many requests',
      retryAfterMs: 7000,
      request: pageRequest,
    });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'payment_channel BCA is not active', 'payment_channel BCA is not active'],
    ['a list', ['payment_channel BCA is not active'], '["payment_channel BCA is not active"]'],
    ['an object', { payment_channel: 'is not active' }, '{"payment_channel":"is not active"}'],
  ])('is the reason that the gateway gives in `error`, as %s', async (_, given, responseError) => {
    const answer = { response_code: '01', response_message: 'Invalid parameter', error: given };
    const error = await failure(JSON.stringify(answer), 400);
    expect(error).toMatchObject({ code: 'invalid_parameter', responseError });
    expect(error.message).toContain(`01 Invalid parameter: ${responseError}`);
    expect(error.toJSON()).toMatchObject({ responseError });
  });

  it('has no secret in that reason', async () => {
    const echo = `${credentials.hashKey} and ${credentials.secretUnboundId} and ${signature.toUpperCase()}`;
    for (const given of [echo, { echo }]) {
      const answer = { response_code: '01', error: given };
      const error = await failure(JSON.stringify(answer), 400);
      expect(error.responseError).toContain('[redacted]');
      expect(leaks(error, canaries)).toEqual([]);
    }
  });

  it('forges no line of a log and moves no cursor in its message; its member is what the gateway said', async () => {
    const said = 'no\nPAID \u001b[2J\u009b2J\u2028\u202e';
    const error = await failure(JSON.stringify({ response_code: '01', response_message: said }), 400);
    expect(error.message).toContain(String.raw`01 no\u000aPAID \u001b[2J\u009b2J\u2028\u202e. This call`);
    expect(error.responseMessage).toBe(said);
  });

  it('is not what has the wrong shape', async () => {
    const error = await failure('{"response_code":"0x1","response_message":{"a":1}}', 400, {
      'retry-after': 'soon',
    });
    expect(error).toMatchObject({ code: 'answer_unexpected', status: 400 });
    for (const name of ['responseCode', 'responseMessage', 'retryAfterMs'])
      expect(error).not.toHaveProperty(name);
  });

  it('reads a Retry-After that is a date, and one in the past as none to wait', async () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    const { retryAfterMs } = await failure('{}', 503, { 'retry-after': inAMinute });
    expect(retryAfterMs).toBeGreaterThan(55_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    const past = new Date(0).toUTCString();
    expect(await failure('{}', 503, { 'retry-after': past })).toMatchObject({ retryAfterMs: 0 });
  });

  it('survives JSON well enough to settle the call later', async () => {
    const error = await failure('{"response_code":"03"}', 503);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'VaError',
      message: error.message,
      code: 'gateway_failed',
      outcome: 'unknown',
      operation: 'cancel',
      status: 503,
      responseCode: '03',
      attemptId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      durationMs: expect.any(Number),
      request: pageRequest,
    });
  });
});

describe('what an answer is judged by, at its edges', () => {
  it.each(['NOT CANCELED', 'CANCELED_LATER'])('a refusal may speak of %s', async (transaction_status) => {
    const body = JSON.stringify({ response_code: '01', transaction_status });
    expect((await failure(body, 400)).code).toBe('invalid_parameter');
  });

  it('a status that is no text is not passed on', async () => {
    const body = JSON.stringify({ response_code: '01', transaction_status: ['ACTIVE'] });
    expect((await failure(body, 400)).transactionStatus).toBeUndefined();
  });

  it.each([
    ['10', 10_000],
    ['0', 0],
    ['Stryker Sun, 06 Nov 2094 08:49:37 GMT', undefined],
    ['-5', undefined],
  ])('Retry-After: %s is %j ms to wait', async (header, expected) => {
    expect((await failure('{}', 503, { 'retry-after': header })).retryAfterMs).toBe(expected);
  });

  it.each([
    [599, 'a Response'],
    [600, 'gateway_failed'],
  ])('a %i is %s of signedFetch, for a Response cannot have any status', async (status, expected) => {
    const plain = {
      status,
      headers: new Headers(),
      body: new Response('{"response_code":"98"}').body,
    } as unknown as Response;
    const call = signedFetch({ ...options, fetch: stubFetch(() => plain) })(cancelUrl, {
      method: 'POST',
      body: JSON.stringify(pageRequest),
    });
    const end = await call.then(
      (response) => (response.status === status ? 'a Response' : response.status),
      (error: VaError) => error.code,
    );
    expect(end).toBe(expected);
  });
});
