/** The example for several machines, as it is: a producer, two workers, one of them killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolNode } from '../../contract-tests/shared/processes.ts';
import { root } from '../support/built.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { CREDENTIALS, Gateway } from './gateway.ts';
import { hasPostgres, reported } from './support.ts';

const children: ChildProcess[] = [];
let postgres: TestPostgres;
let gateway: Gateway;

describe.skipIf(!hasPostgres)('examples/many', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
    gateway = await new Gateway().listen();
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await gateway.close();
    await postgres.stop();
  });

  function run(file: string, ...args: string[]): ChildProcess {
    const env = {
      ...process.env,
      DATABASE_URL: postgres.url,
      IFORTEPAY_BASE_URL: gateway.url,
      IFORTEPAY_MERCHANT_ID: CREDENTIALS.merchantId,
      IFORTEPAY_SECRET_UNBOUND_ID: CREDENTIALS.secretUnboundId,
      IFORTEPAY_HASH_KEY: CREDENTIALS.hashKey,
    };
    const child = spawn(toolNode(), [`examples/many/${file}`, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout!.resume();
    children.push(child);
    return child;
  }

  it('cancels every order that was committed, though a worker dies', async () => {
    const [code] = await once(run('producer.ts', '60'), 'exit');
    expect(code).toBe(0);
    const workers = [run('worker.ts'), run('worker.ts')];
    while (gateway.accounts.size < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    workers[0]!.kill('SIGKILL');
    const place = { database: postgres.url };
    // What the dead worker was sending is asked after once its lease is over, half a minute later.
    for (let done = 0; done < 60;) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      done = [...(await reported(place, 'orders')).values()].filter(({ state }) => state === 'done').length;
    }
    workers[1]!.kill('SIGTERM');
    expect(await once(workers[1]!, 'exit')).toEqual([0, null]);
    expect(gateway.accounts.size).toBe(60);
    expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });
  }, 150_000);
});
