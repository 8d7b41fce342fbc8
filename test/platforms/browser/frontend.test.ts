/** examples/frontend in a real Chromium: the page on one origin, the Prism mock on another, a proxy that counts between. */
import { createServer, request as httpRequest, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servePage, type PageServer } from '../../../examples/frontend/serve.ts';
import { createVaClient } from '../../../src/client.ts';
import { isVaError } from '../../../src/errors.ts';
import type { FetchLike } from '../../../src/runtime.ts';
import { startMock, type Mock } from '../../../contract-tests/mock/prism.ts';
import { scenarios } from '../../../scripts/scenarios.ts';
import { credentials, pageRequest } from '../../support/fixtures.ts';
import {
  listen,
  startHttpServer,
  type HttpServer,
  type Received,
} from '../../../contract-tests/shared/http-server.ts';
import { startChromium } from './chromium.ts';
import { assertPortFree } from '../../../contract-tests/shared/ports.ts';
import {
  freePort,
  startProcess,
  toolNode,
  type StartedProcess,
} from '../../../contract-tests/shared/processes.ts';

const list = scenarios().filter(({ name, prefer, code }) => prefer && code && name.startsWith('cancel'));
const TITLES = { done: ['Cancelled'], unknown: ['We do not know yet'], refused: ['We could not cancel it', 'We cannot find this virtual account'] }; // prettier-ignore
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let mock: Mock;
let server: PageServer;
let proxy: HttpServer;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [browser, mock, server] = await Promise.all([startChromium(), startMock(), servePage()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), mock?.stop(), server?.close()]);
});

beforeEach(async () => {
  proxy = await startHttpServer(forward);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  problems = watch(page, proxy.url);
});
afterEach(async () => {
  await page.close();
  await proxy.close();
  expect(problems).toEqual([]);
});

function forward({ method, path, headers, body }: Received, response: ServerResponse): void {
  const passed = httpRequest(mock.url + path, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  passed.end(body);
}

/** Everything that Chromium complains of, but for the statuses that the mock was asked for. */
function watch(watched: Page, mockUrl: string): string[] {
  const found: string[] = [];
  watched.on('pageerror', (error) => found.push(error.message));
  watched.on('console', (message) => {
    const asked =
      message.location().url.startsWith(mockUrl) && message.text().includes('responded with a status');
    if (['error', 'warning'].includes(message.type()) && !asked) found.push(message.text());
  });
  return found;
}

async function open(mockUrl = proxy.url): Promise<void> {
  await page.goto(`${server.url}/?mock=${encodeURIComponent(mockUrl)}`);
  await page.getByRole('button', { name: 'Cancel this virtual account' }).waitFor();
}

const message = () => page.getByRole('status');
const title = () => message().locator('strong').textContent();
const look = () => message().getAttribute('data-look');
const ended = () =>
  page.locator('[role=status]:is([data-look=done],[data-look=refused],[data-look=unknown])').waitFor();

async function press(): Promise<void> {
  await page.getByRole('button', { name: 'Cancel this virtual account' }).click();
}

const choose = (label: string | RegExp) => page.getByRole('radio', { name: label }).check();

/** What the library makes of the same answer, which the stand-in must not judge otherwise. */
async function outcomeByLibrary(prefer: string): Promise<'done' | 'refused' | 'unknown' | 'not_sent'> {
  const preferring: FetchLike = (url, init) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), prefer } });
  const client = createVaClient({ ...credentials, baseUrl: mock.url, fetch: preferring });
  return client.cancel(pageRequest).then(
    () => 'done',
    (error) => {
      if (isVaError(error)) return error.outcome;
      throw error;
    },
  );
}

