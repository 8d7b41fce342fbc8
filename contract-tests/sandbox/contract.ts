import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A parsed OpenAPI 3.0 document, `$ref`s still in it. */
export type Contract = Record<string, unknown>;

/** What the sandbox reads of one operation of the contract. */
export interface OperationContract {
  method: string;
  path: string;
  mediaTypes: string[];
  bodySchema: unknown;
  /** The header parameters, by lower-case name. */
  headers: Map<string, { required: boolean; schema: unknown }>;
}

/** Reads and parses spec/openapi.yaml, or another OpenAPI file. */
export function readContract(file: URL = new URL('../../spec/openapi.yaml', import.meta.url)): Contract {
  return parse(readFileSync(file, 'utf8')) as Contract;
}

/** The operation with that id, every `$ref` in it resolved. Throws if the contract has none. */
export function findOperation(contract: Contract, operationId: string): OperationContract {
  for (const [path, item] of Object.entries(record(contract.paths))) {
    for (const [method, operation] of Object.entries(record(item))) {
      if (record(operation).operationId !== operationId) continue;
      return { method, path, ...describe(record(resolve(contract, operation))) };
    }
  }
  throw new Error(`The contract has no operation ${operationId}`);
}

function describe(operation: Record<string, unknown>): Omit<OperationContract, 'method' | 'path'> {
  const content = record(record(operation.requestBody).content);
  const parameters = ((operation.parameters ?? []) as Record<string, unknown>[]).filter(
    (p) => p.in === 'header',
  );
  return {
    mediaTypes: Object.keys(content).map((type) => type.toLowerCase()),
    bodySchema: record(content['application/json']).schema,
    headers: new Map(parameters.map((p) => [String(p.name).toLowerCase(), header(p)])),
  };
}

function header({ required, schema }: Record<string, unknown>): { required: boolean; schema: unknown } {
  return { required: required === true, schema };
}

/** A copy of `node`, every local `$ref` replaced by what it points to. Throws on any other and on a cycle. */
function resolve(contract: Contract, node: unknown, trail: string[] = []): unknown {
  if (Array.isArray(node)) return node.map((item) => resolve(contract, item, trail));
  if (node === null || typeof node !== 'object') return node;
  const ref = (node as { $ref?: unknown }).$ref;
  if (typeof ref === 'string') {
    if (trail.includes(ref)) throw new Error(`$ref turns in a circle: ${ref}`);
    return resolve(contract, pointed(contract, ref), [...trail, ref]);
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, resolve(contract, value, trail)]),
  );
}

function pointed(contract: Contract, ref: string): unknown {
  if (!ref.startsWith('#/')) throw new Error(`Only local $refs are read, not ${ref}`);
  const names = ref.slice(2).split('/');
  const found = names.reduce<unknown>((node, name) => record(node)[unescapePointer(name)], contract);
  if (found === undefined) throw new Error(`$ref points to nothing: ${ref}`);
  return found;
}

function unescapePointer(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}
