/** Reports: what a spreadsheet, a terminal and a browser get to see, from a real ledger. */
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateFile, REPORT_COLUMNS, reportText, type ReportFormat } from '../../src/bulk/files/report.ts';
import { createSeries, spanInWords } from '../../src/bulk/files/series.ts';
import { cancelMany, openLedger } from '../../src/bulk/index.ts';
import type { BulkRow } from '../../src/bulk/types.ts';
import { createVaClient } from '../../src/index.ts';
import { jsonResponse, options, stubFetch } from '../support/fixtures.ts';

let folder: string;
let place: { ledger: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-report-'));
  place = { ledger: join(folder, 'run.db') };
});
afterEach(() => rmSync(folder, { recursive: true }));

const rowOf = (transaction_id: string, changes: Partial<BulkRow> = {}): BulkRow => ({
  external_id: `e-${transaction_id}`,
  order_id: 'o',
  transaction_id,
  payment_channel: 'BCA',
  ...changes,
});

/** What a gateway says of each transaction id: the words of a refusal, and the status that an inquiry tells. */
type Says = Record<string, { message: string; status: string }>;

/** Cancels these at a gateway that says this; all others are cancelled at once. */
async function cancel(rows: BulkRow[], says: Says = {}): Promise<void> {
  const fetch = stubFetch((url, { body }) => {
    const request = JSON.parse(body as string) as BulkRow;
    const said = says[request.transaction_id];
    if (url.endsWith('/va/cancel') && said)
      return jsonResponse({ response_code: '01', response_message: said.message }, 400);
    const transaction_status = said?.status ?? 'CANCELED';
    return jsonResponse({ ...request, transaction_status, response_code: '00' });
  });
  await cancelMany({
    client: createVaClient({ ...options, fetch }),
    ...place,
    rows,
    rate: 100_000,
    waitMs: 0,
  });
}

async function reportOf(format: ReportFormat): Promise<string> {
  const ledger = await openLedger({ ...place, readOnly: true });
  try {
    let text = '';
    for await (const piece of reportText(ledger, format)) text += piece;
    return text;
  } finally {
    await ledger.close();
  }
}

const hostile = '</script><img src=x onerror=alert(1)>"\' \u001b[31m\u202e=cmd';

describe('as CSV', () => {
  it('has a line for each row, no formula and no control character', async () => {
    const says = { t1: { message: `=HYPERLINK("http://evil.example")\u001b[2J`, status: 'ACTIVE' } };
    await cancel(
      [
        rowOf('t1', { external_id: '-1', order_id: '--2' }),
        rowOf('@t2', { external_id: 'e-t2', payment_channel: '+x;=1' }),
      ],
      says,
    );
    const [header, first = '', second] = (await reportOf('csv')).split('\n');
    expect(header).toBe(REPORT_COLUMNS.join(','));
    expect(first).toMatch(
      /^'-1,'--2,t1,BCA,refused,invalid_parameter,01,"'=HYPERLINK\(""http:\/\/evil\.example""\)\\u001b\[2J",1,/,
    );
    expect(second).toMatch(/^e-t2,o,'@t2,"'\+x;'=1",done,,00,,1,20\d\d-.*Z,20\d\d-.*Z,cancel$/);
  });
});

describe('as CSV and NDJSON', () => {
  it('has who was paid before all others, and each row once', async () => {
    const says = { t2: { message: 'no', status: 'PAID' }, t4: { message: 'no', status: 'PAID' } };
    await cancel(
      ['t1', 't2', 't3', 't4'].map((id) => rowOf(id, { single_use: id === 't4' })),
      says,
    );
    const ids = (await reportOf('csv'))
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[2]);
    expect(ids).toEqual(['t2', 't4', 't1', 't3']);
    expect((await reportOf('ndjson')).match(/"transaction_id":"t\d"/g)).toHaveLength(4);
  });
});

describe('as NDJSON', () => {
  it('has all that is known, the words as they came, but for what a terminal would obey', async () => {
    await cancel([rowOf('t1', { single_use: true })], {
      t1: { message: `${hostile}\u009b`, status: 'PAID' },
    });
    const text = await reportOf('ndjson');
    expect(text).not.toMatch(/[\u001b\u009b]/);
    expect(JSON.parse(text)).toMatchObject({
      transaction_id: 't1',
      single_use: true,
      state: 'refused',
      code: 'already_paid',
      by: 'inquiry',
      transaction_status: 'PAID',
    });
  });
});

