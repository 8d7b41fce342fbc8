/** The report of a run as its reader sees it: at a desk and on a phone, offline, with words that mean harm. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportText } from '../../../src/bulk/files/report.ts';
import { cancelMany, openLedger, type BulkRow } from '../../../src/bulk/index.ts';
import { createVaClient } from '../../../src/index.ts';
import { jsonResponse, options, stubFetch } from '../../support/fixtures.ts';
import { startChromium } from './chromium.ts';

const HOSTILE =
  '</script><script>globalThis.harmed=1</script><img src=x onerror="globalThis.harmed=1">\u202e\u001b[31m';

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-page-'));
  await makeReport();
  browser = await startChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const rowOf = (n: number): BulkRow => ({
  external_id: `external-${n}-${'x'.repeat(40)}`.slice(0, 64),
  order_id: `order-${n}`,
  transaction_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  payment_channel: 'BCA-POLYTRON',
});

/** 60 rows, of which 1 is paid, 2 was refused with hostile words, 3 was left out and 4 is unknown. */
async function makeReport(): Promise<void> {
  const place = { ledger: join(folder, 'run.db') };
  const statuses: Record<string, string> = { 1: 'PAID', 2: 'ACTIVE', 4: 'PROCESSING' };
  const fetch = stubFetch((url, { body }) => {
    const request = JSON.parse(body as string) as BulkRow;
    const status = statuses[Number(request.transaction_id.slice(-12))];
    if (status && url.endsWith('/va/cancel'))
      return jsonResponse({ response_code: '01', response_message: HOSTILE }, 400);
    return jsonResponse({ ...request, transaction_status: status ?? 'CANCELED', response_code: '00' });
  });
  const rows = Array.from({ length: 60 }, (_, n) => rowOf(n));
  const ledger = await openLedger(place);
  for (const named of [rows, rows.filter((_, n) => n !== 3)]) {
    const load = await ledger.load();
    await load.add(named);
    await load.commit(undefined, true);
  }
  await cancelMany({ client: createVaClient({ ...options, fetch }), ...place, rate: 100_000, waitMs: 0 });
  let page = '';
  for await (const piece of reportText(ledger, 'html')) page += piece;
  await ledger.close();
  writeFileSync(join(folder, 'report.html'), page);
}

/** Opens it with no network at all, and notes what it wanted. */
async function open(
  width: number,
  height: number,
): Promise<{ page: Page; asked: string[]; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width, height }, offline: true });
  const page = await context.newPage();
  const asked: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  return { page, asked, errors };
}

describe.each([
  ['at a desk', 1280, 900],
  ['on a phone', 390, 844],
])('%s', (name, width, height) => {
  it('shows who was paid first, runs no word of the gateway, and asks nobody for anything', async () => {
    const { page, asked, errors } = await open(width, height);
    expect(asked).toHaveLength(1);
    expect(errors).toEqual([]);
    expect(await page.evaluate('globalThis.harmed')).toBeUndefined();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toBe('56 of 60 virtual accounts are cancelled');
    expect(await page.locator('h2').allTextContents()).toEqual([
      '1 paid',
      'Left out',
      'Over time',
      'Why',
      'All 60',
    ]);
    expect(await page.locator('section.urgent').first().textContent()).toContain('external-1-');
    expect(await page.locator('section.urgent').nth(1).textContent()).toMatch(/no more.*external-3-/s);
    expect(await page.locator('#rows').textContent()).toContain('</script><script>');
    // Nothing has to be scrolled sideways, and nothing that can be read is cut off.
    const wide = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      window: innerWidth,
      beyond: [...document.querySelectorAll('main *')]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && each.checkVisibility())
        .map((each) => each.outerHTML.slice(0, 80)),
    }));
    expect(wide).toEqual({ page: wide.window, window: width, beyond: [] });
    const shot = process.env.SCREENSHOTS;
    if (shot)
      await page.screenshot({ path: join(shot, `report-${name.replaceAll(' ', '-')}.png`), fullPage: true });
    await page.context().close();
  });

  it('filters by word and by state', async () => {
    const { page } = await open(width, height);
    const shown = () => page.locator('#rows tbody tr:visible').count();
    expect(await shown()).toBe(60);
    await page.locator('input[type=search]').fill('EXTERNAL-5');
    expect(await shown()).toBe(11);
    expect(await page.locator('output').textContent()).toBe('11 of 60');
    await page.locator('input[type=search]').fill('');
    await page.locator('select').selectOption('paid');
    expect(await shown()).toBe(1);
    await page.context().close();
  });
});
