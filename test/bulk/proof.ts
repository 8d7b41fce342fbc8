/**
 * Kills: workers by SIGKILL, stops them and wakes them, restarts PostgreSQL, takes the gateway away, rotates its key and
 * spoils a tenth of its answers, at random moments of a run; then compares what the gateway did with what the report
 * says. The seed is printed; `--seed` repeats the choices, though not the machine's timing.
 *
 *     node test/bulk/proof.ts --store sqlite --rounds 20
 *     node test/bulk/proof.ts --break 3      # must end with 1
 *     node test/bulk/proof.ts --prove        # breaks each rule, and ends with 0 if each shows
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type * as Bulk from '../../src/bulk/index.ts';
import type { BulkRow, LedgerPlace, ReportRow } from '../../src/bulk/types.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { BREAKS, breakOf } from './breaks.ts';
import type { ChildOptions } from './child.ts';
import { bulkAccount, BulkGateway, type Fault } from './gateway.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Well below what a slow machine manages, so that a run without a rate shows.
const RATE = 40;
const TIMINGS = { timeoutMs: 500, marginMs: 1_000, leaseMs: 2_000 };

/** Where `#disturb` draws the line for what a break is to be disturbed by. */
const CHANCES = { kill: 0.05, key: 0.8 } as const;

/** One number a call, from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What must be 0, and what is counted apart. */
export interface Findings {
  'blind second cancels': number;
  'cancelled but not reported': number;
  'reported but not cancelled': number;
  'refused though it was active': number;
  'lost rows': number;
  'rows not settled': number;
  'paid but not named': number;
  'requests above the rate': number;
  'workers that crashed': number;
  /** The window that no engine closes without an idempotency key. */
  apart: { 'stalled between check and socket': number; 'held longer than the margin': number };
}

interface Chaos {
  killed: number;
  stopped: number;
  gatewayDown: number;
  keyRotated: number;
  databaseRestarted: number;
  spoilt: number;
  refusedSecondSender: number;
}

/** Where the bundles are that the children run: as it is, or with a rule broken. */
interface Bundles {
  bulk: string;
  client: string;
}

async function bundle(folder: string, broken?: keyof typeof BREAKS): Promise<Bundles> {
  const common = { bundle: true, format: 'esm', platform: 'node', logLevel: 'error' } as const;
  const REQUIRE =
    "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  const bulk = join(folder, 'bulk.mjs');
  await build({
    ...common,
    entryPoints: [join(ROOT, 'src/bulk/index.ts')],
    banner: { js: REQUIRE },
    external: ['pg', 'pg-boss'],
    plugins: broken ? [BREAKS[broken].plugin] : [],
    outfile: bulk,
  });
  const client = join(folder, 'client.mjs');
  await build({ ...common, entryPoints: [join(ROOT, 'src/index.ts')], outfile: client });
  return { bulk, client };
}

/** One run, from its rows to its report. */
class Round {
  readonly gateway = new BulkGateway();
  readonly chaos: Chaos = {
    killed: 0,
    stopped: 0,
    gatewayDown: 0,
    keyRotated: 0,
    databaseRestarted: 0,
    spoilt: 0,
    refusedSecondSender: 0,
  };
  readonly children = new Set<ChildProcess>();
  readonly rows: BulkRow[];
  calm = false;
  crashed = 0;
  output = '';

  readonly place: LedgerPlace;
  readonly bundles: Bundles;
  readonly bulk: typeof Bulk;
  readonly random: () => number;
  readonly accounts: number;
  readonly postgres: TestPostgres | undefined;
  broken: ReturnType<typeof breakOf>;

  constructor(
    place: LedgerPlace,
    bundles: Bundles,
    bulk: typeof Bulk,
    random: () => number,
    accounts: number,
    postgres?: TestPostgres,
  ) {
    this.place = place;
    this.bundles = bundles;
    this.bulk = bulk;
    this.random = random;
    this.accounts = accounts;
    this.postgres = postgres;
    this.rows = Array.from({ length: accounts }, (_, n) => bulkAccount(n));
  }

