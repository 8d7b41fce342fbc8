/** Over http to loopback the credentials leave the machine if a proxy is in the way. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import {
  credentials,
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  vaErrorFrom,
} from '../support/fixtures.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

const PROXY = 'http://fake-proxy.invalid:3128';

interface Around {
  env?: Record<string, string>;
  execArgv?: string[];
  baseUrl?: string;
  allowed?: true;
  runtime?: 'Bun' | 'Deno';
}

/** How a cancel ends in these surroundings: its outcome, code and message, and how many requests went out. */
async function cancelling({
  env = {},
  execArgv = [],
  baseUrl = 'http://127.0.0.1:4020',
  allowed,
  runtime,
}: Around) {
  vi.stubGlobal('process', { ...process, env, execArgv });
  if (runtime) vi.stubGlobal(runtime, {});
  const fetch = stubFetch(() => jsonResponse(pageSuccess));
  const allowing = allowed && { dangerouslyAllowHttpOutsideLoopback: true };
  const client = createVaClient({ ...credentials, baseUrl, fetch, ...allowing });
  const error = await client.cancel(pageRequest).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, sent: fetch.calls.length };
}

const forbidden = () => {
  throw new Error('fake');
};
const told = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: PROXY };

describe('a call over http to loopback', () => {
  it.each<[string, Around]>([
    ['Node is told to by the environment', { env: told }],
    ['in lower case', { env: { NODE_USE_ENV_PROXY: '1', http_proxy: PROXY } }],
    ['by a flag', { env: { HTTP_PROXY: PROXY }, execArgv: ['--use-env-proxy'] }],
    ['by NODE_OPTIONS', { env: { HTTP_PROXY: PROXY, NODE_OPTIONS: '--no-warnings --use-env-proxy' } }],
    ['localhost by name', { env: told, baseUrl: 'http://localhost:4020' }],
    ['IPv6', { env: told, baseUrl: 'http://[::1]:4020' }],
    ['another host is spared', { env: { ...told, NO_PROXY: 'example.com,localhost' } }],
    ['another port is spared', { env: { ...told, NO_PROXY: '127.0.0.1:4021' } }],
    ['a network is spared, which undici cannot read', { env: { ...told, NO_PROXY: '127.0.0.0/8' } }],
    ['lower case wins, as for undici', { env: { ...told, NO_PROXY: '*', no_proxy: '' } }],
    ['Bun, which needs no telling', { env: { HTTP_PROXY: PROXY }, runtime: 'Bun' }],
    ['Deno, which also takes ALL_PROXY', { env: { ALL_PROXY: PROXY }, runtime: 'Deno' }],
  ])('is refused where a proxy is in the way: %s', async (_, around) => {
    const { error, sent } = await cancelling(around);
    expect(error).toMatchObject({ outcome: 'not_sent', code: 'url_not_allowed' });
    expect((error as Error).message).toMatch(
      /(http|all)_proxy would lead it through a proxy, in clear; set NO_PROXY=/i,
    );
    expect((error as Error).message).not.toContain('fake-proxy');
    expect(sent).toBe(0);
  });

  it.each<[string, Around]>([
    ['Node is not told to', { env: { HTTP_PROXY: PROXY } }],
    ['told otherwise', { env: { ...told, NODE_USE_ENV_PROXY: '0' } }],
    ['there is none for http', { env: { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: PROXY } }],
    ['the host is spared', { env: { ...told, NO_PROXY: 'localhost, 127.0.0.1' } }],
    ['with its port', { env: { ...told, no_proxy: '127.0.0.1:4020' } }],
    ['by its end', { env: { ...told, NO_PROXY: '.0.0.1' } }],
    ['everything is spared', { env: { ...told, NO_PROXY: '*' } }],
    ['IPv6 is spared', { env: { ...told, NO_PROXY: '[::1]' }, baseUrl: 'http://[::1]:4020' }],
    ['over https the proxy reads nothing', { env: told, baseUrl: 'https://127.0.0.1:4020' }],
    ['the option says that others may read', { env: told, allowed: true }],
    ['the environment may not be looked at', { env: new Proxy({}, { ownKeys: forbidden }) }],
  ])('is sent where there is none: %s', async (_, around) => {
    expect(await cancelling(around)).toEqual({ error: undefined, sent: 1 });
  });

  it('is refused though the variables came after the client was made', async () => {
    const client = createVaClient({ ...options, baseUrl: 'http://127.0.0.1:4020', fetch: stubFetch() });
    for (const [name, value] of Object.entries(told)) vi.stubEnv(name, value);
    expect((await vaErrorFrom(client.cancel(pageRequest))).code).toBe('url_not_allowed');
  });
});
