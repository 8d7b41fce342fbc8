/** The few statistics that are needed, and what they decide. */

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
