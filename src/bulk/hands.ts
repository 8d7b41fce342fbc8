import type { PgBoss } from 'pg-boss';
import type { Chunks, Lease } from './chunks.js';
import { BulkError } from './errors.js';
import type { PostgresStore } from './postgres.js';

/** pg-boss's own schema, beside the ledger's. */
const JOBS_SCHEMA = 'ifortepay_va_jobs';

/** How many chunks are put into the queue at a time. */
const AHEAD = 100;

interface Job {
  chunk: number;
}

/**
 * Hands out chunks. From a file they come straight from the ledger; on PostgreSQL pg-boss gives each to one worker. What
 * it loses, or gives to two, harms nobody: the ledger's lease decides, and what is due and in no queue is put there
 * again.
 */
export class Hands {
  #boss: PgBoss | undefined;
  readonly #jobs = new Map<number, string>();
  readonly #queue: string;

  constructor(
    readonly chunks: Chunks,
    readonly leaseMs: number,
  ) {
    this.#queue = `chunks-${chunks.runId}`;
  }

  /** @throws BulkError if pg-boss is not installed */
  async start(): Promise<void> {
    if (this.chunks.store.kind === 'sqlite') return;
    const missing = (error?: unknown) =>
      new BulkError(
        'missing_engine',
        'a database needs version 12 of pg-boss: npm install pg-boss@12',
        error,
      );
    const { PgBoss } = await import('pg-boss').catch((error: unknown) => {
      throw missing(error);
    });
    // Of version 11 and older it is the default.
    if (typeof (PgBoss as unknown) !== 'function') throw missing();
    const store = this.chunks.store as PostgresStore;
    const boss = new PgBoss({
      db: { executeSql: (text, values) => store.query(text, values) },
      schema: JOBS_SCHEMA,
      schedule: false,
    });
    // Its maintenance tries again by itself; a statement of ours rejects.
    boss.on('error', () => undefined);
    try {
      await store.transaction(async (tx) => {
        // Two that make its schema at the same moment would fail each other.
        await tx.all(`SELECT pg_advisory_xact_lock(hashtextextended('{schema} jobs', 0))::text`);
        await boss.start();
        await boss.createQueue(this.#queue, {
          // One job for a chunk waits at a time. Nobody repeats a job but the ledger.
          policy: 'short',
          retryLimit: 0,
          deleteAfterSeconds: 60,
        });
      });
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => undefined);
      throw error;
    }
    this.#boss = boss;
  }

  /** A chunk that is due, and now ours; undefined if there is none. */
  async next(): Promise<Lease | undefined> {
    const boss = this.#boss;
    if (!boss) return this.chunks.take(this.leaseMs);
    for (let filled = false; ;) {
      const [job] = await boss.fetch<Job>(this.#queue);
      if (job) {
        const lease = await this.chunks.take(this.leaseMs, job.data.chunk);
        if (lease) {
          this.#jobs.set(lease.chunk, job.id);
          return lease;
        }
        await boss.deleteJob(this.#queue, job.id);
        continue;
      }
      if (filled) return undefined;
      filled = true;
      const due = await this.chunks.due(AHEAD);
      if (due.length === 0) return undefined;
      await boss.insert(
        this.#queue,
        due.map((chunk) => ({ data: { chunk }, singletonKey: String(chunk) })),
      );
    }
  }

  /** The chunk was worked off, or lost. */
  async done(chunk: number): Promise<void> {
    const id = this.#jobs.get(chunk);
    if (id === undefined) return;
    this.#jobs.delete(chunk);
    await this.#boss!.deleteJob(this.#queue, id).catch(() => undefined);
  }

  async stop(): Promise<void> {
    await this.#boss?.stop({ graceful: false }).catch(() => undefined);
  }
}
