/** What is shown and asked before anything is sent. */
import { createInterface } from 'node:readline/promises';
import type { Counts, Ledger, LedgerPlace, ReportRow } from '../../bulk/index.js';
import { printable } from '../../redact.js';
import { beside, EXIT, UsageError, wrap, type Result } from '../result.js';
import { isTerminal } from '../terminal.js';
import type { CancelManyFlags, RunFlags } from './flags.js';
import { ended, idsOf } from './end.js';
import { loadFile, SHOWN, type Loaded } from './load.js';
import { placeWords, type BoundClient } from './place.js';
import { amount, counted, duration, type Screen } from './screen.js';

/** A command that sends. */
export interface Job {
  flags: RunFlags & Pick<CancelManyFlags, 'skipInvalid' | 'rejects'>;
  place: LedgerPlace;
  gateway: BoundClient;
  screen: Screen;
}

/**
 * Reads the file into the ledger, shows what will be done, and asks.
 *
 * @returns what ended it before anything was sent; nothing is kept of the file then
 */
export async function fillLedger(
  file: string | undefined,
  ledger: Ledger,
  job: Job,
): Promise<Result | undefined> {
  const before = await ledger.counts();
  const loaded = file === undefined ? undefined : await loadFile(ledger, file, job.flags, job.screen);
  try {
    const plan = { count: countOf(before, loaded), before, loaded };
    const verdict = refusedForRejects(job, plan) ?? (await consent(job, plan));
    await (verdict ? loaded?.discard() : loaded?.commit());
    return verdict;
  } catch (error) {
    await loaded?.discard().catch(() => undefined);
    throw error;
  }
}

/** How many will be asked after or cancelled. */
export function countOf(before: Counts, loaded: Loaded | undefined): number {
  const { added = 0, back = 0, vanished } = loaded ?? {};
  return before.queued + before.unknown + added + back - (vanished?.queued ?? 0);
}

/** Whether somebody is there who can be asked, and may be. */
export const canAsk = ({ flags }: Job) =>
  !flags.yes && process.stdin.isTTY === true && isTerminal(process.stderr);

/** Wrong lines stop it where nobody can be asked. */
function refusedForRejects(job: Job, { before, loaded }: Plan): Result | undefined {
  if (!loaded || loaded.unchanged || loaded.rejected === 0 || job.flags.skipInvalid || canAsk(job))
    return undefined;
  const { rejected, name } = loaded;
  for (const line of rejectLines(loaded)) job.screen.say(line);
  const { rejects: path } = job.flags;
  const all =
    path === undefined
      ? ', --rejects FILE writes all of them to a CSV'
      : `. All of them are in ${printable(path)}`;
  const message =
    `${counted(rejected, 'line')} of ${name} cannot be used. Nothing was sent. ` +
    `Correct ${rejected === 1 ? 'it' : 'them'}; --skip-invalid cancels the others${all}.`;
  return ended(EXIT.usage, { code: 'rejected', message }, { ...before, rejected });
}

/** What will be done. */
export interface Plan {
  /** How many are to be asked after or cancelled. */
  count: number;
  before: Counts;
  loaded?: Loaded | undefined;
  /** What is done with them: `cancel`, unless said. */
  verb?: string;
  /** How many of the run go on beside them. */
  beside?: number;
  /** How many of the run are settled and stay as they are. */
  settled?: number;
}

/** Shows what will be done, and asks unless `--yes`. @returns what ended it */
export async function consent(job: Job, plan: Plan): Promise<Result | undefined> {
  const { count, before, loaded, verb = 'cancel' } = plan;
  const { flags, gateway, screen } = job;
  for (const line of planLines(job, plan)) screen.say(line);
  if (count === 0 || flags.yes) return undefined;
  const what = `${verb} ${counted(count, 'virtual account')} at ${gateway.host}`;
  if (!canAsk(job))
    throw new UsageError(`--yes is needed where nobody can be asked, to ${what}. Nothing was sent.`);
  const rejected = loaded?.rejected ?? 0;
  const without = rejected > 0 ? `, without the ${counted(rejected, 'wrong line')}` : '';
  if (await askUser(`${what.replace(/^./, (letter) => letter.toUpperCase())}${without}?`)) return undefined;
  return ended(EXIT.not_sent, { code: 'not_agreed', message: 'Nothing was sent.' }, { ...before, rejected });
}

