/** What the commands about many virtual accounts do. Loaded when one of them runs. */
import { setFlagsFromString } from 'node:v8';
import {
  BulkError,
  cancelMany,
  openLedger,
  work,
  type BulkErrorCode,
  type BulkEvent,
  type BulkResult,
  type Counts,
  type Ledger,
  type LedgerPlace,
  type ReportRow,
  type WorkOptions,
} from '../../bulk/index.js';
import { privateFile, reportText, type ReportFormat } from '../../bulk/files/report.js';
import type { Environment } from '../environment.js';
import { printable } from '../../redact.js';
import { EXIT, UsageError, wrap, type Result } from '../result.js';
import { untilInterrupted } from '../terminal.js';
import type { CancelManyFlags, PlaceFlags, ReportFlags, RunFlags, SendFlags, Surroundings } from './flags.js';
import { brokenResult, ended, endResult, paidWords, statusWords, type EndNotes } from './end.js';
import { loadFile, openForDryRun, requireOther, SHOWN } from './load.js';
import {
  command,
  commandAgain,
  placeArgs,
  placeWords,
  readGatewayFor,
  readPlace,
  workOptions,
  type BoundClient,
} from './place.js';
import { askUser, canAsk, consent, countOf, planLines, fillLedger, type Job } from './plan.js';
import { createScreen } from './screen.js';

// A million rows go by, of which a few hundred are alive at a time. V8 would make the space for young objects larger and
// larger all the same, and hold 160 MB in place of 105. It reads this whenever it thinks of it, so it is not too late here.
setFlagsFromString('--semi-space-growth-factor=1');

/** `cancel-many`. */
export function cancelManyFrom(
  file: string | undefined,
  flags: CancelManyFlags,
  { env, json }: Surroundings,
): Promise<Result> {
  return asResult({ flags, env }, async () => {
    if (file === undefined && !flags.resume)
      throw new UsageError('which virtual accounts? Give a FILE, or --resume to go on with those of the run');
    if (file !== undefined && flags.resume)
      throw new UsageError('--resume takes no file; the same command again goes on too');
    const place = readPlace(flags, env);
    const { ledger } = place;
    requireOther('FILE', file, { 'the ledger': ledger });
    requireOther('--rejects', flags.rejects, { 'the file itself': file, 'the ledger': ledger });
    const gateway = readGatewayFor(flags, env, flags.dryRun !== true);
    const job: Job = { flags, place, gateway, screen: createScreen(json) };
    if (flags.dryRun) return dryRun(file, job);
    const open = file === undefined ? openExisting : openOrMake;
    const stopped = await within(await open(place, flags.run), async (ledger) => {
      await requireSameGateway(ledger, gateway);
      return fillLedger(file, ledger, job);
    });
    return stopped ?? runToEnd(job);
  });
}

/** `many retry`. */
export function retry(flags: RunFlags, { env, json }: Surroundings): Promise<Result> {
  return asResult({ flags, env }, async () => {
    const place = readPlace(flags, env);
    const gateway = readGatewayFor(flags, env, true);
    const job: Job = { flags, place, gateway, screen: createScreen(json) };
    const stopped = await within(await openExisting(place, flags.run), async (ledger) => {
      await requireSameGateway(ledger, gateway);
      const before = await ledger.counts();
      const leftOut = (await whyPerson(ledger)).get('left_out') ?? 0;
      const count = before.refused + before.needs_a_person - leftOut;
      const verdict = await consent(job, {
        count,
        before,
        verb: 'ask after and, if still active, cancel',
        beside: before.queued + before.unknown,
        settled: before.done,
      });
      if (!verdict) await ledger.retry();
      return verdict;
    });
    return stopped ?? runToEnd(job);
  });
}

/** `many work`. */
export function workOn(flags: SendFlags, { env, json }: Surroundings): Promise<Result> {
  return asResult({ flags, env }, async () => {
    const place = readPlace(flags, env);
    const gateway = readGatewayFor(flags, env, true);
    const job: Job = { flags, place, gateway, screen: createScreen(json) };
    // With a file nobody could add rows while it works; on PostgreSQL they may come later.
    const open = place.ledger === undefined ? openOrMake : openToRead;
    await within(await open(place, flags.run), (ledger) => requireSameGateway(ledger, gateway));
    job.screen.say(
      `Working on run ${flags.run}, ${placeWords(place)}, at ${gateway.host} as merchant ${gateway.identity.merchantId}. Ctrl-C ends it.`,
    );
    return calling(job, (options) => work(options));
  });
}

