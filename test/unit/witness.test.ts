/** What the witness needs of its surroundings, and what it does to them. test/faults has it on real sockets. */
import { hasSubscribers } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptRecord } from '../../src/attempt.ts';
import { nobodyListens } from '../faults/servers.ts';
import { on, onConnect, vanish } from '../faults/tcp.ts';
import { leaks } from '../support/canaries.ts';
import { options, pageRequest, vaErrorFrom } from '../support/fixtures.ts';

const UNSEEN = [options.secretUnboundId, options.hashKey];
const CHANNEL = 'undici:client:sendHeaders';

afterEach(() => vi.unstubAllGlobals());
beforeEach(() => vi.resetModules());

/** A client of a copy of its own, so that it has not called before. */
async function newClient(changes: object) {
  const { createVaClient } = await import('../../src/client.ts');
  return createVaClient({ ...options, ...changes });
}

/** `process` as another Node would show it. */
const withProcess = (changes: Record<string, unknown>) => {
  const changed = Object.entries(changes).map(([name, value]) => [name, { value }]);
  vi.stubGlobal('process', Object.create(process, Object.fromEntries(changed) as PropertyDescriptorMap));
};

it('subscribes to nothing before the first call', async () => {
  const { baseUrl } = await nobodyListens();
  const client = await newClient({ baseUrl });
  expect(hasSubscribers(CHANNEL)).toBe(false);
  await vaErrorFrom(client.cancel(pageRequest));
  expect(hasSubscribers(CHANNEL)).toBe(true);
});

const throwing = () => {
  throw new Error('not here');
};

describe.each<[string, Record<string, unknown>]>([
  ['a Node without process.getBuiltinModule', { getBuiltinModule: undefined }],
  ['a runtime whose getBuiltinModule throws', { getBuiltinModule: throwing }],
  ['one that knows no such module', { getBuiltinModule: () => undefined }],
])('on %s', (_, changes) => {
  it('what was never written is still proven', async () => {
    withProcess(changes);
    const { baseUrl, stop } = await onConnect()();
    const client = await newClient({ baseUrl: baseUrl.replace('http:', 'https:'), timeoutMs: 200 });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'not_connected' });
    await stop();
  });

  it('what was written is unknown', async () => {
    withProcess(changes);
    const { baseUrl, stop } = await on(vanish)();
    const client = await newClient({ baseUrl });
    expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'connection_failed' });
    await stop();
  });
});

it('on a runtime without undici its fetch is given nothing that it does not know', async () => {
  const { undici: _, ...versions } = process.versions;
  withProcess({ versions });
  const inits: RequestInit[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    inits.push(init);
    throw new TypeError('fetch failed');
  });
  const client = await newClient({});
  expect(await vaErrorFrom(client.cancel(pageRequest))).toMatchObject({ code: 'connection_failed' });
  expect(inits[0]).not.toHaveProperty('dispatcher');
});

it('a fetch of the user’s own is given two arguments, and no dispatcher', async () => {
  const fetch = vi.fn(async (..._arguments: unknown[]) => Promise.reject(new Error('no')));
  const client = await newClient({ fetch });
  await vaErrorFrom(client.cancel(pageRequest));
  expect(fetch.mock.calls[0]).toHaveLength(2);
  expect(fetch.mock.calls[0]![1]).not.toHaveProperty('dispatcher');
});

describe('the reason of an abort', () => {
  it.each<[string, unknown, object]>([
    ['an error', new Error('enough of it'), { message: 'enough of it' }],
    [
      'an error that holds the secrets',
      new Error(UNSEEN.join(' ')),
      { message: expect.stringContaining('[redacted') },
    ],
    ['a text', 'enough', 'enough' as never],
    ['nothing', undefined, { name: 'AbortError' }],
  ])('is the cause, redacted: %s', async (_name, reason, cause) => {
    const records: AttemptRecord[] = [];
    const client = await newClient({ onAttempt: (record: AttemptRecord) => records.push(record) });
    const error = await vaErrorFrom(client.cancel(pageRequest, { signal: AbortSignal.abort(reason) }));
    expect(error).toMatchObject({ code: 'aborted_before_sending', cause });
    expect(records).toMatchObject([{ written: false }]);
    expect(leaks([error.cause, error], UNSEEN)).toEqual([]);
  });
});
