/**
 * `node docs/reference/build.ts [file]`: writes the API reference, one HTML page, to docs/reference.html or a file.
 *
 * Why a renderer of our own: measured in Chromium, offline, as far as configuration goes (November 2026),
 * - Redocly CLI 2.77.0, `build-docs --inlineBundle`, 2.5 MB: it asks cdn.redoc.ly for an image on every start
 *   (so a console error too), axe finds serious contrast violations, and nothing is there without JavaScript;
 * - Scalar's standalone script, inlined, 4.4 MB: axe finds buttons without a name (critical) and some fifty
 *   contrast violations;
 * - neither puts `x-known`, `x-known-parts` and `x-known-values` beside what they are about, which is what this
 *   page is for.
 * So hono/html writes the markup, marked the prose and highlight.js the colours, all at build time. The page is
 * under 1 MB, works printed and without JavaScript, and its Content-Security-Policy forbids every request.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { html, raw } from 'hono/html';
import { readContract } from '../../spec/contract.ts';
import { type Html, legend, type Place, placeIn, prose } from './markup.ts';
import { operationSection, type OperationSection, operationsIn } from './operations.ts';
import { outcomes, scenarioSection } from './outcomes.ts';
import { schemas } from './schema.ts';
import { servers, signing } from './signing.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page of this contract. Throws an Error if anything in the contract does not say how it is known. */
export function referencePage(root: Place): string {
  const [style, script] = [read('style.css'), read('copy.js')];
  const policy = `default-src 'none'; img-src data:; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  const { title } = root.node.info;
  const operations = operationsIn(root);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}: API reference</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        ${contents(operations)}
        <main id="content">${header(root)} ${sections(root, operations)}</main>
        ${raw(`<script>${script}</script>`)}
      </body>
    </html>`;
  return String(page);
}

function contents(operations: OperationSection[]): Html {
  const link = (id: string, text: Html | string) => html`<li><a href="#${id}">${text}</a></li>`;
  return html`<nav aria-label="Contents">
    <ul>
      ${link('content', 'Overview')} ${link('servers', 'Base URLs')} ${link('signing', 'Signature')}
      ${operations.map(({ id, place }) => link(id, place.node.summary))} ${link('outcomes', 'Outcomes')}
      ${link('scenarios', 'Mock scenarios')} ${link('schemas', 'Schemas')}
    </ul>
    ${legend()}
  </nav>`;
}

function header({ node }: Place): Html {
  const { title, version, description } = node.info;
  return html`<header>
    <h1>${title} <span class="type">${version}</span></h1>
    ${prose(description)}
    <p>A mark counts for everything below it that has no mark of its own.</p>
  </header>`;
}

function sections(root: Place, operations: OperationSection[]): Html {
  return html`${servers(root)} ${signing(root)} ${operations.map(operationSection)} ${outcomes()}
  ${scenarioSection(root)} ${schemas(root)}`;
}

const file = process.argv[2] ?? fileURLToPath(new URL('../reference.html', import.meta.url));
const page = referencePage(placeIn(readContract()));
writeFileSync(file, page);
console.log(`${file}: ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);
