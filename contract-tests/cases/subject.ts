import { asObject, join, objectAt, operationOf, resolvePointer, statementAt } from '../../spec/contract.ts';
import type { Contract, Operation, Statement } from '../../spec/contract.ts';
import { readMembers } from './member.ts';
import type { Member } from './member.ts';
import { rightRequest } from './request.ts';
import type { RequestShape } from './request.ts';
import type {
  CaseContext,
  ContractCase,
  Credentials,
  Expectation,
  Kind,
  Need,
  Outcome,
  RawRequest,
  Topic,
} from './types.ts';

/** A required header and its values; `pointer` leads to the parameter. */
export interface FixedHeader {
  name: string;
  pointer: string;
  values: string[];
}

/** A documented answer, as an oracle, and the statement that it is one. */
export interface DocumentedOutcome {
  expect: Outcome;
  statement: Statement;
}

/** What a case is made of beside its id; the rest has defaults. */
export interface CaseParts {
  id: string;
  expect: Expectation;
  statement: Statement;
  /** Default: stated, or, with a topic, unstated. */
  kind?: Kind;
  topic?: Topic;
  orCodes?: readonly string[];
  needs?: Partial<Need>;
  /** What is wrong with it: changes the right request. Default: nothing. */
  fault?: (request: RawRequest, context: CaseContext) => RawRequest;
  build?: (context: CaseContext) => RawRequest;
  before?: ContractCase['before'];
  inapplicable?: ContractCase['inapplicable'];
  needsOther?: boolean;
  question?: number;
}

/** An operation that cases are made for: what they need to know of the contract. */
export interface Subject {
  contract: Contract;
  operation: Operation;
  shape: RequestShape;
  /** The header parameters that must have one of some values: x-version. */
  fixed: FixedHeader[];
  /** JSON pointer to the schema of the request body, references followed. */
  bodyPointer: string;
  /** Of the body and of every object in it. */
  members: Member[];
  /** Whether the virtual account is yet to be made: it has no transaction_id, and ids are fresh. */
  creates: boolean;
  /**
   * The answer that has this response code: the one documented 2xx or 4xx whose schema lists it. (99 also
   * comes with 500; then it is no refusal.) Throws an Error unless there is exactly one.
   */
  outcome: (responseCode: string) => DocumentedOutcome;
  /** A statement by JSON pointer. Throws an Error if the contract has none there. */
  statement: (pointer: string, value?: string) => Statement;
  make: (group: string, parts: CaseParts) => ContractCase;
}

/** Reads the operation with that id. Throws if the contract has none, or none with a JSON object as body. */
export function readSubject(contract: Contract, operationId: string): Subject {
  const operation = operationOf(contract, operationId);
  const body = join(operation.pointer, 'requestBody', 'content', 'application/json', 'schema');
  const bodyPointer = resolvePointer(contract, body);
  const members = readMembers(contract, bodyPointer);
  const creates = !members.some(({ name }) => name === 'transaction_id');
  const fixed = fixedHeaders(contract, operation);
  const shape = {
    method: operation.method,
    path: operation.path,
    fixedHeaders: fixed.map(({ name, values }): [string, string] => [name, values[0]!]),
    ...(creates && { template: exampleOf(contract, operation) }),
  };
  const outcomes = new Map<string, DocumentedOutcome>();
  // Every case asks, and the contract does not change meanwhile.
  const outcome = (responseCode: string): DocumentedOutcome => {
    const known = outcomes.get(responseCode) ?? findOutcome(contract, operation, responseCode);
    outcomes.set(responseCode, known);
    return known;
  };
  const success = outcome('00').expect;
  return {
    ...{ contract, operation, shape, fixed, bodyPointer, members, creates, outcome },
    statement: (pointer, value) => statementAt(contract, pointer, value),
    make: (group, parts) => makeCase({ operation, shape, success }, group, parts),
  };
}

/** The contract's first example of a right body. Throws an Error if it has none. */
function exampleOf(contract: Contract, { pointer }: Operation): Record<string, unknown> {
  const content = join(pointer, 'requestBody', 'content', 'application/json');
  const [example] = Object.values(asObject(objectAt(contract, content)['examples']));
  if (example === undefined) throw new Error(`${content}: no example to make a creation from`);
  return asObject(asObject(example)['value']);
}

function fixedHeaders(contract: Contract, operation: Operation): FixedHeader[] {
  const parameters = (objectAt(contract, operation.pointer)['parameters'] ?? []) as unknown[];
  return parameters.flatMap((_, i) => {
    const pointer = resolvePointer(contract, join(operation.pointer, 'parameters', i));
    const { name, in: place, required } = objectAt(contract, pointer);
    const values = objectAt(contract, join(pointer, 'schema'))['enum'] as string[] | undefined;
    if (place !== 'header' || required !== true || !values) return [];
    return [{ name: String(name).toLowerCase(), pointer, values }];
  });
}

function findOutcome(contract: Contract, operation: Operation, responseCode: string): DocumentedOutcome {
  const responses = join(operation.pointer, 'responses');
  const found = Object.keys(objectAt(contract, responses)).filter((status) => {
    const schema = join(responses, status, 'content', 'application/json', 'schema', 'properties');
    const codes = objectAt(contract, join(schema, 'response_code'))['enum'];
    return Array.isArray(codes) && codes.includes(responseCode) && /^[24]/.test(status);
  });
  const [status] = found;
  if (status === undefined || found.length > 1) {
    throw new Error(`${responses}: ${found.length} answers have response code ${responseCode}`);
  }
  const statement = statementAt(contract, join(responses, status));
  return { expect: { status: Number(status), responseCode }, statement };
}

function ownersOf({ credentials, alternates }: CaseContext, owner?: Need['owner']): Credentials {
  const others: Partial<Record<Need['owner'], Credentials>> = { ...alternates };
  return (owner && others[owner]) ?? credentials;
}

interface Common {
  operation: Operation;
  shape: RequestShape;
  success: Outcome;
}

function makeCase({ operation, shape, success }: Common, group: string, parts: CaseParts): ContractCase {
  const { needs, fault, build, topic, kind = topic ? 'unstated' : 'stated', statement, ...rest } = parts;
  const faulty = (context: CaseContext): RawRequest => {
    const request = rightRequest(shape, context);
    return fault ? fault(request, context) : request;
  };
  return {
    ...rest,
    kind,
    ...(topic && { topic }),
    // What is not stated is known as nothing better than a guess, wherever our guess of it is written.
    statement: kind === 'stated' ? statement : { pointer: statement.pointer, known: 'guess' },
    control: (context) => rightRequest(shape, context, { credentials: ownersOf(context, needs?.owner) }),
    group,
    operation: operation.id,
    success,
    needs: { state: 'any', owner: 'self', ...needs, ...(shape.template && { state: 'fresh' }) },
    build: build ?? faulty,
  };
}
