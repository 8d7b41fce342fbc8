/** Reads from spec/openapi.yaml what the scenarios are made of. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The contract as parsed YAML: a tree of unknown shape, for which TypeScript has no better word here. */
export type Node = any;

/** One operation of the contract, with a request that the mock takes as valid. */
export interface Operation {
  id: string;
  request: MockRequest;
  /** By HTTP status as the contract spells it, `default` included; references resolved. */
  responses: Record<string, Node>;
}

/** A request to the mock; `path` is relative to its URL. */
export interface MockRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** The contract, parsed anew at each call. */
export function readContract(): Node {
  return parse(readFileSync(new URL('../../spec/openapi.yaml', import.meta.url), 'utf8'));
}

/** The target of a local reference (`#/…`), or the node itself if it is none. */
export function resolve(contract: Node, node: Node): Node {
  if (typeof node?.$ref !== 'string') return node;
  const path = node.$ref.slice(2).split('/');
  return resolve(
    contract,
    path.reduce((at: Node, key: string) => at[key], contract),
  );
}

/** Every operation of the contract. */
export function operationsOf(contract: Node): Operation[] {
  return Object.entries<Node>(contract.paths).flatMap(([path, item]) =>
    Object.entries<Node>(item)
      .filter(([, operation]) => operation?.responses !== undefined)
      .map(([method, operation]) => ({
        id: operation.operationId,
        request: validRequest(contract, method.toUpperCase(), path, operation),
        responses: Object.fromEntries(
          Object.entries(operation.responses).map(([status, node]) => [status, resolve(contract, node)]),
        ),
      })),
  );
}

function validRequest(contract: Node, method: string, path: string, operation: Node): MockRequest {
  const content = resolve(contract, operation.requestBody)?.content['application/json'];
  const [example] = Object.values<Node>(content?.examples ?? {});
  const headers = { ...securityHeaders(contract, operation), ...requiredHeaders(contract, operation) };
  if (example === undefined) return { method, path, headers };
  return { method, path, headers: { ...headers, 'Content-Type': 'application/json' }, body: example.value };
}

// Prism looks only whether they are there: Basic with exactly one colon inside, and any signature.
function securityHeaders(contract: Node, operation: Node): Record<string, string> {
  const [names = {}] = operation.security ?? contract.security ?? [];
  return Object.fromEntries(
    Object.keys(names).map((name) => {
      const scheme = contract.components.securitySchemes[name];
      if (scheme.type === 'http') return ['Authorization', `Basic ${btoa('fake-merchant:fake-secret')}`];
      return [scheme.name, 'fake-signature'];
    }),
  );
}

function requiredHeaders(contract: Node, operation: Node): Record<string, string> {
  return Object.fromEntries(
    (operation.parameters ?? [])
      .map((parameter: Node) => resolve(contract, parameter))
      .filter((parameter: Node) => parameter.in === 'header' && parameter.required)
      .map((parameter: Node) => [parameter.name, parameter.example]),
  );
}
