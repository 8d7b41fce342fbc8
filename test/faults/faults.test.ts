import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { clients, endOf, type FaultCancel } from './clients.ts';
import { leaksIn } from './leaks.ts';
import type { More, FaultRow } from './row.ts';
import * as tables from './rows/all.ts';
import { credentials, request as usual, secrets } from './secrets.ts';
import { trustOurAuthority } from './tls.ts';

const ENOUGH_MS = 10_000;
/** Answers that nobody waits for once the call has ended. */
const ENDLESS: readonly FaultRow[] = [...tables.stalls, ...tables.floods];
/** Beyond the deadline, for a busy machine. */
const LATE_MS = 3_000;
/** Timers may fire a little early. */
const EARLY_MS = 20;
/** Far above what sockets buffer, far below a flood (64 MiB) or a bomb (512 MiB). */
const MAX_WRITTEN_BYTES = 16 * 1024 * 1024;
const MAX_GROWTH_BYTES = 128 * 1024 * 1024;

beforeAll(trustOurAuthority);

describe.each(Object.entries(clients))('%s', (_client, create) => {
  describe.each(Object.entries(tables))('%s', (_table, rows) => {
    for (const row of rows as FaultRow[]) it(row[0], () => holds(row, create));
  });
});

/** Calls a server with this fault and checks all that is promised. */
async function holds(row: FaultRow, create: (typeof clients)[string]): Promise<void> {
  const [, start, outcome, code, status, requests, more = {}] = row;
  const { timeoutMs = ENOUGH_MS } = more;
  const server = await start();
  try {
    const cancel = create({ ...credentials, baseUrl: server.baseUrl, timeoutMs });
    const { error, shown, tookMs, growthBytes, ...end } = await measured(cancel, more);
    expect({ ...end, code: error?.code, status: error?.status }, inspect(shown)).toEqual({
      outcome,
      code,
      status,
    });
    const { connections, open: _, writtenBytes, ...seen } = server.seen();
    expect(seen).toEqual({ requests, strayed: 0 });
    expect(connections).toBeLessThanOrEqual(Math.max(1, requests));
    expect(tookMs).toBeLessThan(timeoutMs + LATE_MS);
    if (code === 'timeout') expect(tookMs).toBeGreaterThan(timeoutMs - EARLY_MS);
    expect(writtenBytes).toBeLessThan(MAX_WRITTEN_BYTES);
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
    const [least, most] = more.retryAfterMs ?? [];
    expect(inRange(error?.retryAfterMs, least, most), `retryAfterMs ${error?.retryAfterMs}`).toBe(true);
    for (const each of [shown, error]) expect(await leaksIn(each, Object.values(secrets))).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    // What has no end must not go on behind the caller's back.
    if (ENDLESS.includes(row)) await expect.poll(() => server.seen().open, { timeout: 2_000 }).toBe(0);
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
