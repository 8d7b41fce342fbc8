import type { RowState } from '../types.js';

/** How many rows came to rest in a stretch of time. */
export interface Bucket {
  /** When it begins, in milliseconds since 1970. */
  from: number;
  done: number;
  refused: number;
  /** To be looked at by a person. */
  other: number;
}

/** Outcomes over time, in bounded memory however long a run took. */
export interface Series {
  add(at: number, state: RowState): void;
  /** From the first to the last without a gap, each `widthMs` long. */
  read(): { buckets: Bucket[]; widthMs: number };
}

// Each is a multiple of the one before, so that buckets can be put together.
const WIDTHS_S = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800, 31_449_600];
const MOST_BUCKETS = 120;

/** Begins with buckets of a second; wider ones when there are too many. */
export function createSeries(): Series {
  let width = 0;
  let buckets = new Map<number, Bucket>();
  let [first, last] = [Infinity, -Infinity];
  const widthMs = () => WIDTHS_S[width]! * 1000;
  const startOf = (at: number) => Math.floor(at / widthMs()) * widthMs();
  const bucketAt = (at: number) => {
    const from = startOf(at);
    const bucket = buckets.get(from) ?? { from, done: 0, refused: 0, other: 0 };
    buckets.set(from, bucket);
    return bucket;
  };
  const tooMany = () => (startOf(last) - startOf(first)) / widthMs() >= MOST_BUCKETS;
  const widen = () => {
    const narrow = buckets;
    while (tooMany() && width < WIDTHS_S.length - 1) width += 1;
    buckets = new Map();
    for (const { from, done, refused, other } of narrow.values()) {
      const bucket = bucketAt(from);
      bucket.done += done;
      bucket.refused += refused;
      bucket.other += other;
    }
  };
  return {
    add(at, state) {
      [first, last] = [Math.min(first, at), Math.max(last, at)];
      if (tooMany()) widen();
      bucketAt(at)[state === 'done' || state === 'refused' ? state : 'other'] += 1;
    },
    read() {
      const all: Bucket[] = [];
      for (let at = startOf(first); at <= last; at += widthMs()) all.push(bucketAt(at));
      return { buckets: all, widthMs: widthMs() };
    },
  };
}

/** A stretch of time in words: `10 minutes`. */
export function spanInWords(ms: number): string {
  const units: [string, number][] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1000],
  ];
  const [unit, size] = units.find(([, size]) => ms >= size) ?? units[3]!;
  const count = Math.round(ms / size);
  return count === 1 ? unit : `${count} ${unit}s`;
}