/** `many status`. */
export function manyStatus(flags: PlaceFlags, { env }: Surroundings): Promise<Result> {
  return asResult(undefined, async () =>
    within(await openToRead(readPlace(flags, env), flags.run), async (ledger) => {
      const { run } = flags;
      const info = await ledger.info();
      const counts = await ledger.counts();
      const nextDue = await ledger.nextDue();
      const json = { run, identity: info?.identity ?? null, counts, nextDue: nextDue ?? null };
      return {
        exitCode: EXIT.done,
        json,
        text: (paint) => statusWords({ run, info, counts, nextDue }, paint),
      };
    }),
  );
}

/** `many report`. */
export function manyReport(flags: ReportFlags, { env, json }: Surroundings): Promise<Result> {
  return asResult(undefined, async () => {
    const { out, run, separator } = flags;
    const toStdout = out === '-';
    const format = flags.format ?? (toStdout ? 'csv' : formatOfReport(out));
    if (separator !== undefined && format !== 'csv')
      throw new UsageError('--separator is of CSV: --out FILE.csv');
    const place = readPlace(flags, env);
    if (!toStdout) requireOther('--out', out, { 'the ledger': place.ledger });
    if (toStdout && json)
      throw new UsageError('--json says where the report is: give --out FILE, or --format ndjson');
    return within(await openToRead(place, run), async (ledger) => {
      const pieces = reportText(ledger, format, separator);
      if (toStdout) {
        await toReader(pieces);
        return { exitCode: EXIT.done, json: undefined, text: () => '', silent: true };
      }
      await writeReport(out, pieces);
      const counts = await ledger.counts();
      return {
        exitCode: EXIT.done,
        json: { out, format, run, counts },
        text: (paint) =>
          [
            ...paidWords(counts.paid, [], paint),
            wrap(`Written to ${printable(out)}, which you alone can read.`),
          ].join('\n'),
      };
    });
  });
}

async function dryRun(file: string | undefined, job: Job): Promise<Result> {
  const { flags, place, gateway, screen } = job;
  return within(await openForDryRun(place, flags.run), async (ledger) => {
    await requireSameGateway(ledger, gateway);
    const before = await ledger.counts();
    const loaded = file === undefined ? undefined : await loadFile(ledger, file, flags, screen);
    await loaded?.discard();
    const { rejected = 0 } = loaded ?? {};
    const count = countOf(before, loaded);
    const lines = planLines(job, { count, before, loaded });
    const withRejects = (flags as CancelManyFlags).skipInvalid ? EXIT.refused : EXIT.usage;
    const exitCode = rejected === 0 ? EXIT.done : withRejects;
    return {
      exitCode,
      json: {
        event: 'end',
        exitCode,
        dryRun: true,
        counts: { ...before, queued: count - before.unknown, rejected },
      },
      jsonLine: true,
      text: () => lines.map((line) => wrap(line)).join('\n'),
      note: 'dry run: nothing was sent, and nothing is kept.',
    };
  });
}

// --- The ledger

const openOrMake = (place: LedgerPlace, run: string) => openLedger({ ...place, run });
const openToRead = (place: LedgerPlace, run: string) => openLedger({ ...place, run, readOnly: true });

/** To write to, but one that is not there is an error. */
async function openExisting(place: LedgerPlace, run: string): Promise<Ledger> {
  await (await openToRead(place, run)).close();
  return openOrMake(place, run);
}

