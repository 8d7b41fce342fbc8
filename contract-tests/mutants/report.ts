import { mkdirSync, writeFileSync } from 'node:fs';
import { MOST_EXCLUDED, excludedShare, redReasons, withVerdict } from './outcome.ts';
import type { Run } from './outcome.ts';
import type { MutantResult } from './types.ts';

type Results = readonly MutantResult[];

/** Killed of all, `12/12`, of those that were run; empty if there are none. */
function score(results: Results): string {
  const killed = withVerdict(results, 'killed').length;
  const run = killed + withVerdict(results, 'survived').length;
  return run === 0 ? '' : `${killed}/${run}`;
}

/** Killed of all by kind of mutation and operation: rows of cells, the first row the heading. */
export function table(results: Results): string[][] {
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const run = results.filter(({ verdict }) => verdict === 'killed' || verdict === 'survived');
  const groups = [...new Set(run.map(({ group }) => group))].sort();
  const row = (name: string, own: Results): string[] => [
    name,
    ...operations.map((operation) => score(own.filter((one) => one.operation === operation))),
    score(own),
  ];
  const rows = groups.map((group) =>
    row(
      group,
      run.filter((one) => one.group === group),
    ),
  );
  return [['killed of', ...operations, 'all'], ...rows, row('all', run)];
}

/** The report as text for a terminal. */
export function asText(run: Run): string {
  const cells = table(run.results);
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const line = (row: string[]): string =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return [...cells.map(line), '', ...details(run), ''].join('\n');
}

function details({ results, alarms, seconds }: Run): string[] {
  const survivors = withVerdict(results, 'survived');
  const reasons = redReasons({ results, alarms });
  return [
    ...survivors.flatMap(({ id, expected, seen }) => [
      `SURVIVED ${id}`,
      `  expected: ${expected}`,
      ...seen.map((one) => `  seen: ${one}`),
    ]),
    ...alarms.alarms.map((alarm) => `FALSE ALARM ${alarm}`),
    ...excludedLines(results),
    summary(results),
    `${alarms.alarms.length} false alarms in ${alarms.exchanges} cases on ${alarms.sandboxes} compliant sandboxes`,
    `time: ${seconds.map((one) => `${one.toFixed(1)} s`).join(', ')}`,
    reasons.length === 0 ? 'green' : `RED: ${reasons.join('; ')}`,
  ];
}

function summary(results: Results): string {
  const of = (verdict: MutantResult['verdict']): number => withVerdict(results, verdict).length;
  const share = excludedShare(results).toFixed(2);
  return [
    `${of('killed')} killed by the rule meant for it, ${of('survived')} survived`,
    `${of('excluded')} excluded (${share} %, at most ${MOST_EXCLUDED} %)`,
  ].join(', ');
}

/** How many there are for each reason, and which. */
function excludedLines(results: Results): string[] {
  // Of more rounds than one, each mutant once.
  const own = [...new Map(withVerdict(results, 'excluded').map((one) => [one.id, one])).values()];
  const reasons = [...new Set(own.map(({ seen }) => seen[0]!))];
  return reasons.flatMap((reason) => {
    const ids = own.filter(({ seen }) => seen[0] === reason).map(({ id }) => id);
    return [`excluded, ${ids.length}: ${reason}`, ...ids.map((id) => `  ${id}`)];
  });
}

/** Writes mutants.json and mutants.md to a folder, made if need be. Holds nothing secret. */
export function writeReports(run: Run, folder: URL): void {
  mkdirSync(folder, { recursive: true });
  const [heading = [], ...rows] = table(run.results);
  const markdown = [
    ...['# Mutants', '', `| ${heading.join(' | ')} |`, `|${heading.map(() => '---|').join('')}`],
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    ...['', '```', ...details(run), '```', ''],
  ];
  writeFileSync(new URL('mutants.md', folder), markdown.join('\n'));
  const { results, alarms, seconds } = run;
  const counted = {
    ...{ red: redReasons(run), summary: summary(results), seconds, alarms, table: [heading, ...rows] },
    survived: withVerdict(results, 'survived'),
    letOff: excludedLines(results),
  };
  writeFileSync(new URL('mutants.json', folder), `${JSON.stringify(counted, null, 2)}\n`);
}
