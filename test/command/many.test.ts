/** `cancel-many` and `many`, as their users run them, at the sandbox. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tamper } from '../../contract-tests/sandbox/answer.ts';
import { csvOf, manyVirtualAccounts } from '../../contract-tests/sandbox/seeds.ts';
import {
  startSandbox,
  type SandboxOptions,
  type SandboxServer,
} from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { canaries } from '../support/fixtures.ts';
import {
  cli,
  environmentFor,
  expectWords,
  run,
  runtimes,
  type CommandRun,
  type CommandRunOptions,
} from './command.ts';

const [runtime] = runtimes() as [ReturnType<typeof runtimes>[number]];
const tooOld = runtimes().filter(({ name }) => /v(20|21|22\.([0-9]|1[0-2]))\b/.test(name));

let folder: string;
let sandbox: SandboxServer;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-many-'));
});
afterEach(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true });
});

/** A sandbox that has these, and the file that names them. */
async function start(
  accounts: readonly VirtualAccount[],
  file = csvOf(accounts),
  options: SandboxOptions = {},
): Promise<void> {
  sandbox = await startSandbox({ ...options, virtualAccounts: accounts });
  writeFileSync(join(folder, 'accounts.csv'), file);
}

/** Active ones. */
const active = (count: number) =>
  manyVirtualAccounts(count).map(({ script: _, ...account }): VirtualAccount => ({
    ...account,
    transaction_status: 'ACTIVE',
  }));

const command = (
  args: string,
  options: CommandRunOptions = {},
  env: Record<string, string | undefined> = {},
): Promise<CommandRun> =>
  run(runtime, args.split(' '), { ...environmentFor(sandbox.url), ...env }, { cwd: folder, ...options });

const START = 'cancel-many accounts.csv --ledger run.db';
const eventsOf = ({ stdout }: CommandRun) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown> & { event: string });
const cancels = () => sandbox.requests.filter(({ path }) => path === '/va/cancel').length;
const canceled = () =>
  sandbox.state.virtualAccounts().filter(({ transaction_status }) => transaction_status === 'CANCELED')
    .length;
const zero = { done: 0, refused: 0, unknown: 0, queued: 0, needs_a_person: 0, rejected: 0, paid: 0 };

