import { format, Validator } from '@cfworker/json-schema';
import type { Schema } from '@cfworker/json-schema';
import { asObject, inlined, operationOf } from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';

/** The request rules of one operation, compiled from the contract. */
export interface RequestRules {
  mediaTypes: string[];
  /** Of the header x-version; null stands for a missing one. */
  version: (value: string | null) => string | undefined;
  body: SchemaCheck;
}

const compiled = new WeakMap<Contract, Map<string, ReturnType<typeof compileRules>>>();

/** The same, once for each contract: thousands of sandboxes are made of one. It must not be changed in place. */
export function rulesOf(contract: Contract, id: string): ReturnType<typeof compileRules> {
  const own = compiled.get(contract) ?? new Map<string, ReturnType<typeof compileRules>>();
  compiled.set(contract, own);
  const rules = own.get(id) ?? compileRules(contract, id);
  own.set(id, rules);
  return rules;
}

/** The operation of that id and its rules. Throws if the contract has none, or a rule that nothing would check. */
function compileRules(contract: Contract, id: string): { operation: Operation; rules: RequestRules } {
  const operation = operationOf(contract, id);
  const { requestBody, parameters = [] } = inlined(contract, operation.pointer);
  const content = asObject(requestBody.content);
  const version = (parameters as { name: string; in: string; required?: boolean; schema: unknown }[]).find(
    (one) => one.in === 'header' && one.name.toLowerCase() === 'x-version',
  );
  return {
    operation,
    rules: {
      mediaTypes: Object.keys(content).map((type) => type.toLowerCase()),
      body: compileSchema(asObject(content['application/json'])['schema'], 'body'),
      version: compileHeader('x-version', version),
    },
  };
}

/** Says in words why a value breaks the schema, undefined if it does not. A number may be repeated, a text not. */
export type SchemaCheck = (value: unknown) => string | undefined;

const nested = new Set(['items', 'additionalProperties', 'not']);
const nestedLists = new Set(['allOf', 'anyOf', 'oneOf']);
const plain = new Set([
  'type',
  'enum',
  'required',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);
const annotations = new Set(['title', 'description', 'example', 'default', 'deprecated']);

/**
 * Compiles a schema whose `$ref`s are resolved. OpenAPI 3.0 without `nullable` and boolean `exclusiveMinimum`
 * is near enough to draft-07; anything the validator would silently skip throws here, before the start.
 */
function compileSchema(schema: unknown, name: string): SchemaCheck {
  refuseUnknown(schema, name);
  const validator = new Validator(schema as Schema, '7');
  return (value) => {
    const result = validator.validate(value);
    const last = result.errors.at(-1);
    return result.valid ? undefined : `${last?.instanceLocation}: ${last?.error}`;
  };
}

/** The check of one header; a header that the contract does not have may hold anything, or be missing. */
function compileHeader(
  name: string,
  { required = false, schema }: { required?: boolean; schema: unknown } = { schema: true },
): (value: string | null) => string | undefined {
  const check = compileSchema(schema, name);
  return (value) => {
    if (value === null) return required ? `${name} is missing` : undefined;
    return check(value) === undefined ? undefined : `${name} is not one that is known`;
  };
}

function refuseUnknown(schema: unknown, at: string): void {
  if (typeof schema === 'boolean') return;
  if (schema === null || typeof schema !== 'object') throw new Error(`${at} is not a schema`);
  for (const [keyword, value] of Object.entries(schema)) refuseKeyword(keyword, value, `${at}/${keyword}`);
}

function refuseKeyword(keyword: string, value: unknown, at: string): void {
  if (keyword.startsWith('x-') || annotations.has(keyword) || plain.has(keyword)) return;
  if (nested.has(keyword)) return refuseUnknown(value, at);
  if (nestedLists.has(keyword))
    return (value as unknown[]).forEach((item, i) => refuseUnknown(item, `${at}/${i}`));
  if (keyword === 'properties') {
    return Object.entries(value as object).forEach(([name, item]) => refuseUnknown(item, `${at}/${name}`));
  }
  if (keyword === 'pattern') return void compilePattern(String(value), at);
  if (keyword === 'format' && Object.hasOwn(format, String(value))) return;
  throw new Error(`The sandbox cannot check ${at}`);
}

// The validator compiles patterns with the same flag, but only when a value reaches them.
function compilePattern(pattern: string, at: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (cause) {
    throw new Error(`${at} is not a pattern`, { cause });
  }
}
