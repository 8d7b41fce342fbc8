/**
 * What many virtual accounts cost: `make bench-bulk`. Needs PostgreSQL on the machine; the gateway is a stub, for the
 * ledger is what is measured. Prints a table; ends with 1 if an aim is missed. All of it goes to results/bulk.md.
 *
 *     node bench/bulk.ts [--rows 1000000] [--only stored,command,report,ledger,workers]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { startPostgres } from '../test/support/postgres.ts';

const DIST = new URL('../dist/', import.meta.url);
const SELF = fileURLToPath(import.meta.url);

/** A measured number beside what is aimed at. */
interface Line {
  what: string;
  measured: number;
  unit: string;
  aim: number;
  atMost: boolean;
}

const account = (n: number) => ({
  external_id: `FAKE-${n}`,
  order_id: `ORDER-${n}`,
  transaction_id: uuid(n),
  payment_channel: 'BCA-POLYTRON',
});

/** As the gateway's are: in no order, which is what makes an index of them expensive. */
function uuid(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}

async function bulk() {
  return import(new URL('bulk.js', DIST).href) as Promise<typeof import('../src/bulk/index.ts')>;
}

/** A process of its own, so that its memory is its own: one of `parts`. Resolves to the numbers that it prints. */
async function part(name: string, ...args: string[]): Promise<Record<string, number>> {
  const child = spawn(process.execPath, [SELF, '--part', name, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} ended with ${code}`);
  return JSON.parse(said) as Record<string, number>;
}

/** The command in a process of its own: how long it took, and its memory. */
async function command(...args: string[]): Promise<{ seconds: number; mb: number }> {
  const peak = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;
  const cli = fileURLToPath(new URL('cli.js', DIST));
  const env = {
    ...process.env,
    IFORTEPAY_ENV: 'staging',
    IFORTEPAY_MERCHANT_ID: 'FAKE',
    IFORTEPAY_SECRET_UNBOUND_ID: 'fake-secret-unbound',
    IFORTEPAY_HASH_KEY: 'fake-hash-key',
  };
  const since = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(peak)}`, cli, ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  return { seconds: seconds(since), mb: Number(/peak (\d+)$/.exec(said)![1]) / 1024 };
}

/** A file of so many accounts. */
function writeCsv(path: string, count: number): void {
  writeFileSync(path, 'external_id,order_id,transaction_id,payment_channel\n');
  for (let n = 0; n < count; n += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, count - n) }, (_, i) =>
      Object.values(account(n + i)).join(','),
    );
    appendFileSync(path, `${lines.join('\n')}\n`);
  }
}

const seconds = (since: number) => (performance.now() - since) / 1000;
const peakMB = () => process.resourceUsage().maxRSS / 1024;

const parts: Record<string, (...args: string[]) => Promise<Record<string, number>>> = {
  async stored(path, count) {
    const { openLedger, problemsOfRow } = await bulk();
    // As the command has it, so that what is measured is ours, not what V8 finds worth keeping.
    setFlagsFromString('--semi-space-growth-factor=1');
    const since = performance.now();
    const ledger = await openLedger({ ledger: path! });
    const load = await ledger.load();
    for (let n = 0, batch = []; n < Number(count);) {
      const row = account(n++);
      if (problemsOfRow(row).length > 0) throw new Error('a row is wrong');
      batch.push(row);
      if (batch.length === 500 || n === Number(count)) {
        await load.add(batch);
        batch = [];
      }
    }
    await load.commit();
    await ledger.close();
    return { seconds: seconds(since), mb: peakMB() };
  },

  /** The same calls with the ledger and without, in turns, at a gateway that takes 20 ms. */
  async ledger(path, count) {
    const { cancelMany } = await bulk();
    const { createVaClient } = (await import(
      new URL('index.js', DIST).href
    )) as typeof import('../src/index.ts');
    const server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const answer = { ...JSON.parse(text), transaction_status: 'CANCELED', response_code: '00' };
        setTimeout(() => response.end(JSON.stringify(answer)), 20);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const client = createVaClient({
      merchantId: 'FAKE',
      secretUnboundId: 'fake-secret',
      hashKey: 'fake-key',
      baseUrl: `http://127.0.0.1:${port}`,
    });
    const total = Number(count);
    const concurrency = 8;
    const plain = async (from: number) => {
      let next = from;
      const one = async () => {
        while (next < from + total)
          await client.cancel({ ...account(next++), payment_method: 'BANK_TRANSFER' });
      };
      await Promise.all(Array.from({ length: concurrency }, one));
    };
    const kept = async (from: number, run: string) => {
      const rows = Array.from({ length: total }, (_, n) => account(from + n));
      await cancelMany({ client, ledger: path!, run, rows: [], rate: 100_000, concurrency });
      const { openLedger } = await bulk();
      const ledger = await openLedger({ ledger: path!, run });
      const load = await ledger.load();
      await load.add(rows);
      await load.commit();
      await ledger.close();
      const since = performance.now();
      await cancelMany({ client, ledger: path!, run, rate: 100_000, concurrency });
      return seconds(since);
    };
    await plain(0);
    const ratios: number[] = [];
    for (let round = 0; round < 5; round++) {
      const since = performance.now();
      await plain(0);
      const without = seconds(since);
      ratios.push((await kept(round * total, `r${round}`)) / without);
    }
    server.close();
    server.closeAllConnections();
    return { ratio: ratios.sort((a, b) => a - b)[2]! };
  },

  /** One of several workers, whose gateway answers at once. */
  async worker(url, stopAt) {
    const { work } = await bulk();
    const answer = async (request: object) => ({
      ...request,
      transaction_status: 'CANCELED' as const,
      response_code: '00' as const,
    });
    const client = {
      gateway: { baseUrl: 'http://127.0.0.1:1', merchantId: 'FAKE' },
      cancel: answer,
      inquire: answer,
    } as never;
    const abort = new AbortController();
    const early: number[] = [];
    const watching = setInterval(async () => {
      early.push(process.memoryUsage().rss / 2 ** 20);
    }, 500);
    let first = 0;
    let last = 0;
    let count = 0;
    const ended = work({
      client,
      database: url!,
      rate: 100_000,
      concurrency: 64,
      signal: abort.signal,
      onEvent: (event) => {
        if (event.event !== 'row') return;
        first ||= Date.now();
        last = Date.now();
        count++;
      },
    });
    const { openLedger } = await bulk();
    const beside = await openLedger({ database: url!, readOnly: true });
    while ((await beside.nextDue()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 500));
    await beside.close();
    abort.abort();
    await ended;
    clearInterval(watching);
    const middle = early[Math.floor(early.length / 2)] ?? 0;
    return { first, last, count, flat: (early.at(-1) ?? 0) / (middle || 1), stopAt: Number(stopAt) };
  },
};