describe('cancel-many', () => {
  it('shows what it will do, does it, and has nothing to do the second time', async () => {
    await start(active(30));
    const first = await command(`${START} --yes --rate 500`);
    expect(first.code).toBe(0);
    expectWords(
      first.stderr,
      /30 virtual accounts to cancel gateway http:\/\/127\.0\.0\.1:\d+ merchant FAKE\d+ ledger run\.db, run default pace 500 a second, 8 at a time: about 1 s file accounts\.csv: 30 new/,
    );
    expectWords(
      first.stdout,
      /^done: all 30 virtual accounts are cancelled\. done 30 refused 0 .* many report --ledger run\.db --out report\.html/,
    );
    expect(canceled()).toBe(30);
    expect(statSync(join(folder, 'run.db')).mode & 0o777).toBe(0o600);
    const second = await command(`${START} --yes`);
    expect(second.code).toBe(0);
    expectWords(
      second.stderr,
      /0 virtual accounts to cancel; 30 of the run are settled .* as it was when it was read/,
    );
    expect(cancels()).toBe(30);
  });

  it('names who was paid before anything else, and leaves them to a person', async () => {
    await start(manyVirtualAccounts(50));
    const ran = await command(`${START} --yes --rate 500`);
    expect(ran.code).toBe(5);
    expectWords(
      ran.stdout,
      /^PAID: 1 was paid\. Do not treat that order as cancelled\. external_id many-000000000043, order_id many-000000000043, paid_not_final not settled: 1 of 50 is neither done nor refused\..* One needs a person/,
    );
    expect(ran.stdout).not.toContain('goes on where it ended');
    const again = await command('many retry --single-use --ledger run.db --yes --json');
    expect(again.code).toBe(3);
    expect(eventsOf(again).at(-1)).toMatchObject({
      event: 'end',
      counts: { ...zero, done: 49, refused: 1, paid: 1 },
    });
    expect(cancels()).toBe(50);
  });

  it('asks nobody in a pipe: without --yes nothing is sent', async () => {
    await start(active(3));
    const ran = await command(START);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(
      ran.stderr,
      /3 virtual accounts to cancel.*--yes is needed where nobody can be asked, to cancel 3 virtual accounts at 127/,
    );
    expect(sandbox.requests).toEqual([]);
    const status = await command('many status --ledger run.db --json');
    expect(JSON.parse(status.stdout)).toMatchObject({ run: 'default', identity: null, counts: zero });
  });

  it('sends nothing if a line is wrong, says which and why, and with --skip-invalid cancels the others', async () => {
    const [one, two] = active(2) as [VirtualAccount, VirtualAccount];
    const lines = csvOf([one, two]).split('\n');
    const damaged = lines[1]!.replace(one.external_id, '3.94829E+13').replace(/1111(?=1)/, '2222');
    await start(
      [one, two],
      [...lines.slice(0, 3), damaged, lines[1], lines[2]!.replace('BCA-POLYTRON', 'BNI'), ''].join('\n'),
    );
    const refused = await command(`${START} --yes --rejects rejects.csv`);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expectWords(
      refused.stderr,
      /2 lines of accounts\.csv cannot be used: line 4: external_id 3\.94829E\+13 is a number .* line 6: the transaction_id of line 6 is in line 3 too, with another payment_channel;.* Nothing was sent/,
    );
    expect(sandbox.requests).toEqual([]);
    const rejects = readFileSync(join(folder, 'rejects.csv'), 'utf8').split('\n');
    expect(rejects).toHaveLength(4);
    expect(rejects[0]).toBe('line,column,reason,external_id,order_id,transaction_id');
    expect(rejects[1]).toMatch(
      /^4,external_id,"external_id 3\.94829E\+13 is .*",3\.94829E\+13,many-000000000001,2222/,
    );
    expect(statSync(join(folder, 'rejects.csv')).mode & 0o777).toBe(0o600);

    const skipped = await command(`${START} --yes --skip-invalid --rate 500`);
    expect(skipped.code).toBe(3);
    expectWords(skipped.stderr, /1 line repeats an earlier one, sent once/);
    expectWords(skipped.stdout, /rejected lines 2/);
    expect([cancels(), canceled()]).toEqual([2, 2]);
  });

  it('notices that the file has changed: new rows join, those that vanished are named', async () => {
    const accounts = active(4);
    await start(accounts, csvOf(accounts.slice(0, 3)));
    expect((await command(`${START} --yes --rate 500`)).code).toBe(0);
    writeFileSync(join(folder, 'accounts.csv'), csvOf(accounts.slice(1)));
    const ran = await command(`${START} --yes --rate 500`);
    expect(ran.code).toBe(0);
    expectWords(
      ran.stderr,
      /1 virtual account to cancel; 3 of the run are settled .*1 new 1 of the run is not in it any more: external_id many-000000000001, order_id many-000000000001 \(done\)/,
    );
    expect([cancels(), canceled()]).toEqual([4, 4]);
  });

  it('reads stdin, NDJSON and columns by other names', async () => {
    const accounts = active(4);
    await start(accounts);
    const { external_id, order_id, transaction_id, payment_channel } = accounts[0]!;
    const input = `${JSON.stringify({ external_id, order_id, transaction_id, payment_channel })}\n`;
    expect((await command('cancel-many - --format ndjson --ledger run.db --yes', { input })).code).toBe(0);
    const renamed = csvOf(accounts).replace('external_id', 'Nomor VA').replaceAll(',', ';');
    const more = [
      'cancel-many',
      '-',
      '--format',
      'csv',
      '--ledger',
      'run.db',
      '--yes',
      '--column',
      'external_id=nomor va',
    ];
    const ran = await run(runtime, more, environmentFor(sandbox.url), { input: renamed, cwd: folder });
    expect(ran.code).toBe(0);
    expect([cancels(), canceled()]).toEqual([4, 4]);
    const unknown = await command('cancel-many - --ledger run.db --yes', { input });
    expectWords(unknown.stderr, /stdin: does not tell by its name .* --format csv or --format ndjson/);
  });

  it('checks all of it with --dry-run, sends nothing and leaves nothing behind', async () => {
    await start(active(3));
    const ran = await command(`${START} --dry-run --rate 1`);
    expect(ran.code).toBe(0);
    expectWords(ran.stdout, /^3 virtual accounts to cancel .*pace 1 a second, 8 at a time: about 3 s/);
    writeFileSync(
      join(folder, 'accounts.csv'),
      'external_id,order_id,transaction_id,payment_channel\na b,o,t,BCA\n',
    );
    expect((await command(`${START} --dry-run`)).code).toBe(2);
    const skipping = await command(`${START} --dry-run --skip-invalid --json`);
    expect(skipping.code).toBe(3);
    expect(eventsOf(skipping).map(({ event }) => event)).toEqual(['reject', 'plan', 'end']);
    expect(existsSync(join(folder, 'run.db'))).toBe(false);
    expect(sandbox.requests).toEqual([]);
  });

  it('prints one event a line with --json, the last an end with exit code and counts, and nothing on stderr', async () => {
    await start(active(5));
    const ran = await command(`${START} --yes --json --rate 500`);
    const events = eventsOf(ran);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(events[0]).toMatchObject({ event: 'plan', count: 5, added: 5, rate: 500 });
    expect(events.filter(({ event }) => event === 'row')).toHaveLength(5);
    expect(events.filter(({ event }) => event === 'end')).toEqual([
      expect.objectContaining({ event: 'end', exitCode: 0, counts: { ...zero, done: 5 } }),
    ]);
    expect(events.at(-1)).toMatchObject({ event: 'end' });
    for (const args of [
      `${START} --json`,
      'cancel-many --json',
      'cancel-many --json --no-such-option',
      'many work --json',
    ]) {
      const wrong = await command(args);
      if (args === `${START} --json`) continue; // nothing is left to do, so nothing is asked
      expect(wrong).toMatchObject({ code: 2, stderr: '' });
      expect(eventsOf(wrong).at(-1)).toMatchObject({
        event: 'end',
        exitCode: 2,
        code: 'usage',
        counts: zero,
      });
    }
  });

  it('at production needs --production, by environment or by host', async () => {
    await start(active(1));
    const env = environmentFor('');
    for (const changes of [
      { IFORTEPAY_ENV: 'production' },
      { IFORTEPAY_BASE_URL: 'https://api.ifortepay.id' },
      { IFORTEPAY_BASE_URL: 'https://API-LIVE.mcpayment.id./' },
      { IFORTEPAY_BASE_URL: 'https://api-new.ifortepay.id/v4' },
    ]) {
      for (const args of [
        `${START} --yes`,
        'many work --ledger run.db',
        'many retry --ledger run.db --yes',
      ]) {
        const ran = await run(runtime, args.split(' '), { ...env, ...changes }, { cwd: folder });
        expect(ran.code).toBe(2);
        expectWords(ran.stderr, /is production: .* Add --production if that is meant\. Nothing was sent\./);
      }
    }
    const dry = await run(
      runtime,
      [...START.split(' '), '--dry-run'],
      { ...env, IFORTEPAY_ENV: 'production' },
      { cwd: folder },
    );
    expect(dry.stdout).toContain('api.ifortepay.id (production)');
    expect(existsSync(join(folder, 'run.db'))).toBe(false);
  });

  it('is bound to its gateway and merchant', async () => {
    await start(active(2));
    await command(`${START} --yes --rate 500`);
    const before = sandbox.requests.length;
    const other = await startSandbox();
    try {
      for (const env of [
        { IFORTEPAY_BASE_URL: other.url },
        { IFORTEPAY_MERCHANT_ID: 'FAKE9' },
        { IFORTEPAY_SUB_MERCHANT_ID: 'FAKE-SUB' },
      ]) {
        for (const args of [
          `${START} --yes`,
          'cancel-many --resume --ledger run.db --yes',
          'many retry --ledger run.db --yes',
          'many work --ledger run.db',
        ]) {
          const ran = await command(args, {}, env);
          expect(ran.code).toBe(2);
          expectWords(ran.stderr, /(run default is of|belongs to) /);
        }
      }
      expect([sandbox.requests.length, other.requests.length]).toEqual([before, 0]);
    } finally {
      await other.close();
    }
  });

  it('settles no row by a refusal of the credentials', async () => {
    await start(active(20));
    const ran = await command(`${START} --yes`, {}, { IFORTEPAY_HASH_KEY: 'fake-rotated-key' });
    expect(ran.code).toBe(5);
    expectWords(
      ran.stdout,
      /^not settled: 20 of 20 are neither done nor refused\. .*IFORTEPAY_HASH_KEY|hash/i,
    );
    expect(ran.stdout).toMatch(/queued +20\n/);
    expect((await command(`${START} --yes --rate 500`)).code).toBe(0);
  });

  it('stops if each of the first ten is not found; --accept-not-found goes on', async () => {
    await start(active(12));
    writeFileSync(join(folder, 'accounts.csv'), csvOf(active(12)).replaceAll('11111111', '33333333'));
    const ran = await command(`${START} --yes --rate 500`);
    expect(ran.code).toBe(5);
    expectWords(ran.stdout, /--accept-not-found/);
    const again = await command(`${START} --yes --rate 500 --accept-not-found`);
    expect(again.code).toBe(3);
    expect(again.stdout).toMatch(/refused +12\n/);
  });

  it('exits 4 if nothing could be sent', async () => {
    await start(active(3));
    const url = sandbox.url;
    await sandbox.close();
    const ran = await run(runtime, `${START} --yes --wait 0`.split(' '), environmentFor(url), {
      cwd: folder,
    });
    expect(ran.code).toBe(4);
    expectWords(ran.stdout, /^not sent: nothing could be sent \(connection_refused\); `ifortepay-va doctor`/);
    sandbox = await startSandbox();
  });

  it.each([
    ['cancel-many', /which virtual accounts\? Give a FILE, or --resume/],
    ['cancel-many accounts.csv', /where is the run to be remembered\? --ledger FILE, or --database/],
    ['cancel-many accounts.csv --ledger run.db --database postgres://h/d', /exclude each other/],
    ['cancel-many accounts.csv --resume --ledger run.db', /--resume takes no file/],
    ['cancel-many --resume --ledger none.db --yes', /none\.db/],
    ['cancel-many missing.csv --ledger run.db --yes', /missing\.csv: cannot be read \(ENOENT\)/],
    ['cancel-many accounts.csv --ledger run.db --rate x', /it must be a number/],
    ['cancel-many accounts.csv --ledger run.db --column id=x', /must be MEMBER=NAME, of external_id/],
    ['cancel-many accounts.csv --ledger no/such/folder/run.db --yes', /no\/such\/folder/],
    ['many status --ledger none.db', /none\.db/],
    ['many report --ledger none.db', /none\.db/],
    ['many retry --ledger none.db --yes', /none\.db/],
  ])('%s says in one error what to do', async (args, words) => {
    await start(active(1));
    const ran = await command(args);
    expect([2, 4]).toContain(ran.code);
    expect(ran.stdout).toBe('');
    expectWords(ran.stderr, words);
    expect(ran.stderr).not.toMatch(/crashed|Warning/);
    expect(sandbox.requests).toEqual([]);
  });

  it.runIf(tooOld.length > 0)('says in one line which Node a ledger needs', async () => {
    await start(active(1));
    const ran = await run(tooOld[0]!, `${START} --yes`.split(' '), environmentFor(sandbox.url), {
      cwd: folder,
    });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/22\.13/);
    expect(ran.stderr).not.toMatch(/crashed|Warning|at /);
  });
});

