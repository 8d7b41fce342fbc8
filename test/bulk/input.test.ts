/** Files of virtual accounts, as spreadsheets and programs write them. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, harmlessCell, wholeCell } from '../../src/bulk/files/csv.ts';
import { InputError, readInput, type InputOptions, type Reject } from '../../src/bulk/files/input.ts';
import type { BulkRow } from '../../src/bulk/types.ts';
import { thrownBy } from '../support/fixtures.ts';

const HEADER = 'external_id,order_id,transaction_id,payment_channel';
const LINE = 'e-1,o-1,t-1,BCA-POLYTRON';
const ROW = { external_id: 'e-1', order_id: 'o-1', transaction_id: 't-1', payment_channel: 'BCA-POLYTRON' };

interface Read {
  rows: BulkRow[];
  rejects: Reject[];
  ignored: string[];
  digitsOnly: number;
}

/** Reads a text or bytes, which come in pieces of `size`. */
async function read(
  content: string | Uint8Array,
  options: Partial<InputOptions> = {},
  size = 7,
): Promise<Read> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
  }
  const input = readInput(pieces(), { format: 'csv', ...options });
  const [rows, rejects]: [BulkRow[], Reject[]] = [[], []];
  for await (const { row, reject } of input)
    if (row) rows.push(row);
    else rejects.push(reject);
  return { rows, rejects, ignored: [...input.ignored], digitsOnly: input.digitsOnly };
}

