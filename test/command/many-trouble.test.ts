/** What can go wrong around a run: its files, its disk, its terminal, a second process, a gateway that changes its mind. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScreen } from '../../src/cli/many/screen.ts';
import type { Counts } from '../../src/bulk/index.ts';
import { bulkAccount, CREDENTIALS, environmentOf, BulkGateway } from '../bulk/gateway.ts';
import { cli, expectWords, run, runtimes, type CommandRun } from './command.ts';

const [runtime] = runtimes() as [ReturnType<typeof runtimes>[number]];

let folder: string;
let gateway: BulkGateway;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-trouble-'));
  gateway = await new BulkGateway().listen();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await gateway.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => environmentOf(gateway);
const command = (args: string, env: Record<string, string> = {}): Promise<CommandRun> =>
  run(runtime, args.split(' '), { ...environment(), ...env }, { cwd: folder });
const endOf = ({ stdout }: CommandRun) =>
  JSON.parse(stdout.trim().split('\n').at(-1)!) as { event: string; exitCode: number; counts: Counts };

const HEADER = 'external_id,order_id,transaction_id,payment_channel';
const lineOf = (n: number) => Object.values(bulkAccount(n)).join(',');
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
const write = (name: string, ...lines: string[]) =>
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
const file = (rows: readonly number[]) => write('accounts.csv', HEADER, ...rows.map(lineOf));
const START = 'cancel-many accounts.csv --ledger run.db --yes';
const calm = () => expect(gateway.verdict()).toEqual({ blind: [], heldTooLong: [], stalled: [] });

/** A run under way, from a shell that may have limited it. */
function begin(
  args: string,
  limit = 'true',
): { child: ChildProcess; ended: Promise<CommandRun & { signal: string | null }> } {
  const shell = ['-c', `${limit}; exec "$0" "$@"`, runtime.path, cli, ...args.split(' ')];
  const child = spawn('sh', shell, { cwd: folder, env: { PATH: process.env.PATH, ...environment() } });
  children.push(child);
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr }),
  );
  return { child, ended };
}

describe('a disk that is full', () => {
  // A file that may not grow stands for it: EFBIG comes as SQLite's I/O error, ENOSPC as its "disk is full".
  const SMALL = 'ulimit -f 600'; // of 512 bytes

  it.each(['', ' --json'])(
    'in the middle of a run%s is exit 5, and the same command goes on',
    async (json) => {
      file(numbers(400));
      const ran = await begin(`${START} --rate 500${json}`, SMALL).ended;
      expect(ran.code).toBe(5);
      expect(gateway.requests).toBeGreaterThan(0);
      if (json) {
        const { event, exitCode, counts } = endOf(ran);
        expect([event, exitCode]).toEqual(['end', 5]);
        expect(counts.done).toBeGreaterThan(0);
        expect(counts.done + counts.unknown + counts.queued).toBe(400);
      } else {
        expectWords(
          ran.stdout,
          /^not settled: .* The ledger run\.db cannot be used: .* goes on where it ended/,
        );
        expect(ran.stdout).not.toContain('Nothing was sent');
      }
      const again = await command(`${START} --rate 500 --wait 0 --json`);
      expect([0, 5]).toContain(again.code); // what was under way may have to wait for its deadline
      expect(endOf(again).counts.queued).toBe(0);
      calm();
    },
  );

  it('before a run is exit 4, and nothing was sent', async () => {
    file(numbers(400));
    const ran = await begin(START, 'ulimit -f 8').ended;
    expect(ran).toMatchObject({ code: 4, stdout: '' });
    expectWords(ran.stderr, /the ledger run\.db cannot be used: .*\. Nothing was sent\. $/);
    expect(gateway.requests).toBe(0);
  });

  it('for the rejects is one clear error, and nothing was sent', async () => {
    write('accounts.csv', HEADER, lineOf(0), ...numbers(50).map((n) => `a b,o,${n},BCA`));
    const ran = await command(`${START} --skip-invalid --rejects /dev/full`);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(ran.stderr, /--rejects \/dev\/full cannot be written \(ENOSPC\)\. Nothing was sent\./);
    expect(gateway.requests).toBe(0);
  });
});

