/** The API reference held against the contract, the samples and the scenarios: nothing is missing, nothing differs. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlined, readContract } from '../../../spec/contract.ts';
import { scenarios } from '../../../scripts/scenarios.ts';
import { curlLine } from '../../../contract-tests/mock/table.ts';
import { root } from '../../support/built.ts';
import { OUTCOMES } from '../../../src/errors.ts';
import { startChromium } from './chromium.ts';
import { buildReference, openOffline, unfold, type BuiltPage } from './reference-page.ts';

type Node = any;
/** As written; and with every reference replaced. */
const contract: Node = readContract();
const whole: Node = inlined(contract, '');
let browser: Browser;
let built: BuiltPage;
let page: Page;
beforeAll(async () => {
  built = buildReference();
  browser = await startChromium();
  ({ page } = await openOffline(browser, built.url));
  await unfold(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  built?.remove();
});

/** A statement of the contract: where it stands, and how it is known. */
type Statement = [pointer: string, level: string];

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every `x-known`, known part and known value below a node. */
function statements(node: Node, at = '#'): Statement[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries<Node>(node).flatMap(([key, value]): Statement[] => {
    if (key === 'x-known') return [[at, value]];
    const here = `${at}/${escaped(key)}`;
    if (key === 'x-known-parts' || key === 'x-known-values')
      return Object.entries<string>(value).map(([name, level]) => [`${here}/${escaped(name)}`, level]);
    return key === 'value' ? [] : statements(value, here);
  });
}

/** Every operation below a node, callbacks too. */
function operations(node: Node): Node[] {
  if (typeof node !== 'object' || node === null) return [];
  return [...(node.operationId ? [node] : []), ...Object.values(node).flatMap(operations)];
}

const texts = (selector: string) => page.locator(selector).allTextContents();

describe('the API reference says how each statement is known', () => {
  it('beside every one that the contract marks, visibly, and with the mark of the contract', async () => {
    const shown = await page.locator('main [data-at]').evaluateAll((marks) =>
      marks.map((mark) => ({
        pair: [mark.getAttribute('data-at')!, mark.textContent] as [string, string],
        visible: mark.checkVisibility({ checkVisibilityCSS: true }) && mark.getBoundingClientRect().width > 0,
      })),
    );
    const wanted = statements(contract);
    expect(wanted.length).toBeGreaterThan(150);
    expect(shown.filter(({ visible }) => !visible)).toEqual([]);
    const unique = (pairs: Statement[]) => [...new Set(pairs.map((pair) => pair.join(' ')))].sort();
    expect(unique(shown.map(({ pair }) => pair))).toEqual(unique(wanted));
  });

  it('with the mark of a member beside its name, and that of a limit beside the limit', async () => {
    const said = async (schema: string, member: string) => {
      const item = page.locator(`[data-schema="${schema}"] > .members > [data-member="${member}"]`);
      const parts = await item.locator(':scope > .facts > li').allInnerTexts();
      return [await item.locator(':scope > .head').innerText(), ...parts].map((text) => text.trim());
    };
    expect(await said('CancelRequest', 'order_id')).toEqual([
      'order_id string OrderId docs required',
      'at least 1 character guess',
      'at most 25 characters',
      'matches ^[A-Za-z0-9-]+$',
      'letters-mean-ASCII guess',
      'such as 13499387088062',
    ]);
    expect(await said('PaymentDetails', 'amount')).toEqual([
      'amount integer docs required',
      'at least 0 guess',
      'at most 9999999999999',
    ]);
  });

  it('and explains each mark', async () => {
    const levels = [...new Set(statements(contract).map(([, level]) => level))].sort();
    expect((await texts('.legend .known')).sort()).toEqual(levels);
    expect((await texts('header table .known')).sort()).toEqual(levels);
  });
});

describe('the API reference has', () => {
  it.each(operations(whole.paths).map((operation): [string, Node] => [operation.operationId, operation]))(
    '%s with every header, body member, answer and example',
    async (id, operation) => {
      const within = `[data-operation="${id}"]`;
      const statuses = Object.keys(operation.responses);
      const shownStatuses = await page
        .locator(`${within} [data-status]`)
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-status')));
      expect(shownStatuses).toEqual(statuses);

      const schemes = Object.keys(operation.security[0] ?? {}).map(
        (name) => contract.components.securitySchemes[name],
      );
      const headers = [...schemes, ...operation.parameters];
      const body = operation.requestBody.content['application/json'];
      const members = Object.keys(body.schema.properties);
      const names = await texts(`${within} .members > li > .head > .name`);
      expect(names).toEqual(
        expect.arrayContaining([...headers.map(({ name }) => name ?? 'Authorization'), ...members]),
      );

      const bodies = await texts(`${within} figure:not([data-sample]) pre, ${within} .example pre`);
      const contents = [
        body,
        ...statuses.map((status) => operation.responses[status].content?.['application/json']),
      ];
      const examples = contents.flatMap((content) => Object.values<Node>(content?.examples ?? {}));
      expect(bodies.map((text) => JSON.parse(text))).toEqual(examples.map(({ value }) => value));
    },
  );

  it('every schema with every member, limit and value', async () => {
    for (const [name, schema] of Object.entries<Node>(contract.components.schemas)) {
      const article = page.locator(`[data-schema="${name}"]`);
      const text = (await article.innerText()).replaceAll(/\s+/g, ' ');
      const members = await article
        .locator(':scope > .members > li')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-member')));
      expect(members, name).toEqual(Object.keys(schema.properties ?? {}));
      for (const value of [schema.pattern, schema.maxLength, schema.minLength, ...(schema.enum ?? [])])
        if (value !== undefined) expect(text, name).toContain(String(value));
      const required = article.locator(':scope > .members > li > .head > .required');
      expect(await required.count(), name).toBe(schema.required?.length ?? 0);
    }
  });

  it('every host', async () => {
    const hosts = contract.servers.map(({ url }: Node) => url);
    expect(await texts('#servers .name')).toEqual(hosts);
  });

  it.each(['cancel.sh', 'cancel.go', 'cancel.mjs', 'cancel.php'])(
    'the sample %s to the letter',
    async (file) => {
      const path = `docs/reference/samples/${file}`;
      expect(await texts(`[data-sample="${path}"] pre`)).toEqual([readFileSync(root + path, 'utf8')]);
    },
  );

  it('the first example of the README', async () => {
    const [text] = await texts('[data-sample="README.md"] pre');
    expect(readFileSync(`${root}README.md`, 'utf8')).toContain(text);
    expect(text).toContain('createVaClient');
  });

  it('every scenario of the mock, with how to ask for it, and its curl line', async () => {
    const rows = await page
      .locator('[data-scenario]')
      .evaluateAll((all) =>
        all.map((row) => [
          row.getAttribute('data-scenario'),
          ...[...row.querySelectorAll('td')].map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim()),
        ]),
      );
    const wanted = scenarios().map(({ name, prefer, status, statusKnown, body, xKnown }) => [
      name,
      `${status} ${statusKnown}`,
      `${body.response_code ?? 'problem+json'} ${xKnown}`,
      prefer ?? 'none',
    ]);
    expect(rows).toEqual(wanted);
    const lines = (await texts('#scenarios pre')).join('\n').split('\n');
    expect(lines).toEqual(expect.arrayContaining(scenarios().map(({ request }) => curlLine(request))));
  });

  it('every outcome, every error code and the formula of the signature', async () => {
    const text = await page.locator('#outcomes').innerText();
    for (const word of ['done', ...Object.keys(OUTCOMES), ...Object.values(OUTCOMES)])
      expect(text).toContain(word);
    const formula = await page.locator('.formula').innerText();
    expect(formula).toBe('x-req-signature = hex(SHA-256(hash_key + external_id + order_id))');
  });
});