describe('as one HTML page', () => {
  it('escapes the words of the gateway, and lets only its own script and styles in', async () => {
    await cancel(
      [rowOf('t1'), rowOf('<b>&"', { external_id: 'e-t2', payment_channel: hostile.slice(0, 30) })],
      {
        t1: { message: hostile, status: 'ACTIVE' },
      },
    );
    const page = await reportOf('html');
    expect(page.match(/<script|<\/script/g)).toHaveLength(2);
    expect(page).not.toMatch(/<img|<b>&|[\u001b\u202e]/);
    expect(page).toContain(
      '&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;&#34;&#39; \\u001b[31m\\u202e=cmd',
    );
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
    const hash = (tag: string) => {
      const [, content = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)!;
      return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    };
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; base-uri 'none'; form-action 'none'`,
    );
    // Nothing asks anybody for anything, and no style is inline, which the policy would refuse.
    const tags = page.match(/<[a-z][^>]*>/g)!.join('');
    expect(tags).not.toMatch(/\b(src|href|style|on\w+)=/);
    expect(page).not.toMatch(/url\(|@import/);
  });

  it('names who was paid before what else needs a person, and both before the rows', async () => {
    await cancel([rowOf('t1'), rowOf('t2'), rowOf('t3', { single_use: true }), rowOf('t4')], {
      t2: { message: 'no', status: 'PAID' },
      t3: { message: 'no', status: 'PAID' },
      t4: { message: 'no', status: 'EXPIRED' },
    });
    const page = await reportOf('html');
    expect(page).toContain('<h1>1 of 4 virtual accounts are cancelled</h1>');
    const at = (words: string) => {
      expect(page).toContain(words);
      return page.indexOf(words);
    };
    const order = [
      '2 paid</h2>',
      'e-t2',
      'e-t3',
      'Over time</h2>',
      'Why</h2>',
      'All 4</h2>',
      'e-t4',
      'e-t1',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(page).toMatch(/<code>already_expired<\/code><td data-label="accounts">1</);
  });

  it('of many has the totals, and only the rows that are not simply done', async () => {
    const rows = Array.from({ length: 5200 }, (_, index) => rowOf(`t${index}`));
    await cancel(rows, { t7: { message: 'no', status: 'EXPIRED' } });
    const page = await reportOf('html');
    expect(page).toContain('<h1>5,199 of 5,200 virtual accounts are cancelled</h1>');
    expect(page).toContain('1 not simply done</h2>');
    expect(page.match(/<tr data-state/g)).toHaveLength(1);
    expect(page.length).toBeLessThan(40_000);
  }, 60_000);

  it('of a run that was not begun says so', async () => {
    const ledger = await openLedger(place);
    const load = await ledger.load();
    await load.add([rowOf('t1')]);
    await load.commit();
    await ledger.close();
    expect(await reportOf('html')).toMatch(
      /<h1>0 of 1 virtual accounts are cancelled[^]*nothing was sent yet/,
    );
  });
});

describe('outcomes over time', () => {
  it('are in at most 120 stretches, however long the run, and none is lost', () => {
    for (const everyMs of [10, 1000, 60_000, 3_600_000, 86_400_000, 40 * 86_400_000]) {
      const series = createSeries();
      const start = Date.UTC(2026, 0, 1, 12, 34, 56);
      for (let index = 0; index < 1000; index += 1)
        series.add(start + ((index * 7) % 1000) * everyMs, index % 10 === 0 ? 'refused' : 'done');
      const { buckets, widthMs } = series.read();
      expect(buckets.length).toBeLessThanOrEqual(121);
      expect(buckets.reduce((sum, { done }) => sum + done, 0)).toBe(900);
      expect(buckets.reduce((sum, { refused }) => sum + refused, 0)).toBe(100);
      for (const [index, { from }] of buckets.entries())
        expect(from).toBe(buckets[0]!.from + index * widthMs);
      expect(buckets[0]!.from).toBeLessThanOrEqual(start);
    }
    expect(createSeries().read().buckets).toEqual([]);
  });

  it('are in stretches that have a name', () => {
    expect([1000, 5000, 60_000, 600_000, 7_200_000, 86_400_000].map(spanInWords)).toEqual([
      'second',
      '5 seconds',
      'minute',
      '10 minutes',
      '2 hours',
      'day',
    ]);
  });
});

describe('a file that only its owner can read', () => {
  const path = () => join(folder, 'report.csv');

  it('is there whole, in the place of an older one, or not at all', async () => {
    writeFileSync(path(), 'older', { mode: 0o644 });
    const file = await privateFile(path());
    await file.write('x'.repeat(100_000));
    expect(readFileSync(path(), 'utf8')).toBe('older');
    await file.write('y');
    await file.keep();
    expect(readFileSync(path(), 'utf8')).toBe(`${'x'.repeat(100_000)}y`);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const given = await privateFile(path());
    await given.write('z');
    await given.discard();
    expect(readFileSync(path(), 'utf8')).toMatch(/y$/);
    expect(readdirSync(folder)).toEqual(['report.csv']);
  });

  it('is no device: that is written to, and stays what it is', async () => {
    symlinkSync('/dev/null', path());
    const file = await privateFile(path());
    await file.write('x');
    await file.keep();
    expect(statSync(path()).isFile()).toBe(false);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
