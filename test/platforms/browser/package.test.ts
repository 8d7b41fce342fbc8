/** The built package in a real page and in real workers: it does not start there unless told so at length; its MSW handlers do. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMock, type Mock } from '../../../contract-tests/mock/prism.ts';
import { canaries, credentials, pageRequest, pageSuccess } from '../../support/fixtures.ts';
import type { HttpServer } from '../../../contract-tests/shared/http-server.ts';
import { serveProgram, startChromium } from './chromium.ts';
import { scenarios } from '../../../scripts/scenarios.ts';

// In a page it is called; a worker tells whoever asks it, in the way of its kind.
const PROGRAM = `
import { createVaClient, signedFetch } from './dist/index.js';
import { createVirtualAccountApi } from './dist/client.js';
const factories = { createVaClient, signedFetch, createVirtualAccountApi };
const options = { ...${JSON.stringify(credentials)}, baseUrl: 'https://gateway.invalid' };
const attempt = (factory, more) => {
  try { factory({ ...options, ...more }); return 'started'; } catch (error) { return error.name + ': ' + error.message; }
};
globalThis.report = (more) =>
  Object.fromEntries(Object.entries(factories).map(([name, factory]) => [name, attempt(factory, more)]));
globalThis.cancel = (baseUrl, request) =>
  createVaClient({ ...options, baseUrl, dangerouslyAllowSecretsInBrowser: true }).cancel(request);
const answer = (port) => ({ data }) => port.postMessage(report(data));
globalThis.onconnect = ({ ports: [port] }) => { port.onmessage = answer(port); };
globalThis.onmessage = (event) => answer(event.source ?? globalThis)(event);
`;

let browser: Browser;
let server: HttpServer;
let mock: Mock;
let page: Page;

beforeAll(async () => {
  [browser, server, mock] = await Promise.all([startChromium(), serveProgram(PROGRAM), startMock()]);
  page = await browser.newPage();
  await page.goto(server.url);
  await page.addScriptTag({ url: '/program.js' });
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close(), mock?.stop()]);
});

type Asked = Record<string, string>;

/** How each place is asked for its report, run in the page. */
const places: Record<string, (more: object) => Promise<Asked>> = {
  'a page': (more) => (globalThis as any).report(more),
  'a worker': (more) =>
    new Promise((resolve) => {
      const worker = new Worker('/program.js');
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(more);
    }),
  'a module worker': (more) =>
    new Promise((resolve) => {
      const worker = new Worker('/program.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(more);
    }),
  'a shared worker': (more) =>
    new Promise((resolve) => {
      const { port } = new SharedWorker('/program.js');
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(more);
    }),
  'a service worker': async (more) => {
    await navigator.serviceWorker.register('/program.js');
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
      navigator.serviceWorker.startMessages();
      active!.postMessage(more);
    });
  },
};

describe.each(Object.entries(places))('%s', (_, ask) => {
  it('is refused, with the reason and the way out, and no secret', async () => {
    const reports = Object.entries(await page.evaluate(ask, {}));
    expect(reports.map(([name]) => name)).toEqual([
      'createVaClient',
      'signedFetch',
      'createVirtualAccountApi',
    ]);
    for (const [, said] of reports) {
      expect(said).toMatch(
        /^TypeError: this is a browser: the secrets .* every visitor.* backend of your own/,
      );
      expect(said).toContain('dangerouslyAllowSecretsInBrowser');
      for (const secret of canaries) expect(said).not.toContain(secret);
    }
  });

  it('may be allowed, at length', async () => {
    const report = await page.evaluate(ask, { dangerouslyAllowSecretsInBrowser: true });
    expect(new Set(Object.values(report))).toEqual(new Set(['started']));
  });
});

it('cancels from a page that is allowed to', async () => {
  const run = ([url, request]: [string, object]) => (globalThis as any).cancel(url, request);
  expect(await page.evaluate(run, [mock.url, pageRequest] as [string, object])).toEqual(pageSuccess);
});

const HANDLERS = `
import { setupWorker } from 'msw/browser';
import { handlers, scenario } from './dist/msw.js';
const worker = setupWorker(...handlers());
globalThis.start = async () => { await worker.start({ quiet: true }); };
globalThis.choose = (name) => { worker.use(scenario(name, { once: true, delayMs: 50 })); };
globalThis.send = async ({ method, path, headers, body }) => {
  const response = await fetch('https://backend.invalid' + path, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, mediaType: response.headers.get('content-type'), body: await response.json() };
};`;

// Node has them all, in test/client.
describe('the MSW handlers, where a service worker answers', () => {
  let handling: HttpServer;
  beforeAll(async () => {
    handling = await serveProgram(HANDLERS);
    page = await browser.newPage();
    await page.goto(handling.url);
    await page.addScriptTag({ url: '/program.js' });
    await page.evaluate(() => (globalThis as any).start());
  });
  afterAll(() => handling?.close());

  const send = (request: object) => page.evaluate((it) => (globalThis as any).send(it), request);
  const named = scenarios().filter(({ prefer, code }) => prefer && code);

  it.each(named)(
    'answers $name by its Prefer header, and by its name',
    async ({ name, request, ...wanted }) => {
      const answer = { status: wanted.status, mediaType: wanted.mediaType, body: wanted.body };
      expect(await send(request)).toEqual(answer);
      await page.evaluate((it) => (globalThis as any).choose(it), name);
      expect(await send({ ...request, headers: {} })).toEqual(answer);
    },
  );
});