describe('a run that is cut short', () => {
  /** Begins a run of 300, and calls `cut` while the sandbox has not said yet that it cancelled the 61st. */
  async function begin(
    cut: (pid: number) => void,
  ): Promise<{ code: number | null; signal: string | null; stdout: string }> {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let seen = 0;
    // Without it nothing may be under way: what is answered on loopback is settled before the next turn.
    const tamper: Tamper = async (answer) => {
      seen += 1;
      if (seen > 60) await held;
      return answer;
    };
    await start(active(300), undefined, { tamper });
    const child = spawn(runtime.path, [cli, ...START.split(' '), '--yes', '--rate', '150'], {
      cwd: folder,
      env: environmentFor(sandbox.url),
    });
    const ended = once(child, 'close') as Promise<[number | null, string | null]>;
    const stdout = text(child.stdout);
    child.stderr.resume();
    while (seen <= 60 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    cut(child.pid!);
    release();
    const [code, signal] = await ended;
    return { code, signal, stdout: await stdout };
  }

  /** What is committed as being sent, and of which nothing is written yet. */
  function underWay(): string[] {
    const ledger = new DatabaseSync(join(folder, 'run.db'));
    const rows = ledger.prepare(`SELECT transaction_id FROM accounts WHERE state = 'sending'`).all();
    ledger.close();
    return rows.map((row) => String(row.transaction_id));
  }

  /** Goes on, and holds the report against what the sandbox knows. */
  async function finish(): Promise<void> {
    const sending = underWay();
    // 8 requests at a time, and four times as many that are marked ahead of their turn.
    expect(sending.length).toBeLessThanOrEqual(8 + 4 * 8);
    // What was under way is asked after at once, and cancelled again only when the deadline and a margin are over.
    const ran = await command(`${START} --yes --rate 500 --json --wait 0`);
    const { counts } = eventsOf(ran).at(-1) as unknown as { counts: typeof zero };
    const { stdout } = await command('many report --ledger run.db');
    const rows = stdout
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const accounts = sandbox.state.virtualAccounts();
    const neverArrived = accounts.filter(({ transaction_status: status }) => status !== 'CANCELED');
    const isUnknown = new Set(neverArrived.map(({ transaction_id: id }) => id));
    expect([...isUnknown].filter((id) => !sending.includes(id))).toEqual([]);
    expect(new Map(rows.map(([external_id, , id, , state]) => [id, [external_id, state]]))).toEqual(
      new Map(
        accounts.map(({ external_id, transaction_id: id }) => [
          id,
          [external_id, isUnknown.has(id) ? 'unknown' : 'done'],
        ]),
      ),
    );
    expect(counts).toMatchObject({ unknown: isUnknown.size, done: accounts.length - isUnknown.size });
  }

  it('by Ctrl-C lets what is under way end, prints the command that goes on, and exits 5', async () => {
    const { code, stdout } = await begin((pid) => process.kill(pid, 'SIGINT'));
    expect(code).toBe(5);
    expect(stdout).toContain(`  ifortepay-va ${START} --yes --rate 150\n`);
    expect(stdout).toMatch(/queued +[1-9]\d*\n/);
    expect(underWay()).toEqual([]);
    await finish();
  });

  it('by kill -9 goes on, and cancels nothing a second time without having asked', async () => {
    expect(await begin((pid) => process.kill(pid, 'SIGKILL'))).toMatchObject({
      signal: 'SIGKILL',
      stdout: '',
    });
    expect(underWay().length).toBeGreaterThan(0);
    await finish();
    // An inquiry would have said so.
    expect(sandbox.requests.filter(({ answer }) => answer === 'already_canceled')).toEqual([]);
  });
});

describe('many report', () => {
  it('as CSV is the input of cancel-many again, ids that begin with a dash among them', async () => {
    const accounts = active(3).map((account, index) => ({
      ...account,
      external_id: `-${index}-x`,
      order_id: '-1',
    }));
    await start(accounts);
    expect((await command(`${START} --yes --rate 500`)).code).toBe(0);
    const written = await command('many report --ledger run.db --out report.csv');
    expectWords(written.stdout, /Written to report\.csv, which you alone can read/);
    expect(statSync(join(folder, 'report.csv')).mode & 0o777).toBe(0o600);
    const csv = readFileSync(join(folder, 'report.csv'), 'utf8');
    expect(csv.split('\n')[0]).toBe(
      'external_id,order_id,transaction_id,payment_channel,state,code,response_code,response_message,attempts,sent_at,settled_at,by',
    );
    expect(csv).toContain("\n'-0-x,'-1,");
    const again = await command('cancel-many report.csv --ledger run.db --yes --json');
    expect(again.code).toBe(0);
    expect(eventsOf(again)[0]).toMatchObject({ event: 'plan', added: 0, count: 0, vanished: 0, rejected: 0 });
    // For a spreadsheet that splits at semicolons, and takes UTF-8 without a mark for letters of its own.
    await command('many report --ledger run.db --out report.csv --separator ;');
    expect(readFileSync(join(folder, 'report.csv'), 'utf8')).toMatch(
      /^\uFEFFexternal_id;order_id;.*\n'-0-x;'-1;/,
    );
    const other = await command('cancel-many report.csv --ledger other.db --dry-run --json');
    expect(eventsOf(other)[0]).toMatchObject({ added: 3, rejected: 0 });
  });

  it('goes to a file of any of three kinds, or to stdout', async () => {
    await start(manyVirtualAccounts(10));
    await command(`${START} --yes --rate 500`);
    const { stdout } = await command('many report --ledger run.db --format ndjson');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { state: string }).state),
    ).toHaveLength(10);
    const json = await command('many report --ledger run.db --out page.HTML --json');
    expect(JSON.parse(json.stdout)).toMatchObject({ out: 'page.HTML', format: 'html', counts: { done: 10 } });
    expect(readFileSync(join(folder, 'page.HTML'), 'utf8')).toContain(
      '10 of 10 virtual accounts are cancelled',
    );
    expect((await command('many report --ledger run.db --out page.xlsx')).stderr).toContain(
      'must end in .csv, .ndjson or .html',
    );
    expect((await command('many report --ledger run.db --out no/such/page.html')).stderr).toContain('ENOENT');
    const odd = await command('many report --ledger run.db --out page.html --separator ;');
    expect(odd.stderr).toContain('--separator is of CSV');
  });
});

