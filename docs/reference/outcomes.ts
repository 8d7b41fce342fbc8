/** How a call may end, and what the mock answers. */
import { readFileSync } from 'node:fs';
import { html } from 'hono/html';
import { curlLine, DEFAULT_MOCK_URL } from '../../contract-tests/mock/table.ts';
import { type Scenario, scenarios } from '../../scripts/scenarios.ts';
import { operationsOf } from '../../spec/contract.ts';
import { code, type Html, mark, type Place, prose } from './markup.ts';

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
