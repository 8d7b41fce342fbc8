/** What a run of the benchmark measured. */
import type { Taken } from './caller.ts';
import type { Held } from './memory.ts';
import { pairedRatio } from './stats.ts';

/** For each variant what its rounds took, and of each round every number in flight. */
export type Rounds = Record<string, Taken[][]>;

/** All that a run measured. */
export interface Results {
  machine: string;
  /** ISO, a day. */
  date: string;
  rounds: Rounds;
  held: Held[];
  /** Milliseconds. */
  startups: Record<string, number>;
  /** Bytes, minified and gzipped. */
  sizes: Record<string, number>;
}

type What = 'cpuUs' | 'perSecond';

/** What each round measured of a variant, at the `index`th number in flight. */
export const valuesOf = (rounds: Rounds, name: string, index: number, what: What): number[] =>
  rounds[name]!.map((taken) => taken[index]![what]);

/** One variant to another, paired by round. */
export const ratio = (rounds: Rounds, name: string, base: string, index: number, what: What): number =>
  pairedRatio(valuesOf(rounds, name, index, what), valuesOf(rounds, base, index, what));
