import { asObject, join, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

/** A draft-07 schema without references, and where in the contract each of its schema objects comes from. */
export interface ClosedSchema {
  schema: Record<string, unknown>;
  sources: Map<unknown, string>;
}

const annotations = new Set([
  ...['title', 'description', 'example', 'default', 'deprecated', 'readOnly', 'writeOnly', 'externalDocs'],
]);
const copied = new Set([
  ...['type', 'enum', 'required', 'pattern', 'format', 'minLength', 'maxLength', 'multipleOf'],
  ...['minimum', 'maximum', 'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
]);
const compositions = new Set(['allOf', 'anyOf', 'oneOf']);
const handledLater = new Set(['nullable', 'exclusiveMinimum', 'exclusiveMaximum']);

/** Whether nothing of that name is ever checked: an annotation, or an extension. */
export const isAnnotation = (name: string): boolean => annotations.has(name) || name.startsWith('x-');

/**
 * The OpenAPI 3.0 schema at `pointer` as draft-07, closed: no object takes a member that it does not list,
 * unless it says `additionalProperties`. Throws an Error that names the JSON pointer of a keyword, pattern or
 * format that nothing would check, of a `$ref` that leads nowhere, and of objects within allOf, anyOf, oneOf
 * or not, which cannot be closed one by one.
 */
export function closeSchema(
  contract: Contract,
  pointer: string,
  isFormat: (name: string) => boolean,
): ClosedSchema {
  const sources = new Map<unknown, string>();
  const schema = convert({ contract, isFormat, sources, trail: [], composed: false }, pointer);
  return { schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, sources };
}

interface Walk {
  contract: Contract;
  isFormat: (name: string) => boolean;
  sources: Map<unknown, string>;
  /** The schemas that this one is within, to notice circles. */
  trail: string[];
  composed: boolean;
}

function convert(walk: Walk, written: string): Record<string, unknown> {
  refuseSiblings(walk.contract, written);
  const pointer = resolvePointer(walk.contract, written);
  if (walk.trail.includes(pointer)) throw new Error(`${written}: the schema holds itself`);
  const inner = { ...walk, trail: [...walk.trail, pointer] };
  const node = asObject(valueAt(walk.contract, pointer));
  const schema: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (isAnnotation(keyword)) continue;
    const converted = convertKeyword(inner, keyword, value, join(pointer, keyword));
    if (converted !== undefined) schema[keyword] = converted;
  }
  convertOpenApiOnly(schema, node, pointer);
  close(schema, walk.composed, pointer);
  walk.sources.set(schema, pointer);
  return schema;
}

// OpenAPI 3.0 ignores what stands beside a $ref, so a rule there would never be checked.
function refuseSiblings(contract: Contract, pointer: string): void {
  const node = asObject(valueAt(contract, pointer));
  const beside = Object.keys(node).find((name) => name !== '$ref' && !isAnnotation(name));
  if ('$ref' in node && beside !== undefined) {
    throw new Error(`${join(pointer, beside)}: is ignored, being beside a $ref`);
  }
}

function convertKeyword(walk: Walk, keyword: string, value: unknown, at: string): unknown {
  if (keyword === 'pattern') compilePattern(value, at);
  if (keyword === 'format' && !walk.isFormat(String(value))) throw new Error(`${at}: unknown format`);
  if (copied.has(keyword)) return value;
  if (handledLater.has(keyword)) return undefined;
  if (keyword === 'additionalProperties' && typeof value === 'boolean') return value;
  if (keyword === 'items' || keyword === 'additionalProperties') return convert(walk, at);
  if (keyword === 'not') return convert({ ...walk, composed: true }, at);
  const composed = { ...walk, composed: true };
  if (compositions.has(keyword)) return (value as unknown[]).map((_, i) => convert(composed, join(at, i)));
  if (keyword === 'properties') {
    const names = Object.keys(asObject(value));
    return Object.fromEntries(names.map((name) => [name, convert(walk, join(at, name))]));
  }
  throw new Error(`${at}: unknown keyword, nothing would check it`);
}

function compilePattern(pattern: unknown, at: string): void {
  try {
    new RegExp(String(pattern), 'u');
  } catch (cause) {
    throw new Error(`${at}: the pattern does not compile`, { cause });
  }
}

function convertOpenApiOnly(
  schema: Record<string, unknown>,
  node: Record<string, unknown>,
  at: string,
): void {
  if (node['nullable'] === true) {
    if (typeof schema['type'] !== 'string') throw new Error(`${at}/nullable: needs a type beside it`);
    schema['type'] = [schema['type'], 'null'];
  }
  for (const [exclusive, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (node[exclusive] !== true) continue;
    schema[exclusive] = schema[limit];
    Reflect.deleteProperty(schema, limit);
  }
}

function close(schema: Record<string, unknown>, composed: boolean, at: string): void {
  const isObject = [schema['type']].flat().includes('object') || 'properties' in schema;
  if (!isObject || 'additionalProperties' in schema) return;
  if (composed) throw new Error(`${at}: an object within allOf, anyOf, oneOf or not cannot be closed`);
  schema['additionalProperties'] = false;
}
