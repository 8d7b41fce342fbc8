/** What is measured, the few statistics that are needed, what is aimed at, and what the gate decides. */

/** The middle value; of an even number the upper one. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no values');
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** The median of the ratios, pair by pair: what a round of a busy machine slows, it slows in both. */
export function pairedRatio(values: readonly number[], base: readonly number[]): number {
  return median(values.map((value, round) => value / base[round]!));
}

/** What a run of the gate says. */
export type GateVerdict = 'passed' | 'too slow' | 'inconclusive';

/**
 * Judges CPU ratios against `fetch` with the same deadline. The same thing measured twice must come out the same,
 * or nothing can be said.
 *
 * @param ratio of the client
 * @param control of `fetch` with the deadline to itself
 * @param limit that the client must keep
 * @param tolerance that the control must keep, on both sides of 1
 */
export function judgeRatio(ratio: number, control: number, limit: number, tolerance: number): GateVerdict {
  if (!(Math.abs(control - 1) <= tolerance)) return 'inconclusive';
  return ratio <= limit ? 'passed' : 'too slow';
}

/** What one run took. */
export interface Taken {
  /** Calls under way at a time. */
  inFlight: number;
  /** CPU of the whole process, user and system, per call, in microseconds. */
  cpuUs: number;
  perSecond: number;
}

/** What was held after so many calls, in bytes, garbage collected. */
export interface Held {
  calls: number;
  heap: number;
  rss: number;
}

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

/** One aim. */
export interface Aim {
  what: string;
  measured: number;
  /** The limit, and on which side of it the measured value should be. */
  limit: number;
  side: 'at most' | 'at least';
  digits: number;
}

/** Whether a target is held. */
export const isHeld = ({ measured, limit, side }: Aim): boolean =>
  side === 'at most' ? measured <= limit : measured >= limit;

/** Every aim, at the first number in flight. */
export function targetsOf({ rounds, startups, sizes, held }: Results): Aim[] {
  const cpu = (name: string, base: string) => ratio(rounds, name, base, 0, 'cpuUs');
  const rate = (name: string, base: string) => ratio(rounds, name, base, 0, 'perSecond');
  const [ours, undici] = ['ifortepay-va', 'ifortepay-va over undici'];
  const atMost = (what: string, measured: number, limit: number, digits = 2): Aim => ({
    what,
    measured,
    limit,
    side: 'at most',
    digits,
  });
  const atLeast = (what: string, measured: number, limit: number): Aim => ({
    what,
    measured,
    limit,
    side: 'at least',
    digits: 2,
  });
  return [
    atMost('CPU, to fetch with the same deadline', cpu(ours, 'fetch + deadline'), 1.1),
    atMost('CPU, to bare fetch', cpu(ours, 'fetch'), 1.2),
    atMost('CPU, to axios + js-sha256', cpu(ours, 'axios + js-sha256'), 1),
    atMost('CPU, the witness: to the same without it', cpu(ours, `${ours}, no witness`), 1.03),
    atMost('CPU, the witness over undici: to the same', cpu(undici, `${undici}, no witness`), 1.03),
    atMost(
      'CPU of a bare fetch, once a call was made',
      cpu('fetch, after a call of ifortepay-va', 'fetch'),
      1.01,
    ),
    atLeast('calls a second, to fetch with the same deadline', rate(ours, 'fetch + deadline'), 0.92),
    atLeast('calls a second, to axios + js-sha256', rate(ours, 'axios + js-sha256'), 1),
    atMost('over undici: CPU, to bare fetch', cpu(undici, 'fetch'), 0.4),
    atLeast('over undici: calls a second, to bare fetch', rate(undici, 'fetch'), 2.5),
    atMost(
      'import and create, to importing axios',
      startups['ifortepay-va: import + createVaClient']! / startups['axios: import']!,
      0.12,
    ),
    atMost('kB of a client, minified and gzipped', sizes['createVaClient, isVaError']! / 1000, 13.5, 1),
    atMost('heap after 200,000 calls, to after 20,000', held.at(-1)!.heap / held[0]!.heap, 1.1),
  ];
}