describe('a file that was changed', () => {
  it('leaves out what it names no more, says so, and takes it back', async () => {
    file(numbers(4));
    await gateway.close();
    expect((await command(`${START} --wait 0`)).code).toBe(4);
    await gateway.listen();
    file([0, 1, 7]);
    const ran = await command(`${START} --rate 500`);
    expect(ran.code).toBe(5);
    expectWords(
      ran.stderr,
      /^3 virtual accounts to cancel .* 1 new 2 of the run are not in it any more: external_id FAKE-2, order_id ORDER-2 \(queued\) external_id FAKE-3, order_id ORDER-3 \(queued\) not cancelled: 2 of these/,
    );
    expectWords(
      ran.stdout,
      /2 need a person; .* 2 left_out: the file names them no more, so nothing is cancelled\./,
    );
    expect(gateway.journal.size).toBe(3);
    // Neither of these brings them back.
    await command(`${START} --rate 500`);
    await command('many retry --ledger run.db --yes');
    expect(gateway.journal.size).toBe(3);
    file(numbers(4));
    const back = await command(`${START} --rate 500`);
    expect(back.code).toBe(0);
    expectWords(
      back.stderr,
      /^2 virtual accounts to cancel.* 2 that an earlier file had left out are in it again/,
    );
    expect(gateway.journal.size).toBe(5);
  });

  it('may be the report of the run, which does not say how often they can be paid', async () => {
    write('accounts.csv', `${HEADER},single_use`, `${lineOf(0)},true`, `${lineOf(1)},false`);
    expect((await command(`${START} --rate 500`)).code).toBe(0);
    await command('many report --ledger run.db --out report.csv');
    const again = await command('cancel-many report.csv --ledger run.db --yes');
    expect(again).toMatchObject({ code: 0 });
    expectWords(again.stderr, /^0 virtual accounts to cancel; 2 of the run are settled/);
  });

  it('may be a pipe, which can be read once, and be read again by the same command', async () => {
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    for (const [count, words] of [
      [3, /^3 virtual accounts to cancel/],
      [4, /^1 virtual account to cancel; 3 of the run/],
    ] as const) {
      file(numbers(count));
      const feeder = spawn('sh', ['-c', 'cat accounts.csv > pipe'], { cwd: folder });
      children.push(feeder);
      const ran = await command('cancel-many pipe --format csv --ledger run.db --yes --rate 500');
      expect(ran.code).toBe(0);
      expectWords(ran.stderr, words);
    }
  });
});

