/** Prose and code: Markdown and its colours, turned into markup when the page is built. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import go from 'highlight.js/lib/languages/go';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import php from 'highlight.js/lib/languages/php';
import typescript from 'highlight.js/lib/languages/typescript';
import { html, raw } from 'hono/html';
import { Marked, Renderer } from 'marked';
import { isLevel, mark, type Html } from './known.ts';

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
