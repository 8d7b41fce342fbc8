/** A node of the contract together with where it stands, so that the page can say what each mark is about. */
import { join, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

/** A node, its JSON pointer (`#/components/…`), and the contract it is part of. */
export interface Place {
  at: string;
  node: any;
  root: Contract;
}

/** What stands at a JSON pointer of the contract; the contract itself without one. */
export const placeIn = (root: Contract, pointer = ''): Place => ({
  at: `#${pointer}`,
  node: valueAt(root, pointer),
  root,
});

/** What stands under these keys; its `node` is undefined if there is nothing. References are not followed. */
export function child({ at, root }: Place, ...keys: (string | number)[]): Place {
  return placeIn(root, join(at.slice(1), ...keys));
}

/** Everything directly under a place (or under one key of it), by name; nothing if there is nothing. */
export function children(place: Place, key: string): [name: string, Place][] {
  const parent = child(place, key);
  return Object.keys(parent.node ?? {}).map((name) => [name, child(parent, name)]);
}

/** Where a local reference leads, or the place itself if it is none. */
export function follow({ at, root }: Place): Place {
  return placeIn(root, resolvePointer(root, at.slice(1)));
}

/** The name under which a place is kept in `components/schemas`, if it is. */
export function schemaName({ at }: Place): string | undefined {
  return /^#\/components\/schemas\/([^/]+)$/.exec(at)?.[1];
}
