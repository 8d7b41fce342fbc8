/**
 * Two workers, a ledger and a slow gateway, one step at a time: the real SQL and the real decisions, with a clock that
 * stands still unless it is told to go on. Whatever can happen next is a step; a step that breaks a rule throws.
 */
import { Chunks, type Lease, type WorkRow } from '../../src/bulk/chunks.ts';
import { afterCancel, afterInquiry, type Change } from '../../src/bulk/decide.ts';
import { migrate } from '../../src/bulk/schema.ts';
import { openSqlite } from '../../src/bulk/sqlite.ts';
import type { DbRow, Store, DbValue } from '../../src/bulk/store.ts';
import { SLEPT_MS } from '../../src/bulk/worker.ts';
import { VaError } from '../../src/index.ts';

const TIMEOUT_MS = 1_000;
const MARGIN_MS = 1_000;
const LEASE_MS = 3_000;
const OPEN_MS = SLEPT_MS + TIMEOUT_MS + MARGIN_MS;
const START = 1_000_000_000_000;

/** A cancel that has left. It can be carried out until its deadline and the margin have passed. */
interface Wire {
  account: string;
  sentAt: number;
  answer?: 'done' | 'refused';
  isOver: boolean;
}

interface Ask {
  row: WorkRow;
  askedAt: number;
  status?: string;
}

interface WorkerState {
  lease?: Lease | undefined;
  marked: { row: WorkRow; at: number }[];
  calls: { row: WorkRow; wire: number }[];
  asks: Ask[];
  changes: Change[];
}

/** All there is, as data, so that it can be put back. */
interface State {
  now: number;
  workers: WorkerState[];
  wires: Wire[];
  /** Of each account: its state at the gateway, and whether anybody asked since its last cancel. */
  gateway: Record<string, { status: string; asked: boolean; cancels: number }>;
  accounts: DbRow[];
  chunks: DbRow[];
}

/** Something that can happen. */
export interface WorldStep {
  name: string;
  run(): Promise<void>;
}

const idle = (): WorkerState => ({ marked: [], calls: [], asks: [], changes: [] });
const failed = (code: 'timeout' | 'connection_refused' | 'invalid_parameter') => ({
  error: new VaError(code, code),
});

/** How a rule may be broken on purpose, to see that the walk finds it. */
export interface Broken {
  /** Who takes a chunk over leaves `sending` as it is, or sends it again. */
  interrupt?: 'queued';
  /** An inquiry that says ACTIVE is enough, however young the cancel before. */
  impatient?: boolean;
  /** A worker sends, however long it slept. */
  sleepless?: boolean;
  /** A result is written whatever became of the row since. */
  overwrites?: boolean;
}

/** A ledger, two workers and a gateway. */
export class World {
  readonly #store: Store;
  readonly #chunks: Chunks;
  readonly #broken: Broken;
  #state!: State;

  private constructor(store: Store, broken: Broken) {
    this.#store = store;
    this.#broken = broken;
    this.#chunks = new Chunks(changed(store, broken), 1);
  }

