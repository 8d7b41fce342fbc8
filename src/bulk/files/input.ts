import { pipeline } from 'node:stream/promises';
import { parse as csvParser, type Options as CsvOptions } from 'csv-parse';
import { parseAnswer } from '../../answer.js';
import { escaped } from '../../redact.js';
import { wholeCell } from './csv.js';
import { problemsOfRow } from '../index.js';
import type { BulkRow } from '../types.js';

/** How a file is written: CSV with a header line, or one JSON object a line. */
export type InputFormat = 'csv' | 'ndjson';

const REQUIRED = ['external_id', 'order_id', 'transaction_id', 'payment_channel'] as const;
const OPTIONAL = ['payment_method', 'single_use'] as const;

/** The members of a row that a file may hold. */
export const INPUT_MEMBERS = [...REQUIRED, ...OPTIONAL] as const;

/** A member of a row that a file may hold. */
export type InputMember = (typeof INPUT_MEMBERS)[number];

/** How to read a file. */
export interface InputOptions {
  /** Undefined: nobody said, and its name does not tell. What kind of file it is instead may be seen all the same. */
  format: InputFormat | undefined;
  /** The file's own names for columns, or members. Letter case does not matter. */
  columns?: Partial<Record<InputMember, string>> | undefined;
  /** As `dangerouslyAllowIdsBeyondDocumentedLimits`. */
  liftIdLimits?: boolean | undefined;
}

/** A line that is no virtual account to cancel. */
export interface Reject {
  /** 1 is the first line of the file. */
  line: number;
  /** The member that is wrong; empty if it is the line itself. */
  column: string;
  reason: string;
  external_id: string;
  order_id: string;
  transaction_id: string;
}

/** A line of the file: a row, checked, or why it is none. */
export type InputLine = { row: BulkRow; reject?: undefined } | { row?: undefined; reject: Reject };

/** A file on its way in. */
export interface Input extends AsyncIterable<InputLine> {
  /** Names of columns that mean nothing here. */
  readonly ignored: ReadonlySet<string>;
  /** How many external or order ids were digits only, whose leading zeros a spreadsheet may have taken. */
  readonly digitsOnly: number;
}

/** The file as a whole cannot be read; its message says why and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Longer than any row can be, by far: a quote that is never closed must not swallow a file of a gigabyte. */
const LONGEST_LINE = 64 * 1024;

/**
 * Reads a file in bounded memory. Each row has been checked by the contract's own rules; that a transaction id comes
 * twice is the ledger's to notice.
 *
 * @throws InputError on the way, if the file as a whole makes no sense
 * @example
 * for await (const { row, reject } of readInput(createReadStream('accounts.csv'), { format: 'csv' })) …
 */
export function readInput(bytes: AsyncIterable<Uint8Array>, options: InputOptions): Input {
  const ignored = new Set<string>();
  const facts = { ignored, digitsOnly: 0 };
  const toLine = (line: number, cells: Cells): InputLine => {
    const read = readRow(line, cells, options.liftIdLimits === true);
    if (read.row && [read.row.external_id, read.row.order_id].some((id) => /^\d+$/.test(id)))
      facts.digitsOnly += 1;
    return read;
  };
  async function* lines(): AsyncGenerator<InputLine> {
    const text = await begin(bytes, options.format);
    yield* (options.format === 'csv' ? csvLines : ndjsonLines)(text, namesOf(options), toLine, ignored);
  }
  return Object.assign(facts, { [Symbol.asyncIterator]: lines });
}

type Cells = Partial<Record<InputMember, unknown>>;
type ToLine = (line: number, cells: Cells) => InputLine;

const lower = (name: string) => name.trim().toLowerCase();

/** The member for each name in a file, in small letters. */
function namesOf({ columns = {} }: InputOptions): Map<string, InputMember> {
  return new Map(INPUT_MEMBERS.map((member) => [lower(columns[member] ?? member), member]));
}

// --- CSV

interface CsvRecord {
  record: string[];
  /** In which it begins. */
  line: number;
}

