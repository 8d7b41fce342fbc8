/** Bytes, promises, URLs and errors of another realm, as under Jest, jsdom and `vm.runInNewContext`. */
import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { verifyCallback } from '../../src/callback.ts';
import { createVaClient } from '../../src/client.ts';
import { outcomeOf } from '../../src/errors.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { cancelUrl, credentials, jsonResponse, options, pageRequest, pageSuccess, stubFetch, vaErrorFrom } from '../support/fixtures.ts'; // prettier-ignore

const { hashKey } = credentials;
const { external_id, order_id, transaction_id } = pageRequest;
const ids = { transaction_id, external_id, order_id };
const text = JSON.stringify(ids);
const sha256 = (of: string) => createHash('sha256').update(of).digest('hex');
const signature = sha256(transaction_id + sha256(hashKey + external_id + order_id));

/** What `code` is worth elsewhere; `given` is there by that name. */
const elsewhere = (code: string, given: unknown = undefined): any => runInNewContext(code, { given });
const bytesElsewhere = (of: string) =>
  elsewhere('new Uint8Array(given)', [...new TextEncoder().encode(of)]) as Uint8Array;

it('tells realms apart, or all of this proves nothing', () => {
  expect(bytesElsewhere('a') instanceof Uint8Array).toBe(false);
  expect(elsewhere('new Error()') instanceof Error).toBe(false);
  expect(elsewhere('Promise.resolve()') instanceof Promise).toBe(false);
});

describe('a callback', () => {
  it.each([
    ['bytes of another realm', bytesElsewhere(text)],
    ['a part of a larger buffer there', bytesElsewhere(` ${text} `).subarray(1, -1)],
    ['a buffer there', bytesElsewhere(text).buffer],
    ['a view of another kind', new DataView(new TextEncoder().encode(text).buffer)],
  ])('verifies as %s', async (_, body) => {
    expect((await verifyCallback({ hashKey, signature, body: body as Uint8Array })).ids).toEqual(ids);
  });

  it('verifies where the global crypto is a stand-in without subtle, as in jsdom', async () => {
    vi.stubGlobal('crypto', { getRandomValues: () => {} });
    const result = verifyCallback({ hashKey, signature, body: text });
    expect((await result.finally(vi.unstubAllGlobals)).ids).toEqual(ids);
  });
});

describe('a call', () => {
  it('reads an answer in pieces of another realm', async () => {
    const whole = JSON.stringify(pageSuccess);
    const pieces = [whole.slice(0, 20), whole.slice(20)].map((piece) => bytesElsewhere(piece));
    const read = async () => ({ done: pieces.length === 0, value: pieces.shift() });
    const cancel = async () => {};
    const fetch = async () => ({ status: 200, headers: new Headers(), body: { getReader: () => ({ read, cancel }), cancel } }); // prettier-ignore
    expect(await createVaClient({ ...options, fetch }).cancel(pageRequest)).toEqual(pageSuccess);
  });

  it('reads a body that is a promise of another realm', async () => {
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    const request = new Request(cancelUrl, { method: 'POST', body: JSON.stringify(pageRequest) });
    const foreign = elsewhere('() => Promise.resolve(given)', JSON.stringify(pageRequest)) as Request['text'];
    Object.defineProperty(request, 'text', { value: foreign });
    expect((await signedFetch({ ...options, fetch })(request)).status).toBe(200);
  });

  it('takes a URL of another realm', async () => {
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    const url = elsewhere('({ href: given, toString: () => given })', cancelUrl) as URL;
    const init = { method: 'POST', body: JSON.stringify(pageRequest) };
    expect((await signedFetch({ ...options, fetch })(url, init)).status).toBe(200);
  });

  it('keeps name, message and code of a cause of another realm', async () => {
    const cause = elsewhere(`Object.assign(new TypeError('gone', { cause: Object.assign(new Error('inner'), { code: 'ECONNRESET' }) }), { code: 'EFAKE' })`); // prettier-ignore
    const fetch = async () => Promise.reject(cause);
    const error = await vaErrorFrom(createVaClient({ ...options, fetch }).cancel(pageRequest));
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'gone', code: 'EFAKE' });
    expect((error.cause as Error).cause).toMatchObject({ message: 'inner', code: 'ECONNRESET' });
  });

  it('knows a RequiredError of another realm: it comes before anything is sent', () => {
    expect(outcomeOf(elsewhere(`Object.assign(new Error('a'), { name: 'RequiredError' })`))).toBe('not_sent');
    expect(outcomeOf({ name: 'RequiredError' })).toBe('unknown');
  });

  it('takes nothing for a member that an old library added to Object.prototype', async () => {
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    (Object.prototype as any).extend = () => {};
    const call = createVaClient({ ...options, fetch }).cancel(pageRequest);
    expect(await call.finally(() => delete (Object.prototype as any).extend)).toEqual(pageSuccess);
  });

  it.each(['Headers', 'Request', 'Response'])(
    'is not sent where %s is missing that it needs',
    async (name) => {
      const fetch = stubFetch(() => ({ status: 200, headers: { get: () => null }, text: async () => JSON.stringify(pageSuccess) }) as never); // prettier-ignore
      const { api } = createVaClient({ ...options, fetch });
      const withMiddleware = createVaClient({ ...options, fetch });
      withMiddleware.api.use({ onRequest: () => undefined });
      const init = { method: 'POST', body: JSON.stringify(pageRequest) };
      vi.stubGlobal(name, undefined);
      try {
        const calls = [
          api.POST('/va/cancel', { body: pageRequest }),
          api.request('post', '/va/cancel', { body: pageRequest }),
          withMiddleware.cancel(pageRequest),
          signedFetch({ ...options, fetch })(cancelUrl, init),
        ];
        for (const error of await Promise.all(calls.map(vaErrorFrom))) {
          expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
          expect(error.message).toContain(`there is no global ${name} here`);
        }
        expect(fetch.calls).toEqual([]);
        // A call that needs none of them goes on.
        expect(await createVaClient({ ...options, fetch }).cancel(pageRequest)).toEqual(pageSuccess);
      } finally {
        vi.unstubAllGlobals();
      }
    },
  );

  it('says where there is nothing to sign with', async () => {
    vi.stubGlobal('crypto', {});
    vi.stubGlobal('process', { ...process, getBuiltinModule: undefined });
    const call = vaErrorFrom(createVaClient({ ...options, fetch: stubFetch() }).cancel(pageRequest));
    const error = await call.finally(vi.unstubAllGlobals);
    expect(error).toMatchObject({
      code: 'signing_failed',
      cause: { message: expect.stringContaining('crypto.subtle') },
    });
  });

  it('has an id where the runtime makes none', async () => {
    vi.stubGlobal('crypto', {});
    const fetch = async () => Promise.reject(new Error('fake'));
    const call = vaErrorFrom(createVaClient({ ...options, fetch }).cancel(pageRequest));
    expect((await call.finally(vi.unstubAllGlobals)).attemptId).toMatch(/^[0-9a-f-]{12,}$/);
  });
});
