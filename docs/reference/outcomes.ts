/** How a call may end: taken from docs/outcomes.md and errors.md, which the tests hold against the code. */
import { readFileSync } from 'node:fs';
import { html } from 'hono/html';
import type { Html } from './known.ts';
import { prose } from './text.ts';

/** The section about done, refused, not sent and unknown, and every error code of this package. */
export function outcomes(): Html {
  return html`<section id="outcomes" aria-labelledby="outcomes-title">
    <h2 id="outcomes-title">Outcomes</h2>
    <p>
      A call ends <b>done</b>, <b>refused</b>, <b>not sent</b> or <b>unknown</b>. The package
      <code>ifortepay-va</code> tells them apart; so should any other client.
    </p>
    ${prose(between('outcomes.md', '# Outcomes, and what to do next', '## Settling an unknown'))}
    <details>
      <summary>every error code of the package</summary>
      ${prose(between('errors.md', '<!-- codes:start -->', '<!-- codes:end -->'))}
    </details>
  </section>`;
}

/** A part of a document, as a part of this page. Throws an Error that names the markers if one is missing. */
function between(file: string, start: string, end: string): string {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/${file} lacks "${start}" or "${end}"`);
  return (
    text
      .slice(from + start.length, to)
      // One level deeper than in a document of its own.
      .replace(/^#/gm, '##')
      // The page is one file: what lies beside it here may not come along.
      .replace(/\[([^\]]+)\]\(([\w-]+\.md)\)/g, '$1 (docs/$2)')
  );
}
