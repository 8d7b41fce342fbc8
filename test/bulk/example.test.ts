/** The example for several machines, as compose.yaml has it: a producer, two workers, one of them killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toolNode } from '../../contract-tests/shared/processes.ts';
import { root } from '../support/built.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { environmentOf, BulkGateway } from './gateway.ts';
import { hasPostgres, reported } from './support.ts';

interface Service {
  command?: string;
  environment: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
}

/** What compose would start: where there is no Docker, its commands with its variables are started all the same. */
const { services } = parse(
  readFileSync(new URL('../../examples/many/compose.yaml', import.meta.url), 'utf8'),
) as {
  services: Record<'database' | 'producer' | 'worker', Service>;
};

const COUNT = Number(services.producer.command!.split(' ').at(-1));

const children: ChildProcess[] = [];
let postgres: TestPostgres;
let gateway: BulkGateway;

describe.skipIf(!hasPostgres)('examples/many', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
    gateway = await new BulkGateway().listen();
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await gateway.close();
    await postgres.stop();
  });

  function run(name: 'producer' | 'worker'): ChildProcess {
    const { command = '', environment } = services[name];
    const exported: Record<string, string> = environmentOf(gateway);
    // As compose puts them in: `${NAME}`, `${NAME:-otherwise}`. Only what the file hands on is there.
    const env = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [
        key,
        value.replace(/\$\{(\w+)(?::-[^}]*)?\}/g, (_, variable: string) => exported[variable] ?? ''),
      ]),
    );
    env.DATABASE_URL = env.DATABASE_URL!.replace('postgres://postgres@database/shop', postgres.url);
    const [node, ...args] = command.split(' ');
    expect(node).toBe('node');
    const child = spawn(toolNode(), args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout!.resume();
    children.push(child);
    return child;
  }

  it('has a compose.yaml whose services wait for each other', () => {
    expect(services.producer.depends_on).toEqual({ database: { condition: 'service_healthy' } });
    expect(services.worker.depends_on).toEqual({ producer: { condition: 'service_completed_successfully' } });
    expect(services.database).toMatchObject({ image: 'postgres:17', environment: { POSTGRES_DB: 'shop' } });
  });

  it('cancels every order that was committed, though a worker dies', async () => {
    const [code] = await once(run('producer'), 'exit');
    expect(code).toBe(0);
    const workers = [run('worker'), run('worker')];
    while (gateway.accounts.size < 5) await new Promise((resolve) => setTimeout(resolve, 20));
    workers[0]!.kill('SIGKILL');
    const place = { database: postgres.url };
    // What the dead worker was sending is asked after once its lease is over, half a minute later.
    for (let done = 0; done < COUNT;) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      done = [...(await reported(place, 'orders')).values()].filter(({ state }) => state === 'done').length;
    }
    workers[1]!.kill('SIGTERM');
    expect(await once(workers[1]!, 'exit')).toEqual([0, null]);
    expect(gateway.accounts.size).toBe(COUNT);
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  }, 150_000);
});
