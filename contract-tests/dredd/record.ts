import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Contract } from '../../spec/contract.ts';
import type { Arrangement } from './arrangements.ts';
import type { Planned } from './plan.ts';

/** The environment variable that tells the hooks where their orders are. */
export const ORDERS = 'IFORTEPAY_DREDD_ORDERS';

/** What the hooks are told, as JSON in a file. */
export interface Orders {
  /** Where they write what they did: a JSON line for each entry. */
  record: string;
  contract: Contract;
  planned: Planned[];
  arrangements: Record<string, Arrangement>;
  credentials: { merchant_id: string; secret_unbound_id: string; hash_key: string };
}

/** A hook that Dredd has registered, of ours or not. */
export interface HookSeen {
  /** `beforeEach`, or `before`, `after` and `beforeValidation` with a transaction's name. */
  kind: string;
  /** Whether there is a transaction of that name. */
  reaches: boolean;
  /** Declared arguments. Dredd calls it with one, or with one and a callback, and never waits for a promise. */
  arguments: number;
  async: boolean;
}

/** What a hook did. */
export type Entry =
  | { did: 'begin'; keys: string[]; hooks: HookSeen[] }
  | { did: 'arrange'; key: string }
  | { did: 'attach'; key: string }
  | ({ did: 'judge'; key: string } & Judged)
  | { did: 'end' };

/** What came of one transaction. Holds nothing secret. */
export interface Judged {
  /** Undefined if nothing was answered. */
  status?: number;
  /** Of the schema that Dredd held the body against, see `fingerprint`. */
  schema: string;
  /** What is wrong, in words; empty if nothing is. */
  faults: string[];
  /** Whether the checker, just then, noticed a member too many. */
  checkerAwake: boolean;
  /** Names of headers that went out empty: optional ones, which Dredd sends so. */
  emptyHeaders: string[];
}

/** A short text that differs for different schemas; `none` for no schema. */
export function fingerprint(schema: unknown): string {
  if (schema === undefined) return 'none';
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 16);
}

/** The entries of a record; none if there is no such file. */
export function readRecord(file: string): Entry[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
