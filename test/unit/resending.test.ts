import { setTimeout as sleep } from 'node:timers/promises';
import type { Middleware } from 'openapi-fetch';
import { describe, expect, it } from 'vitest';
import {
  pageRequest,
  pageSuccess,
  vaErrorFrom,
  broken,
  clientWith,
  done,
  notConnected,
  refused,
  reset,
} from '../support/fixtures.ts';

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
