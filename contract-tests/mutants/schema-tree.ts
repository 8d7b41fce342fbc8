import { asObject, join, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

/** One schema within a schema, references followed. */
export interface SchemaNode {
  /** Names of the members that lead to it; empty for the schema itself. */
  path: string[];
  /** Where in the contract it is written. */
  pointer: string;
  schema: Record<string, unknown>;
}

/** The keywords that mutants are made for. */
export const mutatedKeywords = [
  ...['type', 'enum', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['required', 'additionalProperties'],
] as const;

const annotations = ['title', 'description', 'example', 'default', 'deprecated', 'properties'];

/**
 * The schema at a pointer and every schema of its members. Throws an Error that names the JSON pointer of a
 * keyword for which no mutants are made, lest a new one goes untested.
 */
export function schemaNodes(contract: Contract, pointer: string, path: string[] = []): SchemaNode[] {
  const at = resolvePointer(contract, pointer);
  const schema = asObject(valueAt(contract, at));
  for (const keyword of Object.keys(schema)) {
    const isKnown = (mutatedKeywords as readonly string[]).includes(keyword);
    if (isKnown || annotations.includes(keyword) || keyword.startsWith('x-')) continue;
    throw new Error(`${join(at, keyword)}: no mutants are made for this keyword`);
  }
  const names = Object.keys(asObject(schema['properties']));
  return [
    { path, pointer: at, schema },
    ...names.flatMap((name) => schemaNodes(contract, join(at, 'properties', name), [...path, name])),
  ];
}

/** A copy of the schema at a pointer with every reference replaced by what it leads to. */
export function inlined(contract: Contract, pointer: string): Record<string, unknown> {
  const schema = structuredClone(asObject(valueAt(contract, resolvePointer(contract, pointer))));
  const names = Object.keys(asObject(schema['properties']));
  const members = names.map((name) => [name, inlined(contract, join(pointer, 'properties', name))] as const);
  return names.length > 0 ? { ...schema, properties: Object.fromEntries(members) } : schema;
}

type Json = Record<string, unknown>;

/** What `path` leads to within an object. */
export function getIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, name) => asObject(node)[name], value);
}

/** A copy with the value at `path` replaced; the whole for an empty path. */
export function setIn(value: unknown, path: readonly string[], to: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return to;
  return { ...asObject(value), [name]: setIn(asObject(value)[name], rest, to) };
}

/** A copy without the member at `path`. */
export function withoutIn(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path as [string, ...string[]];
  const { [name]: inner, ...others } = asObject(value) as Json;
  return rest.length === 0 ? others : { ...others, [name]: withoutIn(inner, rest) };
}