  /** @param accounts how many virtual accounts, all in one chunk */
  static async create(accounts: number, broken: Broken = {}): Promise<World> {
    const store = openSqlite(':memory:', false, () => world.#state?.now ?? START);
    const world = new World(store, broken);
    await migrate(store);
    await store.all(`INSERT INTO {schema}.runs (name, created_at) VALUES ('default', 0)`);
    await store.all(`INSERT INTO {schema}.chunks (run_id, chunk, next_at) VALUES (1, 1, 0)`);
    for (let n = 0; n < accounts; n++) {
      await store.all(
        `INSERT INTO {schema}.accounts (run_id, chunk, load, external_id, order_id, transaction_id, payment_method, payment_channel)
          VALUES (1, 1, 1, $1, $1, $1, 'BANK_TRANSFER', 'BRI')`,
        [`a${n}`],
      );
    }
    const gateway = Object.fromEntries(
      Array.from({ length: accounts }, (_, n) => [`a${n}`, { status: 'ACTIVE', asked: false, cancels: 0 }]),
    );
    world.#state = { now: START, workers: [idle(), idle()], wires: [], gateway, accounts: [], chunks: [] };
    return world;
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  /** Everything, to come back to. */
  async snapshot(): Promise<string> {
    this.#state.accounts = await this.#store.all(`SELECT * FROM {schema}.accounts ORDER BY id`);
    this.#state.chunks = await this.#store.all(`SELECT * FROM {schema}.chunks`);
    return JSON.stringify(this.#state);
  }

  async restore(snapshot: string): Promise<void> {
    this.#state = JSON.parse(snapshot) as State;
    await this.#store.transaction(async (tx) => {
      for (const table of ['accounts', 'chunks'] as const) {
        await tx.all(`DELETE FROM {schema}.${table}`);
        for (const row of this.#state[table]) {
          const names = Object.keys(row);
          const places = names.map((_, index) => `$${index + 1}`).join(', ');
          await tx.all(
            `INSERT INTO {schema}.${table} (${names.join(', ')}) VALUES (${places})`,
            Object.values(row) as DbValue[],
          );
        }
      }
    }, true);
  }

  /** A state for what it is: times as they are seen from now, and those that have long passed alike. */
  static key(snapshot: string): string {
    const { now } = JSON.parse(snapshot) as State;
    return snapshot.replace(/\b1\d{12}\b|\b9\d{11}\b/g, (time) =>
      String(Math.max(-2 * OPEN_MS, Math.min(2 * OPEN_MS, Number(time) - now))),
    );
  }

  /** Whatever can happen now. `patient`: nothing but time can help. */
  steps(): WorldStep[] {
    const steps: WorldStep[] = [];
    for (const [index, worker] of this.#state.workers.entries()) this.#stepsOf('AB'[index]!, worker, steps);
    for (const [index, wire] of this.#state.wires.entries()) {
      if (!wire.isOver && this.#isOpen(wire)) {
        steps.push({ name: `gateway carries out ${index}`, run: async () => this.#carryOut(wire) });
      }
    }
    for (const ms of [1_100, 2_100, 4_100]) {
      steps.push({ name: `${ms} ms pass`, run: async () => void (this.#state.now += ms) });
    }
    return steps;
  }

  #stepsOf(name: string, worker: WorkerState, steps: WorldStep[]): void {
    const add = (what: string, run: () => Promise<void>) => steps.push({ name: `${name} ${what}`, run });
    const { lease, marked, calls, asks, changes } = worker;
    const isBusy = marked.length + calls.length + asks.length + changes.length > 0;
    if (!lease && !isBusy) {
      add('takes', async () => void (worker.lease = await this.#chunks.take(LEASE_MS)));
    }
    if (lease) add('turns', () => this.#turn(worker, lease));
    if (!lease && changes.length > 0)
      add('writes', async () => void (await this.#chunks.write(changes.splice(0))));
    if (lease && !isBusy) {
      add('releases', async () => {
        await this.#chunks.release(lease);
        worker.lease = undefined;
      });
    }
    if (marked.length > 0) {
      add('sends', async () => this.#send(worker));
      add('cannot connect', async () => {
        const { row } = marked.shift()!;
        changes.push(afterCancel(row, failed('connection_refused'), this.#state.now));
      });
    }
    if (calls.length > 0) this.#stepsOfCall(worker, add);
    if (asks.length > 0) this.#stepsOfAsk(worker, asks[0]!, add);
    if (lease || isBusy)
      add('crashes', async () => void Object.assign(worker, { ...idle(), lease: undefined }));
  }

  #stepsOfCall(worker: WorkerState, add: (what: string, run: () => Promise<void>) => void): void {
    const { calls, changes } = worker;
    const { row, wire: index } = calls[0]!;
    const wire = this.#state.wires[index]!;
    if (wire.answer && this.#state.now <= wire.sentAt + TIMEOUT_MS) {
      add('is answered', async () => {
        calls.shift();
        const result = wire.answer === 'done' ? { answer: {} } : failed('invalid_parameter');
        changes.push(afterCancel(row, result, this.#state.now));
      });
    }
    add('is not answered', async () => {
      calls.shift();
      changes.push(afterCancel(row, failed('timeout'), this.#state.now));
    });
  }

  #stepsOfAsk(worker: WorkerState, ask: Ask, add: (what: string, run: () => Promise<void>) => void): void {
    const { asks, changes } = worker;
    const askedAt = this.#broken.impatient ? Infinity : ask.askedAt;
    if (ask.status === undefined) {
      add('asks', async () => {
        const account = this.#state.gateway[ask.row.request.transaction_id]!;
        ask.status = account.status;
        account.asked = true;
      });
    } else {
      add('is told', async () => {
        asks.shift();
        const answer = { transaction_status: ask.status };
        changes.push(afterInquiry(ask.row, { answer }, askedAt, this.#state.now));
      });
    }
    add('is not told', async () => {
      asks.shift();
      changes.push(afterInquiry(ask.row, failed('timeout'), askedAt, this.#state.now));
    });
  }

  async #turn(worker: WorkerState, lease: Lease): Promise<void> {
    const at = this.#state.now;
    const turn = await this.#chunks.turn(lease, {
      changes: worker.changes.splice(0),
      want: 2,
      leaseMs: LEASE_MS,
      openMs: OPEN_MS,
      singleUse: false,
    });
    if (turn.lost) worker.lease = undefined;
    worker.marked.push(...turn.cancels.map((row) => ({ row, at })));
    worker.asks.push(...turn.asks.map((row) => ({ row, askedAt: turn.now })));
  }

  #send(worker: WorkerState): void {
    const { now, wires, gateway } = this.#state;
    const { row, at } = worker.marked.shift()!;
    if (now - at > SLEPT_MS && !this.#broken.sleepless) {
      worker.changes.push(afterCancel(row, undefined, now));
      return;
    }
    const id = row.request.transaction_id;
    const account = gateway[id]!;
    if (account.cancels > 0 && !account.asked) throw new Error(`a blind second cancel of ${id}`);
    if (wires.some((wire) => wire.account === id && !wire.isOver && this.#isOpen(wire))) {
      throw new Error(`a second cancel of ${id} while the first can still be carried out`);
    }
    account.cancels++;
    account.asked = false;
    worker.calls.push({ row, wire: wires.push({ account: id, sentAt: now, isOver: false }) - 1 });
  }

  #isOpen({ sentAt }: Wire): boolean {
    return this.#state.now < sentAt + TIMEOUT_MS + MARGIN_MS;
  }

  #carryOut(wire: Wire): void {
    const account = this.#state.gateway[wire.account]!;
    wire.isOver = true;
    wire.answer = account.status === 'ACTIVE' ? 'done' : 'refused';
    account.status = 'CANCELED';
  }

  /** What must hold at every moment. @throws if it does not */
  async check(): Promise<void> {
    for (const row of await this.#store.all(`SELECT transaction_id, state FROM {schema}.accounts`)) {
      const { status } = this.#state.gateway[String(row.transaction_id)]!;
      if (row.state === 'done' && status !== 'CANCELED')
        throw new Error(`${row.transaction_id} is reported, not cancelled`);
      if (row.state === 'refused') throw new Error(`${row.transaction_id} is reported as refused`);
    }
  }

  /** All workers die, the gateway is well, time passes: everything must come to its end. @throws if it does not */
  async end(): Promise<void> {
    this.#state.workers = [idle(), idle()];
    const worker = this.#state.workers[0]!;
    for (let round = 0; round < 60; round++) {
      this.#state.now += 60_000 * 2 ** Math.min(round, 7);
      const lease = await this.#chunks.take(LEASE_MS);
      if (!lease) continue;
      worker.lease = lease;
      for (let turns = 0; turns < 4; turns++) {
        await this.#turn(worker, lease);
        while (worker.marked.length > 0) this.#send(worker);
        for (const { wire } of worker.calls) this.#carryOut(this.#state.wires[wire]!);
        for (const what of ['is answered', 'asks', 'is told', 'is answered', 'asks', 'is told']) {
          for (const step of this.steps()) if (step.name === `A ${what}`) await step.run();
        }
      }
      await this.#turn(worker, lease);
      await this.check();
      if (worker.marked.length + worker.asks.length === 0) await this.#chunks.release(lease);
      Object.assign(worker, idle(), { lease: undefined });
    }
    const rows = await this.#store.all(`SELECT transaction_id, state, code FROM {schema}.accounts`);
    for (const { transaction_id: id, state, code } of rows) {
      const { status } = this.#state.gateway[String(id)]!;
      const isRight =
        state === 'done' ? status === 'CANCELED' : state === 'needs_a_person' && status === 'ACTIVE';
      if (!isRight) throw new Error(`${id} is ${status} in the end, and reported as ${state} ${code}`);
    }
  }
}

/** The store, with a rule broken in its SQL. */
function changed(store: Store, { interrupt, overwrites }: Broken): Store {
  const change = (sql: string) => {
    const first = interrupt
      ? sql.replace(
          `SET state = 'unknown', code = 'interrupted'`,
          `SET state = '${interrupt}', code = 'interrupted'`,
        )
      : sql;
    return overwrites ? first.replace('AND accounts.attempts = v.attempt', 'AND v.attempt > 0') : first;
  };
  return {
    kind: store.kind,
    place: store.place,
    all: (sql, values) => store.all(change(sql), values),
    transaction: (work, lazy) =>
      store.transaction((tx) => work({ all: (sql, values) => tx.all(change(sql), values) }), lazy),
    lock: (what, run) => store.lock(what, run),
    isPassing: (error) => store.isPassing(error),
    close: () => store.close(),
  };
}
