import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { escaped, printable } from '../../redact.js';
import { csvLine } from './csv.js';
import { htmlReport } from './report-page.js';
import type { Ledger, ReportRow } from '../types.js';

/** Characters that are written at a time. */
const PIECE = 64 * 1024;

/** How a report is written. */
export type ReportFormat = 'csv' | 'ndjson' | 'html';

/** The columns of a report as CSV, in order. */
export const REPORT_COLUMNS = [
  'external_id',
  'order_id',
  'transaction_id',
  'payment_channel',
  'state',
  'code',
  'response_code',
  'response_message',
  'attempts',
  'sent_at',
  'settled_at',
  'by',
] as const satisfies (keyof ReportRow)[];

/**
 * The report of a run, in pieces, in bounded memory. Who was paid comes first, then all others as they came in.
 *
 * As CSV, cells that a spreadsheet would run as a formula begin with a `'`, which `cancel-many` takes away again: the
 * report can be its input. As NDJSON, all that is known of a row. As HTML one page that asks nobody for anything.
 *
 * @param separator between the cells of a CSV that a spreadsheet opens as it is: with a byte order mark, or it would take the
 *   text for one of its own country. Programs want neither
 * @example
 * for await (const piece of reportText(ledger, 'csv')) process.stdout.write(piece);
 */
export async function* reportText(
  ledger: Ledger,
  format: ReportFormat,
  separator?: string,
): AsyncGenerator<string> {
  if (format === 'html') return yield* htmlReport(ledger);
  if (format === 'csv') yield (separator ? '\uFEFF' : '') + csvLine(REPORT_COLUMNS, separator);
  let piece = '';
  for await (const row of paidFirst(ledger)) {
    piece +=
      format === 'csv'
        ? csvLine(
            REPORT_COLUMNS.map((name) => cellOf(row, name)),
            separator,
          )
        : toNdjson(row);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}

/** All rows; who was paid, which nobody may overlook, before the others. */
async function* paidFirst(ledger: Ledger): AsyncGenerator<ReportRow> {
  // By id, for a row may be paid between the two.
  const named = new Set<string>();
  if ((await ledger.counts()).paid > 0) {
    for await (const row of ledger.rows({ codes: ['already_paid', 'paid_not_final'] })) {
      named.add(row.transaction_id);
      yield row;
    }
  }
  for await (const row of ledger.rows()) if (!named.has(row.transaction_id)) yield row;
}

function cellOf(row: ReportRow, name: (typeof REPORT_COLUMNS)[number]): unknown {
  // The gateway's words, which somebody may look at in a terminal. Ids are left as they are, to be read again.
  return name === 'response_message' ? printable(row.response_message ?? '') : row[name];
}

function toNdjson(row: ReportRow): string {
  return `${JSON.stringify(row).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped)}\n`;
}

/**
 * Calls `cleanUp`, which cannot wait for anything, if a signal ends this process.
 *
 * @returns what says that there is nothing to clean up any more
 */
export function onSignal(cleanUp: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals) => {
    cleanUp();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, end);
  return () => {
    for (const signal of signals) process.removeListener(signal, end);
  };
}

/** A file that only its owner can read, and that is there whole or not at all. */
export interface PrivateFile {
  write(piece: string): Promise<void>;
  /** Puts it in the place of what has that name. */
  keep(): Promise<void>;
  /** Leaves no trace of it. */
  discard(): Promise<void>;
}

/**
 * Begins to write a file, with mode 0600.
 *
 * @throws the error of the file system, as its methods do
 */
export async function privateFile(path: string): Promise<PrivateFile> {
  // What is no ordinary file, /dev/null say, is written to and never replaced.
  const special = await stat(path).then(
    (found) => !found.isFile(),
    () => false,
  );
  const unfinished = special ? path : `${path}.${randomBytes(4).toString('hex')}.part`;
  // Before it is made: a signal may come while it is.
  const isOver = onSignal(() => special || rmSync(unfinished, { force: true }));
  const file = await open(unfinished, special ? 'w' : 'wx', 0o600).catch((error: unknown) => {
    isOver();
    throw error;
  });
  let waiting = '';
  const flush = async () => {
    const piece = waiting;
    waiting = '';
    await file.appendFile(piece);
  };
  return {
    async write(piece) {
      waiting += piece;
      if (waiting.length >= PIECE) await flush();
    },
    async keep() {
      await flush();
      if (!special) await file.sync();
      await file.close();
      if (!special) await rename(unfinished, path);
      isOver();
    },
    async discard() {
      await file.close().catch(() => undefined);
      if (!special) await rm(unfinished, { force: true });
      isOver();
    },
  };
}
