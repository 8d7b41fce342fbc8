/** Places in the contract, the marks that say how each is known, and prose and code turned into markup. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import go from 'highlight.js/lib/languages/go';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import php from 'highlight.js/lib/languages/php';
import typescript from 'highlight.js/lib/languages/typescript';
import { html, raw } from 'hono/html';
import { Marked, Renderer } from 'marked';
import { type Contract, join, resolvePointer, valueAt } from '../../spec/contract.ts';

/** A node, its JSON pointer (`#/components/…`), and the contract it is part of. */
export interface Place {
  at: string;
  node: any;
  root: Contract;
}

/** What stands at a JSON pointer of the contract; the contract itself without one. */
export const placeIn = (root: Contract, pointer = ''): Place => ({
  at: `#${pointer}`,
  node: valueAt(root, pointer),
  root,
});

/** What stands under these keys; its `node` is undefined if there is nothing. References are not followed. */
export function child({ at, root }: Place, ...keys: (string | number)[]): Place {
  return placeIn(root, join(at.slice(1), ...keys));
}

/** Everything directly under a place (or under one key of it), by name; nothing if there is nothing. */
export function children(place: Place, key: string): [name: string, Place][] {
  const parent = child(place, key);
  return Object.keys(parent.node ?? {}).map((name) => [name, child(parent, name)]);
}

/** Where a local reference leads, or the place itself if it is none. */
export function follow({ at, root }: Place): Place {
  return placeIn(root, resolvePointer(root, at.slice(1)));
}

/** The name under which a place is kept in `components/schemas`, if it is. */
export function schemaName({ at }: Place): string | undefined {
  return /^#\/components\/schemas\/([^/]+)$/.exec(at)?.[1];
}

/** Markup, escaped. */
export type Html = ReturnType<typeof html>;

const MEANINGS: Record<string, string> = {
  page: 'on the gateway’s page for this call',
  docs: 'on another page of the gateway’s docs',
  sdk: 'in the source of the gateway’s SDKs',
  seen: 'in the source of integrators',
  guess: 'our guess: nobody has confirmed it',
};

/** Whether the text is one of the values of `x-known`. */
export const isLevel = (text: string): boolean => Object.hasOwn(MEANINGS, text);

/** A mark with this text; `at` is the JSON pointer of what it is about. */
export function mark(level: string, at?: string): Html {
  const pointer = at === undefined ? '' : html` data-at="${at}"`;
  return html`<span class="known known-${level}" title="${MEANINGS[level] ?? ''}" ${pointer}>${level}</span>`;
}

/** The mark of a place that says how it is known. Throws an Error if it does not say so. */
export function known({ at, node }: Place): Html {
  const level = node['x-known'];
  if (!isLevel(level)) throw new Error(`${at} does not say how it is known`);
  return mark(level, at);
}

/** A class that makes a guess look like one from afar. */
export const toneOf = ({ node }: Place): string => (node['x-known'] === 'guess' ? 'guessed' : '');

/** The marks and what they mean, for a corner of the page. */
export function legend(): Html {
  const rows = Object.entries(MEANINGS).map(
    ([level, meaning]) =>
      html`<div>
        <dt>${mark(level)}</dt>
        <dd>${meaning}</dd>
      </div>`,
  );
  return html`<dl class="legend">${rows}</dl>`;
}

for (const [name, language] of Object.entries({ bash, go, javascript, json, php, typescript }))
  hljs.registerLanguage(name, language);

const plain = new Renderer();
const marked = new Marked({
  renderer: {
    codespan: ({ text }) => (isLevel(text) ? String(mark(text)) : false),
    table(token) {
      plain.parser = this.parser;
      return `<div class="wide" tabindex="0">${plain.table(token)}</div>`;
    },
  },
});

/** Markdown as markup. Only for our own texts: nothing is sanitized. */
export const prose = (markdown: string): Html => raw(marked.parse(markdown, { async: false }));

/** Markdown of one line as markup, without a paragraph around it. */
export const line = (markdown: string): Html => raw(marked.parseInline(markdown, { async: false }));

/** Code with its colours; its text content is exactly `text`. */
export function code(text: string, language: string): Html {
  const coloured = raw(hljs.highlight(text, { language }).value);
  return html`<pre tabindex="0"><code class="hljs">${coloured}</code></pre>`;
}

/** A value as JSON with its colours. */
export const jsonCode = (value: unknown): Html => code(JSON.stringify(value, null, 2), 'json');
