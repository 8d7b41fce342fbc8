/** Results as a Markdown page and a chart. */
import type { Taken } from './caller.ts';
import { barChart } from './chart.ts';
import type { Held } from './memory.ts';
import { median, pairedRatio } from './stats.ts';

/** For each variant what its rounds took, and of each round every number in flight. */
export type Rounds = Record<string, Taken[][]>;

/** All that a run measured. */
export interface Results {
  machine: string;
  /** ISO, a day. */
  date: string;
  rounds: Rounds;
  held: Held[];
  /** Milliseconds. */
  startups: Record<string, number>;
  /** Bytes, minified and gzipped. */
  sizes: Record<string, number>;
}

const BASE = 'fetch + deadline';
const CONTROL = 'fetch + deadline, again (A/A)';
const OURS = 'ifortepay-va';
/** How far the control may be from 1 before nothing can be said. */
const TOLERANCE = 0.05;
const MB = 1024 * 1024;

/** What the targets are, with what was measured. The limits are those of the project's issue 7. */
export function report(results: Results): { markdown: string; svg: string; isConclusive: boolean } {
  const { machine, date, rounds } = results;
  const control = ratio(rounds, CONTROL, BASE, 0, 'cpuUs');
  const isConclusive = Math.abs(control - 1) <= TOLERANCE;
  const markdown = [
    '# What a call costs',
    '',
    `Measured on ${date}: ${machine}. Written by \`make bench\`; the numbers of another machine will differ, the ratios less.`,
    '',
    isConclusive
      ? `The control, the same thing measured twice, came out at ${control.toFixed(2)}: conclusive.`
      : `**Inconclusive**: the control, the same thing measured twice, came out at ${control.toFixed(2)}, not within ${TOLERANCE} of 1.`,
    '',
    ...[...levels(rounds).entries()].flatMap(([index, inFlight]) => level(rounds, index, inFlight)),
    ...starting(results.startups),
    ...weighing(results.sizes),
    ...holding(results.held),
  ].join('\n');
  return { markdown, svg: chart(results), isConclusive };
}

const levels = (rounds: Rounds) => rounds[BASE]![0]!.map(({ inFlight }) => inFlight);

const valuesOf = (rounds: Rounds, name: string, index: number, what: 'cpuUs' | 'perSecond') =>
  rounds[name]!.map((taken) => taken[index]![what]);

const ratio = (rounds: Rounds, name: string, base: string, index: number, what: 'cpuUs' | 'perSecond') =>
  pairedRatio(valuesOf(rounds, name, index, what), valuesOf(rounds, base, index, what));

function level(rounds: Rounds, index: number, inFlight: number): string[] {
  const row = (name: string) => {
    const [cpu, perSecond] = (['cpuUs', 'perSecond'] as const).map((what) =>
      median(valuesOf(rounds, name, index, what)),
    );
    const of = (base: string, what: 'cpuUs' | 'perSecond') =>
      ratio(rounds, name, base, index, what).toFixed(2);
    return [
      name === OURS ? `**${name}**` : name,
      cpu!.toFixed(0),
      of(BASE, 'cpuUs'),
      of('fetch', 'cpuUs'),
      perSecond!.toFixed(0),
      of(BASE, 'perSecond'),
    ];
  };
  return [
    `## ${inFlight} in flight`,
    '',
    ...table(
      ['', 'CPU, µs a call', `to ${BASE}`, 'to fetch', 'calls a second', `to ${BASE}`],
      Object.keys(rounds).map(row),
    ),
    '',
  ];
}

function starting(startups: Record<string, number>): string[] {
  const axios = startups['axios: import']!;
  const rows = Object.entries(startups).map(([name, ms]) => [name, ms.toFixed(1), (ms / axios).toFixed(2)]);
  return ['## Starting', '', ...table(['', 'ms', 'to axios'], rows), ''];
}

function weighing(sizes: Record<string, number>): string[] {
  const rows = Object.entries(sizes).map(([name, bytes]) => [
    `\`${name}\``.replace(/`([^`]*), (without.*)`/, '`$1`, $2'),
    (bytes / 1000).toFixed(1),
  ]);
  return ['## Weight', '', ...table(['bundle of', 'kB, minified and gzipped'], rows), ''];
}

function holding(held: Held[]): string[] {
  const rows = held.map(({ calls, heap, rss }) => [
    calls.toLocaleString('en'),
    (heap / MB).toFixed(1),
    (rss / MB).toFixed(0),
  ]);
  return ['## Memory', '', ...table(['calls', 'heap, MiB', 'process, MiB'], rows), ''];
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)];
}

function chart({ machine, date, rounds }: Results): string {
  const bars = Object.keys(rounds)
    .filter((name) => name !== CONTROL)
    .map((name) => {
      const values = valuesOf(rounds, name, 0, 'cpuUs');
      const range = [Math.min(...values), Math.max(...values)] as const;
      return { name, value: median(values), range, isOurs: name.startsWith(OURS) };
    });
  const title = `CPU for one signed cancel, ${levels(rounds)[0]} in flight (less is better)`;
  return barChart(
    title,
    `${machine}; ${date}; median of ${rounds[BASE]!.length} rounds, and their range`,
    'µs',
    bars,
  );
}
