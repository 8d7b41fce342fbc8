import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import type { FetchLike } from '../../src/runtime.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { credentials, pageRequest, pageSuccess } from '../support/fixtures.ts';

const options = { ...credentials, baseUrl: 'https://gateway.invalid' };
const url = 'https://gateway.invalid/va/cancel';
const init = { method: 'POST', body: JSON.stringify(pageRequest) };

/** How `client.cancel` fails with this fetch. */
const failing = (fetch: FetchLike) =>
  createVaClient({ ...options, fetch })
    .cancel(pageRequest)
    .then(
      () => expect.fail('done'),
      (error) => error,
    );

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an answer whose body cannot be had', () => {
  const broken = (status: number) =>
    new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('cut off')) }), {
      status,
      headers: { 'retry-after': '7' },
    });

  it('is a failed connection that still tells status, Retry-After and cause', async () => {
    expect(await failing(async () => broken(503))).toMatchObject({
      code: 'connection_failed',
      status: 503,
      retryAfterMs: 7_000,
      cause: { message: 'cut off' },
    });
  });

  it('is too large above 256 KiB, with its status and a cause', async () => {
    const long = async () => new Response('x'.repeat(256 * 1024 + 1), { status: 200 });
    expect(await failing(long)).toMatchObject({ code: 'answer_too_large', status: 200 });
    expect((await failing(long)).cause.message).toContain('262144');
  });

  it('has no status where there was no answer', async () => {
    const error = await failing(() => Promise.reject(new Error('gone')));
    expect(error.code).toBe('connection_failed');
    expect(Object.keys(error)).not.toContain('status');
    expect(error.cause.message).toBe('gone');
  });
});

describe('the Response of signedFetch', () => {
  const answer = { response_code: '98', response_message: 'busy' };

  it.each([
    [429, answer],
    [200, pageSuccess],
  ])('keeps Retry-After of a %i, and no other header but its type', async (status, body) => {
    const fetch = async () => json(body, status, { 'retry-after': '3', 'x-other': 'y' });
    const { headers } = await signedFetch({ ...options, fetch })(url, init);
    expect(Object.fromEntries(headers)).toEqual({ 'content-type': 'application/json', 'retry-after': '3' });
  });

  it('has no Retry-After if there was none', async () => {
    const { headers } = await signedFetch({ ...options, fetch: async () => json(answer, 429) })(url, init);
    expect(Object.fromEntries(headers)).toEqual({ 'content-type': 'application/json' });
  });
});

describe('what an error quotes of the answer', () => {
  it.each([1, '1', '001', 'a01', '01a', null, ['01']])('is no response code: %j', async (code) => {
    const error = await failing(async () => json({ response_code: code }, 400));
    expect(error.responseCode).toBeUndefined();
  });

  it.each([
    ['ACTIVE', 'ACTIVE'],
    ['PAYMENT ERROR', 'PAYMENT ERROR'],
    ['active', undefined],
    ['xACTIVE', undefined],
    ['ACTIVEx', undefined],
    ['A'.repeat(33), undefined],
    [7, undefined],
  ])('is a transaction status: %j as %j', async (status, expected) => {
    const error = await failing(async () => json({ response_code: '01', transaction_status: status }, 400));
    expect(error.transactionStatus).toBe(expected);
  });
});

describe('before anything is sent', () => {
  const never: FetchLike = () => expect.fail('sent');

  it('a header that is none is an invalid request, with its cause', async () => {
    const call = signedFetch({ ...options, fetch: never })(url, { ...init, headers: { 'bad name': 'x' } });
    await expect(call).rejects.toMatchObject({ code: 'invalid_request', cause: expect.any(Error) });
  });

  it('a body that was read already is an invalid request that says so', async () => {
    const request = new Request(url, init);
    await request.text();
    await expect(signedFetch({ ...options, fetch: never })(request)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('the body cannot be read'),
      cause: expect.any(Error),
    });
  });

  it('WebCrypto that fails is a signing that failed, with its cause', async () => {
    const randomUUID = () => 'fake-uuid';
    const digest = () => Promise.reject(new Error('no digest'));
    vi.stubGlobal('crypto', { randomUUID, subtle: { digest } });
    vi.stubGlobal('process', undefined);
    expect(await failing(never)).toMatchObject({ code: 'signing_failed', cause: { message: 'no digest' } });
  });
});

it('leaves no timer behind, whatever the end', async () => {
  vi.useFakeTimers();
  const client = (fetch: FetchLike) => createVaClient({ ...options, fetch }).cancel(pageRequest);
  await client(async () => json(pageSuccess));
  await client(() => Promise.reject(new Error('gone'))).catch(() => {});
  await client(async () => json({ response_code: '01' }, 400)).catch(() => {});
  expect(vi.getTimerCount()).toBe(0);
});
