/** The API reference, built for a test, and what a test wants to know of any page. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { root } from '../../support/built.ts';
import { toolNode } from '../../../contract-tests/shared/processes.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** A page in a directory of its own. */
export interface BuiltPage {
  url: string;
  html: string;
  remove(): void;
}

/** Builds the page as `make docs` does, but into a temporary directory. Installs its packages if they are missing. */
export function buildReference(): BuiltPage {
  if (!existsSync(`${root}docs/reference/node_modules/marked`))
    execFileSync('npm', ['ci', '--prefix', 'docs/reference', '--loglevel=error'], { cwd: root });
  const directory = mkdtempSync(join(tmpdir(), 'ifortepay-reference-'));
  const file = join(directory, 'reference.html');
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    execFileSync(toolNode(), ['docs/reference/build.ts', file], { cwd: root, stdio: 'pipe' });
  } catch (error) {
    remove();
    throw error;
  }
  return { url: pathToFileURL(file).href, html: readFileSync(file, 'utf8'), remove };
}

/** A page with the network off, and what it asked for or complained about. */
export interface OfflinePage {
  page: Page;
  /** URLs of every request but of files and data. */
  requests: string[];
  complaints: string[];
}

/** Opens `url` with the network off. The caller closes the page's context. */
export async function openOffline(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OfflinePage> {
  const context = await browser.newContext({ offline: true, ...options });
  const page = await context.newPage();
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url, { waitUntil: 'networkidle' });
  return { page, requests, complaints };
}

/** Opens everything that is folded. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** What axe finds wrong, however slight: a rule, and where. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run();
    return violations.flatMap((rule: any) =>
      rule.nodes.map((node: any) => `${rule.impact} ${rule.id}: ${node.target}`),
    );
  });
}

/** What sticks out at the right of the window, but for what scrolls by itself. */
export function stickingOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const all = [...document.querySelectorAll('body *')].filter((element) => !element.closest('pre, .wide'));
    const out = all.filter((element) => element.getBoundingClientRect().right > width + 1);
    const scrolls = document.documentElement.scrollWidth > width ? ['the page itself'] : [];
    return [...scrolls, ...out.map((element) => `${element.tagName} ${element.textContent.slice(0, 40)}`)];
  });
}
