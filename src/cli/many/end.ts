/** How a run ended, as an exit code, for programs and in words. */
import type { BulkError, BulkResult, Counts, ReportRow, RunInfo } from '../../bulk/index.js';
import { printable } from '../../redact.js';
import { beside, EXIT, wrap, type Paint, type Result } from '../result.js';
import { amount, clock, sentence } from './screen.js';

/** 0 all done, 3 all settled, 4 nothing could be sent, 5 some are neither done nor refused. */
export function exitCodeOf({ counts, stopped, sent, inquired }: BulkResult): number {
  const { done, refused, unknown, needs_a_person, rejected } = counts;
  if (stopped === 'not_found') return EXIT.unknown;
  if (openIn(counts) > 0) {
    const nothing = sent + inquired + done + refused + unknown + needs_a_person === 0;
    return nothing && stopped !== 'aborted' ? EXIT.not_sent : EXIT.unknown;
  }
  return refused + rejected > 0 ? EXIT.refused : EXIT.done;
}

const openIn = ({ unknown, queued, needs_a_person }: Counts) => unknown + queued + needs_a_person;
const totalOf = (counts: Counts) => openIn(counts) + counts.done + counts.refused;

/** What is said at the end besides the result itself. */
export interface EndNotes {
  /** The first that were paid. */
  paid: ReportRow[];
  /** For which reasons how many need a person. */
  person: Map<string, number>;
  /** Why the last one was not sent, if something was not. */
  notSent: string | undefined;
  /** The command that goes on; empty if none does. */
  again: string;
  /** The command that writes the report. */
  report: string;
  /** The command that asks after what needs a person. */
  retry: string;
}

/** The result of a command that sent, or could have. */
export function endResult(result: BulkResult, ending: EndNotes): Result {
  const exitCode = exitCodeOf(result);
  const { counts, ...rest } = result;
  return {
    exitCode,
    json: { event: 'end', exitCode, counts, ...rest },
    jsonLine: true,
    text: (paint) => endWords(result, exitCode, ending, paint),
  };
}

/**
 * The result of a command whose ledger failed while it ran.
 *
 * @param counts what the ledger says now; undefined if it cannot be read
 * @param last what was last known
 */
export function brokenResult(
  { code, message }: BulkError,
  counts: Counts | undefined,
  last: Counts,
  ending: EndNotes,
): Result {
  const result: BulkResult = { counts: counts ?? last, sent: 0, inquired: 0, message };
  // Of a ledger that nobody can read it is not known what was sent.
  const exitCode = counts ? exitCodeOf(result) : EXIT.unknown;
  return {
    exitCode,
    json: { event: 'end', exitCode, counts: result.counts, code, message },
    jsonLine: true,
    text: (paint) => endWords(result, exitCode, { ...ending, notSent: undefined }, paint),
  };
}

/** The counts of a run that has nothing in it. */
export const NO_COUNTS: Counts = {
  done: 0,
  refused: 0,
  unknown: 0,
  queued: 0,
  needs_a_person: 0,
  rejected: 0,
  paid: 0,
};

/** The result of a command that ended before anything was sent. */
export function ended(
  exitCode: number,
  members: { code: string; message: string },
  counts: Counts = NO_COUNTS,
): Result {
  return {
    exitCode,
    json: { event: 'end', exitCode, counts, outcome: 'not_sent', ...members },
    jsonLine: true,
    text: () => wrap(`ifortepay-va: ${members.message}`),
    onStderr: true,
  };
}

function endWords(result: BulkResult, exitCode: number, ending: EndNotes, paint: Paint): string {
  const { counts, stopped, message } = result;
  const [colour, word, words] = verdictOf(counts, exitCode, ending);
  const said = message && stopped !== 'aborted' && stopped !== 'waiting' ? ` ${sentence(message)}` : '';
  const why =
    stopped === 'not_found' ? `${said} If so, add --accept-not-found; if not, begin another --run.` : said;
  const verdict = wrap(`${word}: ${words}${why}`);
  const goesOn = ending.again !== '' && (counts.unknown + counts.queued > 0 || stopped === 'not_found');
  return [
    ...paidWords(counts.paid, ending.paid, paint),
    paint(colour, word) + verdict.slice(word.length),
    '',
    ...countWords(counts),
    '',
    ...(counts.needs_a_person > 0 ? [...personWords(counts, ending), ''] : []),
    ...(goesOn ? [wrap(goOnWords(result)), `  ${ending.again}`, ''] : []),
    'Every account, and what became of it:',
    `  ${ending.report}`,
  ].join('\n');
}

type Verdict = [colour: 'green' | 'yellow' | 'red', word: string, words: string];