async function measure(rows: number, only: readonly string[]): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bulk-'));
  const lines: Line[] = [];
  const add = (what: string, measured: number, unit: string, aim: number, atMost = true) =>
    lines.push({ what, measured, unit, aim, atMost });
  const millions = `${rows.toLocaleString('en')} rows`;
  try {
    const big = join(folder, 'big.db');
    if (only.includes('stored')) {
      const stored = await part('stored', big, String(rows));
      add(`${millions} checked and stored`, stored.seconds!, 's', 60);
      add('  its memory at most', stored.mb!, 'MB', 150);
    }
    if (only.includes('command')) {
      const file = join(folder, 'big.csv');
      writeCsv(file, rows);
      const dry = await command('cancel-many', file, '--ledger', join(folder, 'dry.db'), '--dry-run');
      add(`cancel-many --dry-run of ${millions}`, dry.seconds, 's', 60);
      add('  its memory at most', dry.mb, 'MB', 150);
      rmSync(file);
    }
    if (only.includes('report')) {
      // As they are at the end of a run; a hundredth was paid.
      const ledger = new DatabaseSync(big);
      ledger.exec(`UPDATE accounts SET state = CASE WHEN id % 100 = 0 THEN 'refused' ELSE 'done' END,
        code = CASE WHEN id % 100 = 0 THEN 'already_paid' END, response_code = '00', transaction_status = 'CANCELED',
        attempts = 1, sent_at = 1795700000000 + id, settled_at = 1795700000020 + id, settled_by = 'cancel'`);
      ledger.close();
      for (const format of ['csv', 'ndjson', 'html']) {
        const out = join(folder, `report.${format}`);
        const report = await command('many', 'report', '--ledger', big, '--out', out);
        add(`many report --out report.${format} of ${millions}`, report.seconds, 's', 15);
        add('  its memory at most', report.mb, 'MB', 150);
        rmSync(out);
      }
    }
    if (only.includes('ledger')) {
      const { ratio } = await part('ledger', join(folder, 'ledger.db'), '2000');
      add('calls with the ledger, to the same without', ratio!, '', 1.1);
    }
    if (only.includes('workers')) {
      const postgres = await startPostgres({ fsync: true });
      try {
        const { openLedger } = await bulk();
        const ledger = await openLedger({ database: postgres.url });
        const load = await ledger.load();
        const total = 60_000;
        for (let n = 0; n < total; n += 500)
          await load.add(Array.from({ length: 500 }, (_, i) => account(n + i)));
        await load.commit();
        await ledger.close();
        const workers = await Promise.all(
          Array.from({ length: 4 }, () => part('worker', postgres.url, String(total))),
        );
        const took =
          Math.max(...workers.map(({ last }) => last!)) - Math.min(...workers.map(({ first }) => first!));
        add('accounts a second, four workers on one PostgreSQL', (total / took) * 1000, '', 4000, false);
        add('  memory at the end, to the middle', Math.max(...workers.map(({ flat }) => flat!)), '', 1.25);
      } finally {
        await postgres.stop();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return lines;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string' },
    rows: { type: 'string', default: '1000000' },
    only: { type: 'string', default: 'stored,command,report,ledger,workers' },
  },
});
if (values.part) {
  console.log(JSON.stringify(await parts[values.part]!(...positionals)));
} else {
  const before = loadavg()[0]!;
  const lines = await measure(Number(values.rows), values.only.split(','));
  const table = lines.map(({ what, measured, unit, aim, atMost }) => {
    const shown = measured.toLocaleString('en', { maximumFractionDigits: measured < 10 ? 2 : 0 });
    const held = atMost ? measured <= aim : measured >= aim;
    return [
      what.trim(),
      `${shown} ${unit}`.trim(),
      `${atMost ? 'at most' : 'at least'} ${aim}`,
      held ? 'held' : 'MISSED',
    ];
  });
  const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, load average ${before.toFixed(1)} before`;
  const rows = [['measured', 'value', 'aim', 'held'], ...table];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const text = [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
  console.log(`${text}\n\n${machine}`);
  // A part of it says too little to be kept.
  if (!process.argv.includes('--only')) {
    const results = new URL('results/bulk.md', import.meta.url);
    writeFileSync(results, `# Many virtual accounts\n\nBy \`make bench-bulk\`. ${machine}.\n\n${text}\n`);
  }
  process.exitCode = table.some(([, , , held]) => held === 'MISSED') ? 1 : 0;
}
