import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { cancelUrl, jsonResponse, options, pageRequest, stubFetch } from '../support/fixtures.ts';

const body = JSON.stringify(pageRequest);

describe('after 10,000 calls with one signal', () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  it.each<[string, (signal: AbortSignal) => () => Promise<unknown>]>([
    [
      'client.cancel, done',
      (signal) => {
        const client = createVaClient({ ...options, fetch: stubFetch() });
        return () => client.cancel(pageRequest, { signal });
      },
    ],
    [
      'client.cancel, refused',
      (signal) => {
        const client = createVaClient({
          ...options,
          fetch: stubFetch(() => jsonResponse({ response_code: '01' }, 400)),
        });
        return () => client.cancel(pageRequest, { signal }).catch(() => undefined);
      },
    ],
    [
      'signedFetch, done',
      (signal) => {
        const signed = signedFetch({ ...options, fetch: stubFetch() });
        return () => signed(cancelUrl, { method: 'POST', body, signal });
      },
    ],
    [
      'signedFetch, failed',
      (signal) => {
        const signed = signedFetch({ ...options, fetch: stubFetch(() => Promise.reject(new Error('fake'))) });
        return () => signed(cancelUrl, { method: 'POST', body, signal }).catch(() => undefined);
      },
    ],
  ])('no timer and no listener is left, and there was one at most: %s', async (_, prepare) => {
    const { signal } = new AbortController();
    const call = prepare(signal);
    const before = timers();
    let most = 0;
    for (let round = 0; round < 100; round++) {
      const calls = Array.from({ length: 100 }, call);
      // Of an eleventh Node 20 warns, though each is taken away.
      for (let tick = 0; tick < 5; tick++) {
        await Promise.resolve();
        most = Math.max(most, getEventListeners(signal, 'abort').length);
      }
      await Promise.all(calls);
    }
    expect(most).toBe(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
