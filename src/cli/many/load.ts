import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  openLedger,
  type Added,
  type BulkRow,
  type Ledger,
  type LedgerPlace,
  type Load,
  type ReportRow,
} from '../../bulk/index.js';
import { csvLine } from '../../bulk/files/csv.js';
import { InputError, readInput, type InputFormat, type Reject } from '../../bulk/files/input.js';
import { CHUNK } from '../../bulk/load.js';
import { onSignal, privateFile, type PrivateFile } from '../../bulk/files/report.js';
import { spoken, UsageError } from '../result.js';
import { startProgress } from '../terminal.js';
import type { CancelManyFlags } from './flags.js';
import type { Screen } from './screen.js';

/** So many of each kind are shown; `--rejects`, `--json` and the report have all. */
export const SHOWN = 10;

/** A file that was read into the ledger, and is not committed yet. */
export interface Loaded {
  name: string;
  /** It is the file of the last load, byte for byte: nothing was read. */
  unchanged: boolean;
  added: number;
  /** Lines that repeat an earlier one of the file. */
  repeated: number;
  rejected: number;
  /** The first ones. */
  rejects: Reject[];
  /** Names of columns that mean nothing here. */
  ignored: string[];
  digitsOnly: number;
  /** How many of the run were left out of an earlier file, and are in it again. */
  back: number;
  /** Rows of the run that are in the file no more: of these, how many are not sent and how many may be cancelled already. */
  vanished: { count: number; queued: number; unknown: number; first: ReportRow[] };
  /** Makes the rows ready to be sent, and leaves those out that have vanished. */
  commit(): Promise<void>;
  /** Takes them back. */
  discard(): Promise<void>;
}

/**
 * Reads a file, checks all of it and adds it to the ledger, ready to be committed.
 *
 * @throws UsageError if the file cannot be read or makes no sense; nothing is kept of it then
 */
export async function loadFile(
  ledger: Ledger,
  path: string,
  flags: CancelManyFlags,
  screen: Screen,
): Promise<Loaded> {
  const name = path === '-' ? 'stdin' : path;
  const fail = (words: string) => new UsageError(`${name}: ${words}. Nothing was sent.`);
  const source = (await ledger.info())?.source;
  // What is no file, a pipe say, can be read once. Who asks for the rejects has to have them read again.
  const isOld = source?.sha256 !== undefined && (source.rejected === 0 || flags.rejects === undefined);
  if (isOld && isFile(path) && source.sha256 === (await hashOf(path, flags, fail))) {
    return { ...NOTHING, name, unchanged: true, rejected: source.rejected };
  }
  const rejects = flags.rejects === undefined ? undefined : await openRejects(flags.rejects);
  const load = await ledger.load();
  const reading = new Reading(load, rejects, screen);
  const stop = startProgress(process.stderr, () => `checking ${name}: ${reading.read} virtual accounts`);
  try {
    const hash = newHash(flags);
    const bytes = hashed(path, hash, fail);
    const input = readInput(bytes, {
      format: flags.format ?? formatOf(path),
      columns: flags.column,
      liftIdLimits: flags.dangerouslyAllowIdsBeyondDocumentedLimits,
    });
    for await (const line of input) await (line.row ? reading.add(line.row) : reading.reject(line.reject));
    await reading.flush();
    await rejects?.keep();
    const sha256 = hash.digest('hex');
    return {
      ...reading.result(),
      name,
      unchanged: false,
      ignored: [...input.ignored],
      digitsOnly: input.digitsOnly,
      vanished: await vanishedFrom(load, screen),
      commit: async () => void (await load.commit({ name, sha256, rejected: reading.rejected }, true)),
      discard: () => load.discard(),
    };
  } catch (error) {
    await rejects?.discard();
    await load.discard();
    throw error instanceof InputError ? fail(error.message) : error;
  } finally {
    stop();
  }
}

const nothing = async () => undefined;
const NOTHING = {
  added: 0,
  repeated: 0,
  rejected: 0,
  rejects: [],
  ignored: [],
  digitsOnly: 0,
  back: 0,
  vanished: { count: 0, queued: 0, unknown: 0, first: [] },
  commit: nothing,
  discard: nothing,
};

/** Which format the name ends in; undefined if it tells nothing. */
function formatOf(path: string): InputFormat | undefined {
  if (/\.(csv|tsv|txt)$/i.test(path)) return 'csv';
  return /\.(ndjson|jsonl)$/i.test(path) ? 'ndjson' : undefined;
}

function isFile(path: string): boolean {
  return path !== '-' && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

type Fail = (words: string) => UsageError;

function newHash({ column = {} }: CancelManyFlags) {
  // The same bytes with other names of columns are another load.
  const names = Object.keys(column).length > 0 ? JSON.stringify(column) : '';
  return createHash('sha256').update(names);
}

async function hashOf(path: string, flags: CancelManyFlags, fail: Fail): Promise<string> {
  const hash = newHash(flags);
  for await (const chunk of hashed(path, hash, fail)) void chunk;
  return hash.digest('hex');
}

async function* hashed(
  path: string,
  hash: ReturnType<typeof createHash>,
  fail: Fail,
): AsyncGenerator<Uint8Array> {
  if (path === '-' && process.stdin.isTTY) process.stderr.write('Reading stdin; Ctrl-D ends it.\n');
  const stream = path === '-' ? process.stdin : createReadStream(path);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code ? fail(`cannot be read (${code}); check the path and its permissions`) : error;
  }
}

