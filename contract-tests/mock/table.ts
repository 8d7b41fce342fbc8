/**
 * Writes the scenarios down for readers: a Markdown table and a curl line for each. Run as a program, between the markers of
 * docs/mock.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { scenarios } from '../../scripts/scenarios.ts';
import type { MockRequest, Scenario } from '../../scripts/scenarios.ts';

/** Where the mock is expected by default; the curl lines take another from `$MOCK`. */
export const DEFAULT_MOCK_URL = 'http://127.0.0.1:4010';

const HEAD = ['Scenario', '`Prefer` header', 'Status', 'status known', '`response_code`', 'body known'];

/** The table and the curl lines, as Prettier would format them. Every secret in them is invented. */
export function scenarioTable(list: readonly Scenario[] = scenarios()): string {
  const rows = list.map((scenario) => [
    scenario.name,
    scenario.prefer === undefined ? '' : `\`${scenario.prefer}\``,
    String(scenario.status),
    scenario.statusKnown,
    scenario.body.response_code === undefined ? 'problem+json' : `\`${scenario.body.response_code}\``,
    scenario.xKnown,
  ]);
  const commands = list.map(
    (scenario) => `# ${scenario.name}: ${scenario.status}\n${curlLine(scenario.request)}`,
  );
  return `${markdownTable([HEAD, ...rows])}\n\n\`\`\`sh\n${commands.join('\n')}\n\`\`\``;
}

/** One `curl` line that sends the request to `$MOCK`, prints status and headers, and gives up after 5 s. */
export function curlLine({ method, path, headers, body }: MockRequest): string {
  const parts = [`curl -sS -i -m 5 -X ${method} "\${MOCK:-${DEFAULT_MOCK_URL}}${path}"`];
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) parts.push(`-d ${quoted(JSON.stringify(body))}`);
  return parts.join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function markdownTable(rows: readonly string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

const START = '<!-- scenarios:start -->';
const END = '<!-- scenarios:end -->';

/** The text with the table of today between its markers. Throws an Error that names the file if they are missing. */
export function withTable(text: string, file: string): string {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`${file} lacks the markers ${START} and ${END}`);
  return `${text.slice(0, start)}${START}\n\n${scenarioTable()}\n\n${text.slice(end)}`;
}

if (import.meta.main) {
  const page = new URL('../../docs/mock.md', import.meta.url);
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), 'docs/mock.md'));
}
