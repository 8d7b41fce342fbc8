/** What the mock answers, and how to ask it. */
import { html } from 'hono/html';
import { scenarios, type Scenario } from '../../scripts/scenarios.ts';
import { operationsOf } from '../../spec/contract.ts';
import { curlLine, DEFAULT_MOCK_URL } from '../../contract-tests/mock/table.ts';
import { mark, type Html } from './known.ts';
import type { Place } from './place.ts';
import { code } from './text.ts';

/** The section with every scenario of contract-tests/mock, operation by operation. */
export function scenarioSection({ root }: Place): Html {
  const all = scenarios(root);
  const ids = operationsOf(root).map(({ id }) => id);
  const groups = ids.map((id) => group(id, all.filter(({ name }) => name.startsWith(`${id} `)))); // prettier-ignore
  const others = all.filter(({ name }) => !ids.some((id) => name.startsWith(`${id} `)));
  return html`<section id="scenarios" aria-labelledby="scenarios-title">
    <h2 id="scenarios-title">Mock scenarios</h2>
    <p>
      <code>make mock</code> answers each of these at <code>${DEFAULT_MOCK_URL}</code>, open to every origin:
      choose one with the header <code>Prefer</code>. It answers the page’s ids whatever you ask, verifies no
      signature, and never answers a body that is not JSON: give every call a deadline.
    </p>
    ${groups} ${group('what the request alone brings', others)}
  </section>`;
}

function group(title: string, list: Scenario[]): Html {
  const curls = list.map(({ name, status, request }) => `# ${name}: ${status}\n${curlLine(request)}`);
  return html`<div class="wide" tabindex="0">
      <table>
        <caption>
          ${title}
        </caption>
        <thead>
          <tr>
            <th scope="col">scenario</th>
            <th scope="col">status</th>
            <th scope="col"><code>response_code</code></th>
            <th scope="col"><code>Prefer</code></th>
          </tr>
        </thead>
        <tbody>
          ${list.map(row)}
        </tbody>
      </table>
    </div>
    <details>
      <summary>as curl lines</summary>
      ${code(curls.join('\n'), 'bash')}
    </details>`;
}

function row({ name, prefer, status, statusKnown, body, xKnown }: Scenario): Html {
  const short = name.replace(/^\w+ \d+ /, '');
  return html`<tr data-scenario="${name}">
    <th scope="row">${short}</th>
    <td>${status} ${mark(statusKnown)}</td>
    <td>${body.response_code ? html`<code>${body.response_code}</code>` : 'problem+json'} ${mark(xKnown)}</td>
    <td>${prefer ? html`<code>${prefer}</code>` : 'none'}</td>
  </tr>`;
}
