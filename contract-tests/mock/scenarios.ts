/** What the mock can answer, and how to ask for it: derived from the contract. */
import { operationsOf, readContract, type MockRequest, type Node, type Operation } from './contract.ts';

/** How well something is known, see `x-known` in the contract; `mock` is what only the mock does. */
export type Known = 'page' | 'docs' | 'sdk' | 'seen' | 'guess' | 'mock';

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
  body: Node;
  /** How well the example's body is known. */
  xKnown: Known;
  /** How well it is known that the gateway answers with this status. */
  statusKnown: Known;
  request: MockRequest;
}

/**
 * Every documented response and named example of every operation, then what the request alone brings.
 * Throws if a response has an example without a name, which nobody could ask for.
 */
export function scenarios(contract: Node = readContract()): Scenario[] {
  const operations = operationsOf(contract);
  const [first] = operations;
  return [...operations.flatMap(preferred), ...(first ? withoutPrefer(first) : [])];
}

function preferred(operation: Operation): Scenario[] {
  return Object.keys(operation.responses).flatMap((code) =>
    exampleNames(operation, code).map((example) => preferredScenario(operation, code, example)),
  );
}

function exampleNames(operation: Operation, code: string): string[] {
  const content = operation.responses[code].content?.['application/json'];
  if (content?.example !== undefined) throw new Error(`${operation.id} ${code}: its example has no name`);
  return Object.keys(content?.examples ?? {});
}

function preferredScenario(operation: Operation, code: string, example: string): Scenario {
  const status = code === 'default' ? unlistedStatus(operation) : Number(code);
  const prefer = `code=${status}, example=${example}`;
  const { request } = operation;
  return {
    ...documented(operation, code, example),
    name: `${operation.id} ${status} ${example}`,
    status,
    prefer,
    request: { ...request, headers: { ...request.headers, Prefer: prefer } },
  };
}

// Prism rejects `code=default` with its own 422; any status that the contract does not list reaches it.
function unlistedStatus({ id, responses }: Operation): number {
  const status = [429, 409, 418].find((candidate) => !(candidate in responses));
  if (status === undefined) throw new Error(`${id}: no status is left to reach its default response with`);
  return status;
}

function documented(operation: Operation, code: string, example?: string) {
  const response = operation.responses[code];
  const { examples } = response.content['application/json'];
  const chosen = example ?? Object.keys(examples)[0]!;
  return {
    code,
    example: chosen,
    status: Number(code),
    mediaType: 'application/json' as const,
    body: examples[chosen].value,
    xKnown: examples[chosen]['x-known'] as Known,
    statusKnown: response['x-known'] as Known,
  };
}

/** What Prism answers because of the request itself: the first example of its choice, or its own problem. */
function withoutPrefer(operation: Operation): Scenario[] {
  const { request } = operation;
  const { Authorization: _basic, ...anonymous } = request.headers;
  const { 'x-req-signature': _signature, ...unsigned } = request.headers;
  const [member = ''] = Object.keys(request.body as object);
  const { [member]: _left, ...incomplete } = request.body as Record<string, unknown>;
  const wrongVersion = { ...request.headers, 'x-version': 'v2' };
  const mistyped = { ...request.headers, Prefer: 'code=401, example=wrong_signatur' };
  return [
    { name: 'valid request', ...documented(operation, '200'), request },
    { name: `${member} missing`, ...documented(operation, '400'), request: { ...request, body: incomplete } },
    {
      name: 'other x-version',
      ...documented(operation, '400'),
      request: { ...request, headers: wrongVersion },
    },
    {
      name: 'no Authorization',
      ...documented(operation, '401'),
      request: { ...request, headers: anonymous },
    },
    {
      name: 'no x-req-signature',
      ...documented(operation, '401'),
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
      ...prismProblem(500, 'UNKNOWN'),
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