  get #rate(): number {
    return this.broken?.rate ?? RATE;
  }

  get isPostgres(): boolean {
    return this.postgres !== undefined;
  }

  async play(chaosMs: number): Promise<{ findings: Findings; chaos: Chaos }> {
    const { gateway } = this;
    await gateway.listen();
    gateway.latencyMs = 120;
    gateway.slowMs = 700;
    gateway.lateMs = 900;
    for (let n = 0; n < this.accounts; n++) {
      const chance = this.random();
      const id = this.rows[n]!.transaction_id;
      if (chance < 0.03) gateway.accounts.set(id, 'PAID');
      else if (chance < 0.06) gateway.accounts.set(id, 'EXPIRED');
      else if (chance < 0.08) gateway.accounts.set(id, 'CANCELED');
    }
    gateway.fault = () => this.#fault();
    await this.#load();
    const until = Date.now() + chaosMs;
    this.#keepRunning();
    while (Date.now() < until && this.#open() > 0) {
      // In the middle of work, however slow the machine is.
      await this.#requests(5 + this.random() * 60, 4_000);
      await this.#disturb();
    }
    this.calm = true;
    // With a rule broken it may never be. A row whose inquiry failed five times rests for 256 s, as it should.
    await this.#settle(this.broken ? 12_000 : 360_000);
    const findings = await this.#judge();
    for (const child of this.children) child.kill('SIGKILL');
    await gateway.close();
    return { findings, chaos: this.chaos };
  }

  /** How many accounts nobody has cancelled yet. */
  #open(): number {
    return this.rows.filter(({ transaction_id: id }) => this.gateway.statusOf(id) === 'ACTIVE').length;
  }

  async #requests(count: number, ms: number): Promise<void> {
    const from = this.gateway.requests;
    const until = Date.now() + ms;
    while (this.gateway.requests < from + count && Date.now() < until) await sleep(10);
  }

  #fault(): Fault | undefined {
    if (this.calm || this.random() >= 0.1) return undefined;
    this.chaos.spoilt++;
    const faults: Fault[] = [
      'drop before',
      'drop after',
      'html after',
      'busy',
      'garbage after',
      'slow',
      'late',
    ];
    return faults[Math.floor(this.random() * faults.length)];
  }

  async #load(): Promise<void> {
    const ledger = await this.bulk.openLedger(this.place);
    const load = await ledger.load();
    await load.add(this.rows);
    await load.commit();
    await ledger.close();
  }

  #keepRunning(): void {
    const wanted = this.isPostgres ? 3 : 1;
    while (this.children.size < wanted) this.#start();
  }

  #start(): void {
    const options: ChildOptions = {
      baseUrl: this.gateway.url,
      credentials: { ...this.gateway.credentials },
      stays: this.isPostgres,
      work: {
        ...(this.place as { ledger?: string; database?: string }),
        rate: this.#rate,
        concurrency: 32,
        ...TIMINGS,
      },
    };
    const child = spawn(
      process.execPath,
      [
        fileURLToPath(new URL('child.ts', import.meta.url)),
        this.bundles.bulk,
        this.bundles.client,
        JSON.stringify(options),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: ROOT },
    );
    this.children.add(child);
    let said = '';
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('exit', () => {
      this.children.delete(child);
      this.output += said;
      if (said.includes('"ledger_in_use"')) this.chaos.refusedSecondSender++;
      // One that had begun must not end but by a signal, or because all is settled or the key is refused.
      if (said.includes('"began"') && /"crashed"|"ledger_failed"|^Error|Node.js v/m.test(said))
        this.crashed++;
    });
  }

  #any(): ChildProcess | undefined {
    return [...this.children][Math.floor(this.random() * this.children.size)];
  }

  async #disturb(): Promise<void> {
    this.#keepRunning();
    if (this.broken && !this.broken.by) return;
    // Once in each round for sure.
    const chance = this.broken?.by
      ? CHANCES[this.broken.by]
      : this.chaos.keyRotated === 0
        ? 0.8
        : this.random();
    const child = this.#any();
    if (chance < 0.35) {
      // One, or all at once: a machine that loses its power.
      const victims = chance < 0.1 ? [...this.children] : child ? [child] : [];
      this.chaos.killed += victims.length;
      const gone = victims.map((victim) => once(victim, 'exit'));
      for (const victim of victims) victim.kill('SIGKILL');
      await Promise.all(gone);
      this.#keepRunning();
    } else if (chance < 0.6) {
      if (!child) return;
      this.chaos.stopped++;
      child.kill('SIGSTOP');
      // A second sender beside one that only sleeps must not send.
      if (!this.isPostgres) this.#start();
      await sleep(200 + this.random() * 3_300);
      child.kill('SIGCONT');
    } else if (chance < 0.75) {
      this.chaos.gatewayDown++;
      await this.gateway.close();
      await sleep(100 + this.random() * 900);
      await this.gateway.listen();
    } else if (chance < 0.85) {
      this.chaos.keyRotated++;
      const { hashKey } = this.gateway.credentials;
      this.gateway.credentials = { ...this.gateway.credentials, hashKey: `${hashKey}-new` };
      await this.#requests(10, 2_000);
      this.gateway.credentials = { ...this.gateway.credentials, hashKey };
    } else if (this.postgres) {
      this.chaos.databaseRestarted++;
      await this.postgres.restart(this.random() < 0.5 ? 'crash' : 'fast');
    }
  }

  async #settle(ms: number): Promise<void> {
    const until = Date.now() + ms;
    while (Date.now() < until) {
      this.#keepRunning();
      await sleep(300);
      const ledger = await this.bulk.openLedger({ ...this.place, readOnly: true }).catch(() => undefined);
      const counts = await ledger?.counts().catch(() => undefined);
      await ledger?.close().catch(() => undefined);
      if (counts && counts.queued + counts.unknown === 0) break;
    }
    await this.gateway.settled();
  }

  async #judge(): Promise<Findings> {
    const found = new Map<string, ReportRow>();
    for await (const row of this.bulk.report(this.place)) found.set(row.transaction_id, row);
    const count = (test: (id: string, row: ReportRow | undefined) => boolean) =>
      this.rows.filter(({ transaction_id: id }) => test(id, found.get(id))).length;
    const { blind, heldTooLong, stalled } = this.gateway.verdict();
    const status = (id: string) => this.gateway.statusOf(id);
    const arrivals = [...this.gateway.journal.values()]
      .flat()
      .filter(({ what }) => what.endsWith('came'))
      .map(({ at }) => at)
      .sort((a, b) => a - b);
    return {
      'blind second cancels': blind.length,
      'cancelled but not reported': count((id, row) => status(id) === 'CANCELED' && row?.state !== 'done'),
      'reported but not cancelled': count((id, row) => row?.state === 'done' && status(id) !== 'CANCELED'),
      'refused though it was active': count((id, row) => row?.state === 'refused' && status(id) === 'ACTIVE'),
      'lost rows': count((_, row) => row === undefined),
      'rows not settled': count((_, row) => row?.settled_at === null),
      'paid but not named': count(
        (id, row) => status(id) === 'PAID' && row?.code !== 'paid_not_final' && row?.code !== 'already_paid',
      ),
      'requests above the rate': Math.max(0, busiest(arrivals) - this.#rate * 1.5),
      'workers that crashed': this.crashed,
      apart: {
        'stalled between check and socket': stalled.length,
        'held longer than the margin': heldTooLong.length,
      },
    };
  }
}

