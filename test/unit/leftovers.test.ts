import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import {
  cancelUrl,
  done,
  notConnected,
  options,
  pageRequest,
  refused,
  reset,
  stubFetch,
  type StubAnswer,
} from '../support/fixtures.ts';

beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0)); // no pause between two attempts
afterEach(() => vi.restoreAllMocks());

describe('after 2,000 calls with one signal', () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  type Call = (signal: AbortSignal) => Promise<unknown>;
  const cancelling = (answer?: StubAnswer, changes = {}): Call => {
    const client = createVaClient({ ...options, fetch: stubFetch(answer), ...changes });
    return (signal) => client.cancel(pageRequest, { signal });
  };
  const signing = (answer?: StubAnswer): Call => {
    const signed = signedFetch({ ...options, fetch: stubFetch(answer) });
    return (signal) => signed(cancelUrl, { method: 'POST', body: JSON.stringify(pageRequest), signal });
  };
  let turn = 0;
  const everySecond = () => (turn++ % 2 ? done() : notConnected());

  it.each<[string, Call]>([
    ['client.cancel, done', cancelling()],
    ['client.cancel, refused', cancelling(refused)],
    ['client.cancel, repeated', cancelling(everySecond, { maxRetries: 1 })],
    ['signedFetch, done', signing()],
    ['signedFetch, failed', signing(reset)],
  ])('no timer and no listener is left, and there was one at most: %s', async (_, call) => {
    const { signal } = new AbortController();
    const before = timers();
    let most = 0;
    for (let round = 0; round < 20; round++) {
      const calls = Array.from({ length: 100 }, () => call(signal).catch(() => undefined));
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