/** The one row of this CSV, without its line. */
async function rowOf(content: string | Uint8Array, options?: Partial<InputOptions>) {
  const { rows, rejects } = await read(content, options);
  expect(rejects).toEqual([]);
  expect(rows).toHaveLength(1);
  const { line: _, ...row } = rows[0]!;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

const wrong = async (content: string | Uint8Array, options?: Partial<InputOptions>) => {
  const error = await thrownBy(read(content, options));
  expect(error).toBeInstanceOf(InputError);
  return (error as Error).message;
};

describe('CSV', () => {
  it.each([
    ['LF', `${HEADER}\n${LINE}\n`],
    ['CRLF', `${HEADER}\r\n${LINE}\r\n`],
    ['CR, of an old Macintosh', `${HEADER}\r${LINE}\r`],
    ['no break at the end', `${HEADER}\n${LINE}`],
    ['a byte order mark', `\uFEFF${HEADER}\n${LINE}\n`],
    [
      'a byte order mark before a quote',
      `\uFEFF"external_id",order_id,transaction_id,payment_channel\n${LINE}\n`,
    ],
    ['semicolons', `${HEADER}\n${LINE}\n`.replaceAll(',', ';')],
    ['tabs', `${HEADER}\n${LINE}\n`.replaceAll(',', '\t')],
    ['sep= of Excel', `sep=;\r\n${HEADER}\r\n${LINE}\r\n`.replaceAll(',', ';')],
    ['everything quoted', `${HEADER}\n${LINE}\n`.replace(/[^,\n]+/g, '"$&"')],
    ['capitals and blanks in the header', `External_ID, ORDER_ID ,Transaction_Id,PAYMENT_CHANNEL\n${LINE}\n`],
    ['another order', `payment_channel,transaction_id,order_id,external_id\nBCA-POLYTRON,t-1,o-1,e-1\n`],
    ['empty lines', `\n${HEADER}\n\n${LINE}\n\n,,,\n`],
    ['other columns', `note,${HEADER},amount\n"a, ""b""\nc",${LINE},100\n`],
  ])('is read with %s', async (_what, content) => {
    expect(await rowOf(content)).toEqual(ROW);
  });

  it('may end some lines with CRLF and others, edited by hand, with LF', async () => {
    const { rows } = await read(`${HEADER}\r\n${LINE}\ne-2,o-2,t-2,BCA\r\ne-3,o-3,t-3,BCA\n`);
    expect(rows.map(({ external_id, line }) => [external_id, line])).toEqual([
      ['e-1', 2],
      ['e-2', 3],
      ['e-3', 4],
    ]);
  });

  it('knows its columns by other names, in any letter case', async () => {
    const columns = { external_id: 'Nomor VA', order_id: 'invoice' };
    const content = `nomor va,INVOICE,transaction_id,payment_channel,order_id\ne-1,o-1,t-1,BCA-POLYTRON,other\n`;
    expect(await rowOf(content, { columns })).toEqual(ROW);
    expect((await read(content, { columns })).ignored).toEqual(['order_id']);
    expect(await wrong(content, { columns: { external_id: 'VA' } })).toMatch(
      /^has no column va; its first line must name the columns, and names nomor va, INVOICE, .* Correct --column external_id=…$/,
    );
  });

  it('takes payment_method and single_use if they are there', async () => {
    const header = `${HEADER},payment_method,single_use`;
    const values = ['true', 'TRUE', '1', 'Yes', 'false', '0', 'NO', '', 'maybe'];
    const lines = values.map((value, index) => `e-${index},o,t-${index},BCA,BANK_TRANSFER,${value}`);
    const { rows, rejects } = await read(`${header}\n${lines.join('\n')}\n`);
    expect(rows.map(({ single_use }) => single_use)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      undefined,
    ]);
    expect(rejects).toMatchObject([{ line: 10, column: 'single_use', external_id: 'e-8' }]);
    expect((await read(`${header}\n${LINE},CARD,\n`)).rejects).toMatchObject([
      { column: 'payment_method', reason: expect.stringContaining('payment_method must be BANK_TRANSFER') },
    ]);
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['only empty lines', '\n\n', 'is empty'],
    [
      'no header',
      `${LINE}\n`,
      'has no column external_id; its first line must name the columns, and names e-1, o-1',
    ],
    ['a column twice', `${HEADER},ORDER_ID\n${LINE},o-2\n`, 'has 2 columns named order_id'],
    ['a workbook', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), 'is a workbook'],
    ['a workbook of 2003', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0]), 'is a workbook'],
    ['what gzip wrote', gzipSync(`${HEADER}\n${LINE}\n`), 'is compressed; unpack it first'],
    ['a PDF', '%PDF-1.7\n', 'is a PDF'],
    ['HTML', '\uFEFF<html><table><tr><td>external_id</td>', 'is HTML or XML'],
    [
      'NDJSON',
      '{"external_id":"e-1"}\n',
      'is JSON, not CSV; one object a line is needed, with --format ndjson',
    ],
    [
      'an endless line',
      `${HEADER}\n${LINE}\n${'x'.repeat(70_000)}`,
      'after line 2 in one row: either a quote',
    ],
    ['UTF-16', new Uint8Array(Buffer.from(`\uFEFF${HEADER}\n${LINE}\n`, 'utf16le')), 'is UTF-16'],
    ['UTF-16 without a mark', new Uint8Array(Buffer.from(`${HEADER}\n${LINE}\n`, 'utf16le')), 'is UTF-16'],
    ['a quote that is never closed', `${HEADER}\n${LINE}\n"e-2,o,t-2,BCA\ne-3,o,t-3,BCA\n`, 'after line 2'],
  ])('is refused as a whole with %s', async (_what, content, words) => {
    expect(await wrong(content)).toContain(words);
  });

  it('does not hold a whole file for a quote that is never closed', async () => {
    let taken = 0;
    async function* endless() {
      yield Buffer.from(`${HEADER}\n"`);
      for (; taken < 100_000; taken += 1) yield Buffer.from(`${LINE}\n`);
    }
    const input = readInput(endless(), { format: 'csv' });
    const error = await thrownBy(
      (async () => {
        for await (const line of input) void line;
      })(),
    );
    expect(error).toMatchObject({ message: expect.stringContaining('never closed') });
    expect(taken).toBeLessThan(20_000);
  });

  it.each([
    ['3.94829E+13', '3.94829E+13 is a number that a spreadsheet has shortened'],
    ['3,94829E+13', '3,94829E+13 is a number that a spreadsheet has shortened'],
    ['1E+10', '1E+10 is a number that a spreadsheet has shortened'],
    ['39482906889734.0', '39482906889734.0 ends in .0, so a program took it for a number'],
    ['#NAME?', '#NAME? is what a spreadsheet shows in place of a value'],
    ['########', '######## is what a spreadsheet shows in place of a value'],
    ['3.94829e13', '3.94829e13 is a number that a spreadsheet has shortened'],
    ['Jos\uFFFD', 'is not UTF-8'],
    ['e\u00a01', 'holds \\u00a0, which nobody sees'],
    ['\u200be-1', 'holds \\u200b, which nobody sees'],
    ['e 1', 'must hold only ASCII letters, digits and dashes'],
    ['e-1 ', 'begins or ends with a blank'],
    ['', 'must not be empty'],
    ['x'.repeat(65), 'must have at most 64 characters'],
  ])('refuses the external_id %j by name', async (id, words) => {
    const { rows, rejects } = await read(`${HEADER}\n${LINE}\n"${id}",o-2,t-2,BCA\n`);
    expect(rows).toHaveLength(1);
    expect(rejects).toMatchObject([
      { line: 3, column: 'external_id', external_id: id, transaction_id: 't-2' },
    ]);
    expect(rejects[0]!.reason).toContain(`external_id ${words}`);
  });

  it('sees spoilt numbers and bytes in transaction_id too, whose rules are wide', async () => {
    for (const id of ['6.04988E+12', '604988.0', '#N/A']) {
      const { rejects } = await read(`${HEADER}\ne-1,o-1,${id},BCA\n`);
      expect(rejects).toMatchObject([{ column: 'transaction_id' }]);
    }
    const latin1 = Buffer.from(`${HEADER}\ne-1,o-1,t-\xe9,BCA\n`, 'latin1');
    expect((await read(latin1)).rejects).toMatchObject([{ line: 2, column: 'transaction_id' }]);
  });

  it('takes an id that only looks like a number in short form', async () => {
    expect(await rowOf(`${HEADER}\n12E5,1E10,604E-7,BCA\n`)).toMatchObject({
      external_id: '12E5',
      order_id: '1E10',
    });
  });

  it('counts ids of digits only, whose leading zeros may be lost', async () => {
    const { digitsOnly } = await read(`${HEADER}\n1,o,t-1,BCA\ne,2,t-2,BCA\n${LINE}\n`);
    expect(digitsOnly).toBe(2);
  });

  it('says of a line with too few or too many cells how many it has, and reads the others', async () => {
    const { rows, rejects } = await read(
      `${HEADER}\n${LINE}\ne-2,o-2,t-2\ne-3,o-3,t-3,BCA,more\ne-4,o-4,t-4,BCA\n`,
    );
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
    expect(rejects.map(({ line, column, reason }) => [line, column, reason.slice(0, 40)])).toEqual([
      [3, '', 'has 3 cells where the first line has 4; '],
      [4, '', 'has 5 cells where the first line has 4; '],
    ]);
  });

  it('names the line where a row begins, though cells hold line breaks', async () => {
    const { rows } = await read(`${HEADER},note\n${LINE},"a\r\nb\nc"\ne-2,o-2,t-2,BCA,\n`);
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('lifts the limits of own ids if asked', async () => {
    const content = `${HEADER}\ne_1 x,o_1,t-1,BCA\n`;
    expect((await read(content)).rejects).toHaveLength(1);
    expect(await rowOf(content, { liftIdLimits: true })).toMatchObject({
      external_id: 'e_1 x',
      order_id: 'o_1',
    });
  });
});

