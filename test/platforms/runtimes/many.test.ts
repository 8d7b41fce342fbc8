/** `cancel-many` from the tarball on each Node: with a ledger in a file from 22.13 on, before that one clear line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csvOf, manyVirtualAccounts } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { environmentFor } from '../../command/command.ts';
import { packInto, unpackInto } from '../../support/packed.ts';

const nodeOf = (alias: string) => fileURLToPath(new URL(`node_modules/${alias}/bin/node`, import.meta.url));

let packed: string;
let folder: string;
let sandbox: SandboxServer;
beforeAll(async () => {
  packed = await mkdtemp(join(tmpdir(), 'many-packed-'));
  await unpackInto(packed, await packInto(packed));
});
afterAll(() => rm(packed, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'many-'));
  const accounts = manyVirtualAccounts(120).map(({ script: _, ...account }) => account);
  sandbox = await startSandbox({ virtualAccounts: accounts });
  await writeFile(join(folder, 'accounts.csv'), csvOf(accounts));
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

async function command(alias: string, args: string) {
  const cli = join(packed, 'node_modules/ifortepay-va/dist/cli.js');
  const env = environmentFor(sandbox.url);
  const child = spawn(nodeOf(alias), [cli, ...args.split(' ')], { cwd: folder, env });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number];
  return { code, stdout, stderr };
}

describe('cancel-many', () => {
  it.each(['node2213', 'node22', 'node24', 'node26'])(
    'on %s goes from the file to the report',
    async (alias) => {
      const start = 'cancel-many accounts.csv --ledger run.db --yes --rate 1000';
      const ran = await command(alias, start);
      // Each hundredth is paid, and the one after it has expired.
      expect(ran.code).toBe(5);
      expect(ran.stdout).toMatch(/^PAID: 1 was paid\./);
      expect(ran.stderr).not.toMatch(/Warning/);
      const retried = await command(
        alias,
        'many retry --ledger run.db --single-use --yes --rate 1000 --json',
      );
      expect(retried.code).toBe(3);
      expect(JSON.parse(retried.stdout.trim().split('\n').at(-1)!)).toMatchObject({
        event: 'end',
        counts: { done: 118, refused: 2, paid: 1 },
      });
      expect((await command(alias, 'many report --ledger run.db --out report.csv')).code).toBe(0);
      expect((await readFile(join(folder, 'report.csv'), 'utf8')).trim().split('\n')).toHaveLength(121);
      expect((await command(alias, start.replace('accounts.csv', 'report.csv'))).code).toBe(3);
    },
  );

  it('on Node 20 says in one line what a ledger needs, and makes none', async () => {
    for (const args of ['cancel-many accounts.csv --ledger run.db --yes', 'many status --ledger run.db']) {
      const { code, stdout, stderr } = await command('node20', args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.replace(/\s+/g, ' ')).toMatch(
        /^ifortepay-va: a ledger file needs Node 22\.13 or newer, this is v20\.\d+\.\d+; or use a PostgreSQL database/,
      );
    }
    expect(existsSync(join(folder, 'run.db'))).toBe(false);
    expect(sandbox.requests).toEqual([]);
  });
});
