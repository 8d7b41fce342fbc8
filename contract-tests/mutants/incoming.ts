import type { Incoming, Mutant } from './types.ts';

/** What stands before a sandbox. */
export type Before = NonNullable<Mutant['wrong']['before']>;

/** A mutant of the protocol: its kind, what is wrong, the case that must notice, and how it is done. */
export type Row = [group: string, says: string, killer: string, before: Before];

/** A header, empty if there is none. */
export const header = ({ headers }: Incoming, name: string): string => headers.get(name) ?? '';

/** The body as text. */
export const textOf = ({ body }: Incoming): string => Buffer.from(body).toString('utf8');

/** The value that a JSON text holds; undefined if it is not JSON. */
export function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
