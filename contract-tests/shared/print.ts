/** How every run of contract-tests is printed: lines, tables, JUnit. */

const WIDTH = 80;

/** Lines of at most 80 columns; those that follow are indented. */
export function wrapLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== '' && line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '    ';
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Lines of cells in columns, the first column to the left, `numbers` to the right; two blanks between. */
export function columns(rows: readonly (readonly string[])[], numbers = false): string[] {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const pad = (cell: string, i: number) =>
    numbers && i > 0 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** A Markdown table of one-line cells, or `None.` without a row. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const cell = (text: string) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One test case of JUnit XML; neither failure nor skipped means passed. */
export interface JUnitCase {
  name: string;
  failure?: string;
  skipped?: string;
}

/** A suite of them. */
export interface JUnitSuite {
  name: string;
  cases: JUnitCase[];
}

/** The suites as one XML document, as CI systems read it. */
export function toJUnit(suites: readonly JUnitSuite[]): string {
  const lines = suites.map(({ name, cases }) => {
    const counts = `${countsOf(cases)} name="${escapeXml(name)}"`;
    return `  <testsuite ${counts}>\n${cases.map((one) => caseXml(name, one)).join('')}  </testsuite>\n`;
  });
  const all = countsOf(suites.flatMap(({ cases }) => cases));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${all}>\n${lines.join('')}</testsuites>\n`;
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const skipped = cases.filter(({ skipped: why }) => why !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function caseXml(suite: string, { name, failure, skipped }: JUnitCase): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  const inner = (tag: string, message: string) =>
    `${open}>\n      <${tag} message="${escapeXml(message)}"/>\n    </testcase>\n`;
  if (failure !== undefined) return inner('failure', failure);
  return skipped === undefined ? `${open}/>\n` : inner('skipped', skipped);
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text for an attribute. What XML 1.0 cannot hold at all, escaped or not, becomes U+FFFD (section 2.2). */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\n\r\t]/g, (character) => entities[character]!);
}
