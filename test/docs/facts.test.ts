/** What the documents say in their tables, held against the code. Their blocks are checked by ../docs. */
import { describe, expect, it } from 'vitest';
import { objectAt, readContract } from '../../spec/contract.ts';
import type { CallbackError } from '../../src/callback.ts';
import { EXIT } from '../../src/cli/result.ts';
import { createVaClient } from '../../src/client.ts';
import { OUTCOMES, type VaErrorCode, type VaErrorDetails } from '../../src/errors.ts';
import { CODES, DENO_TEXTS } from '../../src/runtime.ts';
import { operations } from '../../src/operations.ts';
import { judgeAnswer } from '../../src/answer.ts';
import { readDocument } from '../support/doc-blocks.ts';
import {
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  stubFetch,
  vaErrorFrom,
} from '../support/fixtures.ts';

const outcomes = readDocument('docs/outcomes.md');
const errors = readDocument('docs/errors.md');

/** The cells of the first table behind `start`, without its head. Code marks are taken off. */
function tableAfter(markdown: string, start: string): string[][] {
  const from = markdown.indexOf(start);
  if (from < 0) throw new Error(`not found: ${start}`);
  const [, table] = /\n\n(\|[^]*?\|)\n\n/.exec(markdown.slice(from)) ?? [];
  const rows = table!.split('\n').slice(2);
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

it.each([
  ['docs/outcomes.md', '# Outcomes'],
  ['README.md', '## The outcomes'],
])('every outcome is in the table of %s', (file, heading) => {
  const named = tableAfter(readDocument(file), heading).map(([outcome]) => outcome);
  expect(named).toEqual(expect.arrayContaining([...new Set(Object.values(OUTCOMES))]));
});

describe('docs/errors.md', () => {
  const sections = [...new Set(Object.values(OUTCOMES))].map((outcome) => {
    const heading = `## \`${outcome}\``;
    return { outcome, heading, rows: tableAfter(errors, heading) };
  });
  const rows = sections.flatMap((section) => section.rows);
  const row = (code: string) => rows.find(([name]) => name === code)!;

  it.each(sections)('has every code of $outcome once, and nothing empty', ({ outcome, rows }) => {
    const codes = Object.entries(OUTCOMES).filter(([, stands]) => stands === outcome);
    expect(rows.map(([code]) => code)).toEqual(codes.map(([code]) => code));
    for (const cells of rows) {
      expect(cells).toHaveLength(5);
      for (const cell of cells) expect(cell, cells.join(' | ')).not.toBe('');
    }
  });

  it.each(sections)('has the exit code of $outcome', ({ outcome, heading }) => {
    const section = errors.slice(errors.indexOf(heading)).split('\n\n', 2)[1];
    expect(section).toMatch(new RegExp(`^The command exits with ${EXIT[outcome]}\\.`));
  });

  // What the cells say of a status; undefined is none. A redirect is one whatever else it holds.
  const notRedirect = (status?: number) => !(status && status >= 300 && status < 400);
  const STATUS: Record<string, (status?: number) => boolean> = {
    none: (status) => status === undefined,
    'or none': notRedirect,
    any: (status) => status !== undefined && notRedirect(status),
    'not 5xx': (status) => status !== undefined && status < 500 && notRedirect(status),
    '3xx': (status) => !notRedirect(status),
    '401': (status) => status === 401,
  };
  const saysStatus = (code: string, status?: number) => STATUS[row(code)[1]!]!(status);
  const saysCode = (code: string, responseCode?: string) => {
    const says = row(code)[2]!;
    return says === 'any' || says === (responseCode ?? 'none');
  };

  it('has the status and the response code that each answer leads to, and no other', () => {
    const STATUSES = [200, 201, 202, 400, 401, 403, 404, 409, 422, 429, 499, 500, 502, 503, 599];
    const { enum: documented } = objectAt(readContract(), '/components/schemas/ResponseCode');
    const LISTED = [...(documented as string[]), '77', undefined];
    const rules = { ...operations.cancel.rules(), isSuccess: () => false } as never;
    const seen = new Map<string, { statuses: Set<number>; codes: Set<string | undefined> }>();
    for (const status of STATUSES) {
      for (const response_code of LISTED) {
        const code = judgeAnswer(rules, pageRequest, status, { response_code }) as VaErrorCode;
        expect(saysStatus(code, status), `${code} with ${status}`).toBe(true);
        expect(saysCode(code, response_code), `${code} with ${response_code}`).toBe(true);
        if (!seen.has(code)) seen.set(code, { statuses: new Set(), codes: new Set() });
        seen.get(code)!.statuses.add(status);
        seen.get(code)!.codes.add(response_code);
      }
    }
    for (const [code, { statuses, codes }] of seen) {
      expect(STATUSES.filter((status) => statuses.has(status))).toEqual(
        STATUSES.filter((status) => saysStatus(code, status)),
      );
      expect(codes.size > 1, code).toBe(row(code)[2] === 'any');
    }
  });

  const failing = (code: string, syscall: string) => () =>
    Promise.reject(
      new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) }),
    );
  const hanging = () => new Promise<Response>(() => undefined);
  const answering = (body: () => BodyInit) => (status: number) => new Response(body(), { status });
  const stalling = answering(() => new ReadableStream());
  const breaking = answering(
    () => new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) }),
  );
  const others = JSON.stringify({ ...pageSuccess, order_id: 'other' });

  // How each comes about before the head of an answer, and behind one.
  it.each<[VaErrorCode, (() => Promise<Response>) | undefined, ((status: number) => Response) | undefined]>([
    ['dns_failed', failing('ENOTFOUND', 'getaddrinfo'), undefined],
    ['connection_refused', failing('ECONNREFUSED', 'connect'), undefined],
    ['certificate_rejected', failing('CERT_HAS_EXPIRED', ''), undefined],
    ['connection_failed', failing('ECONNRESET', 'read'), breaking],
    ['timeout', hanging, stalling],
    ['aborted', hanging, stalling],
    ['redirected', undefined, answering(() => '')],
    ['answer_too_large', undefined, answering(() => ' '.repeat(300_000))],
    ['answer_unreadable', undefined, answering(() => '<html>')],
    ['answer_about_other_ids', undefined, answering(() => others)],
  ])('has what %s can hold, and no other', async (code, before, behind) => {
    const statuses = [200, 307, 401, 404, 500];
    const ways = [
      ...(before ? [before] : []),
      ...(behind ? statuses.map((status) => () => behind(status)) : []),
    ];
    const errors = await Promise.all(
      ways.map((way) => {
        const client = createVaClient({
          ...options,
          fetch: stubFetch(way),
          timeoutMs: code === 'timeout' ? 50 : 5_000,
        });
        const signal = code === 'aborted' ? AbortSignal.timeout(50) : undefined;
        return vaErrorFrom(client.cancel(pageRequest, { signal }));
      }),
    );
    const seen = errors.filter((error) => error.code === code);
    const possible = [undefined, ...statuses];
    expect(possible.filter((status) => seen.some((error) => error.status === status))).toEqual(
      possible.filter((status) => saysStatus(code, status)),
    );
    expect(row(code)[2]).toBe(seen.some(({ responseCode }) => responseCode) ? 'any' : 'none');
  });

  it.each([
    ['already_paid', 'PAID', true],
    ['paid_not_final', 'PAID', false],
    ['already_expired', 'EXPIRED', false],
    ['still_active', 'ACTIVE', false],
    ['unsettled', 'PROCESSING', false],
  ])('says what %s really holds, when an inquiry says %s', async (code, transactionStatus, singleUse) => {
    const fetch = stubFetch(() => jsonResponse({ ...pageSuccess, transaction_status: transactionStatus }));
    const client = createVaClient({ ...options, fetch });
    const error = await vaErrorFrom(client.confirm(pageRequest, { singleUse }));
    expect(error).toMatchObject({ code, transactionStatus });
    expect(saysStatus(code, error.status)).toBe(true);
    expect(saysCode(code, error.responseCode)).toBe(true);
  });

  it.each([
    'invalid_request',
    'url_not_allowed',
    'signing_failed',
    'aborted_before_sending',
    'middleware_failed',
  ])('says that %s, which no answer leads to, holds nothing of one', (code) =>
    expect(row(code).slice(1, 3)).toEqual(['none', 'none']),
  );

  it('names every member of an error, and every code of the others', () => {
    const [, listed = ''] = /each only where there is one: ([^.]*)\./.exec(errors) ?? [];
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(Object.keys(everything));
    const codes: CallbackError['code'][] = ['malformed', 'wrong_signature'];
    for (const code of [...codes, 'usage', 'crashed']) expect(errors).toContain(`\`${code}\``);
  });
});