async function* csvLines(
  { whole, first }: Begun,
  names: Map<string, InputMember>,
  toLine: ToLine,
  ignored: Set<string>,
): AsyncGenerator<InputLine> {
  const declared = /^(?:\uFEFF)?"?sep=(.)"?(\r\n|\n|\r)/i.exec(first);
  const delimiter = declared?.[1] ?? delimiterOf(first);
  let [last, twice] = [0, 0];
  const options: CsvOptions<CsvRecord, string[]> = {
    delimiter,
    // All three, or a file of CRLF in which somebody has edited a line would lose that line.
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
    // With the line in which it begins. The parser counts those in which records end, and CRLF in a cell as two.
    on_record: (record, { lines }) => {
      const breaks = breaksIn(record);
      twice += breaks.filter((found) => found === '\r\n').length;
      last = lines - twice;
      return { record, line: last - breaks.length };
    },
    // What is wrong with a line is said of that line, and the others are read all the same.
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
  };
  const parser = csvParser(options as object);
  // What goes wrong on either side comes out of the loop below.
  pipeline(whole, parser).catch(() => undefined);
  let header: Header | undefined;
  try {
    for await (const { record, line } of parser as AsyncIterable<CsvRecord>) {
      if (declared && line === 1) continue;
      if (header === undefined) {
        header = readHeader(record, names, ignored);
        continue;
      }
      if (record.every((cell) => cell.trim() === '')) continue; // what a spreadsheet leaves below the last row
      yield toCsvLine(record, line, header, toLine);
    }
  } catch (error) {
    throw asInputError(error, last);
  }
  if (header === undefined) throw new InputError('is empty; its first line must name the columns');
}