describe('NDJSON', () => {
  const ndjson = { format: 'ndjson' } as const;
  const json = (changes: object = {}) => JSON.stringify({ ...ROW, ...changes });

  it.each([
    ['LF', `${json()}\n`],
    ['CRLF and empty lines', `\r\n${json()}\r\n\r\n`],
    ['a byte order mark, and no break at the end', `\uFEFF${json()}`],
    ['null for what may be absent', `${json({ payment_method: null, single_use: null })}\n`],
    ['capitals, and other members', `${json({ amount: 3 }).replace('order_id', 'Order_ID')}\n`],
  ])('is read with %s', async (_what, content) => {
    expect(await rowOf(content, ndjson)).toEqual(ROW);
  });

  it('takes single_use as a boolean or in words', async () => {
    expect(await rowOf(json({ single_use: true }), ndjson)).toMatchObject({ single_use: true });
    expect(await rowOf(json({ single_use: 'no' }), ndjson)).toMatchObject({ single_use: false });
  });

  it.each([
    ['what is not JSON', '{"external_id":', '', 'is not JSON'],
    ['what is no object', '"e-1"', '', 'is no JSON object'],
    ['a member named twice', `{"order_id":"o-2",${json().slice(1)}`, '', 'names a member twice'],
    [
      'a member named twice in two letter cases',
      `{"ORDER_ID":"o-2",${json().slice(1)}`,
      'order_id',
      'names order_id twice',
    ],
    [
      'a number',
      json({ external_id: 39482906889734 }),
      'external_id',
      'must be a string, in quotes, not a number',
    ],
    ['null', json({ order_id: null }), 'order_id', 'must be a string, in quotes, not null'],
    ['a missing member', '{"external_id":"e-1"}', 'order_id', 'order_id is missing'],
    [
      'a shortened number',
      json({ external_id: '3.94829E+13' }),
      'external_id',
      'a spreadsheet has shortened',
    ],
  ])('refuses %s, and reads the others', async (_what, line, column, words) => {
    const { rows, rejects } = await read(`${line}\n${json({ transaction_id: 't-2' })}\n`, ndjson);
    expect(rows).toMatchObject([{ transaction_id: 't-2', line: 2 }]);
    expect(rejects).toMatchObject([{ line: 1, column, reason: expect.stringContaining(words) }]);
  });

  it('is refused as a whole if it is an array, or a line is endless', async () => {
    expect(await wrong(`[${json()}]`, ndjson)).toMatch(/is a JSON array.*jq/);
    expect(await wrong(' '.repeat(70_000), ndjson)).toContain('more than 65536 bytes in line 1');
    expect(await wrong('\n \n', ndjson)).toContain('is empty');
    expect(await wrong(`${HEADER}\n${LINE}\n`, ndjson)).toContain('is no NDJSON');
    expect(await wrong(JSON.stringify(ROW, null, 2), ndjson)).toMatch(/over several lines; .*jq -c/);
  });
});

