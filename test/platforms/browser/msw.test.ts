/** The built MSW handlers in a real Chromium, where a service worker answers. Node has them all, in contract-tests/mock. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenarios } from '../../../scripts/scenarios.ts';
import type { HttpServer } from '../../../contract-tests/shared/http-server.ts';
import { serveProgram } from './bundle.ts';
import { startChromium } from './chromium.ts';

const PROGRAM = `
import { setupWorker } from 'msw/browser';
import { handlers, scenario } from './dist/msw.js';
const worker = setupWorker(...handlers());
globalThis.start = async () => { await worker.start({ quiet: true }); };
globalThis.choose = (name) => { worker.use(scenario(name, { once: true, delayMs: 50 })); };
globalThis.send = async ({ method, path, headers, body }) => {
  const response = await fetch('https://backend.invalid' + path, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, mediaType: response.headers.get('content-type'), body: await response.json() };
};`;

let browser: Browser;
let server: HttpServer;
let page: Page;
beforeAll(async () => {
  [browser, server] = await Promise.all([startChromium(), serveProgram(PROGRAM)]);
  page = await browser.newPage();
  await page.goto(server.url);
  await page.addScriptTag({ url: '/program.js' });
  await page.evaluate(() => (globalThis as any).start());
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
});

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
