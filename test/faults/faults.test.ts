import { inspect } from 'node:util';
import { beforeAll, describe, expect, it, type ExpectStatic } from 'vitest';
import { clients, endOf, type FaultCancel, type More, type FaultRow } from './clients.ts';
import { leaksIn } from '../support/canaries.ts';
import * as answers from './rows/answers.ts';
import * as connections from './rows/connections.ts';
import { credentials, request as usual, secrets } from './http.ts';
import { trustOurAuthority } from './servers.ts';

const tables: Record<string, FaultRow[]> = { ...connections, ...answers };
/** Where each row waits for a deadline: several at a time. The others measure what a call takes of the memory. */
const SLOW = ['stalls', 'connecting', 'connection'];
const ENOUGH_MS = 10_000;
/** Answers that nobody waits for once the call has ended. */
const ENDLESS: readonly FaultRow[] = [...connections.stalls, ...connections.floods];
/** Beyond the deadline, for a busy machine. */
const LATE_MS = 3_000;
/** Timers may fire a little early. */
const EARLY_MS = 20;
/** Far above what sockets buffer, far below a flood (64 MiB) or a bomb (512 MiB). */
const MAX_WRITTEN_BYTES = 16 * 1024 * 1024;
const MAX_GROWTH_BYTES = 128 * 1024 * 1024;

beforeAll(trustOurAuthority);

describe.each(Object.entries(clients))('%s', (_client, create) => {
  describe.each(Object.entries(tables))('%s', (table, rows) => {
    const test = SLOW.includes(table) ? it.concurrent : it;
    for (const row of rows) test(row[0], ({ expect: its }) => holds(row, create, its));
  });
});

/** Calls a server with this fault and checks all that is promised. */
async function holds(row: FaultRow, create: (typeof clients)[string], its: ExpectStatic): Promise<void> {
  const [, start, expected, more = {}] = row;
  const { timeoutMs = ENOUGH_MS, calls = 1, requests = expected.startsWith('not_sent') ? 0 : calls } = more;
  const server = await start();
  try {
    const cancel = create({ ...credentials, baseUrl: server.baseUrl, timeoutMs });
    const { outcome, error, shown, tookMs, growthBytes } = await measured(cancel, more);
    const end = [outcome, error?.code, error?.status].filter((word) => word !== undefined).join(' ');
    expect(end, inspect(shown)).toBe(expected);
    const { connections: made, open: _, writtenBytes, ...seen } = server.seen();
    expect(seen).toEqual({ requests, strayed: 0 });
    expect(made).toBeLessThanOrEqual(Math.max(1, requests));
    expect(tookMs).toBeLessThan(timeoutMs + LATE_MS);
    if (error?.code === 'timeout') expect(tookMs).toBeGreaterThan(timeoutMs - EARLY_MS);
    expect(writtenBytes).toBeLessThan(MAX_WRITTEN_BYTES);
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
    const [least, most] = more.retryAfterMs ?? [];
    expect(inRange(error?.retryAfterMs, least, most), `retryAfterMs ${error?.retryAfterMs}`).toBe(true);
    for (const each of [shown, error]) expect(await leaksIn(each, Object.values(secrets))).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    // What has no end must not go on behind the caller's back.
    if (ENDLESS.includes(row)) await its.poll(() => server.seen().open, { timeout: 5_000 }).toBe(0);
  } finally {
    await server.stop();
  }
}

async function measured(cancel: FaultCancel, { calls = 1, request, abortAfterMs }: More) {
  const body = { ...usual, ...request };
  for (let call = 1; call < calls; call++) await cancel(body);
  const peak = process.resourceUsage().maxRSS;
  const startedAt = performance.now();
  const { outcome, error, shown } = await endOf(cancel(body, abortIn(abortAfterMs)));
  const tookMs = performance.now() - startedAt;
  return { outcome, error, shown, tookMs, growthBytes: (process.resourceUsage().maxRSS - peak) * 1024 };
}

function abortIn(ms: number | undefined): AbortSignal | undefined {
  if (ms === undefined) return undefined;
  return ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms);
}

function inRange(actual: number | undefined, least: number | undefined, most = least): boolean {
  if (actual === undefined || least === undefined) return actual === least;
  return actual >= least && actual <= most!;
}
