/** Every operation of the contract, the callback among them. */
import { html } from 'hono/html';
import { answers, answerExamples } from './answers.ts';
import { requestHeaders } from './headers.ts';
import { known, type Html } from './known.ts';
import { child, children, follow, type Place } from './place.ts';
import { sampleTabs } from './samples.ts';
import { description, members, typeOf } from './schema.ts';
import { jsonCode } from './text.ts';

const JSON_TYPE = ['content', 'application/json'] as const;

/** One operation and how it is called. */
export interface Operation {
  id: string;
  method: string;
  /** The path, or in words where a callback goes. */
  path: string;
  place: Place;
}

/** All of them, each callback after the operation that it belongs to. */
export function operationsIn(parent: Place, key = 'paths'): Operation[] {
  return children(parent, key).flatMap(([path, item]) =>
    Object.keys(item.node).flatMap((method) => {
      const place = child(item, method);
      const shown = path.replace(/^\{\$request\.body#\/(.*)\}$/, 'the order’s $1');
      const own = { id: place.node.operationId, method: method.toUpperCase(), path: shown, place };
      const callbacks = Object.keys(place.node.callbacks ?? {});
      return [own, ...callbacks.flatMap((name) => operationsIn(child(place, 'callbacks'), name))];
    }),
  );
}

/** The section of one operation: what it takes and answers, and beside it what that looks like. */
export function operation({ id, method, path, place }: Operation): Html {
  return html`<section id="${id}" class="operation" aria-labelledby="${id}-title" data-operation="${id}">
    <div class="say">
      <h2 id="${id}-title">${place.node.summary} ${known(place)}</h2>
      <p class="call"><span class="method">${method}</span> <code>${path}</code></p>
      ${description(place)} ${requestHeaders(place)} ${requestBody(place)} ${answers(place)}
    </div>
    <div class="show">${request(id, place)} ${answerExamples(place)}</div>
  </section>`;
}

function requestBody(place: Place): Html {
  const body = child(place, 'requestBody');
  const schema = follow(child(body, ...JSON_TYPE, 'schema'));
  return html`<h3>Body ${known(body)}</h3>
    <p>JSON (<code>Content-Type: application/json</code>), ${typeOf(schema)} ${known(schema)}</p>
    ${description(schema)} ${members(schema)}`;
}

function request(id: string, place: Place): Html {
  const body = child(place, 'requestBody', ...JSON_TYPE);
  const examples = children(body, 'examples').map(
    ([, example]) =>
      html`<figure>
        <figcaption>${example.node.summary} ${known(example)}</figcaption>
        ${jsonCode(example.node.value)}
      </figure>`,
  );
  return html`<h3>Request</h3>
    ${id === 'cancelVirtualAccount' ? sampleTabs() : ''} ${id === 'inquireVirtualAccount' ? sameRequest : ''}
    ${examples}`;
}

const sameRequest = html`<p>
  The samples for <a href="#cancelVirtualAccount">cancelling</a> ask for the state instead, once their path is
  <code>/va/inquiry</code>.
</p>`;
