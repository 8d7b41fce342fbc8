/** What an operation answers. */
import { html } from 'hono/html';
import { known, toneOf, type Html } from './known.ts';
import { child, children, follow, type Place } from './place.ts';
import { members, typeOf } from './schema.ts';
import { jsonCode, prose } from './text.ts';

const JSON_TYPE = ['content', 'application/json'] as const;

/** The list of its answers by HTTP status; the success with all its members, refusals with a link to them. */
export function answers(operation: Place): Html {
  const items = inOrder(operation).map(([status, response]) => answer(status, response));
  return html`<h3>Answers</h3>
    <ul class="members answers">
      ${items}
    </ul>`;
}

// JavaScript puts what looks like a number first; `default` is last in the contract too.
function inOrder(operation: Place): [string, Place][] {
  return children(operation, 'responses').map(([status, place]) => [status, follow(place)]);
}

function answer(status: string, response: Place): Html {
  const content = child(response, ...JSON_TYPE);
  const schema = content.node && follow(child(content, 'schema'));
  const name = status === 'default' ? 'any other' : status;
  return html`<li class="${toneOf(response)}" data-status="${status}">
    <p class="head">
      <code class="name status-${status[0]}">${name}</code> ${known(response)} ${schema ? typeOf(schema) : ''}
    </p>
    ${prose(response.node.description)} ${status === '200' && schema ? body(schema) : ''}
  </li>`;
}

function body(schema: Place): Html {
  return html`<details>
    <summary>its members</summary>
    ${members(schema)}
  </details>`;
}

/** An example of each answer that has one; those of the success are open. */
export function answerExamples(operation: Place): Html {
  const all = inOrder(operation).flatMap(([status, response]) =>
    children(child(response, ...JSON_TYPE), 'examples').map(([name, example]) => one(status, name, example)),
  );
  return html`<h3>Answers look like</h3>
    ${all}`;
}

function one(status: string, name: string, example: Place): Html {
  return html`<details class="example" ${status === '200' ? 'open' : ''} data-example="${name}">
    <summary>
      <b>${status === 'default' ? 'other' : status}</b> ${example.node.summary} ${known(example)}
    </summary>
    ${jsonCode(example.node.value)}
  </details>`;
}
