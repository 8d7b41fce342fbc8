/** The marks that say how a statement is known. */
import { html } from 'hono/html';
import type { Place } from './place.ts';

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
