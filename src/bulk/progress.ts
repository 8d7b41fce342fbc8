import { OUTCOMES, type VaErrorCode } from '../errors.js';
import type { WorkRow } from './chunks.js';
import type { Change } from './decide.js';
import type { RunLedger } from './ledger.js';
import type { BulkResult, Counts } from './types.js';

/** As many first rows that are all not found are rather the wrong gateway than wrong rows. */
export const FIRST_ROWS = 10;

/** What a process knows of how far its run has come: our own counts, between those that the ledger is asked for. */
export class RunProgress {
  readonly #ledger: RunLedger;
  /** How many were settled at moments of the last seconds. */
  readonly #settled: { at: number; count: number }[] = [];
  #counts!: Counts;
  #sent = 0;
  #inquired = 0;
  #notFound = 0;
  #others = 0;
  #recountAt = 0;

  constructor(ledger: RunLedger) {
    this.#ledger = ledger;
  }

  async begin(): Promise<void> {
    this.#counts = await this.#ledger.counts();
    const { notFound, other } = await this.#ledger.firstAnswers();
    this.#notFound = notFound;
    this.#others = other;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Requests of this process. */
  get requests(): Pick<BulkResult, 'sent' | 'inquired'> {
    return { sent: this.#sent, inquired: this.#inquired };
  }

  get left(): number {
    return Math.max(0, this.#counts.queued + this.#counts.unknown);
  }

  /** Whether the gateway knew none of the first rows. */
  get hasFoundNone(): boolean {
    return this.#others === 0 && this.#notFound >= FIRST_ROWS;
  }

  began(kind: 'cancel' | 'inquiry'): void {
    if (kind === 'cancel') this.#sent++;
    else this.#inquired++;
  }

  wrote(row: WorkRow, change: Change): void {
    const before = row.from;
    const after = change.state === 'sending' ? 'unknown' : change.state;
    this.#counts[before]--;
    this.#counts[after]++;
    row.from = after;
    if (change.code === 'already_paid' || change.code === 'paid_not_final') this.#counts.paid++;
    // It was begun, and never left.
    if (change.state === 'queued' && OUTCOMES[change.code as VaErrorCode] === 'not_sent') this.#sent--;
    if (change.refusal === 'not_found' && row.refusal === null) this.#notFound++;
    else if (isSettled(change) && change.code !== 'not_found') this.#others++;
  }

  /** Rows settled a second, of the last ten. */
  perSecond(now: number): number {
    const { done, refused, needs_a_person } = this.#counts;
    const samples = this.#settled;
    samples.push({ at: now, count: done + refused + needs_a_person });
    while (samples.length > 2 && samples[1]!.at <= now - 10_000) samples.shift();
    const [first, last] = [samples[0]!, samples.at(-1)!];
    return Math.max(0, last.count - first.count) / Math.max(1, (last.at - first.at) / 1000);
  }

  /** Others settle rows too. To count a million takes a while, so not always. */
  recount(now: number): void {
    if (now < this.#recountAt) return;
    this.#recountAt = Infinity;
    // Ours that are on their way are queued until something is known of them.
    this.#ledger
      .counts('queued')
      .then((counts) => (this.#counts = counts))
      .catch(() => undefined)
      .finally(() => (this.#recountAt = Date.now() + Math.max(2_000, 10 * (Date.now() - now))));
  }
}

function isSettled({ state }: Change): boolean {
  return state === 'done' || state === 'refused' || state === 'needs_a_person';
}
