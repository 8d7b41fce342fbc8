import { describe, expect, it } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { vaErrorOf } from '../../src/errors.ts';
import { leaks, leaksIn } from '../support/canaries.ts';
import {
  authorization,
  cancelUrl,
  canaries,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  signature,
  stubFetch,
  thrownBy,
  vaErrorFrom,
} from '../support/fixtures.ts';

describe('the search for leaks', () => {
  const secret = canaries[0]!;
  const hidden = Object.defineProperty({}, 'a', { value: secret, enumerable: false });
  it.each([
    ['a hidden property', hidden],
    ['a symbol', { [Symbol('a')]: { b: [secret] } }],
    ['a getter', { get a() { return secret; } }], // prettier-ignore
    ['a getter of the prototype', new (class { get a() { return secret; } })()], // prettier-ignore
    ['a name', { [secret]: 1 }],
    ['a map', new Map([[1, { secret }]])],
    ['headers', new Headers({ authorization })],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: { signature } }) })],
    ['a private member', new (class { #a = secret; toString() { return this.#a; } })()], // prettier-ignore
    ['a function', Object.assign(() => 1, { a: { secret } })],
    ['upper case', { a: signature.toUpperCase() }],
  ])('finds one in %s', (_, value) => {
    expect(leaks(value)).not.toEqual([]);
  });

  it.each([
    ['JSON in JSON', new Error(JSON.stringify({ a: JSON.stringify('fake"key') }))],
    ['a URL', new Error(encodeURIComponent('fake"key'))],
    ['the body of a Response', { response: new Response('fake"key') }],
    ['a header of a Response', new Response('', { headers: { 'x-echo': 'fake"key' } })],
  ])('finds one that is spelled otherwise, in %s', async (_, value) => {
    expect(await leaksIn(value, ['fake"key'])).not.toEqual([]);
    expect(await leaksIn(value, ['fake"other'])).toEqual([]);
  });

  it('finds none where there is none', () => {
    expect(leaks({ a: [pageRequest, new Error('a', { cause: new Map([[1, () => 2]]) })] })).toEqual([]);
  });
});

describe('public objects', () => {
  it.each([
    ['client', () => createVaClient(options)],
    ['client.api', () => createVaClient(options).api],
    ['signedFetch', () => signedFetch(options)],
    ['the class-based client', () => createVirtualAccountApi(options)],
  ])('%s shows no secret', (_, make) => {
    expect(leaks(make())).toEqual([]);
  });

  it('still show none after a call', async () => {
    const fetch = stubFetch();
    const client = createVaClient({ ...options, fetch });
    const api = createVirtualAccountApi({ ...options, fetch });
    const answers = [
      await client.cancel(pageRequest),
      await client.api.POST('/va/cancel', { body: pageRequest }),
    ];
    const raw = await api.cancelVirtualAccountRaw({ cancelRequest: pageRequest });
    expect(leaks([client, api, answers, raw, raw.raw.headers])).toEqual([]);
    expect(fetch.calls[0]!.init.headers).toMatchObject({ authorization, 'x-req-signature': signature });
  });
});

describe('a custom fetch that throws an error with the request in it', () => {
  const all = (init: RequestInit) => `${JSON.stringify(init)} ${JSON.stringify(options)}`;
  const withStack = (error: Error, stack: string) => Object.assign(error, { stack });
  it.each<[string, (init: RequestInit) => unknown]>([
    ['in its message', (init) => new Error(`failed: ${all(init)}`)],
    ['in its name', (init) => Object.assign(new Error('failed'), { name: all(init) })],
    ['in its code', (init) => Object.assign(new Error('failed'), { code: all(init) })],
    ['in its stack', (init) => withStack(new Error('failed'), `Error: failed\n at ${all(init)}`)],
    ['in members', (init) => Object.assign(new Error('failed'), { init, options, request: { init } })],
    ['as cause', (init) => new Error('failed', { cause: { init, options } })],
    ['as text of a cause', (init) => new TypeError('failed', { cause: all(init) })],
    [
      'in causes of causes',
      (init) => [1, 2, 3, 4, 5, 6].reduce((cause) => new Error(all(init), { cause }), new Error(all(init))),
    ],
    ['in an aggregate', (init) => new AggregateError([new Error(all(init))], 'failed', { cause: init })],
    ['as text', (init) => all(init)],
    ['as an object', (init) => ({ init, toString: () => all(init) })],
    ['in a DOMException', (init) => new DOMException(all(init), 'AbortError')],
    ['in signature of upper case', () => new Error(signature.toUpperCase())],
    ['in a URL', () => new Error(encodeURIComponent(`${options.hashKey}&${options.secretUnboundId}`))],
  ])('%s', async (_, make) => {
    const throwing = stubFetch((_url, init) => Promise.reject(make(init)));
    const client = createVaClient({ ...options, fetch: throwing });
    const api = createVirtualAccountApi({ ...options, fetch: throwing });
    const error = await vaErrorFrom(client.cancel(pageRequest));
    expect(error).toMatchObject({ code: 'connection_failed', outcome: 'unknown' });
    expect(leaks(error)).toEqual([]);
    expect(leaks(await thrownBy(client.api.POST('/va/cancel', { body: pageRequest })))).toEqual([]);
    const wrapped = await thrownBy(api.cancelVirtualAccount({ cancelRequest: pageRequest }));
    expect(leaks([wrapped, vaErrorOf(wrapped)])).toEqual([]);
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a symbol', Symbol('a')],
    ['no prototype', Object.create(null) as unknown],
    ['a message that is none', Object.assign(new Error('a'), { message: 7, name: null, stack: undefined })],
    ['getters that throw', Object.defineProperty(new Error('a'), 'message', { get: () => { throw new Error('b'); } })], // prettier-ignore
  ])('is a typed error even if it throws %s', async (_, thrown) => {
    const client = createVaClient({ ...options, fetch: stubFetch(() => Promise.reject(thrown)) });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'connection_failed' });
  });
});

describe('secrets that need escaping', () => {
  const tricky = { secretUnboundId: 'fa"ke\\se/cr?et&<1>', hashKey: "fake'key+/=%é密" };
  it.each<[string, (text: string) => string]>([
    ['as they are', (text) => text],
    ['as JSON', (text) => JSON.stringify(text)],
    ['as JSON in JSON', (text) => JSON.stringify({ a: text })],
    ['in a URL', encodeURIComponent],
    ['in HTML', (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')], // prettier-ignore
  ])('are blotted out %s', async (_, spell) => {
    const spelled = Object.values(tricky).map(spell);
    const fetch = stubFetch(() =>
      jsonResponse({ response_code: '01', response_message: spelled.join(' | ') }, 400),
    );
    const error = await vaErrorFrom(createVaClient({ ...options, ...tricky, fetch }).cancel(pageRequest));
    expect(leaks(error, [...spelled, ...Object.values(tricky)])).toEqual([]);
    expect(error.responseMessage).toContain('[redacted]');
  });
});

it('what was asked is answered as it is, even if a secret happens to be a part of it', async () => {
  const fetch = stubFetch(() => jsonResponse({ ...pageSuccess, note: 'key 00' }));
  const client = createVaClient({ ...options, hashKey: '00', secretUnboundId: 'CANCELED', fetch });
  await expect(client.cancel(pageRequest)).resolves.toEqual({ ...pageSuccess, note: 'key [redacted]' });
  expect(fetch.calls[0]!.url).toBe(cancelUrl);
});
