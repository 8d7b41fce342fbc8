/** What a run says to whom: a manager, an engineer, a terminal, GitHub and a reader of JUnit. */
import { maskPointer } from '../shared/mask.ts';
import type { Refuted, StagingResult } from './evidence.ts';
import { markdownTable as table } from '../shared/print.ts';
import type { JUnitSuite } from '../shared/print.ts';
import { answerQuestions, describeUnstated, undocumented } from './questions.ts';
import type { StagingRun } from './run.ts';
import { shortOf, takes } from './statements.ts';

/** What the exit codes mean, for --help and the reports. */
export const stagingExitCodes: Readonly<Record<number, string>> = {
  0: 'nothing was refuted',
  1: 'a known statement (page, docs, sdk or seen) was refuted',
  2: 'not started: settings are missing or wrong, or the gateway refuses credentials or hash key',
  3: 'guesses were refuted, nothing that is known',
  4: 'cut short, no answer, or the given accounts ran out; nothing known was refuted',
};

/** The exit code: 1 before 2 and 4, and those before 3, so that 3 says that everything else was run. */
export function stagingExitCodeOf({ verdicts, stopped, results }: StagingRun): number {
  if (verdicts.facts.length > 0) return 1;
  if (stopped) return stopped.code;
  if (results.some(({ verdict }) => ['not run', 'no answer'].includes(verdict))) return 4;
  return verdicts.refutedGuesses.length > 0 ? 3 : 0;
}

