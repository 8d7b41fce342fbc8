/** Results as a Markdown page and a chart. */
import {
  type Held,
  ratio,
  valuesOf,
  type Results,
  type Rounds,
  median,
  isHeld,
  targetsOf,
  type Aim,
} from './stats.ts';

const BASE = 'fetch + deadline';
const CONTROL = 'fetch + deadline, again (A/A)';
const OURS = 'ifortepay-va';
/** How far the control may be from 1 before nothing can be said. */
const TOLERANCE = 0.05;
const MB = 1024 * 1024;

/** What was found once, about the aims that are missed. */
const WHY = [
  'A deadline costs something by itself: compare the two rows of fetch. Our own share is the work, not the layers:',
  'the same steps written out in one function cost as much (208 and 207 µs, once, on 2026-11-26). With',
  "`redirect: 'error'` Node copies no request, and a fetch takes 144 µs instead of 170 (the same day). It is not used: it",
  'loses the status of a redirect, and after a 421 Node then sends the signature once more, without a body.',
  '',
  'Of the weight, openapi-fetch is 2.3 kB and the validators are 1.1; the rest is the errors with their words, the checks',
  'of options and answers, what proves "not sent", redaction, retries and confirming. The first aim was 6 kB: not to be',
  'had with all of these.',
];

/** What the README shows; the aims, and what misses them, are for the page of results. */
const SHOWN = [
  'CPU, to fetch with the same deadline',
  'calls a second, to fetch with the same deadline',
  'over undici: CPU, to bare fetch',
];

/** What is made of one run. */
export interface Reported {
  markdown: string;
  svg: string;
  /** The part of it that the README shows, Markdown too. */
  summary: string;
  /** Whether anything may be concluded. */
  isConclusive: boolean;
}

/** The page, the chart and the summary. */
export function benchReport(results: Results): Reported {
  const { machine, date, rounds } = results;
  const control = ratio(rounds, CONTROL, BASE, 0, 'cpuUs');
  const isConclusive = Math.abs(control - 1) <= TOLERANCE;
  const aims = aiming(targetsOf(results));
  const markdown = [
    '# What a call costs',
    '',
    `Measured on ${date}: ${machine}. Written by \`make bench\`; the numbers of another machine will differ, the ratios less.`,
    '',
    isConclusive
      ? `The control, the same thing measured twice, came out at ${control.toFixed(2)}: conclusive.`
      : `**Inconclusive**: the control, the same thing measured twice, came out at ${control.toFixed(2)}, not within ${TOLERANCE} of 1.`,
    '',
    `## What is aimed at, ${levels(rounds)[0]} in flight`,
    '',
    ...aims,
    '',
    ...WHY,
    '',
    ...[...levels(rounds).entries()].flatMap(([index, inFlight]) => level(rounds, index, inFlight)),
    ...starting(results.startups),
    ...weighing(results.sizes),
    ...holding(results.held),
  ].join('\n');
  const shown = targetsOf(results).filter(({ what }) => SHOWN.includes(what));
  const lines = shown.map(({ what, measured, digits }) => `- ${what}: ${measured.toFixed(digits)}`);
  const summary = [`Measured on ${date}: ${machine}.`, '', ...lines].join('\n');
  return { markdown, svg: chart(results), summary, isConclusive };
}

const levels = (rounds: Rounds) => rounds[BASE]![0]!.map(({ inFlight }) => inFlight);

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

function aiming(targets: Aim[]): string[] {
  const rows = targets.map((target) => [
    target.what,
    target.measured.toFixed(target.digits),
    `${target.side} ${target.limit}`,
    isHeld(target) ? 'held' : '**missed**',
  ]);
  return table(['', 'measured', 'aim', ''], rows);
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

/** One bar. */
export interface Bar {
  name: string;
  value: number;
  /** The rounds' least and greatest. */
  range: readonly [number, number];
  isOurs: boolean;
}

const WIDTH = 760;
const LEFT = 220;
const ROW = 34;
const TOP = 64;

/** @param unit what the values are in, written behind each */
export function barChart(title: string, subtitle: string, unit: string, bars: readonly Bar[]): string {
  const scale = (WIDTH - LEFT - 110) / Math.max(...bars.flatMap(({ range }) => range));
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map((bar, index) => row(bar, TOP + index * ROW, scale, unit)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img" aria-label="${escape(title)}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="28" font-size="17" font-weight="600" fill="#1f2328">${escape(title)}</text>
<text x="16" y="48" font-size="12" fill="#59636e">${escape(subtitle)}</text>
${rows}
</svg>
`;
}

function row({ name, value, range, isOurs }: Bar, y: number, scale: number, unit: string): string {
  const [least, greatest] = range.map((each) => LEFT + each * scale);
  const end = LEFT + value * scale;
  const middle = y + 12;
  return `<text x="${LEFT - 10}" y="${y + 17}" font-size="13" text-anchor="end" fill="#1f2328"${isOurs ? ' font-weight="600"' : ''}>${escape(name)}</text>
<rect x="${LEFT}" y="${y}" width="${(end - LEFT).toFixed(1)}" height="24" rx="3" fill="${isOurs ? '#1a7f5a' : '#9aa4af'}"/>
<path d="M${least!.toFixed(1)} ${middle}H${greatest!.toFixed(1)}M${least!.toFixed(1)} ${middle - 5}v10M${greatest!.toFixed(1)} ${middle - 5}v10" stroke="#1f2328" stroke-width="1.2"/>
<text x="${(Math.max(end, greatest!) + 8).toFixed(1)}" y="${y + 17}" font-size="13" fill="#1f2328">${value.toFixed(0)} ${escape(unit)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
