import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import type { VaClientOptions } from '../../src/options.ts';
import { refuseBrowser } from '../../src/runtime.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { credentials, pageRequest, pageSuccess, stubFetch } from '../support/fixtures.ts';

const URL_SECRET = 'fake-password-in-url';

/** Makes a client of options that may be wrong. */
const make = (changes: Record<string, unknown>) =>
  createVaClient({ ...credentials, baseUrl: 'https://gateway.invalid', ...changes } as VaClientOptions);

/** The TypeError that such options end in; never with a secret in it. */
function problem(changes: Record<string, unknown>): string {
  try {
    make(changes);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    const shown = inspect(error, { showHidden: true });
    const { merchantId, secretUnboundId, hashKey } = { ...credentials, ...changes };
    for (const secret of [merchantId, secretUnboundId, hashKey, URL_SECRET]) {
      if (typeof secret === 'string' && secret.trim() !== '') expect(shown).not.toContain(secret.trim());
    }
    return (error as Error).message;
  }
  throw new Error('the options were accepted');
}

describe('which gateway', () => {
  it('has no default', () => {
    const words = /environment must be "staging" or "production", or give a baseUrl; there is no default/;
    expect(problem({ baseUrl: undefined })).toMatch(words);
    expect(problem({ baseUrl: undefined, environment: 'dev' })).toMatch(words);
    expect(problem({ baseUrl: undefined, environment: 'constructor' })).toMatch(words);
  });

  it('is either an environment or a base URL', () => {
    expect(problem({ environment: 'staging' })).toBe('environment and baseUrl exclude each other; give one');
  });

  it.each([
    ['staging', 'https://api-stage.ifortepay.id/va/cancel'],
    ['production', 'https://api.ifortepay.id/va/cancel'],
  ])('%s is %s', async (environment, url) => {
    const fetch = stubFetch();
    await make({ baseUrl: undefined, environment, fetch }).cancel(pageRequest);
    expect(fetch.calls.map((call) => call.url)).toEqual([url]);
  });

  it.each([
    ['http://127.0.0.1:4020', 'http://127.0.0.1:4020/va/cancel'],
    ['http://127.9.8.7', 'http://127.9.8.7/va/cancel'],
    ['http://localhost:1/', 'http://localhost:1/va/cancel'],
    ['http://[::1]:2//', 'http://[::1]:2/va/cancel'],
    ['https://proxy.invalid/ifortepay/', 'https://proxy.invalid/ifortepay/va/cancel'],
  ])('may be %s', async (baseUrl, url) => {
    const fetch = stubFetch();
    await expect(make({ baseUrl, fetch }).cancel(pageRequest)).resolves.toEqual(pageSuccess);
    expect(fetch.calls.map((call) => call.url)).toEqual([url]);
  });

  it.each([
    'http://gateway.invalid',
    'http://127.0.0.1.gateway.invalid',
    'http://localhost.gateway.invalid',
    'http://[::2]',
    'http://0.0.0.0',
    'http://10.0.0.1',
  ])('may not be %s, unless told so at length', (baseUrl) => {
    expect(problem({ baseUrl })).toMatch(/baseUrl must be https.*dangerouslyAllowHttpOutsideLoopback/);
    expect(problem({ baseUrl, dangerouslyAllowHttpOutsideLoopback: 'yes' })).toMatch(/must be https/);
    expect(() => make({ baseUrl, dangerouslyAllowHttpOutsideLoopback: true })).not.toThrow();
  });

  it.each(['ftp://gateway.invalid', 'file:///etc/passwd', 'ws://127.0.0.1'])('may not be %s', (baseUrl) => {
    expect(problem({ baseUrl, dangerouslyAllowHttpOutsideLoopback: true })).toBe('baseUrl must be https');
  });

  it.each([
    [`https://user:${URL_SECRET}@gateway.invalid`, /user name or a password/],
    [`https://${URL_SECRET}@gateway.invalid`, /user name or a password/],
    [`https://:${URL_SECRET}@gateway.invalid`, /user name or a password/],
    [`https://gateway.invalid/?key=${URL_SECRET}`, /query or a fragment/],
    [`https://gateway.invalid/#${URL_SECRET}`, /query or a fragment/],
    ['https://gateway.invalid/?', /query or a fragment/],
    ['https://gateway.invalid/va/cancel', /must end before \/va\/cancel/],
    ['https://gateway.invalid/v1/va/inquiry/', /must end before \/va\/inquiry/],
    ['https://gateway.invalid/v1#', /query or a fragment/],
    [`gateway.invalid/${URL_SECRET}`, /absolute URL/],
    [`https://user:${URL_SECRET}@`, /absolute URL/],
    ['', /absolute URL/],
    [7, /absolute URL/],
  ])('refuses %s without repeating it', (baseUrl, words) => {
    const message = problem({ baseUrl });
    expect(message).toMatch(words);
    expect(message).toMatch(/^baseUrl /);
  });
});