describe('a name that is given by mistake', () => {
  const stateOf = () => ({
    asked: [...gateway.journal.keys()],
    // Whoever reads leaves the ledger's own files beside it.
    files: readdirSync(folder)
      .filter((name) => !/-(shm|wal)$/.test(name))
      .sort(),
    accounts: readFileSync(join(folder, 'accounts.csv'), 'utf8'),
  });

  it.each([
    ['cancel-many accounts.csv --ledger :memory: --yes', /--ledger must be the path of a file/],
    ['cancel-many accounts.csv --ledger accounts.csv --yes', /FILE accounts\.csv is the ledger/],
    ['cancel-many accounts.csv --ledger run.db --rejects accounts.csv --yes', /is the file itself/],
    [
      'cancel-many accounts.csv --ledger run.db --rejects ./run.db --yes',
      /--rejects \.\/run\.db is the ledger/,
    ],
    ['many report --ledger run.db --out run.db --format csv', /--out run\.db is the ledger/],
    ['many status --ledger run.db --run july', /there is no run july in run\.db; it has default/],
    ['many report --ledger run.db --run july', /there is no run july/],
    ['many retry --ledger run.db --run july --yes', /there is no run july/],
    ['many work --ledger run.db --run july', /there is no run july/],
    ['many work --ledger none.db', /there is no ledger none\.db/],
    ['cancel-many --resume --ledger run.db --run july --yes', /there is no run july/],
    [
      'cancel-many rows.csv --ledger run.db --yes',
      /has no line that names its columns; put this above the first: ext/,
    ],
    [
      'cancel-many accounts.csv --ledger run.db --rate 0 --yes',
      /'--rate <number>' .* a number from 0\.01 to/,
    ],
    ['cancel-many accounts.csv --ledger run.db --concurrency 1.5 --yes', /a whole number from 1 to 1000/],
  ])('%s is refused in one error, and spoils nothing', async (args, words) => {
    file(numbers(1));
    write('rows.csv', lineOf(0));
    expect((await command(START)).code).toBe(0);
    const before = stateOf();
    const ran = await command(args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(ran.stderr, words);
    expect(stateOf()).toEqual(before);
    expect((await command('many status --ledger run.db --json')).code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  /** A run with a request that is not answered. */
  async function stuck() {
    file(numbers(1));
    gateway.fault = () => 'late';
    gateway.lateMs = 30_000;
    const started = begin(`${START} --timeout-ms 20000`);
    while (gateway.requests === 0) await sleep(10);
    return started;
  }

  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
    ['SIGHUP', 'SIGTERM'],
  ] as const)('by %s and %s ends at once, and what was under way is asked after', async (first, second) => {
    const { child, ended } = await stuck();
    const other = await command(START);
    expect(other.code).toBe(4);
    expectWords(
      other.stderr,
      /another process sends from run\.db; wait for it, or end it\. Nothing was sent\. $/,
    );
    child.kill(first);
    const said = once(child.stderr!, 'data').then(String);
    expect(await said).toMatch(/Interrupted\. Waiting for 1 request under way; a second Ctrl-C/);
    child.kill(second);
    expect(await ended).toMatchObject({ signal: second, code: null, stdout: '' });
    gateway.fault = () => undefined;
    const again = await command(`${START} --wait 0 --json`);
    expect(endOf(again)).toMatchObject({ exitCode: 5, counts: { unknown: 1, queued: 0 } });
    calm();
  });

  it.each([
    ['SIGINT', '--ledger run.db --yes --skip-invalid --rejects rejects.csv', /^rejects\.csv\..*\.part$/],
    ['SIGTERM', '--ledger run.db --yes --skip-invalid --rejects rejects.csv', /^rejects\.csv\..*\.part$/],
    ['SIGHUP', '--ledger run.db --dry-run', /^ifortepay-va-dry-run-/],
  ] as const)(
    'by %s while the file is read (%s) leaves nothing behind',
    async (signal, flags, unfinished) => {
      const { child, ended } = begin(`cancel-many - --format csv ${flags}`, 'export TMPDIR=.');
      child.stdin!.write(`${HEADER}\n${lineOf(0)}\nwrong\n`);
      const files = () => readdirSync(folder);
      while (!files().some((name) => unfinished.test(name))) await sleep(10);
      child.kill(signal);
      expect(await ended).toMatchObject({ signal, code: null, stdout: '' });
      expect(files().filter((name) => !name.startsWith('run.db'))).toEqual([]);
      expect(gateway.requests).toBe(0);
    },
  );
});

describe('the gateway', () => {
  it('that refuses the key in the middle settles no row by it', async () => {
    file(numbers(200));
    gateway.latencyMs = 20;
    const { ended } = begin(`${START} --rate 200`);
    while (gateway.requests < 40) await sleep(5);
    gateway.credentials.hashKey = 'fake-rotated-key';
    const ran = await ended;
    expect(ran.code).toBe(5);
    expectWords(ran.stderr, /does not accept the signature: check the hash key/);
    expect(ran.stderr).not.toContain('a second Ctrl-C');
    expect(ran.stdout).toMatch(/refused +0\n/);
    gateway.credentials.hashKey = CREDENTIALS.hashKey;
    expect((await command(`${START} --rate 500`)).code).toBe(0);
    calm();
  });

  it('that is away for longer than --wait is said once, with when to come back', async () => {
    file(numbers(20));
    await gateway.close();
    const ran = await command(`${START} --wait 1`);
    expect(ran.code).toBe(4);
    expectWords(
      ran.stdout,
      /This goes on where it ended, after \d\d:\d\d:\d\d, and asks before it cancels one again/,
    );
    expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/\dZ/); // our times are those of the user's clock
  });
});

describe('in a pipe', () => {
  it('ends when it has said so', async () => {
    // A timer that was left over held half of all short runs for seven seconds and a half.
    for (const n of numbers(5)) {
      file([n]);
      const { child, ended } = begin(`cancel-many accounts.csv --ledger ${n}.db --yes --json`);
      let saidAt = 0;
      child.stdout!.on('data', (piece) => {
        if (String(piece).includes('"event":"end"')) saidAt = performance.now();
      });
      expect((await ended).code).toBe(0);
      expect(performance.now() - saidAt).toBeLessThan(5_000);
    }
  });

  it('says nothing again while nothing changes', () => {
    const counts: Counts = {
      done: 3,
      refused: 0,
      unknown: 1,
      queued: 0,
      needs_a_person: 0,
      rejected: 0,
      paid: 0,
    };
    const progress = {
      event: 'progress',
      counts,
      left: 1,
      perSecond: 0,
      secondsLeft: null,
      rate: 10,
    } as const;
    const waiting = { event: 'waiting', until: '2030-01-01T00:00:00.000Z', counts } as const;
    let said = '';
    vi.useFakeTimers({ toFake: ['performance'] });
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
      said += String(piece);
      return true;
    });
    try {
      const screen = createScreen(false);
      for (let second = 0; second < 300; second++) {
        vi.advanceTimersByTime(1000);
        screen.watch(progress);
        screen.watch(waiting);
      }
    } finally {
      write.mockRestore();
      vi.useRealTimers();
    }
    expect(said.match(/Nothing is due before/g)).toHaveLength(1);
    expect(said.match(/3 done/g)).toHaveLength(1);
  });
});