it('a file whose name does not tell is told by its bytes if it is another kind, else it is to be said', async () => {
  expect(await wrong(gzipSync(''), { format: undefined })).toContain('is compressed');
  expect(await wrong(HEADER, { format: undefined })).toContain('--format csv or --format ndjson');
});

describe('cells for a spreadsheet', () => {
  const dangerous = fc.stringMatching(/^['" ;,\t\r\n=+\-@＝a]*$/);

  it('come back as they were, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(dangerous, fc.string({ unit: 'grapheme' })), (text) => {
        expect(wholeCell(harmlessCell(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('begin no formula, not even where another separator splits the line', () => {
    fc.assert(
      fc.property(dangerous, (text) => {
        const parts = harmlessCell(text).split(/[;,\t\r\n]/);
        expect(parts.filter((part) => /^["' ]*[=+\-@＝]/.test(part) && !part.startsWith("'"))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('are read from CSV as they were written, ids that begin with a dash among them', async () => {
    const own = fc.stringMatching(/^[-A-Za-z0-9]{1,25}$/);
    const any = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter(
        (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Co}\uFFFD]/u.test(text) && text.trim() === text,
      );
    await fc.assert(
      fc.asyncProperty(own, own, fc.oneof(own, any), async (external_id, order_id, transaction_id) => {
        fc.pre(!/^(\d+[.,]0+|#\S*|-?\d+([.,]\d+E[+-]?|E\+)\d+)$/i.test(transaction_id));
        const written = csvLine(HEADER.split(',')) + csvLine([external_id, order_id, transaction_id, 'BCA']);
        const { rows, rejects } = await read(written, {}, 64);
        if (rows.length === 0) expect(rejects[0]!.reason).toMatch(/printable|nobody sees/);
        else expect(rows).toMatchObject([{ external_id, order_id, transaction_id }]);
      }),
      { numRuns: 300 },
    );
  });
});