describe('credentials', () => {
  it.each(['merchantId', 'secretUnboundId', 'hashKey'])('%s must be there, and fit for a header', (name) => {
    expect(problem({ [name]: undefined })).toBe(`${name} must be a string, not undefined`);
    expect(problem({ [name]: 12345678 })).toBe(`${name} must be a string, not number`);
    for (const blank of ['', ' ', '\u00A0\t'])
      expect(problem({ [name]: blank })).toContain(`${name} must not`);
    for (const end of ['\n', '\r\n', '\0', '\u007F', '\u0085']) {
      expect(problem({ [name]: `fake-value-1${end}` })).toContain(`${name} holds a control character`);
    }
    expect(problem({ [name]: 'fake-value-1\uD800' })).toContain(`${name} holds half of a surrogate pair`);
  });

  it('a colon may be in the secret, not in the merchant id', () => {
    expect(() => make({ secretUnboundId: 'fake:secret:1', hashKey: 'fake:key' })).not.toThrow();
    expect(problem({ merchantId: 'FAKE:0001' })).toMatch(/^merchantId holds a colon/);
  });

  it('a sub-merchant id is printable ASCII without a space at an end', async () => {
    for (const bad of ['', ' a', 'a ', 'a\n', 'å', 'a'.repeat(129), 7, null]) {
      expect(problem({ subMerchantId: bad })).toMatch(/^subMerchantId must be 1 to 128 printable ASCII/);
    }
    for (const good of ['F', 'FAKE SUB', 'a'.repeat(128)]) {
      const fetch = stubFetch();
      await make({ subMerchantId: good, fetch }).cancel(pageRequest);
      expect(fetch.calls[0]!.init.headers['sub-merchant-id']).toBe(good);
    }
  });
});

describe('a browser', () => {
  const words =
    /^this is a browser: the secrets .* every visitor.*backend.*dangerouslyAllowSecretsInBrowser$/;
  const importScripts = () => undefined;

  it.each([
    ['a page', { window: {}, document: {}, navigator: {} }],
    ['a worker', { self: {}, importScripts, WorkerGlobalScope: Object }],
    ["a page with a bundler's process", { document: {}, process: { env: {}, versions: {} } }],
  ])('is refused: %s', (_, scope) => {
    expect(() => refuseBrowser(scope)).toThrow(TypeError);
    expect(() => refuseBrowser(scope)).toThrow(words);
  });

  it.each([
    ['this one', globalThis],
    ['Node', { process: { versions: { node: '24.0.0' } }, navigator: {} }],
    [
      'Node with a document for tests',
      { process: { versions: { node: '24.0.0' } }, window: {}, document: {} },
    ],
    ['Deno', { Deno: {}, navigator: {}, window: {}, importScripts }],
    ['workerd', { WorkerGlobalScope: Object, ServiceWorkerGlobalScope: Object, navigator: {}, self: {} }],
  ])('is not any other runtime: %s', (_, scope) => {
    expect(() => refuseBrowser(scope)).not.toThrow();
  });

  it.each([
    ['createVaClient', createVaClient],
    ['signedFetch', signedFetch],
    ['createVirtualAccountApi', createVirtualAccountApi],
  ])('is what %s refuses first, unless told so at length', (_, factory) => {
    const options = { ...credentials, baseUrl: 'https://gateway.invalid' };
    vi.stubGlobal('document', {});
    vi.stubGlobal('process', { ...process, versions: {} });
    try {
      expect(() => factory(options)).toThrow(words);
      const almost = { ...options, dangerouslyAllowSecretsInBrowser: 'yes' as never };
      expect(() => factory(almost)).toThrow(words);
      expect(() => factory({ ...options, dangerouslyAllowSecretsInBrowser: true })).not.toThrow();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('the rest', () => {
  it('names an option that there is not, and those that there are', () => {
    expect(problem({ baseURL: 'x' })).toMatch(/^baseURL is not an option; there are merchantId, .*baseUrl/);
  });

  it('timeoutMs is what a timer can wait', () => {
    for (const bad of [0, -1, 0.5, NaN, Infinity, 2 ** 31, '1000', null]) {
      expect(problem({ timeoutMs: bad })).toMatch(/^timeoutMs must be .* from 1 to 2147483647$/);
    }
    for (const good of [1, 2 ** 31 - 1, undefined]) expect(() => make({ timeoutMs: good })).not.toThrow();
  });

  it('fetch is a function, and options an object', () => {
    expect(problem({ fetch: 'node' })).toBe('fetch must be a function');
    expect(() => createVaClient(null as never)).toThrow(new TypeError('options must be an object'));
  });

  it.each([
    ['signedFetch', signedFetch],
    ['createVirtualAccountApi', createVirtualAccountApi],
  ])('%s refuses the same', (_, factory) => {
    expect(() => factory({ ...credentials } as VaClientOptions)).toThrow(TypeError);
    expect(() => factory({ ...credentials, baseUrl: 'http://gateway.invalid' })).toThrow(
      /baseUrl must be https/,
    );
  });
});
