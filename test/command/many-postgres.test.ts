/** `cancel-many` and `many` with `--database`: a real PostgreSQL, a worker beside, and the database named every way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bulkAccount, environmentOf, BulkGateway } from '../bulk/gateway.ts';
import { hasPostgres } from '../bulk/support.ts';
import { pgbouncer, startPgBouncer, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { cli, expectWords, run, runtimes, type CommandRun } from './command.ts';

const [runtime] = runtimes() as [ReturnType<typeof runtimes>[number]];

if (!pgbouncer) {
  if (process.env.CI) throw new Error('PgBouncer is not installed: apt-get install pgbouncer');
  console.warn('PgBouncer is not installed, so nothing is tested behind it: apt-get install pgbouncer');
}

describe.skipIf(!hasPostgres)('with a database', () => {
  let folder: string;
  let gateway: BulkGateway;
  let postgres: TestPostgres;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-database-'));
    gateway = await new BulkGateway().listen();
    postgres = await startPostgres();
    // More than the 500 of a chunk, so that two have something to do.
    write('accounts.csv', 520);
    write('few.csv', 120);
  }, 120_000);
  beforeEach(() => {
    gateway.journal.clear();
    gateway.accounts.clear();
    gateway.accounts.set(bulkAccount(3).transaction_id, 'PAID').set(bulkAccount(4).transaction_id, 'EXPIRED');
  });
  const write = (name: string, count: number) => {
    const lines = Array.from({ length: count }, (_, n) => Object.values(bulkAccount(n)).join(','));
    const header = 'external_id,order_id,transaction_id,payment_channel';
    writeFileSync(join(folder, name), `${header}\n${lines.join('\n')}\n`);
  };
  afterAll(async () => {
    await gateway.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until the query has an answer. */
  async function until(database: string, query: string): Promise<void> {
    const client = new pg.Client(database);
    await client.connect();
    while ((await client.query(query)).rows.length === 0) await sleep(20);
    await client.end();
  }

  const environment = () => environmentOf(gateway);
  const command = (args: string, env: Record<string, string>): Promise<CommandRun> =>
    run(runtime, args.split(' '), { ...environment(), ...env }, { cwd: folder });

  it('starts, is helped by a worker, goes on, reports and asks again', async () => {
    const database = await postgres.createDatabase('shop');
    const env = { IFORTEPAY_DATABASE: database };
    const nothing = await command('many status', env);
    expect(nothing).toMatchObject({ code: 2, stdout: '' });
    expectWords(nothing.stderr, /there is no ledger in PostgreSQL 127\.0\.0\.1:\d+\/shop/);
    gateway.latencyMs = 100;
    const worker = spawn(runtime.path, [cli, 'many', 'work', '--rate', '200', '--json'], {
      cwd: folder,
      env: { ...environment(), ...env },
    });
    const said = text(worker.stdout);
    // So slow that the command alone would not end in time; both have sent something when it is quick.
    worker.stdout.on('data', (piece) => {
      if (String(piece).includes('"event":"row"')) gateway.latencyMs = 5;
    });
    try {
      const ran = await command('cancel-many accounts.csv --yes --rate 200 --concurrency 2', env);
      expect(ran.code).toBe(5);
      expectWords(
        ran.stdout,
        /^PAID: 1 was paid\. .* external_id FAKE-3, .* done 518 refused 1 .* needs a person 1/,
      );
    } finally {
      worker.kill('SIGTERM');
    }
    expect(await once(worker, 'close')).toEqual([5, null]);
    const events = (await said)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events.at(-1)).toMatchObject({ event: 'end', exitCode: 5, counts: { done: 518, paid: 1 } });
    expect(events.filter(({ event }) => event === 'row').length).toBeGreaterThan(0);

    const { port } = new URL(database);
    const variables = { PGHOST: '127.0.0.1', PGPORT: port, PGUSER: 'tester', PGDATABASE: 'shop' };
    const status = await command('many status --json', variables);
    expect(JSON.parse(status.stdout)).toMatchObject({ counts: { done: 518, refused: 1, needs_a_person: 1 } });
    writeFileSync(
      join(folder, 'shop.env'),
      Object.entries(variables)
        .map((pair) => pair.join('='))
        .join('\n'),
    );
    const report = await command('--env-from shop.env many report --out report.csv', {});
    expect(report.code).toBe(0);
    expect(readFileSync(join(folder, 'report.csv'), 'utf8').split('\n')[1]).toMatch(
      /^FAKE-3,.*,needs_a_person,paid_not_final,/,
    );
    const retried = await command(
      `many retry --single-use --yes --database ${database.replace('tester@', 'tester:fake-password@')}`,
      {},
    );
    expect(retried.code).toBe(3);
    // The command that writes the report is as long as its URL.
    expect(retried.stdout.replace(/\s+/g, ' ')).toMatch(/already_paid .* done 518 refused 2 /);
    expect(retried.stdout + retried.stderr).not.toContain('fake-password');
    const again = await command('cancel-many report.csv --yes', env);
    expect(again.code).toBe(3);
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  }, 120_000);

  it('that goes away in the middle is waited for', async () => {
    const env = { IFORTEPAY_DATABASE: await postgres.createDatabase('later') };
    gateway.latencyMs = 50;
    const before = gateway.requests;
    const running = command('cancel-many few.csv --yes --rate 60 --concurrency 4 --single-use', env);
    while (gateway.requests < before + 20) await sleep(10);
    await postgres.restart('crash');
    const ran = await running;
    // What was under way when it went may have to wait for its deadline; here all had been answered.
    expect([3, 5]).toContain(ran.code);
    expectWords(
      ran.stderr,
      /The database is gone: nothing is sent until it is back\. .*The database is back\./,
    );
  }, 180_000);

  it('says of one that it cannot use what to do, and nothing of a password', async () => {
    const plain = await postgres.createDatabase('plain');
    const { host } = new URL(plain);
    const operator = new pg.Client(plain);
    await operator.connect();
    for (const sql of [
      `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`,
      `CREATE DATABASE standby`,
      `ALTER DATABASE standby SET default_transaction_read_only = on`,
      `CREATE ROLE clerk LOGIN`,
    ])
      await operator.query(sql);
    await operator.end();
    const useless: [string, number, RegExp][] = [
      [`tester:fake@word/1#?@${host}/plain`, 2, /in its password @ must be written %40, \/ %2F/],
      [`tester:fake#word@${host}/plain`, 2, /in its password @ must be written %40, \/ %2F/],
      [`tester:fake%zword@${host}/pla%zz`, 4, /database "pla%zz" does not exist\. Nothing was sent/],
      [`tester:fakeword@${host}/latin`, 2, /is encoded in LATIN1, .*; use one in UTF8\. Nothing was sent/],
      [`tester:fakeword@${host}/standby`, 4, /this is a standby, .*: give the server that is written to/],
      [`clerk:fakeword@${host}/plain`, 4, /permission denied .* GRANT CREATE ON DATABASE/],
    ];
    for (const [url, code, words] of useless) {
      for (const args of ['cancel-many few.csv --yes', 'many work']) {
        const ran = await command(`${args} --database postgres://${url}`, {});
        expect(ran).toMatchObject({ code, stdout: '' });
        expectWords(ran.stderr, words);
        expect(ran.stderr).not.toMatch(/fake|word\/1/);
      }
    }
  }, 60_000);

  it.skipIf(!pgbouncer)(
    'is shared behind a PgBouncer that gives each transaction another session',
    async () => {
      const database = await postgres.createDatabase('pooled');
      const pooler = await startPgBouncer(database);
      const env = { IFORTEPAY_DATABASE: pooler.url };
      gateway.latencyMs = 20;
      try {
        // Loads the first of the rows, and stays as long as nobody ends its stdin.
        const loader = spawn(
          runtime.path,
          [cli, ...'cancel-many - --format csv --yes --rate 200 --json'.split(' ')],
          { cwd: folder, env: { ...environment(), ...env } },
        );
        const loaded = text(loader.stdout);
        const csv = readFileSync(join(folder, 'accounts.csv'), 'utf8');
        loader.stdin.write(csv);
        await until(database, `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`);
        const other = await command('cancel-many few.csv --yes', env);
        expect(other.code).toBe(4);
        expectWords(other.stderr, /another process loads rows into the run default; wait for it\./);
        const worker = spawn(runtime.path, [cli, 'many', 'work', '--rate', '200', '--json'], {
          cwd: folder,
          env: { ...environment(), ...env },
        });
        const said = text(worker.stdout);
        await once(worker.stdout, 'data');
        loader.stdin.end();
        expect(await once(loader, 'close')).toEqual([5, null]);
        worker.kill('SIGTERM');
        await once(worker, 'close');
        expect(await loaded).toMatch(/"done":518,.*"paid":1/);
        expect(await said).toMatch(/"event":"row"/);
        expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
      } finally {
        await pooler.stop();
      }
    },
    60_000,
  );
});