describe('secrets', () => {
  it('are in no ledger, output, rejects or report', async () => {
    await start(manyVirtualAccounts(60));
    const outputs: string[] = [];
    for (const args of [
      `${START} --yes --rate 500 --json --rejects rejects.csv`,
      `${START} --yes`,
      'many status --ledger run.db',
      'many report --ledger run.db --out report.html',
      'many report --ledger run.db --out report.ndjson',
    ]) {
      const { stdout, stderr } = await command(args);
      outputs.push(stdout, stderr);
    }
    for (const file of ['run.db', 'rejects.csv', 'report.html', 'report.ndjson'])
      outputs.push(readFileSync(join(folder, file), 'latin1'));
    for (const canary of canaries) for (const output of outputs) expect(output).not.toContain(canary);
  });

  it('of a database are not printed, not even by the command that goes on', async () => {
    await start(active(1));
    const url = 'postgres://merchant:fake-password@127.0.0.1:1/shop';
    const ran = await command(`cancel-many accounts.csv --database ${url} --yes`);
    expect(ran.code).not.toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain('fake-password');
  });
});

const hasScript = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');
if (!hasScript)
  console.warn('many.test.ts skips the terminal: there is no `script` of util-linux on this machine.');

describe.runIf(hasScript)('on a terminal', () => {
  /** Types `typed` when the question has come. */
  async function onTerminal(args: string, typed: string): Promise<CommandRun> {
    const line = `stty cols 80; exec '${runtime.path}' '${cli}' ${args}`;
    const env = { PATH: '/usr/bin:/bin', TERM: 'xterm', SHELL: '/bin/sh', ...environmentFor(sandbox.url) };
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      env,
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let stdout = '';
    child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
      if (!stdout.includes('[y/N]') && (stdout + piece).includes('[y/N]')) child.stdin!.write(typed);
      stdout += piece;
    });
    const [code] = (await ended) as [number];
    child.stdin!.end();
    return { code, stdout, stderr: '' };
  }

  it('asks, draws a bar that fits, and takes it away', async () => {
    await start(active(60));
    const ran = await onTerminal(`${START} --rate 60`, 'y\r');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/Cancel 60 virtual accounts at 127\.0\.0\.1:\d+\? \[y\/N\]/);
    const drawn = ran.stdout.match(/\d+ % [█░]+ \d+ done, [^\u001b\r\n]*left[^\u001b\r\n]*/g)!;
    for (const bar of drawn) expect(bar.length).toBeLessThan(80);
    expect(canceled()).toBe(60);
  });

  it.each(['n\r', '\r', '\u0003', '\u0004'])(
    'takes %j for a no: nothing is sent and nothing kept',
    async (typed) => {
      await start(active(3));
      const ran = await onTerminal(START, typed);
      expect(ran.code).toBe(4);
      expect(sandbox.requests).toEqual([]);
      const status = await command('many status --ledger run.db --json');
      expect(JSON.parse(status.stdout)).toMatchObject({ counts: zero });
    },
  );

  it('asks whether to go on without the wrong lines', async () => {
    await start(active(2), `${csvOf(active(2))}a b,o,t,BCA\n`);
    const ran = await onTerminal(`${START} --rate 500`, 'y\r');
    expect(ran.code).toBe(3);
    expect(ran.stdout.replace(/\s+/g, ' ')).toMatch(/without the 1 wrong line\? \[y\/N\]/);
    expect(canceled()).toBe(2);
  });
});
