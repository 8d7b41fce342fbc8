import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Middleware } from 'openapi-fetch';
import { describe, expect, it, vi } from 'vitest';
import { createVaClient, type VaClient } from '../../src/client.ts';
import {
  credentials,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  vaErrorFrom,
  broken,
  clientWith,
  notConnected,
  done,
  refused,
  reset,
} from '../support/fixtures.ts';

describe('onRequest', () => {
  it('may change the body: what is signed is what is sent', async () => {
    const other = { ...pageRequest, external_id: 'other-ext', order_id: 'other-ord' };
    const onRequest: Middleware['onRequest'] = ({ request }) =>
      new Request(request, { body: JSON.stringify(other) });
    const { client, fetch } = clientWith({ onRequest }, () =>
      jsonResponse({ ...other, transaction_status: 'CANCELED', response_code: '00' }),
    );
    await client.cancel(pageRequest);
    const { init } = fetch.calls[0]!;
    const signedText = `${credentials.hashKey}other-extother-ord`;
    expect(JSON.parse(init.body)).toEqual(other);
    expect(init.headers['x-req-signature']).toBe(createHash('sha256').update(signedText).digest('hex'));
  });

  it('may not change the body to one that is not valid', async () => {
    const onRequest: Middleware['onRequest'] = ({ request }) =>
      new Request(request, { body: '{"order_id":"1"}' });
    const { client, fetch } = clientWith({ onRequest }, done);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'invalid_request' });
    expect(fetch.calls).toEqual([]);
  });

  it('may not use the body up', async () => {
    const onRequest: Middleware['onRequest'] = async ({ request }) => void (await request.text());
    const { client, fetch } = clientWith({ onRequest }, done);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({
      code: 'invalid_request',
      outcome: 'not_sent',
    });
    expect(fetch.calls).toEqual([]);
  });

  it('may add a header, but never sees or sets a credential', async () => {
    const seen: string[] = [];
    const onRequest: Middleware['onRequest'] = ({ request }) => {
      seen.push(...request.headers.keys());
      request.headers.set('x-trace', 'abc');
      request.headers.set('authorization', 'Basic theirs');
    };
    const { client, fetch } = clientWith({ onRequest }, done);
    await client.cancel(pageRequest);
    expect(seen).toEqual(['content-type']);
    expect(fetch.calls[0]!.init.headers).toMatchObject({ 'x-trace': 'abc' });
    expect(fetch.calls[0]!.init.headers.authorization).not.toContain('theirs');
  });

  it('that answers by itself is not the gateway: unknown', async () => {
    const { client, fetch } = clientWith({ onRequest: done }, refused);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({
      code: 'middleware_failed',
      outcome: 'unknown',
    });
    expect(fetch.calls).toEqual([]);
  });

  it('that throws leaves its error as the cause', async () => {
    const onRequest = () => Promise.reject(new Error('fake failure'));
    const { client } = clientWith({ onRequest }, done);
    const error = await vaErrorFrom(client.cancel(pageRequest));
    expect(error).toMatchObject({ code: 'middleware_failed', outcome: 'unknown' });
    expect(error.cause).toMatchObject({ message: 'fake failure' });
  });
});

describe('onResponse and onError', () => {
  it.each([
    ['throwing', () => { throw new Error('fake failure'); }], // prettier-ignore
    ['answering done', done],
    ['answering something else', () => jsonResponse({ a: 1 }, 500)],
    ['answering no Response', () => ({}) as Response],
  ])('onResponse %s makes nothing of a refusal', async (_, onResponse) => {
    const { client } = clientWith({ onResponse }, refused);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({
      code: 'invalid_parameter',
      outcome: 'refused',
    });
  });

  it('onResponse answering something else does not replace what the gateway said', async () => {
    for (const other of [() => jsonResponse({ a: 1 }), refused, broken, () => new Response('<h1>')]) {
      const { client } = clientWith({ onResponse: other }, done);
      await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
    }
  });

  it('onResponse throwing after done is unknown at worst, never refused or not sent', async () => {
    const onResponse = () => { throw new Error('fake failure'); }; // prettier-ignore
    const { client } = clientWith({ onResponse }, done);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ outcome: 'unknown' });
  });

  it.each([
    ['swallowing it', done],
    ['replacing it', () => new Error('harmless')],
    ['throwing', () => { throw new Error('fake failure'); }], // prettier-ignore
  ])('onError %s makes nothing of a failure', async (_, onError) => {
    const { client } = clientWith({ onError }, reset);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({
      code: 'connection_failed',
      outcome: 'unknown',
    });
  });

  it('onError is given the typed error', async () => {
    const seen: unknown[] = [];
    const { client } = clientWith({ onError: ({ error }) => void seen.push(error) }, reset);
    const error = await vaErrorFrom(client.cancel(pageRequest));
    expect(seen).toEqual([error]);
  });
});