/** Asks a question on the terminal. Ctrl-C and Ctrl-D are a no. */
export async function askUser(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${wrap(question)} [y/N] `), closed]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

/** What will be done: how many, where, as whom, how long, and what was found in the file. */
export function planLines({ flags, gateway, place, screen }: Job, plan: Plan): string[] {
  const { count, before, loaded, verb = 'cancel', beside: more = 0 } = plan;
  const { settled = before.done + before.refused } = plan;
  const { run, rate = 10, concurrency = 8 } = flags;
  const { merchantId, subMerchantId } = gateway.identity;
  const seconds = Math.ceil((count + more) / rate);
  screen.event({
    event: 'plan',
    run,
    identity: gateway.identity,
    count,
    settled,
    added: loaded?.added ?? 0,
    repeated: loaded?.repeated ?? 0,
    rejected: loaded?.rejected ?? before.rejected,
    back: loaded?.back ?? 0,
    vanished: loaded?.vanished.count ?? 0,
    leftOut: loaded?.vanished.queued ?? 0,
    ignoredColumns: loaded?.ignored ?? [],
    rate,
    concurrency,
    seconds,
  });
  const already = settled > 0 ? `; ${amount(settled)} of the run ${be(settled)} settled` : '';
  const facts: [string, string][] = [
    ['gateway', gateway.url],
    ['merchant', merchantId + (subMerchantId ? `, sub-merchant ${subMerchantId}` : '')],
    ['ledger', `${placeWords(place)}, run ${run}`],
    ['pace', `${rate} a second, ${concurrency} at a time: about ${duration(seconds)}`],
  ];
  return [
    `${counted(count, 'virtual account')} to ${verb}${already}`,
    ...(more > 0 ? [`  beside ${amount(more)} of the run that ${be(more)} not settled yet`] : []),
    ...facts.map(([label, words]) => `  ${label.padEnd(10)}${printable(words)}`),
    ...(loaded ? fileLines(loaded) : []),
    '',
  ];
}

const standsAs = ({ state, code }: ReportRow) =>
  code === 'left_out' ? 'left out' : state.replaceAll('_', ' ');
const be = (count: number) => (count === 1 ? 'is' : 'are');

function fileLines(loaded: Loaded): string[] {
  const { name, unchanged, added, back, repeated, ignored, digitsOnly, vanished } = loaded;
  const first = unchanged ? 'as it was when it was read' : `${amount(added)} new`;
  const lines = [`  ${'file'.padEnd(10)}${printable(name)}: ${first}`];
  const also = (words: string) => lines.push(`${' '.repeat(12)}${words}`);
  if (back > 0) also(`${amount(back)} that an earlier file had left out ${be(back)} in it again`);
  if (repeated > 0)
    also(`${counted(repeated, 'line')} repeat${repeated === 1 ? 's' : ''} an earlier one, sent once`);
  if (ignored.length > 0)
    lines.push(beside(`${' '.repeat(12)}columns not used: `, printable(ignored.slice(0, 8).join(', '))));
  if (digitsOnly > 0) also('ids are digits only: zeros lost at their front cannot be seen');
  if (vanished.count > 0) {
    also(`${amount(vanished.count)} of the run ${be(vanished.count)} not in it any more:`);
    for (const row of vanished.first) also(`  ${idsOf(row)} (${standsAs(row)})`);
    if (vanished.count > SHOWN) also(`  and ${amount(vanished.count - SHOWN)} more`);
    if (vanished.queued > 0)
      also(`not cancelled: ${amount(vanished.queued)} of these, unless the file names them again`);
    if (vanished.unknown > 0)
      also(`asked after, and not cancelled again: ${amount(vanished.unknown)} that may be cancelled already`);
  }
  return [...lines, ...rejectLines(loaded)];
}

function rejectLines({ rejects, rejected, name, unchanged }: Loaded): string[] {
  if (rejected === 0) return [];
  if (unchanged) return [`${' '.repeat(12)}${counted(rejected, 'line')} rejected when it was read`];
  const lines = rejects.map(({ line, reason }) => beside(`  line ${line}: `, printable(reason)));
  if (rejected > rejects.length) lines.push(`  and ${counted(rejected - rejects.length, 'line')} more`);
  return [`${counted(rejected, 'line')} of ${printable(name)} cannot be used:`, ...lines];
}
