import { describe, expect, it } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import {
  authorization,
  cancelUrl,
  credentials,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  signature,
  stubFetch,
} from '../support/fixtures.ts';
import { answerJson, startHttpServer } from '../../contract-tests/shared/http-server.ts';

const body = JSON.stringify(pageRequest);
const post = (init: RequestInit = {}): RequestInit => ({ method: 'POST', body, ...init });

describe('what is sent', () => {
  it('is a string URL and a plain init with plain headers, whatever came in', async () => {
    const fetch = stubFetch(() => jsonResponse(pageSuccess));
    const signed = signedFetch({ ...options, fetch });
    await signed(cancelUrl, post());
    await signed(new URL(cancelUrl), post({ headers: new Headers({ a: 'b' }) }));
    await signed(new Request(cancelUrl, post()));
    await signed(new Request(cancelUrl, { method: 'POST' }), post());
    await createVaClient({ ...options, fetch }).cancel(pageRequest);
    await createVirtualAccountApi({ ...options, fetch }).cancelVirtualAccount({ cancelRequest: pageRequest });
    expect(fetch.calls).toHaveLength(6);
    for (const { url, init } of fetch.calls) {
      expect(url).toBe(cancelUrl);
      for (const plain of [init, init.headers]) expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
      expect(init).toMatchObject({ method: 'POST', body, redirect: 'manual', cache: 'no-store' });
      expect(init.signal).toBeInstanceOf(AbortSignal);
      expect(Object.keys(init).sort()).toEqual(['body', 'cache', 'headers', 'method', 'redirect', 'signal']);
    }
  });

  it('has the headers of the page, and of ours nothing else', async () => {
    const server = await startHttpServer((_, response) => answerJson(response, pageSuccess));
    await createVaClient({ ...credentials, baseUrl: server.url })
      .cancel(pageRequest)
      .finally(server.close);
    const { headers, method, path, body: sent } = server.received[0]!;
    expect({ method, path, sent }).toEqual({ method: 'POST', path: '/va/cancel', sent: body });
    expect(headers).toMatchObject({ authorization, 'x-req-signature': signature, 'x-version': 'v3' });
    expect(headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    // The rest is what Node's fetch adds, for `cache: 'no-store'` two more; no id of ours for the request is among it.
    const added = ['host', 'connection', 'content-length', 'user-agent', 'accept-language', 'sec-fetch-mode', 'accept-encoding', 'pragma', 'cache-control']; // prettier-ignore
    const ours = ['authorization', 'x-req-signature', 'x-version', 'content-type', 'accept'];
    expect(
      Object.keys(headers)
        .filter((name) => !added.includes(name))
        .sort(),
    ).toEqual(ours.sort());
  });

  it('takes headers of the caller, but none that would override ours', async () => {
    const fetch = stubFetch();
    const ours = [
      'Authorization',
      'x-req-signature',
      'X-Version',
      'Content-Type',
      'accept',
      'sub-merchant-id',
    ];
    const framing = [
      'Host',
      'Content-Length',
      'transfer-encoding',
      'connection',
      'expect',
      'content-encoding',
    ];
    const headers = Object.fromEntries([...ours, ...framing].map((name) => [name, 'theirs']));
    const signed = signedFetch({ ...options, subMerchantId: 'FAKE-SUB', fetch });
    await signed(cancelUrl, post({ headers: { ...headers, 'x-trace': 'abc' } }));
    expect(fetch.calls[0]!.init.headers).toEqual({
      'x-trace': 'abc',
      authorization,
      'x-req-signature': signature,
      'x-version': 'v3',
      'content-type': 'application/json',
      accept: 'application/json',
      'sub-merchant-id': 'FAKE-SUB',
    });
  });

  it('uses the global fetch of the moment', async () => {
    const signed = signedFetch(options);
    const original = globalThis.fetch;
    const fetch = stubFetch();
    globalThis.fetch = fetch as unknown as typeof globalThis.fetch;
    await signed(cancelUrl, post()).finally(() => (globalThis.fetch = original));
    expect(fetch.calls).toHaveLength(1);
  });
});
