/**
 * The one reader of the contract. A place in it is a JSON pointer (RFC 6901); whoever asks with one gets references
 * followed, so that a statement has one pointer wherever it is used. It validates nothing: checker, sandbox and src/
 * compile schemas each in their own way, lest they agree on the same mistake.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A parsed OpenAPI 3.0 document, `$ref`s still in it. */
export type Contract = Record<string, unknown>;

/** How well a statement of the contract is known: its `x-known`. */
export type Known = 'page' | 'docs' | 'sdk' | 'seen' | 'guess';

/** A statement of the contract: a JSON pointer into spec/openapi.yaml, and how well it is known. */
export interface Statement {
  pointer: string;
  known: Known;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Reads and parses spec/openapi.yaml, or another OpenAPI file. Throws on a member given twice. */
export function readContract(file: URL = new URL('openapi.yaml', import.meta.url)): Contract {
  return parse(readFileSync(file, 'utf8')) as Contract;
}

/** A value as an object; an empty one if it is none. */
export function asObject(value: unknown): Record<string, unknown> {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : {};
}

/** `pointer` with these names added, escaped as RFC 6901 section 3 says. */
export function join(pointer: string, ...names: (string | number)[]): string {
  const escaped = names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return pointer + escaped.join('');
}

function namesOf(pointer: string): string[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Where a pointer leads once every `$ref` on its way is followed: to the statement, not to a reference.
 * Throws an Error that names the pointer if it leads nowhere, out of the document or in a circle.
 */
export function resolvePointer(contract: Contract, pointer: string): string {
  let [at, node] = ['', contract as unknown];
  for (const name of namesOf(pointer)) {
    at = join(at, name);
    node = memberOf(node, name);
    const seen = new Set<string>();
    for (let ref = asObject(node)['$ref']; typeof ref === 'string'; ref = asObject(node)['$ref']) {
      if (!ref.startsWith('#/')) throw new Error(`${at}: only local $refs are followed, not ${ref}`);
      if (seen.has(ref)) throw new Error(`${at}: the $refs turn in a circle: ${ref}`);
      seen.add(ref);
      at = ref.slice(1);
      node = valueAt(contract, at);
    }
    if (node === undefined) throw new Error(`${pointer}: there is nothing at ${at}`);
  }
  return at;
}

function memberOf(node: unknown, name: string): unknown {
  return node !== null && typeof node === 'object' ? (node as Record<string, unknown>)[name] : undefined;
}

/** What a pointer without references on its way leads to; undefined if there is nothing. */
export function valueAt(contract: Contract, pointer: string): unknown {
  return namesOf(pointer).reduce<unknown>(memberOf, contract);
}

/** The object that a pointer leads to, references followed. Throws as `resolvePointer` does. */
export function objectAt(contract: Contract, pointer: string): Record<string, unknown> {
  return asObject(valueAt(contract, resolvePointer(contract, pointer)));
}

/** A copy of what a pointer leads to, every reference in it replaced. Throws as `resolvePointer` does, and on a circle. */
export function inlined(contract: Contract, pointer: string): any {
  const at = resolvePointer(contract, pointer);
  return copyOf(contract, valueAt(contract, at), [at]);
}

/** `trail`: where the references led that this is within. */
function copyOf(contract: Contract, node: unknown, trail: readonly string[]): unknown {
  if (Array.isArray(node)) return node.map((inner) => copyOf(contract, inner, trail));
  if (node === null || typeof node !== 'object') return node;
  const { $ref: ref } = node as { $ref?: unknown };
  if (typeof ref !== 'string') {
    return Object.fromEntries(
      Object.entries(node).map(([name, inner]) => [name, copyOf(contract, inner, trail)]),
    );
  }
  if (!ref.startsWith('#/')) throw new Error(`${trail.at(-1)}: only local $refs are followed, not ${ref}`);
  const at = resolvePointer(contract, ref.slice(1));
  if (trail.includes(at)) throw new Error(`${at}: the $refs turn in a circle`);
  return copyOf(contract, valueAt(contract, at), [...trail, at]);
}

/**
 * How well the statement at a resolved pointer is known: `x-known-values` of an enum's `value`, else
 * `x-known-parts` of the keyword, else the nearest `x-known` above; `guess` where nothing says. A pointer to a
 * part that is no keyword leads into `x-known-parts` itself.
 */
export function knownAt(contract: Contract, pointer: string, value?: string): Known {
  const names = namesOf(pointer);
  if (names.at(-2) === 'x-known-parts') return valueAt(contract, pointer) as Known;
  const levels = names.map((_, i) => asObject(valueAt(contract, join('', ...names.slice(0, i)))));
  const parent = levels.at(-1) ?? {};
  const ofValue = value === undefined ? undefined : asObject(parent['x-known-values'])[value];
  const ofPart = asObject(parent['x-known-parts'])[names.at(-1) ?? ''];
  const nearest = [...levels, asObject(valueAt(contract, pointer))].findLast((node) => 'x-known' in node);
  return (ofValue ?? ofPart ?? nearest?.['x-known'] ?? 'guess') as Known;
}

/** Whether no document says anything of the keyword at a resolved pointer: its schema lists it in `x-unstated`. */
export function isUnstated(contract: Contract, pointer: string): boolean {
  const names = namesOf(pointer);
  const unstated = asObject(valueAt(contract, join('', ...names.slice(0, -1))))['x-unstated'];
  return Array.isArray(unstated) && unstated.includes(names.at(-1));
}

/** The statement at a pointer, references followed. Throws as `resolvePointer` does. */
export function statementAt(contract: Contract, pointer: string, value?: string): Statement {
  const resolved = resolvePointer(contract, pointer);
  return { pointer: resolved, known: knownAt(contract, resolved, value) };
}

/** One operation of the contract; `pointer` leads to it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  pointer: string;
}

/** Every operation of the contract, callbacks excepted. Throws on one without or with a taken operationId. */
export function operationsOf(contract: Contract): Operation[] {
  const found = Object.entries(asObject(contract['paths'])).flatMap(([path, item]) =>
    Object.keys(asObject(item))
      .filter((method) => methods.includes(method))
      .map((method) => {
        const pointer = join('/paths', path, method);
        const id = asObject(valueAt(contract, pointer))['operationId'];
        return { id: String(id), method: method.toUpperCase(), path, pointer };
      }),
  );
  const taken = found.find(({ id }, i) => id === 'undefined' || found.findIndex((o) => o.id === id) < i);
  if (taken) throw new Error(`${taken.pointer}: operationId ${taken.id} is missing or taken`);
  return found;
}

/** The operation of that operationId. Throws a TypeError if there is none. */
export function operationOf(contract: Contract, id: string): Operation {
  const operation = operationsOf(contract).find((candidate) => candidate.id === id);
  if (!operation) throw new TypeError(`The contract has no operation ${id}`);
  return operation;
}

/** The statuses of an operation's answers, as the contract has them: `200`, `default`. */
export function statusesOf(contract: Contract, { pointer }: Pick<Operation, 'pointer'>): string[] {
  const names = Object.keys(objectAt(contract, join(pointer, 'responses')));
  return names.filter((name) => !name.startsWith('x-'));
}

/** One named example of a body. */
export interface NamedExample {
  name: string;
  pointer: string;
  value: Record<string, unknown>;
  summary: string;
  known: Known;
}

/** The examples of an answer's JSON body, or, without a status, of the request's; none if it has no body. */
export function examplesOf(
  contract: Contract,
  { pointer }: Pick<Operation, 'pointer'>,
  status?: string,
): NamedExample[] {
  const holder = status === undefined ? join(pointer, 'requestBody') : join(pointer, 'responses', status);
  const media = asObject(asObject(objectAt(contract, holder)['content'])['application/json']);
  const at = join(resolvePointer(contract, holder), 'content', 'application/json', 'examples');
  return Object.keys(asObject(media['examples'])).map((name) => {
    const example = resolvePointer(contract, join(at, name));
    const { value, summary } = asObject(valueAt(contract, example));
    return {
      name,
      pointer: example,
      value: asObject(value),
      summary: String(summary ?? ''),
      known: knownAt(contract, example),
    };
  });
}
