/** The contract's schemas as draft-07, closed, and compiled with ajv; nothing in them may go unchecked. */
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { asObject, join, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';

/** A draft-07 schema without references, and where in the contract each of its schema objects comes from. */
interface ClosedSchema {
  schema: Record<string, unknown>;
  sources: Map<unknown, string>;
}

const annotations = new Set([
  'title',
  'description',
  'example',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'externalDocs',
]);
const copied = new Set([
  'type',
  'enum',
  'required',
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'multipleOf',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);
const compositions = new Set(['allOf', 'anyOf', 'oneOf']);
const handledLater = new Set(['nullable', 'exclusiveMinimum', 'exclusiveMaximum']);

/** Whether nothing of that name is ever checked: an annotation, or an extension. */
const isAnnotation = (name: string): boolean => annotations.has(name) || name.startsWith('x-');

/**
 * The OpenAPI 3.0 schema at `pointer` as draft-07, closed: no object takes a member that it does not list,
 * unless it says `additionalProperties`. Throws an Error that names the JSON pointer of a keyword, pattern or
 * format that nothing would check, of a `$ref` that leads nowhere, and of objects within allOf, anyOf, oneOf
 * or not, which cannot be closed one by one.
 */
function closeSchema(contract: Contract, pointer: string, isFormat: (name: string) => boolean): ClosedSchema {
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

/** A schema ready to judge values. */
export interface CompiledSchema extends ClosedSchema {
  validate: ValidateFunction;
}

/** Compiles the schema at a JSON pointer into the contract, once. Throws an Error that names the pointer. */
export type Compile = (pointer: string) => CompiledSchema;

/** A compiler of the contract's schemas: strict, all errors, with the formats of ajv-formats. */
export function createCompile(contract: Contract): Compile {
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    verbose: true,
    ownProperties: true,
    logger: false,
  });
  addFormats.default(ajv);
  const compiled = new Map<string, CompiledSchema>();
  const compile: Compile = (written) => {
    const pointer = resolvePointer(contract, written);
    const known = compiled.get(pointer);
    if (known) return known;
    const closed = closeSchema(contract, written, (name) => Object.hasOwn(ajv.formats, name));
    // Inner schemas first, so that an error names the innermost.
    for (const source of closed.sources.values()) if (source !== pointer) compile(source);
    const result = { ...closed, validate: naming(pointer, () => ajv.compile(closed.schema)) };
    // `$schema` made it another object than the one that was noted.
    result.sources.set(closed.schema, pointer);
    compiled.set(pointer, result);
    return result;
  };
  return compile;
}

function naming<Value>(pointer: string, compile: () => Value): Value {
  try {
    return compile();
  } catch (cause) {
    throw new Error(`${pointer}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Compiles every schema of the contract, used or not, and holds every example and default against its schema.
 * Throws an Error that names the JSON pointer of the first that does not do.
 */
export function compileAll(contract: Contract, compile: Compile): void {
  visit(contract, '', contract, compile);
}

function visit(node: unknown, at: string, contract: Contract, compile: Compile): void {
  if (node === null || typeof node !== 'object') return;
  for (const [name, value] of Object.entries(node)) {
    const pointer = join(at, name);
    if (name === 'schema' || at === '/components/schemas') visitSchema(pointer, contract, compile);
    else if (!isAnnotation(name) && name !== 'examples') visit(value, pointer, contract, compile);
  }
  if (!('schema' in node)) return;
  const { examples } = node as { examples?: unknown };
  const named = Object.keys(asObject(examples)).map((name) => join(at, 'examples', name, 'value'));
  const all = 'example' in node ? [join(at, 'example'), ...named] : named;
  for (const example of all) holdExample(join(at, 'schema'), example, contract, compile);
}

function visitSchema(at: string, contract: Contract, compile: Compile): void {
  compile(at);
  const node = asObject(valueAt(contract, at));
  for (const name of ['example', 'default']) {
    if (name in node) holdExample(at, join(at, name), contract, compile);
  }
  for (const child of children(node, at)) visitSchema(child, contract, compile);
}

function children(node: Record<string, unknown>, at: string): string[] {
  const { items, additionalProperties, properties } = node;
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((name) =>
    ((node[name] ?? []) as unknown[]).map((_, i) => join(at, name, i)),
  );
  const single = { items, additionalProperties, not: node['not'] };
  const named = Object.entries(single).filter(([, value]) => value !== null && typeof value === 'object');
  return [
    ...named.map(([name]) => join(at, name)),
    ...Object.keys(asObject(properties)).map((name) => join(at, 'properties', name)),
    ...lists,
  ];
}

function holdExample(schema: string, example: string, contract: Contract, compile: Compile): void {
  const { validate } = compile(schema);
  if (validate(valueAt(contract, resolvePointer(contract, example)))) return;
  const said = validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
  throw new Error(`${example}: the example does not fit its schema: ${said.join('; ')}`);
}