/** How many cases came out so. */
function countOf({ results }: StagingRun, ...verdicts: StagingResult['verdict'][]): number {
  return results.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

const WIDTH = 80;
const LINES = 20;

/** At most 20 lines of 80 columns, however bad it is. The worst first; no known statement goes unmentioned. */
export function toTerminal(run: StagingRun, report: string): string[] {
  const { verdicts, stopped, causes, notes } = run;
  const lies = verdicts.facts.filter(({ by }) => by.some(({ rank }) => rank !== undefined));
  const facts = verdicts.facts.filter((one) => !lies.includes(one));
  const end = [countLine(run), ...dreddLine(run), `Report: ${report}`, ...(needLine(run) ?? [])];
  const room = (taken: readonly string[]): number => LINES - end.length - taken.length;
  const lines = [headLine(run)];
  lines.push(...lies.flatMap((one) => inFull('REFUTED', one)));
  // What ended the run is one of the causes, mostly; it is said once.
  const others = causes
    .filter(({ says }) => says !== stopped?.says)
    .sort((a, b) => Number(b.isWorse ?? false) - Number(a.isWorse ?? false) || b.count - a.count);
  const ending = causes.find(({ says }) => says === stopped?.says);
  const stop = stopped
    ? [...wrap(`STOPPED: ${stopped.says}`, 2), ...(ending?.sample ? [cut(`  ${ending.sample}`)] : [])]
    : [];
  const short = others.map(({ says, count, from, sample }) => [
    ...wrap(
      count === 1 ? `once, at request ${from}: ${says}` : `${count} times from request ${from} on: ${says}`,
      2,
    ),
    ...(sample === undefined ? [] : [cut(`  ${sample}`)]),
  ]);
  const forms = byCause(facts).slice(0, 2);
  lines.push(...forms.flatMap(inOne));
  const untold = facts.filter((one) => !forms.flat().includes(one));
  const kept = (verdicts.refutedGuesses.length > 0 ? 1 : 0) + stop.length + (short[0]?.length ?? 0);
  lines.push(...fitting('REFUTED', untold, room(lines) - kept), ...stop);
  for (const one of short.slice(0, 2)) if (one.length < room(lines)) lines.push(...one);
  if (short.length > 2) lines.push(`and ${short.length - 2} more of such causes`);
  lines.push(...fitting('refuted', verdicts.refutedGuesses, room(lines)));
  const members = undocumented(run);
  if (members.length > 0)
    lines.push(
      ...wrap(`Not documented, not judged: ${members.join(', ')}`, 2).slice(0, Math.max(0, room(lines))),
    );
  lines.push(...notes.flatMap((note) => wrap(note, 2)).slice(0, Math.max(0, room(lines))));
  return [...lines, ...end];
}

function headLine(run: StagingRun): string {
  const { facts, refutedGuesses } = run.verdicts;
  const code = stagingExitCodeOf(run);
  const known = `${facts.length} known statement${facts.length === 1 ? '' : 's'}`;
  const guesses = `${refutedGuesses.length} guess${refutedGuesses.length === 1 ? '' : 'es'}`;
  const said =
    facts.length + refutedGuesses.length === 0 ? 'nothing refuted' : `${known}, ${guesses} refuted`;
  return cut(`${run.host}: ${said}. Exit code ${code}.`);
}

function countLine(run: StagingRun): string {
  const { results } = run;
  const parts = [
    `${countOf(run, 'pass')} of ${results.length} cases passed`,
    `${countOf(run, 'fail')} failed`,
    `${countOf(run, 'reported')} described`,
    `${countOf(run, 'not judged')} say nothing`,
    `${countOf(run, 'not run', 'no answer')} not run`,
  ];
  return cut(parts.join(', '));
}

function dreddLine({ dredd }: StagingRun): string[] {
  if (!dredd) return [];
  const count = (...verdicts: string[]): number =>
    dredd.rows.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const [left, done] = [count('not exercised', 'needs account'), count('pass')];
  return [cut(`Dredd: ${done} of ${dredd.rows.length - left} examples as documented, ${left} not exercised`)];
}

function needLine(run: StagingRun): string[] | undefined {
  const count = countOf(run, 'needs account');
  if (count === 0) return undefined;
  // In 80 columns; that only active ones can be created the report says.
  return [`${count} cases need virtual accounts: IFORTEPAY_TEST_VAS or IFORTEPAY_TEST_CREATE=1`];
}

/** Statements that the form of many answers refutes alike. */
function byCause(refuted: readonly Refuted[]): Refuted[][] {
  const groups = new Map<string, Refuted[]>();
  for (const one of refuted) {
    const cause = one.by[0]!.cause ?? '';
    if (cause !== '') groups.set(cause, [...(groups.get(cause) ?? []), one]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

function inOne(group: readonly Refuted[]): string[] {
  const [first] = group as [Refuted, ...Refuted[]];
  const count = group.reduce((sum, { by }) => sum + by.length, 0);
  const names = group.map(({ key, known }) => `${shortOf(key)} (${known})`).join(', ');
  return [
    cut(`REFUTED: ${count} answers are of another form: ${first.by[0]!.cause}`),
    ...wrap(`  ${names}`, 3),
    cut(`  ${first.by[0]!.sample ?? ''}`),
  ];
}

/** In full, or a line each, or by short names, whichever fits; what does not is counted. */
function fitting(word: string, refuted: readonly Refuted[], room: number): string[] {
  if (refuted.length === 0) return [];
  const full = refuted.flatMap((one) => inFull(word, one));
  if (full.length <= room) return full;
  const [first, ...rest] = refuted as [Refuted, ...Refuted[]];
  const head = room >= 6 ? inFull(word, first) : [];
  const left = head.length > 0 ? rest : refuted;
  const names = left.map(({ key, known }) => `${shortOf(key)}${word === 'REFUTED' ? ` (${known})` : ''}`);
  const packed = wrap(
    `${word} ${head.length > 0 ? 'too ' : ''}(${left.length}): ${names.join(', ')}`,
    Infinity,
  );
  const space = Math.max(1, room - head.length);
  if (packed.length <= space) return [...head, ...packed];
  const shown = packed.slice(0, space);
  return [...head, ...shown.slice(0, -1), cut(`${shown.at(-1)!.slice(0, 56)}… all in the report`)];
}

function inFull(word: string, { key, known, by }: Refuted): string[] {
  const [first] = by;
  const statement = `${word}, ${known}: ${key}`;
  const cases = new Set(by.map((one) => one.by)).size;
  const name = first!.by.replace(/^(cancel|inquire|create)VirtualAccount /, '$1 ');
  const says = cut(`  ${cases > 1 ? `${cases} times, first ` : ''}${name}: ${first!.says}`);
  return statement.length <= WIDTH ? [statement, says] : [`${word}, ${known}:`, `  ${key}`, says];
}

function cut(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.length <= most
    ? lines.map(cut)
    : [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '))];
}

/** The Markdown report of a run: a page for whoever decides, then everything else. Times in ISO 8601, UTC. */
export function toMarkdown(run: StagingRun, at: Date): string {
  const { verdicts } = run;
  return (
    [
      ...firstPage(run, at),
      '---',
      '## Causes',
      'What explains many failures. None of them refutes a statement.',
      table(
        ['What', 'Times', 'From request', 'Sample, masked'],
        run.causes.map(({ says, count, from, sample = '' }) => [
          says,
          String(count),
          String(from),
          code(sample),
        ]),
      ),
      '## Refuted statements',
      refutedTable([...verdicts.facts, ...verdicts.refutedGuesses]),
      '## Guesses',
      'Each is a statement of spec/openapi.yaml marked `x-known: guess`, by its JSON pointer. Confirmed means ' +
        'that every answer and case that exercised it came out as it says; otherwise, that no document says it and ' +
        'this gateway does otherwise.',
      table(
        ['Statement', 'Says', 'Verdict', 'By, or what it would take'],
        verdicts.guesses.map((one) => [
          `\`${one.key}\``,
          one.says,
          one.verdict,
          one.verdict === 'not exercised' ? takes(one.key) : few(one.by),
        ]),
      ),
      '## Open questions',
      table(
        ['', 'Question', 'Answer'],
        answerQuestions(run).map(({ number, asks, answers }) => [
          String(number),
          asks,
          answers.map(cell).join('<br>') || 'not answered',
        ]),
      ),
      '## What no document says, and how it is here',
      'Described, never judged.',
      table(
        ['What', 'As our sandbox does', 'Otherwise'],
        describeUnstated(run.results, ({ topic }) => topic).map(({ says, alike, otherwise }) => [
          says,
          String(alike),
          few(otherwise) || 'none',
        ]),
      ),
      ...dreddSection(run),
      ...caseSections(run.results),
      '## Findings in answers',
      table(['Rule', 'At', 'Found', 'Statement', 'Known', 'Answers'], findingRows(run)),
    ].join('\n\n') + '\n'
  );
}

/** So many refuted statements fit on a page. */
const SHOWN = 12;

/** What a manager reads, and a job summary shows. */
export function firstPage(run: StagingRun, at: Date): string[] {
  const { verdicts, accounts, results, stopped } = run;
  const refuted = [...verdicts.facts, ...verdicts.refutedGuesses];
  const exit = stagingExitCodeOf(run);
  const confirmed = verdicts.guesses.filter(({ verdict }) => verdict === 'confirmed').length;
  const open = verdicts.guesses.filter(({ verdict }) => verdict === 'not exercised');
  const held = new Set(
    results
      .filter(({ verdict, statement }) => verdict === 'pass' && statement.known !== 'guess')
      .map(({ statement }) => statement.pointer),
  );
  for (const { key } of verdicts.facts) held.delete(key);
  const byNeed = new Map<string, number>();
  for (const { key } of open) byNeed.set(takes(key), (byNeed.get(takes(key)) ?? 0) + 1);
  const unanswered = answerQuestions(run).filter(({ answers }) => answers.length === 0);
  const needing = countOf(run, 'needs account');
  return [
    '# Contract check against a gateway',
    `${run.host}, ${at.toISOString()}, ${run.requests} requests. **Exit code ${exit}: ${stagingExitCodes[exit]}.**`,
    ...(stopped ? [`**The run ended early: ${stopped.says}.**`] : []),
    '## What holds',
    list([
      `${held.size} known statements that were tried: ${[...held].map((key) => shortOf(key)).join(', ') || 'none'}.`,
      `${confirmed} of ${verdicts.guesses.length} guesses of ours, confirmed.`,
      `${countOf(run, 'pass')} of ${results.length} cases came out as the contract says.`,
    ]),
    '## What was refuted',
    list([
      ...refuted.slice(0, SHOWN).map(({ key, known, by }) => {
        const what = known === 'guess' ? 'Our guess' : `Known (${known})`;
        const more = by.length > 1 ? `, and ${by.length - 1} more` : '';
        return `${what}: \`${key}\`. ${by[0]!.by}: ${by[0]!.says}${more}.`;
      }),
      ...(refuted.length > SHOWN ? [`${refuted.length - SHOWN} more, in the table below.`] : []),
    ]),
    '## What nobody knows yet',
    list([
      ...[...byNeed].map(
        ([need, count]) => `${count} guess${count === 1 ? '' : 'es'}; it would take ${need}.`,
      ),
      ...unanswered.map(({ number, asks }) => `Question ${number}: ${asks}`),
      ...(needing > 0 ? [`${needing} cases that need virtual accounts.`] : []),
    ]),
    '## Virtual accounts',
    list([
      `${accounts.given} given, ${accounts.had - accounts.given} created; ${accounts.usedUp} used up by this run.`,
      `Left: ${Object.entries(accounts.left)
        .map(([state, count]) => `${count} ${state}`)
        .join(', ')}.`,
      ...run.notes,
    ]),
  ];
}

/** The same as JUnit: a suite for each operation's cases, one for the guesses, one for all else refuted. */
export function toJUnitSuites({ results, verdicts, stopped }: StagingRun): JUnitSuite[] {
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const passing = ['pass', 'fail'];
  return [
    ...operations.map((operation) => ({
      name: operation,
      cases: results
        .filter((one) => one.operation === operation)
        .map(({ id, verdict, reason }) => ({
          name: id,
          ...(verdict === 'fail' && { failure: reason }),
          ...(!passing.includes(verdict) && { skipped: `${verdict}: ${reason}` }),
        })),
    })),
    {
      name: 'guesses',
      cases: verdicts.guesses.map(({ key, verdict, by }) => ({
        name: key,
        ...(verdict === 'refuted' && { failure: `refuted by ${few(by)}` }),
        ...(verdict === 'not exercised' && { skipped: verdict }),
      })),
    },
    {
      name: 'other statements',
      cases: [
        ...verdicts.facts,
        ...verdicts.refutedGuesses.filter(({ key }) => !verdicts.guesses.some((one) => one.key === key)),
      ].map(({ key, known, by }) => ({
        name: key,
        failure: `${known}, refuted by ${few(by.map((one) => one.by))}`,
      })),
    },
    ...(stopped ? [{ name: 'run', cases: [{ name: 'ran to its end', failure: stopped.says }] }] : []),
  ];
}

/** Workflow commands: an error for each known statement that was refuted, a warning for each guess. */
export function toAnnotations(run: StagingRun): string[] {
  const escape = (text: string): string =>
    text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const line = (level: string, { key, known, by }: Refuted): string =>
    `::${level} title=Contract refuted (${known})::${escape(`${key}: ${by[0]!.says}`)}`;
  return [
    ...(run.stopped ? [`::error title=Contract check cut short::${escape(run.stopped.says)}`] : []),
    ...run.verdicts.facts.slice(0, 8).map((one) => line('error', one)),
    ...run.verdicts.refutedGuesses.slice(0, 8).map((one) => line('warning', one)),
  ];
}

function refutedTable(refuted: readonly Refuted[]): string {
  return table(
    ['Statement', 'Known', 'Found', 'By', 'Sample, masked'],
    refuted.map(({ key, known, by }) => [
      `\`${key}\``,
      known,
      [...new Set(by.map(({ says }) => says))].slice(0, 3).join('; '),
      few([...new Set(by.map((one) => one.by))]),
      code(by.find(({ sample }) => sample !== undefined)?.sample ?? ''),
    ]),
  );
}

function dreddSection({ dredd }: StagingRun): string[] {
  if (!dredd) return [];
  return [
    '## Dredd: every example of every documented answer',
    table(
      ['Example', 'Result', 'Why'],
      dredd.rows.map(({ key, verdict, says }) => [key, verdict, verdict === 'pass' ? '' : says]),
    ),
  ];
}

/** Grouped by what came of them and why, a row for each cause. */
function caseSections(results: readonly StagingResult[]): string[] {
  const titles: [StagingResult['verdict'], string][] = [
    ['fail', 'Failed'],
    ['not judged', 'Say nothing'],
    ['no answer', 'Not answered by the gateway'],
    ['not run', 'Not run'],
    ['needs account', 'Need a virtual account'],
    ['not applicable', 'Not applicable'],
  ];
  return titles.flatMap(([verdict, title]) => {
    const groups = new Map<string, StagingResult[]>();
    for (const one of results) {
      if (one.verdict !== verdict) continue;
      const key = verdict === 'fail' ? `${one.reason} | ${one.statement.pointer}` : one.reason;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    const rows = [...groups.values()].sort((a, b) => b.length - a.length);
    const count = rows.reduce((sum, some) => sum + some.length, 0);
    return [
      `## ${title}: ${count} cases`,
      table(
        ['Why', 'Statement', 'Cases', 'Such as', 'Sample, masked'],
        rows.map((some) => [
          some[0]!.reason,
          verdict === 'fail' ? `\`${some[0]!.statement.pointer}\`` : '',
          String(some.length),
          few(some.map(({ operation, id }) => `${operation} ${id}`)),
          code(some.find(({ sample }) => sample !== undefined)?.sample ?? ''),
        ]),
      ),
    ];
  });
}

function findingRows({ observations }: StagingRun): string[][] {
  const rows = new Map<string, { cells: string[]; count: number }>();
  for (const { rule, pointer, found, where, known } of observations.flatMap(({ findings }) => findings)) {
    const key = [rule, maskPointer(pointer), where, known].join(' ');
    const cells = [rule, maskPointer(pointer) || 'the body', found, `\`${where}\``, known];
    const row = rows.get(key) ?? { cells, count: 0 };
    rows.set(key, { cells: row.cells, count: row.count + 1 });
  }
  return [...rows.values()].map(({ cells, count }) => [...cells, String(count)]);
}

function few(by: readonly string[]): string {
  const more = by.length > 3 ? ` and ${by.length - 3} more` : '';
  return by.slice(0, 3).join(', ') + more;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? '- Nothing.' : lines.map((line) => `- ${line}`).join('\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
