/** What the suites of bulk have in common: both stores, a gateway, a client of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { BulkEvent, LedgerPlace, ReportRow } from '../../src/bulk/types.ts';
import { report } from '../../src/bulk/index.ts';
import { createVaClient, type VaClient } from '../../src/index.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { CREDENTIALS, BulkGateway } from './gateway.ts';

/** The two stores. A suite runs on each. */
export type StoreName = 'sqlite' | 'postgres';
export const hasPostgres = postgresPrograms() !== undefined;
export const STORES: readonly StoreName[] = hasPostgres ? ['sqlite', 'postgres'] : ['sqlite'];
if (!hasPostgres) {
  // CI has it: .ci/run sees to it.
  if (process.env.CI) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  console.warn('PostgreSQL is not installed, so bulk is tested on SQLite alone: apt-get install postgresql');
}

/** Ledgers for a suite, gone after it. Starts PostgreSQL only if a ledger of that kind may be asked for. */
export function ledgers(kinds: readonly StoreName[] = STORES): (kind: StoreName) => Promise<LedgerPlace> {
  let postgres: TestPostgres | undefined;
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    if (kinds.includes('postgres')) postgres = await startPostgres();
  }, 120_000);
  afterAll(async () => {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return async (kind) => {
    const name = `run${++count}`;
    if (kind === 'sqlite') return { ledger: join(folder, `${name}.db`) };
    return { database: await postgres!.createDatabase(name) };
  };
}

/** A gateway for each test, closed after it. */
export function eachGateway(): () => Promise<{ gateway: BulkGateway; client: VaClient }> {
  const open: BulkGateway[] = [];
  afterEach(async () => {
    for (const gateway of open.splice(0)) await gateway.close().catch(() => undefined);
  });
  return async () => {
    const gateway = await new BulkGateway().listen();
    open.push(gateway);
    return { gateway, client: clientOf(gateway) };
  };
}

export function clientOf(gateway: BulkGateway, credentials: Partial<typeof CREDENTIALS> = {}): VaClient {
  return createVaClient({ ...CREDENTIALS, ...credentials, baseUrl: gateway.url });
}

/** The report of a run, by transaction id. */
export async function reported(place: LedgerPlace, run?: string): Promise<Map<string, ReportRow>> {
  const rows = new Map<string, ReportRow>();
  for await (const row of report({ ...place, run })) rows.set(row.transaction_id, row);
  return rows;
}

/** Listens to a run. */
export function listener(): { events: BulkEvent[]; onEvent(event: BulkEvent): void } {
  const events: BulkEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** So fast that only the gateway is waited for. */
export const FAST = { rate: 10_000, concurrency: 8 } as const;

/** The events of one kind. */
export function of<Name extends BulkEvent['event']>(events: readonly BulkEvent[], name: Name) {
  return events.filter((each): each is Extract<BulkEvent, { event: Name }> => each.event === name);
}
