/** What the mock can answer, and how to ask for it: derived from the contract. */
import {
  asObject,
  examplesOf,
  inlined,
  join,
  operationsOf,
  readContract,
  statementAt,
  statusesOf,
} from '../spec/contract.ts';
import type { Contract, Known, Operation } from '../spec/contract.ts';

/** A request to the mock; `path` is relative to its URL. */
export interface MockRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** One answer of the mock and the request that brings it. */
export interface Scenario {
  /** What happens, unique among the scenarios. */
  name: string;
  /** The response's key in the contract, `default` included; none for Prism's own answers. */
  code?: string;
  /** The example's name in the contract; none for Prism's own answers. */
  example?: string;
  /** The value of the `Prefer` header; none if the request alone brings the answer. */
  prefer?: string;
  /** The HTTP status on the wire. */
  status: number;
  mediaType: 'application/json' | 'application/problem+json';
  /** The whole body; of a problem+json only what may be relied on. */
  body: any;
  /** How well the example's body is known; `mock` is what only the mock does. */
  xKnown: Known | 'mock';
  /** How well it is known that the gateway answers with this status. */
  statusKnown: Known | 'mock';
  request: MockRequest;
}

/**
 * Every documented response and named example of every operation, then what the request alone brings.
 * Throws if a response has an example without a name, which nobody could ask for.
 */
export function scenarios(contract: Contract = readContract()): Scenario[] {
  const operations = operationsOf(contract);
  const [first] = operations;
  return [
    ...operations.flatMap((operation) => preferred(contract, operation)),
    ...(first ? withoutPrefer(contract, first) : []),
  ];
}

/** A request that the mock takes as valid. */
export function validRequest(contract: Contract, operation: Operation): MockRequest {
  const { method, path } = operation;
  const [example] = examplesOf(contract, operation);
  const headers = { ...securityHeaders(contract, operation), ...requiredHeaders(contract, operation) };
  if (example === undefined) return { method, path, headers };
  return {
    method,
    path,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: example.value,
  };
}

/** The names of the headers that carry an operation's credentials. */
export function securityNames(contract: Contract, { pointer }: Operation): string[] {
  const [schemes = {}] = inlined(contract, pointer).security ?? contract['security'] ?? [];
  return Object.keys(schemes).map((name) => {
    const scheme = inlined(contract, join('/components/securitySchemes', name));
    return scheme.type === 'http' ? 'Authorization' : scheme.name;
  });
}

// Prism looks only whether they are there: Basic with exactly one colon inside, and any signature.
function securityHeaders(contract: Contract, operation: Operation): Record<string, string> {
  const values = securityNames(contract, operation).map((name) => [
    name,
    name === 'Authorization' ? `Basic ${btoa('fake-merchant:fake-secret')}` : 'fake-signature',
  ]);
  return Object.fromEntries(values);
}

/** The header parameters that an operation requires, with their examples. */
export function requiredHeaders(contract: Contract, { pointer }: Operation): Record<string, string> {
  const { parameters = [] } = inlined(contract, pointer);
  return Object.fromEntries(
    (parameters as any[])
      .filter((parameter) => parameter.in === 'header' && parameter.required)
      .map((parameter) => [parameter.name, parameter.example]),
  );
}

function preferred(contract: Contract, operation: Operation): Scenario[] {
  return statusesOf(contract, operation).flatMap((code) => {
    const response = inlined(contract, join(operation.pointer, 'responses', code));
    if (response.content?.['application/json']?.example !== undefined)
      throw new Error(`${operation.id} ${code}: its example has no name`);
    return examplesOf(contract, operation, code).map(({ name: example }) => {
      const status = code === 'default' ? unlistedStatus(contract, operation) : Number(code);
      const prefer = `code=${status}, example=${example}`;
      const request = validRequest(contract, operation);
      return {
        ...documented(contract, operation, code, example),
        name: `${operation.id} ${status} ${example}`,
        status,
        prefer,
        request: { ...request, headers: { ...request.headers, Prefer: prefer } },
      };
    });
  });
}

// Prism rejects `code=default` with its own 422; any status that the contract does not list reaches it.
function unlistedStatus(contract: Contract, operation: Operation): number {
  const listed = statusesOf(contract, operation);
  const status = [429, 418, 451].find((candidate) => !listed.includes(String(candidate)));
  if (status === undefined)
    throw new Error(`${operation.id}: no status is left to reach its default response with`);
  return status;
}

function documented(contract: Contract, operation: Operation, code: string, example?: string) {
  const examples = examplesOf(contract, operation, code);
  const chosen = examples.find(({ name }) => name === example) ?? examples[0]!;
  return {
    code,
    example: chosen.name,
    status: Number(code),
    mediaType: 'application/json' as const,
    body: chosen.value,
    xKnown: chosen.known,
    statusKnown: statementAt(contract, join(operation.pointer, 'responses', code)).known,
  };
}

/** What Prism answers because of the request itself: the first example of its choice, or its own problem. */
function withoutPrefer(contract: Contract, operation: Operation): Scenario[] {
  const request = validRequest(contract, operation);
  const { Authorization: _basic, ...anonymous } = request.headers;
  const { 'x-req-signature': _signature, ...unsigned } = request.headers;
  const [member = ''] = Object.keys(asObject(request.body));
  const { [member]: _left, ...incomplete } = asObject(request.body);
  const wrongVersion = { ...request.headers, 'x-version': 'v2' };
  const mistyped = { ...request.headers, Prefer: 'code=401, example=wrong_signatur' };
  return [
    { name: 'valid request', ...documented(contract, operation, '200'), request },
    {
      name: `${member} missing`,
      ...documented(contract, operation, '400'),
      request: { ...request, body: incomplete },
    },
    {
      name: 'other x-version',
      ...documented(contract, operation, '400'),
      request: { ...request, headers: wrongVersion },
    },
    {
      name: 'no Authorization',
      ...documented(contract, operation, '401'),
      request: { ...request, headers: anonymous },
    },
    {
      name: 'no x-req-signature',
      ...documented(contract, operation, '401'),
      request: { ...request, headers: unsigned },
    },
    {
      name: 'unknown path',
      ...prismProblem(404, 'NO_PATH_MATCHED_ERROR'),
      request: { ...request, path: '/va/unknown' },
    },
    {
      name: 'wrong method',
      ...prismProblem(405, 'NO_METHOD_MATCHED_ERROR'),
      request: { method: 'GET', path: request.path, headers: request.headers },
    },
    {
      name: 'example mistyped',
      // Of `make mock`: Prism alone answers a 500, which looks like the gateway's.
      ...prismProblem(422, 'NO_SUCH_EXAMPLE'),
      prefer: mistyped.Prefer,
      request: { ...request, headers: mistyped },
    },
  ];
}

function prismProblem(status: number, problem: string) {
  return {
    status,
    mediaType: 'application/problem+json' as const,
    body: { type: `https://stoplight.io/prism/errors#${problem}`, status },
    xKnown: 'mock' as const,
    statusKnown: 'mock' as const,
  };
}
