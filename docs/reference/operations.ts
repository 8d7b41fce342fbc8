/** Every operation of the contract, the callback among them: what it takes, how to call it, and what it answers. */
import { readFileSync } from 'node:fs';
import { html } from 'hono/html';
import { tsBlocks } from '../../test/support/doc-blocks.ts';
import {
  child,
  children,
  code,
  follow,
  type Html,
  jsonCode,
  known,
  type Place,
  placeIn,
  prose,
  toneOf,
} from './markup.ts';
import { description, facts, members, otherParts, typeOf } from './schema.ts';

const JSON_TYPE = ['content', 'application/json'] as const;

/** One operation and how it is called. */
export interface OperationSection {
  id: string;
  method: string;
  /** The path, or in words where a callback goes. */
  path: string;
  place: Place;
}

/** All of them, each callback after the operation that it belongs to. */
export function operationsIn(parent: Place, key = 'paths'): OperationSection[] {
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
export function operationSection({ id, method, path, place }: OperationSection): Html {
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

/** The headers of an operation: those of its credentials, then its parameters. */
export function requestHeaders(operation: Place): Html {
  const [names = {}] = operation.node.security ?? [];
  const schemes = children(placeIn(operation.root, '/components'), 'securitySchemes');
  const credentials = schemes.filter(([name]) => name in names).map(([, scheme]) => securityHeader(scheme));
  const parameters = Object.keys(operation.node.parameters ?? []).map((index) =>
    parameter(follow(child(operation, 'parameters', Number(index)))),
  );
  return html`<h3>Headers</h3>
    <ul class="members">
      ${credentials} ${parameters}
    </ul>`;
}

/** A credential as the header that carries it. */
export function securityHeader(scheme: Place): Html {
  const name = scheme.node.name ?? 'Authorization';
  const parts = otherParts(scheme);
  return html`<li class="${toneOf(scheme)}" data-member="${name}">
    <p class="head">
      <code class="name">${name}</code> ${known(scheme)} <span class="required">required</span>
    </p>
    ${description(scheme)}
    ${
      parts.length > 0
        ? html`<ul class="facts">
            ${parts}
          </ul>`
        : ''
    }
  </li>`;
}

function parameter(place: Place): Html {
  const { name, required, example } = place.node;
  const schema = child(place, 'schema');
  return html`<li class="${toneOf(place)}" data-member="${name}">
    <p class="head">
      <code class="name">${name}</code> ${known(place)}
      ${required ? html`<span class="required">required</span>` : 'optional'}
    </p>
    ${description(place)}
    <p>
      ${typeOf(schema)}
      ${known(schema)}${example && !schema.node.enum ? html`, such as <code>${example}</code>` : ''}
    </p>
    ${facts(schema)}
  </li>`;
}

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

interface Sample {
  id: string;
  label: string;
  language: string;
  /** Where it can be found in the repository. */
  file: string;
  text: string;
}

const files = [
  ['shell', 'Shell', 'bash', 'cancel.sh'],
  ['go', 'Go', 'go', 'cancel.go'],
  ['javascript', 'JavaScript', 'javascript', 'cancel.mjs'],
  ['php', 'PHP', 'php', 'cancel.php'],
] as const;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Every sample: four without this package, and the README's first example with it. */
function samples(): Sample[] {
  const plain = files.map(([id, label, language, file]) => {
    return { id, label, language, file: `docs/reference/samples/${file}`, text: read(`samples/${file}`) };
  });
  const [text = ''] = tsBlocks(read('../../README.md'));
  if (!text.includes('createVaClient'))
    throw new Error('The first example of README.md does not make a client');
  return [
    ...plain,
    { id: 'package', label: 'This package', language: 'typescript', file: 'README.md', text },
  ];
}

/** The samples as tabs that need no script: radio buttons, each followed by what it shows. */
export function sampleTabs(): Html {
  const tabs = samples().map(
    ({ id, label, language, file, text }, index) =>
      html`<input type="radio" name="sample" id="sample-${id}" ${index === 0 ? 'checked' : ''} />
        <label for="sample-${id}">${label}</label>
        <figure data-sample="${file}">
          <figcaption>${file}</figcaption>
          ${code(text, language)}
        </figure>`,
  );
  return html`<fieldset class="tabs">
    <legend>Cancel from</legend>
    ${tabs}
  </fieldset>`;
}
