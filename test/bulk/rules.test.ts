/** The rules that must hold, on both stores alike. What breaks in the middle is proof.ts's. */
import { spawn } from 'node:child_process';
import { copyFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import {
  cancelMany,
  enqueue,
  openLedger,
  work,
  type BulkEvent,
  type BulkRow,
  type CancelManyOptions,
} from '../../src/bulk/index.ts';
import { openRun } from '../../src/bulk/ledger.ts';
import { createVaClient } from '../../src/index.ts';
import { root } from '../support/built.ts';
import type { ChildOptions } from './child.ts';
import { bulkAccount, CREDENTIALS, BulkGateway } from './gateway.ts';
import {
  clientOf,
  FAST,
  eachGateway,
  hasPostgres,
  ledgers,
  listener,
  of,
  reported,
  STORES,
} from './support.ts';

const ledger = ledgers();
const start = eachGateway();
const accounts = (count: number, from = 0): BulkRow[] =>
  Array.from({ length: count }, (_, n) => bulkAccount(from + n));
/** How many in the second that has most. */
const busiestSecond = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
const idOf = (n: number) => bulkAccount(n).transaction_id;

describe.each(STORES)('on %s', (kind) => {
  it('cancels every row once, and says so', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const { events, onEvent } = listener();
    const result = await cancelMany({ client, ...place, ...FAST, rows: accounts(700), onEvent });
    expect(result).toMatchObject({ counts: { done: 700, queued: 0, unknown: 0 }, sent: 700, inquired: 0 });
    expect(result.stopped).toBeUndefined();
    expect(gateway.accounts.size).toBe(700);
    expect(of(events, 'row').filter(({ state }) => state === 'done')).toHaveLength(700);
    expect([...(await reported(place)).values()].every((row) => row.by === 'cancel' && row.sent_at)).toBe(
      true,
    );
  });

  it('asks once after a refusal, and says what was the reason', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.accounts.set(idOf(0), 'CANCELED');
    gateway.accounts.set(idOf(1), 'PAID');
    gateway.accounts.set(idOf(2), 'PAID');
    gateway.accounts.set(idOf(3), 'EXPIRED');
    gateway.isMissing = (id) => id === idOf(4);
    const rows = accounts(7).map((row, n) => ({ ...row, ...(n === 2 && { single_use: true }) }));
    const { counts, inquired } = await cancelMany({ client, ...place, ...FAST, rows });
    const found = await reported(place);
    const states = rows.map(({ transaction_id: id }) => [found.get(id)!.state, found.get(id)!.code]);
    expect(states).toEqual([
      ['done', 'already_canceled'],
      ['needs_a_person', 'paid_not_final'],
      ['refused', 'already_paid'],
      ['refused', 'already_expired'],
      ['refused', 'not_found'],
      ['done', null],
      ['done', null],
    ]);
    expect(counts).toMatchObject({ done: 3, refused: 3, needs_a_person: 1, paid: 2 });
    expect(inquired).toBe(5);
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  });

  it('has committed a row as sending before its request arrives', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const seen: string[] = [];
    const beside = await openRun({ ...place });
    const arrived = gateway.fault;
    gateway.fault = (path, id) => {
      seen.push(id);
      return arrived(path, id);
    };
    const states: unknown[] = [];
    const watched = {
      gateway: client.gateway,
      inquire: client.inquire,
      cancel: async (...args: Parameters<typeof client.cancel>) => {
        const id = args[0].transaction_id;
        const [row] = await beside.store.all(
          `SELECT state, attempts, sent_at FROM {schema}.accounts WHERE transaction_id = $1`,
          [id],
        );
        states.push([row!.state, row!.attempts, Number(row!.sent_at) > 0]);
        return client.cancel(...args);
      },
    };
    await cancelMany({ client: watched, ...place, ...FAST, rows: accounts(40) });
    await beside.close();
    expect(seen).toHaveLength(40);
    expect(states).toEqual(Array(40).fill(['sending', 1, true]));
  });

  it('goes on where it was interrupted', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const abort = new AbortController();
    const { events } = listener();
    const first = await cancelMany({
      client,
      ...place,
      ...FAST,
      rows: accounts(300),
      signal: abort.signal,
      onEvent: (event) => {
        events.push(event);
        if (of(events, 'row').length === 50) abort.abort();
      },
    });
    expect(first).toMatchObject({ stopped: 'aborted' });
    expect(first.counts.queued).toBeGreaterThan(0);
    expect(first.counts.unknown).toBe(0);
    const second = await cancelMany({ client, ...place, ...FAST });
    expect(second.counts).toMatchObject({ done: 300, queued: 0 });
    expect(first.sent + second.sent).toBe(300);
    expect(gateway.verdict().blind).toEqual([]);
  });

  it('reads no more rows when it is aborted, though their source waits for ever, and keeps none', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const abort = new AbortController();
    async function* endless() {
      yield* accounts(600);
      abort.abort();
      await new Promise(() => undefined);
    }
    const result = await cancelMany({ client, ...place, ...FAST, rows: endless(), signal: abort.signal });
    expect(result).toMatchObject({ stopped: 'aborted', sent: 0, counts: { queued: 0 } });
    expect(gateway.requests).toBe(0);
    const rows = bulkAccount(0) as never;
    await expect(cancelMany({ client, ...place, rows })).rejects.toMatchObject({
      code: 'invalid',
      message: 'rows must be an array, or another iterable or async iterable, of rows',
    });
  });

  it('settles no row by a refusal of the credentials, stops, and goes on with the right ones', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    let count = 0;
    gateway.fault = () => {
      if (++count === 30) gateway.credentials = { ...gateway.credentials, hashKey: 'fake-rotated' };
      return undefined;
    };
    const stopped = await cancelMany({ client, ...place, ...FAST, rows: accounts(200) });
    expect(stopped).toMatchObject({ stopped: 'credentials', code: 'invalid_signature' });
    expect(stopped.message).toContain('hash key');
    expect(stopped.counts).toMatchObject({ refused: 0, unknown: 0, needs_a_person: 0 });
    expect(stopped.counts.done + stopped.counts.queued).toBe(200);
    gateway.credentials = { ...gateway.credentials, secretUnboundId: 'fake-rotated-too' };
    const again = await cancelMany({
      client: clientOf(gateway, { hashKey: 'fake-rotated' }),
      ...place,
      ...FAST,
    });
    expect(again).toMatchObject({ stopped: 'credentials', code: 'unauthorized', counts: { refused: 0 } });
    const right = clientOf(gateway, { hashKey: 'fake-rotated', secretUnboundId: 'fake-rotated-too' });
    const ended = await cancelMany({ client: right, ...place, ...FAST });
    expect(ended.counts).toMatchObject({ done: 200, refused: 0, queued: 0 });
  });

  it('stops if none of the first ten rows is known, until it is told that this is right', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.isMissing = () => true;
    const options = { client, ...place, rate: 10_000, concurrency: 1 };
    const stopped = await cancelMany({ ...options, rows: accounts(30) });
    expect(stopped).toMatchObject({ stopped: 'not_found' });
    expect(stopped.sent).toBeLessThan(15);
    const before = gateway.requests;
    expect(await cancelMany(options)).toMatchObject({ stopped: 'not_found', sent: 0 });
    expect(gateway.requests).toBe(before);
    const ended = await cancelMany({ ...options, acceptNotFound: true });
    expect(ended.counts).toMatchObject({ refused: 30, queued: 0, unknown: 0 });
    expect(ended.stopped).toBeUndefined();
  });

  it('is bound to its gateway, merchant and sub-merchant', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    await cancelMany({ client, ...place, ...FAST, rows: accounts(2) });
    const before = gateway.requests;
    const other = await new BulkGateway().listen();
    for (const wrong of [
      clientOf(other),
      clientOf(gateway, { merchantId: 'FAKE-OTHER' }),
      { ...client, gateway: { ...client.gateway, subMerchantId: 'FAKE-SUB' } },
    ]) {
      await expect(cancelMany({ client: wrong, ...place, rows: accounts(3) })).rejects.toMatchObject({
        code: 'other_gateway',
        message: expect.stringContaining('Nothing was sent'),
      });
    }
    expect([gateway.requests, other.requests]).toEqual([before, 0]);
    await other.close();
  });

  it('sends nothing if a row is wrong or given twice in two ways', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const bad = { ...bulkAccount(5), order_id: 'with a space', line: 7 };
    await expect(cancelMany({ client, ...place, rows: [...accounts(3), bad] })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/line 7: order_id must hold only/),
    });
    const twice = { ...bulkAccount(1), payment_channel: 'BRI' };
    await expect(cancelMany({ client, ...place, rows: [...accounts(3), twice] })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(idOf(1)),
    });
    expect(gateway.requests).toBe(0);
    // The same row twice is one.
    const { counts } = await cancelMany({
      client,
      ...place,
      ...FAST,
      rows: [...accounts(3), bulkAccount(1)],
    });
    expect(counts).toMatchObject({ done: 3, queued: 0 });
    expect(gateway.requests).toBe(3);
  });

  it('says of each row whether it is new, the same or another, and which have vanished', async () => {
    const place = await ledger(kind);
    const run = await openLedger(place);
    const rows = accounts(4).map((row, n) => ({ ...row, line: n + 2 }));
    const first = await run.load();
    expect((await first.add(rows)).added).toBe(4);
    await first.commit({ name: 'a.csv', sha256: 'fa', rejected: 2 });
    expect(await run.info()).toMatchObject({ source: { name: 'a.csv', sha256: 'fa' } });
    const second = await run.load();
    const other = { ...rows[1]!, external_id: 'FAKE-other', line: 9 };
    const fresh = { ...bulkAccount(9), line: 10 };
    const added = await second.add([rows[0]!, other, fresh, { ...fresh, line: 11 }]);
    expect(added.added).toBe(1);
    expect(added.same.map(({ row, first: before, here }) => [row.line, before.line, here])).toEqual([
      [2, 2, false],
      [11, 10, true],
    ]);
    expect(added.conflicts.map(({ row, first: before }) => [row.line, before.line])).toEqual([[9, 3]]);
    const vanished = [];
    for await (const row of second.vanished()) vanished.push(row.line);
    expect(vanished).toEqual([4, 5]);
    // Of a load that is not committed nothing is in the run.
    expect(await run.counts()).toMatchObject({ queued: 4, rejected: 2 });
    await second.discard();
    const third = await run.load();
    expect((await third.add([fresh])).added).toBe(1);
    await third.commit();
    expect(await run.counts()).toMatchObject({ queued: 5 });
    await run.close();
  });

  it('leaves out what a later file names no more, until one names it again', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    const rows = accounts(4);
    // One may be cancelled already: it was sent, and nobody knows what became of it.
    gateway.fault = (_path, id) => (id === idOf(3) ? 'drop before' : undefined);
    const options = { client, ...place, ...FAST, timeoutMs: 300, marginMs: 0, waitMs: 0 };
    const begun = await cancelMany({ ...options, rows: [rows[3]!] });
    expect(begun.counts).toMatchObject({ unknown: 1 });
    const run = await openLedger(place);
    const load = async (named: readonly BulkRow[]) => {
      const next = await run.load();
      const { back } = await next.add(named);
      await next.commit(undefined, true);
      return back;
    };
    expect(await load(rows)).toBe(0);
    await load(rows.slice(0, 2));
    expect((await reported(place)).get(idOf(2))).toMatchObject({ state: 'needs_a_person', code: 'left_out' });
    gateway.fault = () => undefined;
    const { counts } = await cancelMany({ ...options, waitMs: 30_000 });
    expect(counts).toMatchObject({ done: 2, needs_a_person: 2 });
    // It was still active: it was asked after, and not cancelled.
    expect((await reported(place)).get(idOf(3))).toMatchObject({
      state: 'needs_a_person',
      code: 'left_out',
      transaction_status: 'ACTIVE',
      attempts: 1,
    });
    expect(await run.retry()).toBe(0);
    expect(await load(rows)).toBe(2);
    await run.close();
    expect((await cancelMany({ ...options, waitMs: 30_000 })).counts).toMatchObject({ done: 4 });
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  }, 60_000);

  it('puts back what was not found, and takes the same answer to an inquiry for the end of it', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.isMissing = (id) => id === idOf(1);
    await cancelMany({ client, ...place, ...FAST, rows: accounts(2) });
    const run = await openLedger(place);
    expect(await run.retry()).toBe(1);
    await run.close();
    expect((await cancelMany({ client, ...place, ...FAST })).counts).toMatchObject({ done: 1, refused: 1 });
    expect((await reported(place)).get(idOf(1))).toMatchObject({
      code: 'not_found',
      by: 'inquiry',
      attempts: 1,
    });
  });

  it('takes the same row from a later file that does not say how often it can be paid', async () => {
    const { client } = await start();
    const place = await ledger(kind);
    await cancelMany({ client, ...place, ...FAST, rows: [{ ...bulkAccount(0), single_use: true }] });
    const again = await cancelMany({ client, ...place, ...FAST, rows: [bulkAccount(0)] });
    expect(again).toMatchObject({ sent: 0, counts: { done: 1 } });
    const two = [{ ...bulkAccount(1), single_use: true }, bulkAccount(1)];
    await expect(cancelMany({ client, ...place, ...FAST, rows: two })).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('keeps a refusal whose words no database takes as they are', async () => {
    const client = createVaClient({
      ...CREDENTIALS,
      baseUrl: 'https://gateway.invalid',
      fetch: async (url, { body }) =>
        url.endsWith('/va/inquiry')
          ? Response.json({
              ...JSON.parse(body as string),
              transaction_status: 'EXPIRED',
              response_code: '00',
            })
          : Response.json({ response_code: '01', response_message: 'no\0t \uD800this' }, { status: 400 }),
    });
    const place = await ledger(kind);
    const { counts } = await cancelMany({ client, ...place, ...FAST, rows: [bulkAccount(0)] });
    expect(counts).toMatchObject({ refused: 1, unknown: 0, queued: 0 });
    expect((await reported(place)).get(idOf(0))).toMatchObject({ code: 'already_expired' });
  });

  it('names the runs that are there to whoever looks for another', async () => {
    const place = await ledger(kind);
    await (await openLedger({ ...place, run: 'may' })).close();
    await expect(openLedger({ ...place, run: 'june', readOnly: true })).rejects.toMatchObject({
      code: 'no_such_ledger',
      message: expect.stringMatching(/^there is no run june in .*; it has may$/) as string,
    });
  });

  it('puts back what was refused, asks first, and cancels what is active', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.accounts.set(idOf(0), 'EXPIRED').set(idOf(1), 'PAID');
    await cancelMany({ client, ...place, ...FAST, rows: accounts(3) });
    gateway.accounts.set(idOf(0), 'ACTIVE');
    const run = await openLedger(place);
    expect(await run.retry()).toBe(2);
    expect(await run.counts()).toMatchObject({ unknown: 2, done: 1, paid: 0 });
    await run.close();
    const { counts } = await cancelMany({ client, ...place, ...FAST });
    expect(counts).toMatchObject({ done: 2, needs_a_person: 1, paid: 1 });
    expect(gateway.statusOf(idOf(0))).toBe('CANCELED');
    expect(gateway.verdict().blind).toEqual([]);
  });

  it('keeps to the rate, and goes at half of it when it is asked to', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    // Not since the first came: on a busy machine it comes late.
    const from = Date.now();
    const slow = await cancelMany({ client, ...place, rate: 40, concurrency: 20, rows: accounts(60) });
    expect(slow.counts.done).toBe(60);
    const last = Math.max(...[...gateway.journal.values()].map(([entry]) => entry!.at));
    expect(last - from).toBeGreaterThanOrEqual(1000);
    gateway.limit = 60;
    const { events, onEvent } = listener();
    const before = gateway.requests;
    const limited = await cancelMany({
      client,
      ...place,
      rate: 150,
      concurrency: 20,
      rows: accounts(300, 100),
      timeoutMs: 500,
      marginMs: 0,
      onEvent,
    });
    expect(limited.counts.done).toBe(360);
    expect(of(events, 'pace').map(({ rate }) => rate)).toContain(75);
    expect(gateway.requests - before).toBeLessThan(300 * 1.5);
    expect(gateway.verdict().blind).toEqual([]);
  }, 60_000);

  it('exceeds the rate by a quarter at most, by what it has marked ahead while calls stood still', async () => {
    const { client } = await start();
    const place = await ledger(kind);
    // Quick, so that much seems to fit into half a second; then it stands still, and what is marked piles up.
    const times: number[] = [];
    const timed: typeof client.cancel = async (...args) => {
      const count = times.push(Date.now());
      if (count > 60 && count <= 80) await new Promise((resolve) => setTimeout(resolve, 1_500));
      return client.cancel(...args);
    };
    const rows = accounts(300);
    await cancelMany({ client: { ...client, cancel: timed }, ...place, rate: 80, concurrency: 20, rows });
    expect(times).toHaveLength(300);
    // A window of the pace is of a tenth of a second: a second touches eleven.
    expect(busiestSecond(times)).toBeLessThanOrEqual(80 + 80 / 4 + 80 / 10);
  }, 60_000);

  it('sends nothing while too much goes wrong, and loses nothing', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    await gateway.close();
    const { events, onEvent } = listener();
    const result = await cancelMany({ client, ...place, ...FAST, rows: accounts(500), waitMs: 100, onEvent });
    expect(result).toMatchObject({ stopped: 'waiting', counts: { queued: 500, unknown: 0, refused: 0 } });
    expect(of(events, 'breaker')[0]).toMatchObject({ open: true, lastCode: 'connection_refused' });
    expect(result.sent).toBeLessThan(30);
    await gateway.listen();
    expect((await cancelMany({ client, ...place, ...FAST })).counts).toMatchObject({ done: 500, queued: 0 });
  });

  it('is not stopped by refusals, however many', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    for (let n = 0; n < 60; n++) gateway.accounts.set(idOf(n), 'EXPIRED');
    const { events, onEvent } = listener();
    const { counts } = await cancelMany({ client, ...place, ...FAST, rows: accounts(60), onEvent });
    expect(counts).toMatchObject({ refused: 60 });
    expect(of(events, 'breaker')).toEqual([]);
  });

  it('waits for what is due soon, and says when to come back for the rest', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    let cancels = 0;
    gateway.fault = (path, id) =>
      path === '/va/cancel' && id === idOf(0) && cancels++ === 0 ? 'drop before' : undefined;
    gateway.accounts.set(idOf(1), 'PROCESSING');
    gateway.accounts.set(idOf(2), 'PROCESSING');
    const options = { client, ...place, ...FAST, timeoutMs: 300, marginMs: 200, waitMs: 3_500 };
    const result = await cancelMany({ ...options, rows: accounts(3) });
    const found = await reported(place);
    // Its connection broke, inquiry said ACTIVE, and the first cancel could no longer be under way.
    expect(found.get(idOf(0))).toMatchObject({ state: 'done', attempts: 2 });
    expect(found.get(idOf(1))).toMatchObject({ state: 'unknown', transaction_status: 'PROCESSING' });
    expect(result).toMatchObject({ stopped: 'waiting', counts: { done: 1, unknown: 2 } });
    expect(Date.parse(result.nextDue!)).toBeGreaterThan(Date.now());
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  }, 30_000);

  it('asks with growing pauses, for 24 hours, and then leaves it to a person with all that was learned', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.accounts.set(idOf(0), 'PROCESSING');
    gateway.fault = (path) => (path === '/va/cancel' ? 'drop before' : undefined);
    const run = await openRun(place);
    /** Hours that nobody has to wait: every time in the ledger becomes so much older. */
    const pass = async (ms: number) => {
      for (const column of ['unknown_since', 'sent_at', 'again_at', 'next_at'])
        await run.store.all(`UPDATE {schema}.accounts SET ${column} = ${column} - $1`, [ms]);
      await run.store.all(`UPDATE {schema}.chunks SET next_at = next_at - $1, lease_until = 0`, [ms]);
    };
    const options = { client, ...place, ...FAST, timeoutMs: 300, marginMs: 0, waitMs: 0 };
    let begunAt = Date.now();
    let { counts } = await cancelMany({ ...options, rows: accounts(1) });
    // 1 s after the cancel, then of each inquiry: four times as long as before, up to two hours, until a day is over.
    const pauses = [1, 1, 4, 16, 64, 256, 1024, 4096, ...Array<number>(12).fill(7200)];
    for (const pause of pauses) {
      expect(counts.unknown).toBe(1);
      const due = Date.parse((await run.nextDue())!);
      // Counted from a moment within the call before.
      expect(due - begunAt).toBeGreaterThanOrEqual(pause * 1000);
      expect(due - Date.now()).toBeLessThanOrEqual(pause * 1000);
      await pass(due - Date.now() + 50);
      begunAt = Date.now();
      ({ counts } = await cancelMany(options));
    }
    expect(counts).toMatchObject({ needs_a_person: 1, unknown: 0 });
    expect((await reported(place)).get(idOf(0))).toMatchObject({
      state: 'needs_a_person',
      transaction_status: 'PROCESSING',
      attempts: 1,
      by: 'inquiry',
    });
    expect(gateway.verdict().blind).toEqual([]);
    await run.close();
  }, 60_000);

  it('lets two place the tables at once, twice, and refuses a ledger that is newer', async () => {
    const place = await ledger(kind);
    const opened = await Promise.all([openRun(place), openRun(place), openRun(place)]);
    const [one] = opened;
    await one!.store.all(`INSERT INTO {schema}.ledger_version (version) VALUES (99)`);
    for (const each of opened) await each.close();
    await expect(openLedger(place)).rejects.toMatchObject({ code: 'not_a_ledger' });
    await expect(openLedger({ ...place, readOnly: true })).rejects.toMatchObject({ code: 'not_a_ledger' });
  });

  it('does not make a ledger for whoever only looks', async () => {
    const place = await ledger(kind);
    await expect(openLedger({ ...place, readOnly: true })).rejects.toMatchObject({ code: 'no_such_ledger' });
  });

  it('writes no credential anywhere', async () => {
    const { gateway, client } = await start();
    const place = await ledger(kind);
    gateway.credentials = { ...gateway.credentials, hashKey: 'fake-other-key' };
    const { events, onEvent } = listener();
    await cancelMany({ client, ...place, ...FAST, rows: accounts(12), onEvent });
    const run = await openRun(place);
    const tables = ['runs', 'chunks', 'accounts'];
    const all = await Promise.all(tables.map((table) => run.store.all(`SELECT * FROM {schema}.${table}`)));
    await run.close();
    expect(JSON.stringify([all, events])).not.toMatch(/fake-secret-unbound-bulk|fake-hash-key-bulk/);
  });
});