function delimiterOf(firstLine: string): string {
  const outside = firstLine.replace(/"[^"]*"/g, '');
  const count = (sign: string) => outside.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

interface Header {
  names: string[];
  /** The member of each column; undefined for one that means nothing here. */
  members: (InputMember | undefined)[];
}

function readHeader(names: string[], known: Map<string, InputMember>, ignored: Set<string>): Header {
  const members = names.map((name) => known.get(lower(name)));
  for (const [wanted, member] of known) {
    const count = members.filter((found) => found === member).length;
    if (count > 1) throw new InputError(`has ${count} columns named ${wanted}; rename all but one`);
    const asked = wanted !== member;
    if (count === 1 || (!asked && (OPTIONAL as readonly string[]).includes(member))) continue;
    if (looksLikeRow(names, members))
      throw new InputError(
        `has no line that names its columns; put this above the first: ${REQUIRED.join(',')} (its first line is ${shown(names)})`,
      );
    throw new InputError(
      `has no column ${wanted}; its first line must name the columns, and names ${shown(names)}. ` +
        (asked ? `Correct --column ${member}=…` : `If another is meant: --column ${member}=NAME`),
    );
  }
  for (const [index, name] of names.entries()) if (!members[index] && name.trim()) ignored.add(name.trim());
  return { names, members };
}

/** Names of columns have no digits in a row: ids do. */
function looksLikeRow(names: string[], members: Header['members']): boolean {
  return members.every((member) => member === undefined) && names.some((name) => /\d{4}/.test(name));
}

function shown(names: string[]): string {
  const words = names.slice(0, 12).map((name) => name.trim().slice(0, 40) || '(nothing)');
  return words.join(', ') + (names.length > 12 ? `, and ${names.length - 12} more` : '');
}

function toCsvLine(record: string[], line: number, { names, members }: Header, toLine: ToLine): InputLine {
  const cells: Cells = {};
  for (const [index, member] of members.entries()) {
    if (member) cells[member] = wholeCell(record[index] ?? '');
  }
  const tooMany = record.slice(names.length).some((cell) => cell !== '');
  if (tooMany || record.length < names.length) {
    const words = `has ${record.length} cells where the first line has ${names.length}`;
    return { reject: rejectOf(line, '', `${words}; a separator or a quote is missing or too many`, cells) };
  }
  for (const member of REQUIRED) {
    const cell = cells[member] as string;
    if (cell === cell.trim() || cell.trim() === '') continue;
    return { reject: rejectOf(line, member, `${member} begins or ends with a blank; remove it`, cells) };
  }
  return toLine(line, cells);
}

function breaksIn(record: string[]): string[] {
  return record.flatMap((cell) => cell.match(/\r\n|\n|\r/g) ?? []);
}

function asInputError(error: unknown, line: number): unknown {
  const { code } = error as { code?: string };
  const quote = `a quote (") after line ${line} that is never closed`;
  if (code === 'CSV_QUOTE_NOT_CLOSED') return new InputError(`has ${quote}; add or remove one`);
  if (code !== 'CSV_MAX_RECORD_SIZE') return error;
  return new InputError(
    `has more than ${LONGEST_LINE} characters after line ${line} in one row: either ${quote}, or it is no CSV; correct it`,
  );
}

// --- NDJSON

async function* ndjsonLines(
  { whole, first }: Begun,
  names: Map<string, InputMember>,
  toLine: ToLine,
  ignored: Set<string>,
): AsyncGenerator<InputLine> {
  if (/^\uFEFF?\s*\[/.test(first))
    throw new InputError(`is a JSON array; one object a line is needed: jq -c '.[]' makes it`);
  if (/^\uFEFF?\s*\{\s*\n/.test(first))
    throw new InputError('is JSON over several lines; one object a line is needed: jq -c . makes it');
  if (/^[^{\n]*external_id/i.test(first))
    throw new InputError('is no NDJSON, for its first line names columns; say --format csv');
  let line = 0;
  let any = false;
  for await (const text of linesOf(whole)) {
    line += 1;
    if (text.every((byte) => byte <= 0x20)) continue;
    any = true;
    yield readJsonLine(text, line, names, toLine, ignored);
  }
  if (!any) throw new InputError('is empty; it must hold one JSON object a line');
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  let count = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      yield joined(rest, chunk.subarray(from, end));
      count += 1;
      rest = new Uint8Array();
      from = end + 1;
    }
    rest = joined(rest, chunk.subarray(from));
    if (rest.length > LONGEST_LINE)
      throw new InputError(
        `has more than ${LONGEST_LINE} bytes in line ${count + 1}; one JSON object a line is needed`,
      );
  }
  if (rest.length > 0) yield rest;
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => (a.length === 0 ? b : Buffer.concat([a, b]));

function readJsonLine(
  bytes: Uint8Array,
  line: number,
  names: Map<string, InputMember>,
  toLine: ToLine,
  ignored: Set<string>,
): InputLine {
  const fail = (reason: string, column = '', cells: Cells = {}): InputLine => ({
    reject: rejectOf(line, column, reason, cells),
  });
  const body = parseAnswer(withoutBom(bytes))?.body;
  if (!body) return fail(whyNoObject(bytes));
  const cells: Cells = {};
  for (const [name, value] of Object.entries(body)) {
    const member = names.get(lower(name));
    if (!member) ignored.add(name.slice(0, 40));
    else if (Object.hasOwn(cells, member))
      return fail(`names ${member} twice; keep the one you mean`, member);
    else if (value !== null || (REQUIRED as readonly string[]).includes(member)) cells[member] = value;
  }
  for (const [member, value] of Object.entries(cells)) {
    if (typeof value === 'string' || member === 'single_use') continue;
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
    return fail(`${member} must be a string, in quotes, not ${kind}`, member, cells);
  }
  return toLine(line, cells);
}

function withoutBom(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function whyNoObject(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\uFFFD')) return NOT_UTF8;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return 'is no JSON object; each line must be one, such as {"external_id": "…", …}';
    return 'names a member twice; keep the one you mean';
  } catch {
    return 'is not JSON; each line must be one whole JSON object';
  }
}

// --- Both

const NOT_UTF8 = 'is not UTF-8; save the file as "CSV UTF-8", or convert it: iconv -f WINDOWS-1252 -t UTF-8';

/** A file of which the first line was looked at. */
interface Begun {
  /** All of it. */
  whole: AsyncIterable<Uint8Array>;
  first: string;
}

/** Looks at the first line, and hands on all of the bytes. @throws InputError for what is no such text at all */
async function begin(bytes: AsyncIterable<Uint8Array>, format: InputFormat | undefined): Promise<Begun> {
  const chunks = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  let ended = false;
  while (!ended && head.length < LONGEST_LINE && !head.includes(0x0a)) {
    const { done, value } = await chunks.next();
    ended = done === true;
    if (!done) head = joined(head, value);
  }
  refuseOtherKinds(head, format);
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* inPieces(head);
      while (!ended) {
        const { done, value } = await chunks.next();
        if (done) return;
        yield* inPieces(value);
      }
    } finally {
      await chunks.return?.();
    }
  }
  return {
    whole: whole(),
    first: new TextDecoder('utf-8', { ignoreBOM: true }).decode(head).slice(0, LONGEST_LINE),
  };
}

/** Small ones: all rows of a piece are in memory at once, a hundred bytes of file as a thousand of objects. */
function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}

const SAVE = 'save it as "CSV UTF-8"';