function verdictOf(counts: Counts, exitCode: number, { notSent }: EndNotes): Verdict {
  const total = totalOf(counts);
  if (total === 0) return ['yellow', 'done', 'there is nothing to cancel.'];
  const all = total === 1 ? 'the virtual account' : `all ${amount(total)} virtual accounts`;
  if (exitCode === EXIT.done) return ['green', 'done', `${all} ${total === 1 ? 'is' : 'are'} cancelled.`];
  const cancelled = `${amount(counts.done)} of ${amount(total)} are cancelled`;
  if (exitCode === EXIT.refused) return ['red', 'refused', `${cancelled}, all others are settled.`];
  if (exitCode === EXIT.not_sent) {
    const why =
      notSent === undefined ? '' : ` (${notSent}); \`ifortepay-va doctor\` shows what is in the way`;
    return ['yellow', 'not sent', `nothing could be sent${why}.`];
  }
  const open = openIn(counts);
  return [
    'red',
    'not settled',
    `${amount(open)} of ${amount(total)} ${open === 1 ? 'is' : 'are'} neither done nor refused.`,
  ];
}

function personWords({ needs_a_person }: Counts, { person, retry }: EndNotes): string[] {
  const them = needs_a_person === 1 ? 'One needs' : `${amount(needs_a_person)} need`;
  const lines = [`${them} a person; the report says which and why.`];
  const paid = person.get('paid_not_final') ?? 0;
  const leftOut = person.get('left_out') ?? 0;
  const others = needs_a_person - paid - leftOut;
  const it = leftOut === 1 ? 'it' : 'them';
  if (paid > 0)
    lines.push(
      ...bullet(`${amount(paid)} paid_not_final: could be paid again. If one payment is all they take:`),
      `    ${retry} --single-use`,
    );
  if (leftOut > 0)
    lines.push(
      ...bullet(
        `${amount(leftOut)} left_out: the file names ${it} no more, so nothing is cancelled. If that is wrong, ` +
          `put ${it} back into the file and run it again.`,
      ),
    );
  if (others > 0)
    lines.push(...bullet(`${amount(others)} that asking did not settle. To ask again:`), `    ${retry}`);
  return lines;
}

const bullet = (words: string) => beside('  ', words).split('\n');

function goOnWords({ nextDue, stopped }: BulkResult): string {
  const later = nextDue !== undefined && Date.parse(nextDue) > Date.now() && stopped === 'waiting';
  const when = later ? `, after ${clock(nextDue)}` : '';
  return `This goes on where it ended${when}, and asks before it cancels one again:`;
}

function countWords(counts: Counts): string[] {
  const lines: [string, number][] = [
    ['done', counts.done],
    ['refused', counts.refused],
    ['unknown', counts.unknown],
    ['queued', counts.queued],
    ['needs a person', counts.needs_a_person],
    ['rejected lines', counts.rejected],
  ];
  return lines
    .filter(([label, count]) => count > 0 || label !== 'rejected lines')
    .map(([label, count]) => `  ${label.padEnd(16)}${amount(count).padStart(12)}`);
}

/** Who was paid: said before anything else. */
export function paidWords(count: number, first: ReportRow[], paint: Paint): string[] {
  if (count === 0) return [];
  const words =
    count === 1
      ? 'PAID: 1 was paid. Do not treat that order as cancelled.'
      : `PAID: ${amount(count)} were paid. Do not treat those orders as cancelled.`;
  const lines = first.map((row) => `  ${idsOf(row)}, ${row.code}`);
  if (lines.length > 0 && count > lines.length)
    lines.push(`  and ${amount(count - lines.length)} more, see the report`);
  return [paint('red', 'PAID') + words.slice('PAID'.length), ...lines, ''];
}

/** The ids by which a merchant knows it. */
export const idsOf = ({ external_id, order_id }: Pick<ReportRow, 'external_id' | 'order_id'>) =>
  `external_id ${printable(external_id)}, order_id ${printable(order_id)}`;

/** Where a run stands. */
export interface Standing {
  run: string;
  info: RunInfo | undefined;
  counts: Counts;
  nextDue: string | undefined;
}

/** Where a run stands, in words. */
export function statusWords({ run, info, counts, nextDue }: Standing, paint: Paint): string {
  const { identity } = info ?? {};
  const sub = identity?.subMerchantId ? `, sub-merchant ${printable(identity.subMerchantId)}` : '';
  const where = identity
    ? `${new URL(identity.baseUrl).host}, merchant ${printable(identity.merchantId)}${sub}`
    : 'nothing was sent yet';
  const due = !nextDue || Date.parse(nextDue) <= Date.now() ? 'now' : `at ${clock(nextDue)} at the latest`;
  const open = counts.unknown + counts.queued;
  return [
    ...paidWords(counts.paid, [], paint),
    wrap(`run ${run}: ${where}`),
    '',
    ...countWords(counts),
    ...(open > 0 ? ['', `The next is due ${due}.`] : []),
  ].join('\n');
}