describe('the page', () => {
  it('lists every scenario of cancelling that the contract has', async () => {
    await open();
    const shown = await page.locator('#scenarios small').allTextContents();
    expect(shown).toEqual(list.map(({ status, example }) => `${status} ${example}`));
  });

  it.each(list)('shows $name as the library judges it', async ({ status, example, prefer, body }) => {
    const outcome = await outcomeByLibrary(prefer!);
    await open();
    await choose(new RegExp(`${status} ${example}$`));
    await press();
    await ended();
    expect(await look()).toBe(outcome);
    expect(TITLES[outcome as keyof typeof TITLES]).toContain(await title());
    const facts = await page.locator('#facts').textContent();
    for (const fact of [prefer!, String(status), body.response_code]) expect(facts).toContain(fact);
    expect(await page.locator('#advice').textContent()).not.toBe('');
    const again = page.getByRole('button', { name: 'Check again' });
    expect(await again.isVisible()).toBe(outcome === 'unknown');
    expect(await page.getByRole('button', { name: /^Cancel/ }).count()).toBe(0);
  });

  it('settles an unknown by asking after it', async () => {
    await open();
    await choose(/503 partner_error$/);
    await press();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.locator('[role=status][data-look=done]').waitFor();
    expect(proxy.received.filter(({ method }) => method === 'POST').map(({ path }) => path)).toEqual([
      '/va/cancel',
      '/va/inquiry',
    ]);
  });

  it('asks before it sends: the preflight allows what the contract and Prefer need', async () => {
    await open();
    expect(new URL(server.url).origin).not.toBe(new URL(proxy.url).origin);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await press();
    await answered;
    await ended();
    expect(proxy.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'OPTIONS /va/cancel',
      'POST /va/cancel',
    ]);
    const [preflight, call] = proxy.received as [Received, Received];
    const asked = ['authorization', 'content-type', 'prefer', 'x-req-signature', 'x-version'];
    expect(preflight.headers['access-control-request-headers']?.split(',').sort()).toEqual(asked);
    expect(call.headers.origin).toBe(server.url);
    expect(Object.keys(call.headers)).toEqual(expect.arrayContaining(asked));
  });

  it('says that it takes longer, lets nobody press twice, and shows a late answer', async () => {
    await open();
    await choose(/^late/);
    await press();
    expect(await title()).toBe('Cancelling …');
    await page.getByText('Still asking the bank …').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel this virtual account' }).isDisabled()).toBe(true);
    await ended();
    expect(await title()).toBe('Cancelled');
  });

  it('does not know what became of an answer that is too late, though the mock said done', async () => {
    await open();
    await choose(/^too late/);
    await press();
    await ended();
    expect([await look(), await title()]).toEqual(['unknown', 'We do not know yet']);
    expect(await page.locator('#facts').textContent()).toContain('no answer in time');
  });

  it('says so when the mock is not running', async () => {
    const gone = await startHttpServer(() => undefined);
    await gone.close();
    await open(gone.url);
    await press();
    await ended();
    expect(await page.locator('#facts').textContent()).toContain('is the mock running?');
    expect(problems.splice(0)).toEqual([expect.stringContaining('ERR_CONNECTION_REFUSED')]);
  });

  it('says that a browser never talks to the gateway itself', async () => {
    await open();
    expect(await page.getByRole('complementary').textContent()).toMatch(/never talks to the gateway itself/);
  });
});

describe.each([1280, 390])('%i px wide', (width) => {
  it.each([undefined, '200 canceled', '404 not_found', '500 unknown_error'])(
    'has room, and nothing that axe finds: %s',
    async (scenario) => {
      await page.setViewportSize({ width, height: 850 });
      await open();
      if (scenario) {
        await choose(new RegExp(`${scenario}$`));
        await press();
        await ended();
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.addScriptTag({ path: AXE });
      const { violations } = await page.evaluate(() => (globalThis as any).axe.run());
      expect(violations.map(({ id, nodes }: any) => [id, ...nodes.map(({ html }: any) => html)])).toEqual([]);
      const folder = process.env.SCREENSHOTS;
      if (folder)
        await page.screenshot({ path: `${folder}/${width}-${scenario ?? 'open'}.png`, fullPage: true });
    },
  );
});

const SCRIPT = fileURLToPath(new URL('../../../examples/frontend/main.ts', import.meta.url));

let started: StartedProcess | undefined;
afterEach(() => started?.stop());

const start = (port: number) =>
  startProcess({
    command: toolNode(),
    args: [SCRIPT],
    env: { PORT: String(port) },
    readyPattern: /Ctrl-C stops both/,
  });

it('serves the page at its port, and leads it to the mock that it started', async () => {
  const port = await freePort();
  started = await start(port);
  const [, mockUrl = ''] = /The mock: (\S+)/.exec(started.output())!;
  const page = await fetch(`http://127.0.0.1:${port}`);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expect(new URL(page.url).searchParams.get('mock')).toBe(mockUrl);
  expect((await fetch(`${mockUrl}/va/unknown`)).status).toBe(404);
  await started.stop();
  expect(await started.exited).toBe(0);
  await assertPortFree(port, '127.0.0.1');
  await assertPortFree(Number(new URL(mockUrl).port), '127.0.0.1');
});

it('says in one line that its port is taken', async () => {
  const { port, close } = await listen(createServer());
  const failed = start(port).then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(await failed).toContain(
    `--- its output ---\nfrontend: port ${port} on 127.0.0.1 is taken; choose another: PORT=${port + 1}\n`,
  );
  await close();
});
