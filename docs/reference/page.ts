/** The whole page: one file, with its style and its few lines of script inside. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import { legend, type Html } from './known.ts';
import { operation, operationsIn, type Operation } from './operations.ts';
import { outcomes } from './outcomes.ts';
import type { Place } from './place.ts';
import { scenarioSection } from './scenarios.ts';
import { schemas } from './schemas.ts';
import { servers, signing } from './signing.ts';
import { prose } from './text.ts';

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

function contents(operations: Operation[]): Html {
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

function sections(root: Place, operations: Operation[]): Html {
  return html`${servers(root)} ${signing(root)} ${operations.map(operation)} ${outcomes()}
  ${scenarioSection(root)} ${schemas(root)}`;
}
