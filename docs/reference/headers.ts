/** What a request carries besides its body. */
import { html } from 'hono/html';
import { known, toneOf, type Html } from './known.ts';
import { child, children, follow, placeIn, type Place } from './place.ts';
import { description, facts, otherParts, typeOf } from './schema.ts';

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