/** The most arrivals in any second. */
function busiest(times: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while (times[to]! - times[from]! >= 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** Many rounds on one store. Resolves to what they found together. */
export async function prove(options: {
  store: 'sqlite' | 'postgres';
  rounds: number;
  accounts: number;
  chaosMs: number;
  seed: number;
  broken?: keyof typeof BREAKS;
  say(line: string): void;
}): Promise<{ total: Findings; chaos: Chaos; failed: boolean }> {
  const { store, rounds, accounts, chaosMs, seed, broken, say } = options;
  // Within the repository, so that the bundles find pg and pg-boss.
  const cache = join(ROOT, 'node_modules/.cache/ifortepay-va');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'proof-'));
  const ledgers = mkdtempSync(join(tmpdir(), 'proof-'));
  const bundles = await bundle(folder, broken);
  const bulk = (await import(bundles.bulk)) as typeof Bulk;
  const postgres = store === 'postgres' ? await startPostgres() : undefined;
  const random = randomOf(seed);
  let total: Findings | undefined;
  let chaos: Chaos | undefined;
  let failed = false;
  try {
    for (let round = 1; round <= rounds; round++) {
      const place = postgres
        ? { database: await postgres.createDatabase(`round${round}`) }
        : { ledger: join(ledgers, `round${round}.db`) };
      const game = new Round(place, bundles, bulk, random, accounts, postgres);
      game.broken = breakOf(broken);
      const result = await game.play(chaosMs);
      total = sum(total, result.findings);
      chaos = sum(chaos, result.chaos);
      const { apart, ...bad } = result.findings;
      const wrong = Object.entries(bad).filter(([, count]) => count > 0);
      // Of a rule that is broken, only what it must show counts.
      failed ||= broken ? wrong.some(([name]) => name === BREAKS[broken].shows) : wrong.length > 0;
      const words =
        wrong.length > 0 ? wrong.map(([name, count]) => `${count} ${name}`).join(', ') : 'nothing wrong';
      say(
        `${store} round ${round}: ${words}; apart ${JSON.stringify(apart)}; ${JSON.stringify(result.chaos)}`,
      );
      if (wrong.length > 0 && !broken) say(game.output);
      if (failed && broken) break;
    }
  } finally {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(ledgers, { recursive: true, force: true });
  }
  return { total: total!, chaos: chaos!, failed };
}

