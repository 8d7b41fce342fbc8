/** The rules, each broken once: what the proof must find. The source is changed as it is bundled, never on disk. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

interface Break {
  says: string;
  /** What the proof must count because of it. */
  shows: string;
  /** What makes it show: the harness then disturbs by nothing else, and by nothing at all if it needs none. */
  by?: 'kill' | 'key';
  /** Requests a second, for a slow machine too goes above it. */
  rate?: number;
  plugin: Plugin;
}

/** A plugin that replaces text in one file of src/bulk. Throws if the text is no longer there. */
function replacing(file: string, ...changes: (readonly [before: string, after: string])[]): Plugin {
  return {
    name: 'broken on purpose',
    setup: ({ onLoad }) =>
      onLoad({ filter: new RegExp(`/src/bulk/${file}$`) }, ({ path }) => {
        let contents = readFileSync(path, 'utf8');
        for (const [before, after] of changes) {
          if (!contents.includes(before)) throw new Error(`${file} no longer holds ${before}`);
          contents = contents.replace(before, after);
        }
        return { contents, loader: 'ts' };
      }),
  };
}

/** By the rule of the issue that is broken. */
export const BREAKS = {
  2: {
    says: 'a row is sent without having been marked as sending',
    shows: 'blind second cancels',
    by: 'kill',
    plugin: replacing('chunks.ts', ["SET state = 'sending', sent_at", "SET state = 'queued', sent_at"]),
  },
  3: {
    says: 'who takes a chunk over sends again what was being sent',
    shows: 'blind second cancels',
    by: 'kill',
    plugin: replacing('chunks.ts', [
      "SET state = 'unknown', code = 'interrupted'",
      "SET state = 'queued', code = 'interrupted'",
    ]),
  },
  6: {
    says: 'a refusal of the credentials is taken for one of the row',
    shows: 'refused though it was active',
    by: 'key',
    plugin: replacing('decide.ts', [
      "return { ...back, ...said, code, nextAt: now, stop: 'credentials' }",
      "return { ...base, ...said, state: 'refused', code, by: 'cancel' }",
    ]),
  },
  8: {
    says: 'each process has the whole rate, whatever is asked',
    shows: 'requests above the rate',
    rate: 10,
    plugin: replacing('pace.ts', ['Math.max(0, points - (consumedPoints - slice))', 'slice']),
  },
} as const satisfies Record<number, Break>;

/** One of them. */
export const breakOf = (rule: keyof typeof BREAKS | undefined): Break | undefined => rule && BREAKS[rule];