/** What files are given by mistake, by how they begin, one byte a character; and what to do. */
const OTHER_KINDS: readonly [begins: RegExp, words: string][] = [
  [/^(PK\x03\x04|\xd0\xcf\x11\xe0)/, `is a workbook (or a zip), not CSV; ${SAVE}`],
  [/^(\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd)/, 'is compressed; unpack it first, with gzip -d say'],
  [/^%PDF/, `is a PDF; open where it came from, and ${SAVE}`],
  [/^(\xff\xfe|\xfe\xff)|\0/, `is UTF-16 ("Unicode Text" of a spreadsheet), or no text; ${SAVE}`],
  [
    /^(\xef\xbb\xbf)?\s*</,
    `is HTML or XML, as some programs write for spreadsheets; open it in one, and ${SAVE}`,
  ],
];

function refuseOtherKinds(head: Uint8Array, format: InputFormat | undefined): void {
  const text = Buffer.from(head).toString('latin1');
  const [, words] = OTHER_KINDS.find(([begins]) => begins.test(text)) ?? [];
  if (words) throw new InputError(words);
  if (format === undefined)
    throw new InputError('does not tell by its name what it is; say --format csv or --format ndjson');
  if (format === 'csv' && /^(\xef\xbb\xbf)?\s*[{[]\s*["{\]}]/.test(text))
    throw new InputError('is JSON, not CSV; one object a line is needed, with --format ndjson');
}

/** One row, checked. */
function readRow(line: number, cells: Cells, liftIdLimits: boolean): InputLine {
  const fail = (column: string, reason: string) => ({ reject: rejectOf(line, column, reason, cells) });
  for (const member of [...REQUIRED, 'payment_method'] as const) {
    const spoilt = typeof cells[member] === 'string' && whatSpoilt(cells[member]);
    if (spoilt) return fail(member, `${member} ${spoilt}`);
  }
  const single_use = readSingleUse(cells.single_use);
  if (single_use === null)
    return fail('single_use', 'single_use must be true, false, 1, 0, yes, no or empty');
  const { external_id, order_id, transaction_id, payment_channel } = cells;
  const row = {
    external_id,
    order_id,
    transaction_id,
    payment_channel,
    payment_method: cells.payment_method || undefined,
    single_use,
    line,
  } as BulkRow;
  const problems = problemsOfRow(row, liftIdLimits);
  if (problems.length === 0) return { row };
  return fail(
    INPUT_MEMBERS.find((member) => problems[0]!.startsWith(`${member} `)) ?? '',
    problems.join('; '),
  );
}

/** What a spreadsheet or another program has done to an id, if it can be seen. Lost leading zeros cannot. */
function whatSpoilt(text: string): string | undefined {
  const advice = 'format the column as text before you paste or import, and export it again';
  // With the plus that spreadsheets write, or a fraction: 1E5 may be an id.
  if (/^-?\d+([.,]\d+E[+-]?|E\+)\d+$/i.test(text))
    return `${text} is a number that a spreadsheet has shortened, its digits are lost; ${advice}`;
  if (/^\d+[.,]0+$/.test(text))
    return `${text} ends in ${text.replace(/^\d+/, '')}, so a program took it for a number; ${advice}`;
  if (/^#(N\/A|NAME\?|REF!|VALUE!|DIV\/0!|NUM!|NULL!|SPILL!|#+)$/.test(text))
    return `${text} is what a spreadsheet shows in place of a value; ${advice}`;
  if (text.includes('\uFFFD')) return NOT_UTF8;
  const unseen = /[\p{Cf}\u00a0\u2000-\u200a\u202f\u3000]/u.exec(text)?.[0];
  if (unseen) return `holds ${escaped(unseen)}, which nobody sees; remove it, or type the text anew`;
  return undefined;
}

function readSingleUse(value: unknown): boolean | undefined | null {
  const text = lower(String(value ?? ''));
  if (text === '') return undefined;
  if (['true', '1', 'yes'].includes(text)) return true;
  return ['false', '0', 'no'].includes(text) ? false : null;
}

function rejectOf(line: number, column: string, reason: string, cells: Cells): Reject {
  const text = (value: unknown) =>
    (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)).slice(0, 200);
  return {
    line,
    column,
    reason,
    external_id: text(cells.external_id),
    order_id: text(cells.order_id),
    transaction_id: text(cells.transaction_id),
  };
}