async function openRejects(path: string): Promise<PrivateFile> {
  const unwritable = (error: NodeJS.ErrnoException) => {
    throw error.code
      ? new UsageError(`--rejects ${path} cannot be written (${error.code}). Nothing was sent.`)
      : error;
  };
  const file = await privateFile(path).catch(unwritable);
  await file.write(csvLine(['line', 'column', 'reason', 'external_id', 'order_id', 'transaction_id']));
  return {
    write: (piece) => file.write(piece).catch(unwritable),
    keep: () => file.keep().catch(unwritable),
    discard: () => file.discard(),
  };
}

/**
 * What is written takes the place of what has that name.
 *
 * @throws UsageError if that is a file that is read, or the ledger
 */
export function requireOther(
  option: string,
  path: string | undefined,
  taken: Record<string, string | undefined>,
): void {
  if (path === undefined) return;
  for (const [what, other] of Object.entries(taken)) {
    if (other === undefined || !isSameFile(path, other)) continue;
    throw new UsageError(
      `${option} ${path} is ${what}; give another name. Nothing was written, nothing was sent.`,
    );
  }
}

function isSameFile(one: string, other: string): boolean {
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a?.isFile() === true && a.ino === b?.ino && a.dev === b.dev;
}

/** What a load comes to, line by line. */
class Reading {
  read = 0;
  rejected = 0;
  #added = 0;
  #back = 0;
  #repeated = 0;
  readonly #rejects: Reject[] = [];
  #batch: BulkRow[] = [];
  readonly #load: Load;
  readonly #file: PrivateFile | undefined;
  readonly #screen: Screen;

  constructor(load: Load, file: PrivateFile | undefined, screen: Screen) {
    this.#load = load;
    this.#file = file;
    this.#screen = screen;
  }

  async add(row: BulkRow): Promise<void> {
    this.read += 1;
    this.#batch.push(row);
    if (this.#batch.length === CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const { added, same, conflicts, back } = await this.#load.add(this.#batch);
    this.#batch = [];
    this.#added += added;
    this.#back += back;
    for (const { row, first, here } of same) {
      if (!here) continue;
      this.#repeated += 1;
      this.#screen.event({
        event: 'repeated',
        line: row.line,
        first: first.line,
        transaction_id: row.transaction_id,
      });
    }
    for (const conflict of conflicts) await this.reject(conflictOf(conflict));
  }

  async reject(found: Reject): Promise<void> {
    const reject = { ...found, reason: spoken(found.reason) };
    this.rejected += 1;
    this.#screen.event({ event: 'reject', ...reject });
    if (this.#rejects.length < SHOWN) this.#rejects.push(reject);
    const { line, column, reason, external_id, order_id, transaction_id } = reject;
    await this.#file?.write(csvLine([line, column, reason, external_id, order_id, transaction_id]));
  }

  result() {
    return {
      added: this.#added,
      back: this.#back,
      repeated: this.#repeated,
      rejected: this.rejected,
      rejects: this.#rejects,
    };
  }
}

function conflictOf({ row, first, here }: Added['conflicts'][number]): Reject {
  const names = ['external_id', 'order_id', 'payment_channel', 'payment_method', 'single_use'] as const;
  const absent = { payment_method: 'BANK_TRANSFER' } as Partial<BulkRow>;
  const differ = names.filter((name) => (row[name] ?? absent[name]) !== (first[name] ?? absent[name]));
  const where = here ? `line ${first.line}` : `the run, from line ${first.line ?? '?'} of an earlier file`;
  const { external_id, order_id, transaction_id } = row;
  return {
    line: row.line ?? 0,
    column: 'transaction_id',
    reason: `the transaction_id of line ${row.line} is in ${where} too, with another ${differ.join(', ')}; one of them is wrong`,
    external_id,
    order_id,
    transaction_id,
  };
}

async function vanishedFrom(load: Load, screen: Screen): Promise<Loaded['vanished']> {
  const vanished: Loaded['vanished'] = { count: 0, queued: 0, unknown: 0, first: [] };
  const settled: ReportRow[] = [];
  for await (const row of load.vanished()) {
    const { external_id, order_id, transaction_id, state } = row;
    vanished.count += 1;
    if (state === 'queued') vanished.queued += 1;
    if (state === 'unknown' || state === 'sending') vanished.unknown += 1;
    // First those of which something was still to come.
    const list = state === 'done' || state === 'refused' ? settled : vanished.first;
    if (list.length < SHOWN) list.push(row);
    screen.event({ event: 'vanished', external_id, order_id, transaction_id, state });
  }
  vanished.first = [...vanished.first, ...settled].slice(0, SHOWN);
  return vanished;
}

/** The ledger to check a file against without leaving a trace: the run's own if it is there, else one that is removed. */
export async function openForDryRun(place: LedgerPlace, run: string): Promise<Ledger> {
  const own = await openLedger({ ...place, run, readOnly: true }).catch((error: { code?: string }) => {
    if (error.code === 'no_such_ledger') return undefined;
    throw error;
  });
  await own?.close();
  if (own) return openLedger({ ...place, run });
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-dry-run-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const isOver = onSignal(remove);
  const ledger = await openLedger({ ledger: join(folder, 'run.db'), run }).catch(
    (error: { code?: string }) => {
      remove();
      if (error.code !== 'missing_engine') throw error;
      throw new UsageError(
        '--dry-run of a run that is not there yet needs Node 22.13 or newer. Nothing was sent.',
      );
    },
  );
  return {
    run,
    info: () => ledger.info(),
    counts: () => ledger.counts(),
    nextDue: () => ledger.nextDue(),
    rows: (filter) => ledger.rows(filter),
    load: () => ledger.load(),
    retry: (filter) => ledger.retry(filter),
    async close() {
      await ledger.close();
      remove();
      isOver();
    },
  };
}
