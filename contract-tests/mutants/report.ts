/** What came of a run of mutants, whether it is green, and how it is told. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { columns, markdownTable } from '../shared/print.ts';
import type { FalseAlarms } from './false-alarms.ts';
import type { MutantResult } from './types.ts';

type Results = readonly MutantResult[];

/** The share of mutants, in percent, that may be excluded. */
export const MOST_EXCLUDED = 2;

/** Everything that came of a run. */
export interface MutantRun {
  results: MutantResult[];
  alarms: FalseAlarms;
  seconds: number[];
}

/** The results with that verdict. */
export function withVerdict(results: Results, verdict: MutantResult['verdict']): MutantResult[] {
  return results.filter((result) => result.verdict === verdict);
}

/** The excluded in percent of all. */
function excludedShare(results: Results): number {
  const { length } = results;
  return length === 0 ? 0 : (100 * withVerdict(results, 'excluded').length) / length;
}

/**
 * Why the run is red; nothing if it is green. Fail-closed: a run that killed nothing, or that held nothing
 * compliant against the cases, has proven nothing and is red.
 */
export function redReasons({ results, alarms }: Omit<MutantRun, 'seconds'>): string[] {
  const survived = withVerdict(results, 'survived').length;
  const share = excludedShare(results);
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const idle = operations.filter(
    (operation) => !results.some((one) => one.operation === operation && one.verdict === 'killed'),
  );
  return [
    ...(results.length === 0 ? ['there are no mutants'] : []),
    ...idle.map((operation) => `no mutant of ${operation} was killed`),
    ...(survived > 0 ? [`${survived} mutants survived`] : []),
    ...(alarms.exchanges === 0 ? ['no compliant sandbox was held against the cases'] : []),
    ...(alarms.alarms.length > 0 ? [`${alarms.alarms.length} false alarms`] : []),
    ...(share > MOST_EXCLUDED ? [`${share.toFixed(1)} % are excluded, more than ${MOST_EXCLUDED} %`] : []),
  ];
}

/** Killed of all, `12/12`, of those that were run; empty if there are none. */
function score(results: Results): string {
  const killed = withVerdict(results, 'killed').length;
  const run = killed + withVerdict(results, 'survived').length;
  return run === 0 ? '' : `${killed}/${run}`;
}

/** Killed of all by kind of mutation and operation: rows of cells, the first row the heading. */
function table(results: Results): [heading: string[], ...rows: string[][]] {
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const run = results.filter(({ verdict }) => verdict !== 'excluded');
  const groups = [...new Set(run.map(({ group }) => group))].sort();
  const row = (name: string, own: Results): string[] => [
    name,
    ...operations.map((operation) => score(own.filter((one) => one.operation === operation))),
    score(own),
  ];
  const ofGroup = (group: string) => run.filter((one) => one.group === group);
  return [
    ['killed of', ...operations, 'all'],
    ...groups.map((group) => row(group, ofGroup(group))),
    row('all', run),
  ];
}

/** The report as text for a terminal. */
export function asText(run: MutantRun): string {
  return [...columns(table(run.results), true), '', ...details(run), ''].join('\n');
}

function details({ results, alarms, seconds }: MutantRun): string[] {
  const reasons = redReasons({ results, alarms });
  return [
    ...withVerdict(results, 'survived').flatMap(({ id, expected, seen }) => [
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
export function writeReports(run: MutantRun, folder: URL): void {
  mkdirSync(folder, { recursive: true });
  const { results, alarms, seconds } = run;
  const [heading, ...rows] = table(results);
  const markdown = ['# Mutants', '', markdownTable(heading, rows), '', '```', ...details(run), '```', ''];
  writeFileSync(new URL('mutants.md', folder), markdown.join('\n'));
  const counted = {
    red: redReasons(run),
    summary: summary(results),
    seconds,
    alarms,
    table: [heading, ...rows],
    survived: withVerdict(results, 'survived'),
    excluded: excludedLines(results),
  };
  writeFileSync(new URL('mutants.json', folder), `${JSON.stringify(counted, null, 2)}\n`);
}