async function within<T>(ledger: Ledger, use: (ledger: Ledger) => Promise<T>): Promise<T> {
  try {
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

async function requireSameGateway(ledger: Ledger, { identity }: BoundClient): Promise<void> {
  const bound = (await ledger.info())?.identity;
  if (!bound) return;
  const words = { baseUrl: 'gateway', merchantId: 'merchant', subMerchantId: 'sub-merchant' };
  for (const name of ['baseUrl', 'merchantId', 'subMerchantId'] as const) {
    if (bound[name] === identity[name]) continue;
    throw new UsageError(
      `run ${ledger.run} is of ${words[name]} ${bound[name] ?? '(none)'}, and this is ${identity[name] ?? '(none)'}. ` +
        'Use the environment that it began with, or another --run. Nothing was sent.',
    );
  }
}

// --- Sending

function runToEnd(job: Job): Promise<Result> {
  const { wait } = job.flags;
  const waitMs = wait === undefined ? undefined : wait * 1000;
  return calling(job, async (options) => {
    const first = await cancelMany({ ...options, waitMs });
    if (first.stopped !== 'not_found' || !canAsk(job)) return first;
    job.screen.end();
    const question =
      'Each of the first ten is not found there. Are file, merchant and environment right? Go on?';
    return (await askUser(question)) ? cancelMany({ ...options, waitMs, acceptNotFound: true }) : first;
  });
}

async function calling(job: Job, call: (options: WorkOptions) => Promise<BulkResult>): Promise<Result> {
  const { flags, gateway, place, screen } = job;
  let begun: Counts | undefined;
  const onEvent = (event: BulkEvent) => {
    if ('counts' in event) begun = event.counts;
    screen.watch(event);
  };
  const ending = async ({ paid, needs_a_person }: Counts): Promise<EndNotes> => ({
    paid: (paid > 0 && (await readFrom(place, flags.run, firstPaid))) || [],
    person: (needs_a_person > 0 && (await readFrom(place, flags.run, whyPerson))) || new Map(),
    notSent: screen.notSent,
    again: commandAgain(process.argv.slice(2)),
    report: command(`many report${placeArgs(flags)} --out report.html`),
    retry: command(`many retry${placeArgs(flags)}`),
  });
  try {
    const result = await untilInterrupted((signal) =>
      call({ ...workOptions(flags, gateway, place), signal, onEvent }),
    );
    return endResult(result, await ending(result.counts));
  } catch (error) {
    // Before it has begun nothing was sent, and `asResult` says so.
    if (!(error instanceof BulkError) || !begun) throw error;
    const counts = await readFrom(place, flags.run, (ledger) => ledger.counts());
    const notes = await ending(counts ?? begun);
    // Where the file is no more, the same command would begin anew.
    return brokenResult(error, counts, begun, {
      ...notes,
      again: counts || !place.ledger ? notes.again : '',
    });
  } finally {
    screen.end();
  }
}

async function firstPaid(ledger: Ledger): Promise<ReportRow[]> {
  const rows: ReportRow[] = [];
  for await (const row of ledger.rows({ codes: ['already_paid', 'paid_not_final'] })) {
    rows.push(row);
    if (rows.length === SHOWN) break;
  }
  return rows;
}

/** For which reasons how many need a person. */
async function whyPerson(ledger: Ledger): Promise<Map<string, number>> {
  const reasons = new Map<string, number>();
  for await (const { code } of ledger.rows({ states: ['needs_a_person'] }))
    reasons.set(code ?? '', (reasons.get(code ?? '') ?? 0) + 1);
  return reasons;
}

// --- Reports

function formatOfReport(path: string): ReportFormat {
  const [, ending] = /\.(csv|ndjson|html)$/i.exec(path) ?? [];
  if (ending) return ending.toLowerCase() as ReportFormat;
  throw new UsageError('--out must end in .csv, .ndjson or .html, or give --format');
}

async function writeReport(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const unwritable = (error: NodeJS.ErrnoException) => {
    throw error.code ? new UsageError(`--out ${path} cannot be written (${error.code})`) : error;
  };
  const file = await privateFile(path).catch(unwritable);
  try {
    for await (const piece of pieces) await file.write(piece).catch(unwritable);
    await file.keep().catch(unwritable);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** A reader that goes away has read what it wanted; a full disk is said. */
async function toReader(pieces: AsyncIterable<string>): Promise<void> {
  let failed: NodeJS.ErrnoException | undefined;
  process.stdout.on('error', (error) => (failed ??= error));
  for await (const piece of pieces) {
    await new Promise<void>((resolve) => void process.stdout.write(piece, () => resolve()));
    if (failed?.code === 'EPIPE') return;
    if (failed) throw new UsageError(`stdout cannot be written (${failed.code})`);
  }
}

// --- Errors

// Nothing that the user did: the ledger is in use, or cannot be written. All else is for the user to correct.
const NOT_SENT: readonly BulkErrorCode[] = ['ledger_in_use', 'ledger_failed'];

/**
 * Errors of the ledger as results.
 *
 * @param sends of a command that sends: with `--json` it prints events, of which `end` is the last
 */
async function asResult(
  sends: { flags: PlaceFlags; env: Environment } | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BulkError)) throw error;
    const { code } = error;
    const isSaid = !sends || error.message.includes('Nothing was sent');
    const message = isSaid ? error.message : `${error.message.replace(/\.$/, '')}. Nothing was sent.`;
    const exitCode = NOT_SENT.includes(code) ? EXIT.not_sent : EXIT.usage;
    if (!sends)
      return { ...ended(exitCode, { code, message }), json: { code, outcome: 'not_sent', message } };
    const { flags, env } = sends;
    const counts = await readFrom(readPlace(flags, env), flags.run, (ledger) => ledger.counts());
    return ended(exitCode, { code, message }, counts);
  }
}

/** What a ledger says, if it can be read. */
async function readFrom<T>(
  place: LedgerPlace,
  run: string,
  use: (ledger: Ledger) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await within(await openToRead(place, run), use);
  } catch {
    return undefined;
  }
}
