import { maskPointer } from '../proxy/mask.ts';
import type { StagingResult } from './judge.ts';
import type { JUnitSuite } from './junit.ts';
import type { Judged, Refuted } from './ledger.ts';
import { answerQuestions } from './questions.ts';
import type { Run } from './run.ts';
import { countsOf, exitCodeOf, exitCodes } from './verdict.ts';

/** The Markdown report of a run. Dates and times in ISO 8601, UTC. */
export function toMarkdown(run: Run, at: Date): string {
  const counts = countsOf(run);
  const code = exitCodeOf(run);
  return (
    [
      '# Contract check against a gateway',
      `${run.host}, ${at.toISOString()}, ${run.requests} requests. Exit code ${code}: ${exitCodes[code]}.`,
      `Cases: ${counts.passed} passed, ${counts.failed} failed, ${counts.reported} reported (open questions), ` +
        `${counts.notRun} not run, ${counts.notApplicable} not applicable. ` +
        `Guesses: ${counts.confirmed} confirmed, ${counts.refutedGuesses} refuted, ` +
        `${counts.notExercised} not exercised. Known statements refuted: ${counts.refutedFacts}.`,
      '## Known statements that were refuted',
      refutedTable(run.ledger.facts),
      '## Guesses',
      'Each is a statement of spec/openapi.yaml marked `x-known: guess`, by its JSON pointer. Confirmed means ' +
        'that every answer and case that exercised it came out as it says.',
      table(['Statement', 'Says', 'Verdict', 'By'], run.ledger.guesses.map(guessRow)),
      '## Refuted assumptions that are no statement of the contract',
      refutedTable(run.ledger.assumptions),
      '## Open questions',
      table(
        ['', 'Question', 'Answer'],
        answerQuestions(run).map(({ number, asks, answers }) => [
          ...[String(number), asks, answers.map(cell).join('<br>') || 'not answered'],
        ]),
      ),
      ...caseSections(run.results),
      '## Findings in answers',
      table(['Rule', 'At', 'Statement', 'Known', 'Answers'], findingRows(run)),
    ].join('\n\n') + '\n'
  );
}

/** The same as JUnit: a suite for each operation's cases, one for the guesses, one for all else refuted. */
export function toJUnitSuites({ results, ledger, refutations }: Run): JUnitSuite[] {
  const operations = [...new Set(results.map(({ operation }) => operation))];
  const wrong = new Map(refutations.map(({ by, says }) => [by, says]));
  return [
    ...operations.map((operation) => ({
      name: operation,
      cases: results
        .filter((one) => one.operation === operation)
        .map(({ id, verdict, reason }) => ({
          name: id,
          ...(verdict === 'fail' ? { failure: wrong.get(`${operation} ${id}`) ?? reason } : {}),
          ...(['not run', 'not applicable', 'reported'].includes(verdict)
            ? { skipped: `${verdict}: ${reason}` }
            : {}),
        })),
    })),
    {
      name: 'guesses',
      cases: ledger.guesses.map(({ key, verdict, by }) => ({
        name: key,
        ...(verdict === 'refuted' ? { failure: `refuted by ${few(by)}` } : {}),
        ...(verdict === 'not exercised' ? { skipped: verdict } : {}),
      })),
    },
    {
      name: 'other statements',
      cases: [...ledger.facts, ...ledger.assumptions].map(({ key, known, by }) => ({
        name: key,
        failure: `${known}, refuted by ${few(by)}`,
      })),
    },
  ];
}

function guessRow({ key, says, verdict, by }: Judged): string[] {
  return [`\`${key}\``, says, verdict, few(by)];
}

function refutedTable(refuted: readonly Refuted[]): string {
  return table(
    ['Statement', 'Known', 'By'],
    refuted.map(({ key, known, by }) => [`\`${key}\``, known, few(by)]),
  );
}

function caseSections(results: readonly StagingResult[]): string[] {
  const titles = {
    fail: 'Failed',
    reported: 'Reported',
    'not run': 'Not run',
    'not applicable': 'Not applicable',
  };
  return Object.entries(titles).flatMap(([verdict, title]) => {
    const rows = results.filter((one) => one.verdict === verdict);
    const cells = rows.map(({ operation, id, reason }) => [`${operation} ${id}`, reason]);
    return [`## ${title}: ${rows.length} cases`, table(['Case', 'Why'], cells)];
  });
}

function findingRows({ observations }: Run): string[][] {
  const rows = new Map<string, { cells: string[]; count: number }>();
  for (const { rule, pointer, where, known } of observations.flatMap(({ findings }) => findings)) {
    const cells = [rule, maskPointer(pointer) || 'the body', `\`${where}\``, known];
    const key = cells.join(' ');
    rows.set(key, { cells, count: (rows.get(key)?.count ?? 0) + 1 });
  }
  return [...rows.values()].map(({ cells, count }) => [...cells, String(count)]);
}

function few(by: readonly string[]): string {
  const more = by.length > 3 ? ` and ${by.length - 3} more` : '';
  return by.slice(0, 3).join(', ') + more;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
}
