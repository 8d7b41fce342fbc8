import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import {
  broken,
  done,
  notConnected,
  reset,
  cancelUrl,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  thrownBy,
  vaErrorFrom,
} from '../support/fixtures.ts';

afterEach(() => vi.restoreAllMocks());

describe('retries of a client', () => {
  beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));
  const failures = { reset, notConnected, broken };
  const attemptsOf = async (
    failure: keyof typeof failures,
    changes: object,
    call: object | undefined,
    method: 'cancel' | 'inquire' = 'cancel',
  ) => {
    const fetch = stubFetch(failures[failure]);
    await vaErrorFrom(createVaClient({ ...options, fetch, ...changes })[method](pageRequest, call));
    return fetch.calls.length;
  };

  it.each(['cancel', 'inquire'] as const)('are none by default, and none if zero: %s', async (method) => {
    for (const failure of Object.keys(failures) as (keyof typeof failures)[]) {
      expect(await attemptsOf(failure, {}, undefined, method)).toBe(1);
      expect(await attemptsOf(failure, { maxRetries: 0 }, undefined, method)).toBe(1);
      expect(await attemptsOf(failure, { maxRetries: undefined }, { maxRetries: undefined }, method)).toBe(1);
    }
  });

  it('are as many as the client allows, or the call in its place', async () => {
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, undefined)).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, {})).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, { maxRetries: undefined })).toBe(3);
    expect(await attemptsOf('notConnected', { maxRetries: 2 }, { maxRetries: 0 })).toBe(1);
    expect(await attemptsOf('notConnected', {}, { maxRetries: 10 })).toBe(11);
    expect(await attemptsOf('broken', { maxRetries: 2 }, { maxRetries: 3 })).toBe(1);
    expect(await attemptsOf('broken', { maxRetries: 2 }, { maxRetries: 3 }, 'inquire')).toBe(4);
  });

  it('send the same bytes and headers, and succeed as one call', async () => {
    const turns = [notConnected, notConnected, done];
    const fetch = stubFetch(() => turns.shift()!());
    const client = createVaClient({ ...options, fetch, maxRetries: 2 });
    await expect(client.cancel(pageRequest)).resolves.toEqual(pageSuccess);
    const [first, ...others] = fetch.calls.map(({ url, init: { method, headers, body } }) => ({
      url,
      method,
      headers,
      body,
    }));
    expect(others).toEqual([first, first]);
  });

  it('never outlast the totalTimeoutMs of the call, or of the client, or twice timeoutMs', async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const elapsed = async (changes: object, call?: object) => {
      const fetch = stubFetch(() => new Promise<Response>(() => {}));
      const client = createVaClient({ ...options, fetch, maxRetries: 10, ...changes });
      const startedAt = performance.now();
      expect(await vaErrorFrom(client.inquire(pageRequest, call))).toMatchObject({ code: 'timeout' });
      return performance.now() - startedAt;
    };
    const all = await Promise.all([
      elapsed({ timeoutMs: 100, totalTimeoutMs: 1_000 }, { totalTimeoutMs: 350 }),
      elapsed({ timeoutMs: 100, totalTimeoutMs: 350 }),
      elapsed({ timeoutMs: 175 }),
      elapsed({ timeoutMs: 30_000 }, { timeoutMs: 175 }),
      elapsed({ timeoutMs: 30_000, totalTimeoutMs: 300 }),
    ]);
    for (const ms of all) expect(ms).toBeLessThan(600);
  });

  it.each([
    ['maxRetries', [-1, 1.5, 11, '2', NaN, Infinity, null, true, {}], 'must be a whole number from 0 to 10'],
    [
      'totalTimeoutMs',
      [0, -1, NaN, Infinity, '5000', null, 2_147_483_648],
      'must be a number of milliseconds',
    ],
  ])('bad values of %s are named, and nothing is sent', async (name, values, words) => {
    for (const value of values) {
      const fetch = stubFetch();
      const wrong = { ...options, fetch, [name]: value } as VaClientOptions;
      for (const make of [createVaClient, createVirtualAccountApi, signedFetch]) {
        expect(() => make(wrong)).toThrow(TypeError);
        expect(() => make(wrong)).toThrow(`${name} ${words}`);
      }
      const client = createVaClient({ ...options, fetch });
      for (const method of ['cancel', 'inquire', 'create', 'confirm', 'cancelAndConfirm'] as const) {
        const error = await vaErrorFrom(client[method](pageRequest as never, { [name]: value } as never));
        expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
        expect(error.message, method).toContain(`${name} ${words}`);
      }
      expect(fetch.calls).toEqual([]);
    }
  });

  it('work through signedFetch and the class-based client alike', async () => {
    const fetch = stubFetch(notConnected);
    const retrying = { ...options, fetch, maxRetries: 2 };
    await thrownBy(signedFetch(retrying)(cancelUrl, { method: 'POST', body: JSON.stringify(pageRequest) }));
    expect(fetch.calls).toHaveLength(3);
    await thrownBy(
      createVirtualAccountApi(retrying).cancelVirtualAccount({ cancelRequest: pageRequest as never }),
    );
    expect(fetch.calls).toHaveLength(6);
  });

  it('leave no timer and no listener after 10,000 calls with one signal', { timeout: 180_000 }, async () => {
    const { signal } = new AbortController();
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    let calls = 0;
    const fetch = stubFetch(() => (calls++ % 2 ? jsonResponse(pageSuccess) : notConnected()));
    const client = createVaClient({ ...options, fetch, maxRetries: 1 });
    const before = timers();
    for (let round = 0; round < 100; round++) {
      const hundred = Array.from({ length: 100 }, () =>
        client.cancel(pageRequest, { signal }).catch(() => null),
      );
      await Promise.all(hundred);
      fetch.calls.length = 0;
    }
    expect(calls).toBeGreaterThan(14_000);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
