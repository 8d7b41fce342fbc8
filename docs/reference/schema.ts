/** Schemas: a list of members, each with its limits and how well each of them is known. */
import { html } from 'hono/html';
import {
  child,
  children,
  follow,
  type Html,
  known,
  line,
  mark,
  type Place,
  prose,
  schemaName,
  toneOf,
} from './markup.ts';

const SHORT_ENUM = 4;

/** How a limit reads. Keywords that are not here have a place of their own. */
const LIMITS: Record<string, (value: any) => Html | string> = {
  minLength: (value) => `at least ${value} ${value === 1 ? 'character' : 'characters'}`,
  maxLength: (value) => `at most ${value} characters`,
  minimum: (value) => `at least ${value}`,
  maximum: (value) => `at most ${value}`,
  pattern: (value) => html`matches <code>${value}</code>`,
  default: (value) => html`<code>${value}</code> if left out`,
  additionalProperties: (value) => (value === false ? 'no other members' : 'other members too'),
};

/** The members of an object schema as a list, those of objects among them below each. */
export function members(schema: Place): Html {
  const required: string[] = schema.node.required ?? [];
  const items = children(schema, 'properties').map(([name, place]) =>
    member(name, follow(place), required.includes(name)),
  );
  return html`<ul class="members">
    ${items}
  </ul>`;
}

function member(name: string, schema: Place, required: boolean): Html {
  const nested = schema.node.properties ? members(schema) : '';
  return html`<li class="${toneOf(schema)}" data-member="${name}">
    <p class="head">
      <code class="name">${name}</code> ${typeOf(schema)} ${known(schema)}
      ${required ? html`<span class="required">required</span>` : 'optional'}
    </p>
    ${description(schema)} ${facts(schema)} ${nested}
  </li>`;
}

/** The type, as a link to the schema if that has a name. */
export function typeOf(schema: Place): Html {
  const name = schemaName(schema);
  const type = schema.node.type ?? 'any type';
  if (!name) return html`<span class="type">${type}</span>`;
  return html`<span class="type">${type} <a href="#schema-${name}">${name}</a></span>`;
}

/** What the contract says of a place in words, if anything. */
export function description({ node }: Place): Html | '' {
  return node.description ? prose(node.description) : '';
}

/** Limits, known parts, the values of an enum and an example, where there are any. */
export function facts(schema: Place): Html {
  const limits = Object.entries(LIMITS)
    .filter(([keyword]) => keyword in schema.node)
    .map(([keyword, say]) => fact(schema, keyword, say(schema.node[keyword])));
  const { example } = schema.node;
  const such = example === undefined ? [] : [html`<li>such as <code>${example}</code></li>`];
  const all = [...limits, ...otherParts(schema), ...such];
  return html`${
    all.length > 0
      ? html`<ul class="facts">
          ${all}
        </ul>`
      : ''
  }
  ${values(schema)}`;
}

function fact(schema: Place, keyword: string, text: Html | string): Html {
  const part = child(schema, 'x-known-parts', keyword);
  const tone = part.node === 'guess' ? 'guessed' : '';
  return html`<li class="${tone}">${text} ${part.node ? mark(part.node, part.at) : ''}</li>`;
}

/** Known parts that are no keyword of ours, such as the spelling of a signature. */
export function otherParts(place: Place): Html[] {
  return children(place, 'x-known-parts')
    .filter(([name]) => !(name in LIMITS && name in place.node))
    .map(([name]) => fact(place, name, name));
}

function values(schema: Place): Html | '' {
  const all: string[] = schema.node.enum ?? [];
  if (all.length === 0) return '';
  const described = schema.node['x-enumDescriptions'] ?? {};
  const items = all.map((value) => {
    const how = child(schema, 'x-known-values', value);
    const words = described[value] ? html`: ${line(described[value])}` : '';
    return html`<li><code>${value}</code>${words} ${how.node ? mark(how.node, how.at) : ''}</li>`;
  });
  const list = html`<ul class="values ${described[all[0]!] ? 'described' : ''}">
    ${items}
  </ul>`;
  if (all.length <= SHORT_ENUM)
    return html`<p class="label">one of</p>
      ${list}`;
  return html`<details ${described[all[0]!] ? 'open' : ''}>
    <summary>one of ${all.length} values</summary>
    ${list}
  </details>`;
}

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
