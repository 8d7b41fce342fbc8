/** Every schema of the contract, under its name. */
import { html } from 'hono/html';
import { known, toneOf, type Html } from './known.ts';
import { children, child, type Place } from './place.ts';
import { description, facts, members } from './schema.ts';

/** The section that holds them all, in the contract's order. */
export function schemas(root: Place): Html {
  const all = children(child(root, 'components'), 'schemas');
  const index = all.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`);
  return html`<section id="schemas" aria-labelledby="schemas-title">
    <h2 id="schemas-title">Schemas</h2>
    <p>Requests take no member that is not listed; answers may hold more.</p>
    <ul class="index">
      ${index}
    </ul>
    <div class="schemas">${all.map(([name, schema]) => one(name, schema))}</div>
  </section>`;
}

function one(name: string, schema: Place): Html {
  const { type, properties } = schema.node;
  return html`<article id="schema-${name}" class="schema ${toneOf(schema)}" data-schema="${name}">
    <h3>${name} <span class="type">${type ?? 'any type'}</span> ${known(schema)}</h3>
    ${description(schema)} ${facts(schema)} ${properties ? members(schema) : ''}
  </article>`;
}