function sum<T extends object>(a: T | undefined, b: T): T {
  if (!a) return b;
  return Object.fromEntries(
    Object.entries(b).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? value + (a as Record<string, number>)[name]!
        : sum((a as Record<string, object>)[name], value as object),
    ]),
  ) as T;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      store: { type: 'string', default: 'both' },
      rounds: { type: 'string', default: '3' },
      accounts: { type: 'string', default: '250' },
      seconds: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 1e9) },
      break: { type: 'string' },
      prove: { type: 'boolean', default: false },
    },
  });
  const stores = values.store === 'both' ? (['sqlite', 'postgres'] as const) : [values.store as 'sqlite'];
  console.log(`seed ${values.seed}`);
  const common = {
    rounds: Number(values.rounds),
    accounts: Number(values.accounts),
    chaosMs: Number(values.seconds) * 1000,
    seed: Number(values.seed),
    say: (line: string) => console.log(line),
  };
  let failed = false;
  for (const store of stores) {
    for (const rule of values.prove ? Object.keys(BREAKS) : [values.break]) {
      const broken = rule === undefined ? undefined : (Number(rule) as keyof typeof BREAKS);
      if (broken) console.log(`rule ${broken} broken: ${BREAKS[broken].says}`);
      // One that is broken must show, however slow the machine: more rounds, of which the first that shows it is the last.
      const rounds = values.prove ? Math.max(10, common.rounds) : common.rounds;
      const result = await prove({ ...common, rounds, store, ...(broken && { broken }) });
      // Proving, what must be found is that it does not hold.
      failed ||= values.prove ? !result.failed : result.failed;
      console.log(`${store}: ${JSON.stringify(result.total)}\n${store}: ${JSON.stringify(result.chaos)}`);
    }
  }
  if (values.prove) console.log(failed ? 'A broken rule was not noticed.' : 'Each broken rule was noticed.');
  else console.log(failed ? 'It does not hold.' : 'It holds.');
  process.exitCode = failed ? 1 : 0;
}
