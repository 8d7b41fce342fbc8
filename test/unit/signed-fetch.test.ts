import { describe, expect, it } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { vaErrorOf } from '../../src/errors.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { cancelUrl, options, pageRequest, pageSuccess, stubFetch, vaErrorFrom } from '../support/fixtures.ts';

const body = JSON.stringify(pageRequest);
const post = (init: RequestInit = {}): RequestInit => ({ method: 'POST', body, ...init });

describe('a call that is not an operation of the contract at the base URL', () => {
  it.each([
    ['another host', 'https://gateway.invalid.evil.invalid/va/cancel'],
    ['another port', 'https://gateway.invalid:444/va/cancel'],
    ['another scheme', 'http://gateway.invalid/va/cancel'],
    ['a user name', 'https://me@gateway.invalid/va/cancel'],
    ['another path', 'https://gateway.invalid/va/create'],
    ['a longer path', 'https://gateway.invalid/va/cancel/'],
    ['a path above it', 'https://gateway.invalid/x/../va/cancel/../inquiry'],
    ['a path in letters of another case', 'https://gateway.invalid/VA/cancel'],
    ['a query', 'https://gateway.invalid/va/cancel?a=1'],
    ['an empty query', 'https://gateway.invalid/va/cancel?'],
    ['a fragment', 'https://gateway.invalid/va/cancel#a'],
    ['no origin', '/va/cancel'],
    ['no URL', 'http://['],
  ])('is refused unsigned: %s', async (_, url) => {
    const fetch = stubFetch();
    const error = await vaErrorFrom(signedFetch({ ...options, fetch })(url, post()));
    expect(error).toMatchObject({ code: 'url_not_allowed', outcome: 'not_sent' });
    expect(error.message).not.toContain('a=1');
    expect(error.message).toContain('not an operation of the contract');
    expect(fetch.calls).toEqual([]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'post2'])('is refused unsigned: %s', async (method) => {
    const fetch = stubFetch();
    const signed = signedFetch({ ...options, fetch });
    const init = ['GET', 'HEAD'].includes(method) ? { method } : post({ method });
    for (const call of [
      signed(cancelUrl, init),
      signed(new Request(cancelUrl, init)),
      signed(new URL(cancelUrl), init),
    ]) {
      expect(await vaErrorFrom(call)).toMatchObject({ code: 'url_not_allowed', outcome: 'not_sent' });
    }
    expect(fetch.calls).toEqual([]);
  });

  it('is refused in client.api and in the class-based client', async () => {
    const fetch = stubFetch();
    const { api } = createVaClient({ ...options, fetch });
    const elsewhere = api.POST('/va/cancel', { body: pageRequest, baseUrl: 'https://evil.invalid' });
    expect(await vaErrorFrom(elsewhere)).toMatchObject({ code: 'url_not_allowed' });
    const middleware = { pre: async () => ({ url: 'https://evil.invalid/va/cancel', init: post() }) };
    const classBased = createVirtualAccountApi({ ...options, fetch }).withMiddleware(middleware);
    const thrown = await classBased
      .cancelVirtualAccount({ cancelRequest: pageRequest })
      .catch((e: unknown) => e);
    expect(vaErrorOf(thrown)).toMatchObject({ code: 'url_not_allowed', outcome: 'not_sent' });
    expect(fetch.calls).toEqual([]);
  });
});

describe('a redirect', () => {
  it('is seen as one where the runtime hides it', async () => {
    const opaque = Object.defineProperties(new Response(), {
      type: { value: 'opaqueredirect' },
      status: { value: 0 },
    });
    const client = createVaClient({ ...options, fetch: stubFetch(() => opaque) });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({
      code: 'redirected',
      outcome: 'unknown',
    });
  });
});

it('a signal that is none is an invalid request, and null is none', async () => {
  const fetch = stubFetch(() => new Response(JSON.stringify(pageSuccess)));
  const call = signedFetch({ ...options, fetch });
  const error = await vaErrorFrom(call(cancelUrl, post({ signal: {} as AbortSignal })));
  expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
  expect((error.cause as Error).message).toBe('signal must be an AbortSignal');
  expect(fetch.calls).toEqual([]);
  expect((await call(cancelUrl, post({ signal: null }))).status).toBe(200);
});