describe('client.api, as long as it has no middleware', () => {
  /** Whether a call of `client.cancel` went through openapi-fetch, which makes a `Request`. */
  async function goesThroughApi(touch: (client: VaClient) => unknown): Promise<boolean> {
    const made = vi.spyOn(globalThis, 'Request'); // before openapi-fetch is made, which takes it once
    try {
      const client = createVaClient({ ...options, fetch: stubFetch(done) });
      await touch(client);
      made.mockClear();
      await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
      return made.mock.calls.length > 0;
    } finally {
      made.mockRestore();
    }
  }

  it.each<[string, (client: VaClient) => unknown]>([
    ['read', (client) => client.api],
    ['spread', (client) => ({ ...client, ...client.api })],
    ['compared', (client) => expect(client).toEqual(client)],
    ['logged', (client) => inspect(client, { depth: 9, getters: true })],
    ['written as JSON', (client) => JSON.stringify(client)],
    ['called', (client) => client.api.POST('/va/cancel', { body: pageRequest })],
    ['given no middleware at all', (client) => client.api.use()],
    [
      'given what is no middleware',
      (client) => expect(() => client.api.use('text' as never)).toThrow('Middleware must be'),
    ],
  ])('changes nothing for other calls when it is %s', async (_, touch) => {
    expect(await goesThroughApi(touch)).toBe(false);
  });

  it('takes part from its first middleware on', async () => {
    const onRequest = vi.fn();
    expect(await goesThroughApi((client) => client.api.use({ onRequest }))).toBe(true);
    expect(onRequest).toHaveBeenCalledTimes(1);
  });
});

/** Sends again when the first answer is no 2xx or fails, and keeps the second answer. */
const retry: Middleware = {
  onRequest: async ({ request, options: { fetch } }) => {
    const first = await fetch(request.clone()).catch(() => undefined);
    return first?.ok ? first : fetch(request);
  },
};

describe('a middleware that sends again', () => {
  it.each([
    ['unknown, then refused', broken, refused, 'gateway_failed'],
    ['unknown, then not sent', reset, notConnected, 'connection_failed'],
    ['unknown, then unknown', reset, broken, 'connection_failed'],
    ['refused, then unknown', refused, reset, 'connection_failed'],
    ['not sent, then refused', notConnected, refused, 'invalid_parameter'],
    ['not sent, then unknown', notConnected, broken, 'gateway_failed'],
    ['refused, then not sent', refused, notConnected, 'connection_refused'],
  ])('%s', async (_, first, second, code) => {
    const { client, fetch } = clientWith(retry, first, second);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code });
    expect(fetch.calls).toHaveLength(2);
  });

  it.each([
    ['unknown', broken],
    ['refused', refused],
    ['not sent', notConnected],
  ])('is done if it is done at last, after %s', async (_, first) => {
    const { client } = clientWith(retry, first, done);
    await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
  });

  const sendTwice: Middleware = {
    onRequest: async ({ request, options: { fetch } }) => {
      const both = [fetch(request.clone()), fetch(request)];
      const [, second] = await Promise.allSettled(both);
      if (second!.status === 'rejected') throw second!.reason;
      return second!.value;
    },
  };

  it.each([
    ['done, then refused', done, refused],
    ['done, then unknown', done, reset],
    ['refused, then done', refused, done],
  ])('at the same time is done if one is: %s', async (_, first, second) => {
    const { client } = clientWith(sendTwice, first, second);
    await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
  });

  it('at the same time is unknown if one is', async () => {
    const later = () => new Promise<Response>((resolve) => setTimeout(() => resolve(refused()), 50));
    const { client } = clientWith(sendTwice, broken, later);
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ outcome: 'unknown' });
  });

  it('while it does not wait for the first is unknown, whatever the second says', async () => {
    const hasty: Middleware = {
      onRequest: async ({ request, options: { fetch } }) => {
        fetch(request.clone()).catch(() => undefined);
        await sleep(50);
        return fetch(request);
      },
    };
    const never = () => new Promise<Response>(() => {});
    const { client } = clientWith(hasty, never, refused);
    const error = await vaErrorFrom(client.cancel(pageRequest, { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'middleware_failed', outcome: 'unknown' });
  });
});
