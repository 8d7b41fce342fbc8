/** A node of the contract together with where it stands, so that the page can say what each mark is about. */
import type { Node } from '../../contract-tests/mock/contract.ts';

/** A node, its JSON pointer (`#/components/…`), and the contract it is part of. */
export interface Place {
  at: string;
  node: Node;
  root: Node;
}

/** The contract itself as a place. */
export const rootOf = (contract: Node): Place => ({ at: '#', node: contract, root: contract });

/** What stands under these keys; its `node` is undefined if there is nothing. References are not followed. */
export function child({ at, node, root }: Place, ...keys: (string | number)[]): Place {
  return {
    at: [at, ...keys.map(escaped)].join('/'),
    node: keys.reduce((parent, key) => parent?.[key], node),
    root,
  };
}

/** Everything directly under a place (or under one key of it), by name; nothing if there is nothing. */
export function children(place: Place, key: string): [name: string, Place][] {
  const parent = child(place, key);
  return Object.keys(parent.node ?? {}).map((name) => [name, child(parent, name)]);
}

/** Where a local reference leads, or the place itself if it is none. */
export function follow(place: Place): Place {
  const { $ref } = place.node;
  if ($ref === undefined) return place;
  const keys = $ref.slice(2).split('/').map(unescaped);
  return follow(child(rootOf(place.root), ...keys));
}

/** The name under which a place is kept in `components/schemas`, if it is. */
export function schemaName({ at }: Place): string | undefined {
  return /^#\/components\/schemas\/([^/]+)$/.exec(at)?.[1];
}

// RFC 6901 section 3.
function escaped(key: string | number): string {
  return String(key).replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
