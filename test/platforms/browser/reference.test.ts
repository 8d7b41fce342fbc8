/** The API reference in Chromium: one file that needs nothing else, on a desktop, a phone and paper. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../support/built.ts';
import { startHttpServer } from '../../../contract-tests/shared/http-server.ts';
import { startChromium } from './chromium.ts';
import {
  axeFindings,
  buildReference,
  openOffline,
  stickingOut,
  unfold,
  type BuiltPage,
} from './reference-page.ts';

let browser: Browser;
let built: BuiltPage;
beforeAll(async () => {
  built = buildReference();
  browser = await startChromium();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  built?.remove();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const visibleSamples = (page: Page) =>
  page
    .locator('[data-sample]')
    .evaluateAll((figures) =>
      figures
        .filter((figure) => figure.checkVisibility())
        .map((figure) => figure.getAttribute('data-sample')!),
    );

describe('the API reference', () => {
  it('asks for nothing with the network off, and complains of nothing', async () => {
    const { page, requests, complaints } = await openOffline(browser, built.url);
    expect(await page.locator('h1').innerText()).toContain('iFortepay virtual accounts');
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  });

  it('asks for nothing more when it comes from a server, and brings its own icon', async () => {
    const server = await startHttpServer((_, response) =>
      response.setHeader('content-type', 'text/html').end(built.html),
    );
    try {
      const { page, complaints } = await openOffline(browser, server.url, { offline: false });
      expect(server.received.map(({ path }) => path)).toEqual(['/']);
      expect(complaints).toEqual([]);
      // Without a window Chromium asks for no icon; with one it would.
      expect(await page.locator('link').evaluateAll((all) => all.map((link) => link.outerHTML))).toEqual([
        '<link rel="icon" href="data:,">',
      ]);
    } finally {
      await server.close();
    }
  });

  it('could not ask for anything even if something in it tried', async () => {
    const server = await startHttpServer((_, response) => response.end());
    try {
      const { page } = await openOffline(browser, built.url, { offline: false });
      const blocked = await page.evaluate(async (url) => {
        const violation = new Promise((resolve) =>
          document.addEventListener('securitypolicyviolation', resolve, { once: true }),
        );
        new Image().src = url;
        await violation;
        return fetch(url).then(
          () => 'sent',
          () => 'blocked',
        );
      }, server.url);
      expect([blocked, server.received]).toEqual(['blocked', []]);
    } finally {
      await server.close();
    }
  });

  it('is one file under 500 kB', () => {
    expect(Buffer.byteLength(built.html)).toBeLessThan(500_000);
  });

  describe.each([
    ['a desktop', 1280],
    ['a phone', 390],
  ])('on %s', (_, width) => {
    it.each(['light', 'dark'] as const)(
      'gives axe nothing to find, everything unfolded: %s',
      async (colorScheme) => {
        const viewport = { width, height: 900 };
        const { page } = await openOffline(browser, built.url, { viewport, colorScheme });
        await unfold(page);
        expect(await axeFindings(page)).toEqual([]);
      },
      60_000,
    );

    it('never scrolls sideways, whichever sample is chosen and everything unfolded', async () => {
      const { page } = await openOffline(browser, built.url, { viewport: { width, height: 900 } });
      await unfold(page);
      for (const tab of await page.locator('.tabs label').all()) {
        await tab.click();
        expect(await stickingOut(page), await tab.innerText()).toEqual([]);
      }
    });

    it('squeezes no table until its rows are mostly white', async () => {
      const { page } = await openOffline(browser, built.url, { viewport: { width, height: 900 } });
      await unfold(page);
      const rows = await page
        .locator('tr')
        .evaluateAll((all) =>
          all.map((row) => [row.textContent, row.getBoundingClientRect().height] as const),
        );
      const tall = rows.filter(([, height]) => height > 180);
      expect(tall).toEqual([]);
    });
  });

  it('makes a guess look like one: dashed and with a question mark, and nothing else', async () => {
    const { page } = await openOffline(browser, built.url);
    const looks = await page.locator('main .known').evaluateAll((marks) =>
      marks.map((mark) => ({
        guess: mark.textContent === 'guess',
        dashed: getComputedStyle(mark).borderTopStyle === 'dashed',
        asked: getComputedStyle(mark, '::after').content === '"?"',
      })),
    );
    expect(looks.length).toBeGreaterThan(300);
    expect(looks.filter(({ guess, dashed, asked }) => guess !== dashed || guess !== asked)).toEqual([]);
  });

  it('shows one sample at a time, chosen by mouse or keyboard, without any script', async () => {
    const { page } = await openOffline(browser, built.url, { javaScriptEnabled: false });
    const shown = async () => {
      const figures = await page.locator('[data-sample]').all();
      const visible = await Promise.all(figures.map((figure) => figure.isVisible()));
      return visible.map((yes, index) => (yes ? index : -1)).filter((index) => index >= 0);
    };
    expect(await shown()).toEqual([0]);
    await page.getByText('PHP', { exact: true }).click();
    expect(await shown()).toEqual([3]);
    await page.keyboard.press('ArrowLeft');
    expect(await shown()).toEqual([2]);
    expect(await page.locator('button').count()).toBe(0);
  });

  it('copies a sample', async () => {
    const { page } = await openOffline(browser, built.url, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const figure = page.locator('[data-sample$="cancel.sh"]');
    await figure.getByRole('button').click();
    await figure.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(readFileSync(`${root}docs/reference/samples/cancel.sh`, 'utf8'));
  });

  it('prints what is folded, and every sample', async () => {
    const { page } = await openOffline(browser, built.url);
    const folded = page.locator('details:not([open]) pre').first();
    expect(await folded.evaluate((element) => element.checkVisibility())).toBe(false);
    expect(await visibleSamples(page)).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    expect(await folded.evaluate((element) => element.getBoundingClientRect().height)).toBeGreaterThan(20);
    expect(await visibleSamples(page)).toHaveLength(5);
  });

  it('has no link within it that leads nowhere, and no id twice', async () => {
    const { page } = await openOffline(browser, built.url);
    const { targets, ids } = await page.evaluate(() => ({
      targets: [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href')!.slice(1)),
      ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    }));
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('signs as it says: its own commands print what stands below each', async (context) => {
    try {
      execFileSync('openssl', ['version']);
    } catch {
      console.warn('SKIPPED: openssl is not on this machine, so the commands of the page were not run');
      context.skip();
    }
    const { page } = await openOffline(browser, built.url);
    const text = (await page.locator('[data-signing] pre').textContent())!;
    const printed = execFileSync('bash', ['-c', text], { encoding: 'utf8' }).trim().split('\n');
    const said = [...text.matchAll(/^# (\w{64}|Basic \S+)$/gm)].map(([, value]) => value);
    expect(said).toHaveLength(3);
    expect(printed).toEqual(said);
  });
});
