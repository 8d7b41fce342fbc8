import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { asObject, join, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { closeSchema, isAnnotation } from './schema.ts';
import type { ClosedSchema } from './schema.ts';

/** A schema ready to judge values. */
export interface CompiledSchema extends ClosedSchema {
  validate: ValidateFunction;
}

/** Compiles the schema at a JSON pointer into the contract, once. Throws an Error that names the pointer. */
export type Compile = (pointer: string) => CompiledSchema;

/** A compiler of the contract's schemas: strict, all errors, with the formats of ajv-formats. */
export function createCompile(contract: Contract): Compile {
  const ajv = new Ajv({
    ...{ strict: true, allErrors: true, verbose: true, ownProperties: true },
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