it.each([
  ['rows', null],
  ['waitMs', Infinity],
  ['rate', '10'],
  ['singleUse', 'false'],
  ['signal', 5],
  ['onEvent', {}],
])('names the option %s that is wrong: %j', async (name, value) => {
  const { client } = await start();
  const options = { client, ...(await ledger('sqlite')), ...FAST, rows: accounts(1), [name]: value };
  const message = expect.stringContaining(`${name} must be`) as string;
  await expect(cancelMany(options as CancelManyOptions)).rejects.toMatchObject({ code: 'invalid', message });
});

describe('a ledger file', () => {
  it('has one sender at a time, and is read beside it by its owner alone', async () => {
    const { gateway, client } = await start();
    const place = await ledger('sqlite');
    gateway.latencyMs = 20;
    const first = cancelMany({ client, ...place, rate: 10_000, concurrency: 2, rows: accounts(100) });
    while (gateway.requests < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(cancelMany({ client, ...place, ...FAST })).rejects.toMatchObject({
      code: 'ledger_in_use',
      message: expect.stringContaining('Nothing was sent'),
    });
    const beside = await openLedger({ ...place, readOnly: true });
    const { queued } = await beside.counts();
    expect(queued).toBeGreaterThan(0);
    await beside.close();
    expect((await first).counts.done).toBe(100);
    for (const end of ['', '.sender']) expect(statSync(place.ledger! + end).mode & 0o777).toBe(0o600);
  });

  it.each(['', '-wal'])(
    'stops when it, or the log beside it, is taken away, and goes on when it is back: %j',
    async (end) => {
      const { gateway, client } = await start();
      const path = (await ledger('sqlite')).ledger!;
      const options = { client, ledger: path, ...FAST, timeoutMs: 1000, marginMs: 0 };
      let rows = 0;
      const onEvent = ({ event }: BulkEvent) => {
        if (event === 'row' && ++rows === 30) renameSync(path + end, `${path}.away`);
      };
      const first = cancelMany({ ...options, rows: accounts(200), onEvent });
      await expect(first).rejects.toMatchObject({
        code: 'ledger_failed',
        message: expect.stringMatching(/was moved, replaced or deleted while it was in use; put both back/),
      });
      expect(gateway.requests).toBeLessThan(200);
      renameSync(`${path}.away`, path + end);
      const { counts } = await cancelMany(options);
      expect(counts.done).toBe(200);
      expect(gateway.verdict().blind).toEqual([]);
    },
  );

  it('that was copied without its log while somebody sent from it asks after each before it is sent', async () => {
    const { gateway, client } = await start();
    const path = (await ledger('sqlite')).ledger!;
    let rows = 0;
    const onEvent = ({ event }: BulkEvent) => {
      if (event === 'row' && ++rows === 30) copyFileSync(path, `${path}.copy`);
    };
    await cancelMany({ client, ledger: path, ...FAST, rows: accounts(100), onEvent });
    const { counts, sent } = await cancelMany({ client, ledger: `${path}.copy`, ...FAST });
    expect([counts.done, sent]).toEqual([100, 0]);
    expect(gateway.verdict().blind).toEqual([]);
  });

  it("is never made in somebody else's database", async () => {
    const place = await ledger('sqlite');
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const theirs = new DatabaseSync(place.ledger!);
    theirs.exec('CREATE TABLE customers (id int)');
    theirs.close();
    await expect(openLedger(place)).rejects.toMatchObject({
      code: 'not_a_ledger',
      message: expect.stringContaining('it has customers') as string,
    });
  });

  it('that is none is refused', async () => {
    const place = await ledger('sqlite');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(place.ledger!, 'external_id;order_id\n'.repeat(100));
    await expect(openLedger(place)).rejects.toMatchObject({ code: 'not_a_ledger' });
  });
});

describe.skipIf(!hasPostgres)('a PostgreSQL', () => {
  it('takes accounts in the transaction of an order, or not at all', async () => {
    const { gateway, client } = await start();
    const place = await ledger('postgres');
    await (await openLedger({ ...place, run: 'orders' })).close();
    const merchant = new pg.Client({ connectionString: place.database as string });
    await merchant.connect();
    await merchant.query('CREATE TABLE orders (id text PRIMARY KEY, state text)');
    for (const [n, end] of [
      [0, 'COMMIT'],
      [1, 'ROLLBACK'],
      [2, 'COMMIT'],
    ] as const) {
      await merchant.query('BEGIN');
      await merchant.query(`INSERT INTO orders VALUES ($1, 'cancelling')`, [bulkAccount(n).order_id]);
      expect(await enqueue(merchant, [bulkAccount(n)], { run: 'orders' })).toEqual({ added: 1, same: 0 });
      await merchant.query(end);
    }
    expect(await enqueue(merchant, [bulkAccount(0)], { run: 'orders' })).toEqual({ added: 0, same: 1 });
    await expect(
      enqueue(merchant, [{ ...bulkAccount(0), external_id: 'FAKE-x' }], { run: 'orders' }),
    ).rejects.toMatchObject({ code: 'invalid' });
    // A library that gives the rows alone.
    const other = {
      query: async (sql: string, values: unknown[]) => (await merchant.query(sql, values)).rows,
    };
    expect(await enqueue(other, [bulkAccount(0)], { run: 'orders' })).toEqual({ added: 0, same: 1 });
    for (const [transaction, rows, run] of [
      [{}, [], 'orders'],
      [merchant, bulkAccount(3), 'orders'],
      [merchant, [], 'or ders'],
    ] as never[][])
      await expect(enqueue(transaction!, rows!, { run: run! })).rejects.toMatchObject({ code: 'invalid' });
    const { counts } = await cancelMany({ client, ...place, ...FAST, run: 'orders' });
    expect(counts).toMatchObject({ done: 2, queued: 0 });
    const { rows } = await merchant.query('SELECT id FROM orders ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual([bulkAccount(0).order_id, bulkAccount(2).order_id]);
    expect([...gateway.journal.keys()].sort()).toEqual([idOf(0), idOf(2)]);
    await merchant.end();
  });

  it('shows in each process the counts of all', async () => {
    const { client } = await start();
    const place = await ledger('postgres');
    const abort = new AbortController();
    const { events, onEvent } = listener();
    const options = { client, ...place, rate: 50, concurrency: 2 };
    const staying = work({ ...options, signal: abort.signal, onEvent });
    const loading = cancelMany({ ...options, rows: accounts(300) });
    const seen = () => of(events, 'progress').at(-1)?.counts;
    while ((seen()?.done ?? 0) < 300) await new Promise((resolve) => setTimeout(resolve, 50));
    await loading;
    abort.abort();
    await staying;
    for (const { left, secondsLeft } of of(events, 'progress')) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(secondsLeft ?? 0).toBeGreaterThanOrEqual(0);
    }
    expect(seen()).toMatchObject({ done: 300, queued: 0, unknown: 0 });
  }, 30_000);

  it('has workers that stay, share the rate, and take what comes', async () => {
    const { gateway, client } = await start();
    const place = await ledger('postgres');
    const abort = new AbortController();
    await (await openLedger(place)).close();
    const options = { client, ...place, rate: 60, concurrency: 8, signal: abort.signal };
    const workers = [work(options), work(options), work(options)];
    const merchant = new pg.Client({ connectionString: place.database as string });
    await merchant.connect();
    for (let n = 0; n < 120; n += 10) await enqueue(merchant, accounts(10, n));
    while (gateway.accounts.size < 120) await new Promise((resolve) => setTimeout(resolve, 50));
    abort.abort();
    const results = await Promise.all(workers);
    expect(results.map(({ stopped }) => stopped)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(results.reduce((sum, { sent }) => sum + sent, 0)).toBe(120);
    const times = [...gateway.journal.values()].map(([entry]) => entry!.at);
    expect(busiestSecond(times)).toBeLessThanOrEqual(72);
    await merchant.end();
  }, 60_000);

  it('that goes away while pg-boss begins is waited for, and one that refuses it is said as of the ledger', async () => {
    const { client } = await start();
    const { database } = await ledger('postgres');
    let failure: object | undefined;
    class Failing extends pg.Client {
      override query(...args: unknown[]): never {
        const fails = failure && String(args[0]).includes('ifortepay_va_jobs');
        if (!fails) return Reflect.apply(super.query.bind(this), this, args) as never;
        const error = Object.assign(new Error('as PostgreSQL says it'), failure);
        if ('code' in error && error.code === '57P01') failure = undefined;
        return (args.at(-1) as (error: Error) => void)(error) as never;
      }
    }
    const options = { client, ...FAST, database: { connectionString: database as string, Client: Failing } };
    failure = { code: '42501' };
    const refused = cancelMany({ ...options, rows: accounts(20) });
    await expect(refused).rejects.toMatchObject({
      code: 'ledger_failed',
      message: expect.stringMatching(/cannot be used: as PostgreSQL says it; the user needs all rights/),
    });
    failure = { code: '57P01' };
    const { events, onEvent } = listener();
    expect((await cancelMany({ ...options, onEvent })).counts.done).toBe(20);
    expect(of(events, 'database').map(({ lost }) => lost)).toEqual([true, false]);
  });

  it('names the pg-boss that it needs to whoever has an older one, whose class is the default', async () => {
    const { client } = await start();
    vi.doMock('pg-boss', () => ({ default: Object, PgBoss: undefined }));
    const place = await ledger('postgres');
    const call = cancelMany({ client, ...place, ...FAST, rows: accounts(1) });
    const message = expect.stringContaining('npm install pg-boss@12') as string;
    await expect(call).rejects.toMatchObject({ code: 'missing_engine', message });
    vi.doUnmock('pg-boss');
  });

  it('loses no row of a load whose lock went with its connection: it is to be loaded again', async () => {
    const place = await ledger('postgres');
    const [one, two] = [await openLedger(place), await openLedger(place)];
    const first = await one.load();
    await first.add(accounts(3));
    await expect(two.load()).rejects.toMatchObject({ code: 'ledger_in_use' });
    const operator = new pg.Client({ connectionString: place.database as string });
    await operator.connect();
    // Waits until it is gone, and its lock with it.
    await operator.query(
      `SELECT pg_terminate_backend(pid, 10000) FROM pg_locks JOIN pg_database ON oid = database
        WHERE locktype = 'advisory' AND datname = current_database()`,
    );
    await operator.end();
    const second = await two.load();
    await second.add(accounts(2, 10));
    await expect(first.commit()).rejects.toMatchObject({
      code: 'ledger_failed',
      message: expect.stringContaining('load them again') as string,
    });
    await first.discard();
    expect(await second.commit()).toEqual({ added: 2 });
    expect(await two.counts()).toMatchObject({ queued: 2 });
    await one.close();
    await two.close();
  });

  it('has a worker that is stopped past its lease, and begins nothing when it wakes that another took', async () => {
    const { gateway } = await start();
    const place = await ledger('postgres');
    const beside = await openRun(place);
    const load = await beside.load();
    await load.add(accounts(400));
    await load.commit();
    const marked = async () => {
      const [row] = await beside.store.all(
        `SELECT count(*) AS count FROM {schema}.accounts WHERE state = 'sending'`,
      );
      return Number(row!.count);
    };
    gateway.latencyMs = 100;
    const work = { ...place, rate: 200, concurrency: 4, timeoutMs: 500, marginMs: 500, leaseMs: 1_000 };
    const sleeper = worker(gateway, work);
    try {
      // Some on their way, others marked ahead of their turn.
      do {
        sleeper.child.kill('SIGCONT');
        while ((await marked()) < 6) await new Promise((resolve) => setTimeout(resolve, 5));
        sleeper.child.kill('SIGSTOP');
        await new Promise((resolve) => setTimeout(resolve, 100));
      } while ((await marked()) < 6);
      gateway.latencyMs = 0;
      const other = worker(gateway, work);
      expect(await other.said).toMatch(/"ended":"settled"/);
      const before = gateway.requests;
      sleeper.child.kill('SIGCONT');
      expect(await sleeper.said).toMatch(/"ended":"settled"/);
      expect(await beside.counts()).toMatchObject({ done: 400 });
      const { stalled, ...wrong } = gateway.verdict();
      expect(wrong).toEqual({ blind: [], heldTooLong: [] });
      // But for what had passed its last check when it was stopped: at most as many as are on their way at a time.
      expect(gateway.requests - before).toBe(stalled.length);
      expect(stalled.length).toBeLessThanOrEqual(work.concurrency);
    } finally {
      sleeper.child.kill('SIGKILL');
      await beside.close();
    }
  }, 60_000);
});

/** `cancelMany` in a process of its own, which may be stopped. */
function worker(gateway: BulkGateway, work: ChildOptions['work']) {
  const { url: baseUrl, credentials } = gateway;
  const options: ChildOptions = { baseUrl, credentials, stays: false, work };
  const files = ['test/bulk/child.ts', 'dist/bulk.js', 'dist/index.js'].map((path) => join(root, path));
  const child = spawn(process.execPath, [...files, JSON.stringify(options)]);
  return { child, said: text(child.stdout) };
}