/** Every member of an error; one more does not compile without a place here. */
const everything: Record<keyof VaErrorDetails, true> = {
  operation: true,
  status: true,
  responseCode: true,
  responseMessage: true,
  responseError: true,
  transactionStatus: true,
  history: true,
  attemptId: true,
  durationMs: true,
  retryAfterMs: true,
  request: true,
  cause: true,
};

describe('docs/outcomes.md', () => {
  it('names every status and code that confirming knows', () => {
    const rows = tableAfter(outcomes, '## Settling an unknown');
    const statuses = rows.flatMap(([status]) => status!.match(/[A-Z]+/g) ?? []);
    expect(statuses.sort()).toEqual(['ACTIVE', 'CANCELED', 'EXPIRED', 'PAID', 'REQUEST', 'SUCCESS']);
    const codes = ['still_active', 'already_paid', 'paid_not_final', 'already_expired', 'unsettled'];
    for (const code of codes) expect(rows.flat().join(' ')).toContain(code);
  });

  describe('the table of proofs', () => {
    const table = tableAfter(outcomes, '## What proves');
    const node = table.find(([runtime]) => runtime === 'Node, undici')!.join(' ');

    it.each([...CODES] as [string, { syscall?: string; means: string }][])(
      'mentions %s',
      (code, { syscall, means }) => {
        expect(node).toContain(means === 'certificate_rejected' ? 'certificates' : code);
        if (syscall) expect(node).toContain(syscall);
      },
    );

    it.each(DENO_TEXTS)("mentions Deno's words: %s", (text) => {
      const [, , proofs] = table.find(([runtime]) => runtime === 'Deno')!;
      expect(proofs!.split(', ').some((words) => text.includes(words))).toBe(true);
    });

    it('mentions no code that proves nothing', () => {
      const codes = table
        .flat()
        .join(' ')
        .match(/\bE[A-Z_]{4,}\b/g)!;
      expect([...CODES.keys()]).toEqual(expect.arrayContaining(codes));
    });
  });
});
