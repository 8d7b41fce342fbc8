import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { defaultFetch } from '../../src/runtime.ts';
import { Witness } from '../../src/witness.ts';
import { options, pageRequest, stubFetch } from '../support/fixtures.ts';

afterEach(() => vi.unstubAllGlobals());

const made: object[] = [];
const createHttpClient = (client: object) => made[made.push(client) - 1];
const runOn = (deno: string | undefined) => vi.stubGlobal('Deno', { version: { deno }, createHttpClient });

describe('on Deno', () => {
  it.each(['2.9.5', '2.8.9', '1.99.9', '2.9', 'x.y.z', undefined])('%s refuses its fetch', (version) => {
    runOn(version);
    expect(() => createVaClient(options)).toThrow(TypeError);
    expect(() => createVaClient(options)).toThrow(
      `Deno ${version ?? 'of unknown version'} may send a request twice: use Deno 2.9.6 or newer, or give a fetch`,
    );
  });

  it.each(['2.9.6', '2.9.7-rc.1', '2.9.10', '2.10.0', '3.0.0'])('%s is taken', (version) => {
    runOn(version);
    expect(defaultFetch().provenByText).toBe(true);
  });

  it('any version serves with a fetch of the caller, whose errors then prove nothing', async () => {
    runOn('2.9.5');
    const fetch = stubFetch();
    await createVaClient({ ...options, fetch }).cancel(pageRequest);
    expect(fetch.calls).toHaveLength(1);
  });

  it('sends with a client that keeps no connection and speaks no HTTP/2, made once', async () => {
    runOn('2.9.6');
    const fetch = stubFetch();
    vi.stubGlobal('fetch', fetch);
    for (let client = 0; client < 2; client++) await createVaClient(options).cancel(pageRequest);
    const client = { poolMaxIdlePerHost: 0, http2: false };
    expect(fetch.calls.map(({ init }) => init)).toMatchObject([{ client }, { client }]);
    expect(made).toEqual([client]);
  });
});

it('elsewhere the global fetch is called as it is, and texts prove nothing', async () => {
  const fetch = stubFetch();
  vi.stubGlobal('fetch', fetch);
  const found = defaultFetch();
  await found.fetch('https://gateway.invalid', {}, new Witness('https://gateway.invalid', ''));
  expect(found.provenByText).toBe(false);
  expect(fetch.calls).toEqual([{ url: 'https://gateway.invalid', init: { dispatcher: expect.any(Object) } }]);
});
