/** An operation that cases are made for: what they need to know of it from the contract, and how one is made. */
import {
  asObject,
  examplesOf,
  join,
  objectAt,
  operationOf,
  resolvePointer,
  statementAt,
  statusesOf,
  valueAt,
} from '../../spec/contract.ts';
import type { Contract, Operation, Statement } from '../../spec/contract.ts';
import { rightRequest } from './request.ts';
import type { RequestShape } from './request.ts';
import type { TextRules } from './texts.ts';
import type {
  CaseContext,
  ContractCase,
  Credentials,
  Expectation,
  Need,
  StatusAndCode,
  RawRequest,
} from './types.ts';

/** One member of the request body, or of an object in it, or the body itself, and its rules. */
export interface Member extends TextRules {
  /** Names that lead to it, joined by dots; so it is called in the ids of cases. Empty for the body. */
  name: string;
  path: string[];
  /** Leads to its schema, references followed. */
  pointer: string;
  /** The schema of the object that it is a member of. */
  parent: string;
  required: boolean;
  /** Undefined where the contract takes anything at all. */
  type?: 'string' | 'integer' | 'boolean' | 'object';
}

/** A required header and its values; `pointer` leads to the parameter. */
export interface FixedHeader {
  name: string;
  pointer: string;
  values: string[];
}

/** A documented answer, as it is expected, and the statement that it is one. */
export interface DocumentedOutcome {
  expect: StatusAndCode;
  statement: Statement;
}

/** What a case is made of beside its id; the rest has defaults. */
export type CaseParts = Pick<ContractCase, 'id' | 'expect' | 'statement'> &
  Partial<
    Pick<
      ContractCase,
      | 'build'
      | 'before'
      | 'change'
      | 'check'
      | 'inapplicable'
      | 'kind'
      | 'needsOther'
      | 'orCodes'
      | 'question'
      | 'topic'
    >
  > & { needs?: Partial<Need> };

/** The operation, as the makers of cases see it. */
export interface TestedOperation {
  contract: Contract;
  operation: Operation;
  shape: RequestShape;
  /** The header parameters that must have one of some values: x-version. */
  fixed: FixedHeader[];
  /** The body, and the members of it and of every object in it, an object before its own. */
  body: Member;
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

/**
 * Reads the operation with that id. Throws an Error that names the JSON pointer of what no cases are made for:
 * another body than a JSON object, a required header without listed values, a member of another type.
 */
export function readOperation(contract: Contract, operationId: string): TestedOperation {
  const operation = operationOf(contract, operationId);
  const content = join(operation.pointer, 'requestBody', 'content');
  if (Object.keys(objectAt(contract, content)).join() !== 'application/json') {
    throw new Error(`${content}: cases are made for application/json alone`);
  }
  const pointer = resolvePointer(contract, join(content, 'application/json', 'schema'));
  const body: Member = { name: '', path: [], pointer, parent: pointer, required: true, type: 'object' };
  const members = readMembers(contract, body);
  const creates = !members.some(({ name }) => name === 'transaction_id');
  const fixed = fixedHeaders(contract, operation);
  const [example] = examplesOf(contract, operation);
  if (example === undefined) throw new Error(`${content}: no example to make a right request from`);
  const shape = {
    method: operation.method,
    path: operation.path,
    fixedHeaders: fixed.map(({ name, values }): [string, string] => [name, values[0]!]),
    template: example.value,
    creates,
  };
  const outcome = remembering((responseCode) => findOutcome(contract, operation, responseCode));
  const success = outcome('00').expect;
  return {
    contract,
    operation,
    shape,
    fixed,
    body,
    members,
    creates,
    outcome,
    statement: (at, value) => statementAt(contract, at, value),
    make: (group, parts) => makeCase({ operation, shape, success }, group, parts),
  };
}

// Every case asks, and the contract does not change meanwhile.
function remembering<Value>(find: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, find(key));
    return known.get(key)!;
  };
}

function readMembers(contract: Contract, parent: Member): Member[] {
  const schema = objectAt(contract, parent.pointer);
  return Object.keys(asObject(schema['properties'])).flatMap((last) => {
    const path = [...parent.path, last];
    const pointer = resolvePointer(contract, join(parent.pointer, 'properties', last));
    const required = ((schema['required'] ?? []) as string[]).includes(last);
    const own = { name: path.join('.'), path, pointer, parent: parent.pointer, required };
    const member = { ...own, ...rulesOf(contract, pointer) };
    return [member, ...(member.type === 'object' ? readMembers(contract, member) : [])];
  });
}

function rulesOf(contract: Contract, pointer: string): Pick<Member, 'type'> & Partial<Member> {
  const schema = asObject(valueAt(contract, pointer)) as Record<string, any>;
  const { type, pattern, enum: values } = schema;
  if (!['string', 'integer', 'boolean', 'object', undefined].includes(type)) {
    throw new Error(`${pointer}: only members of type string, integer, boolean and object are tested`);
  }
  const limits = ['minLength', 'maxLength'].filter((name) => name in schema);
  return {
    ...(type !== undefined && { type }),
    ...Object.fromEntries(limits.map((name) => [name, schema[name] as number])),
    ...(values !== undefined && { values }),
    ...(typeof schema['example'] === 'string' && { example: schema['example'] }),
    ...(pattern !== undefined && { pattern: new RegExp(String(pattern), 'u') }),
  };
}

function fixedHeaders(contract: Contract, operation: Operation): FixedHeader[] {
  const parameters = (objectAt(contract, operation.pointer)['parameters'] ?? []) as unknown[];
  return parameters.flatMap((_, i) => {
    const pointer = resolvePointer(contract, join(operation.pointer, 'parameters', i));
    const { name, in: place, required } = objectAt(contract, pointer);
    if (place !== 'header')
      throw new Error(`${pointer}: no cases are made for parameters in ${String(place)}`);
    const values = objectAt(contract, join(pointer, 'schema'))['enum'] as string[] | undefined;
    if (required !== true) return [];
    if (!values) throw new Error(`${pointer}: no cases are made for a required header without enum`);
    return [{ name: String(name).toLowerCase(), pointer, values }];
  });
}

function findOutcome(contract: Contract, operation: Operation, responseCode: string): DocumentedOutcome {
  const responses = join(operation.pointer, 'responses');
  const found = statusesOf(contract, operation).filter((status) => {
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

interface Common {
  operation: Operation;
  shape: RequestShape;
  success: StatusAndCode;
}

function makeCase({ operation, shape, success }: Common, group: string, parts: CaseParts): ContractCase {
  const { needs, change, build, topic, kind = topic ? 'unstated' : 'stated', statement, ...rest } = parts;
  const changed = (context: CaseContext): RawRequest => {
    const request = rightRequest(shape, context);
    return change ? change(request, context) : request;
  };
  return {
    ...rest,
    ...(change && { change }),
    ...(topic && { topic }),
    kind,
    // What is not stated is known as nothing better than a guess, wherever our guess of it is written.
    statement: kind === 'stated' ? statement : { pointer: statement.pointer, known: 'guess' },
    control: (context) => rightRequest(shape, context, { credentials: ownersOf(context, needs?.owner) }),
    group,
    operation: operation.id,
    success,
    needs: { state: 'any', owner: 'self', ...needs, ...(shape.creates && { state: 'fresh' }) },
    build: build ?? changed,
  };
}

function ownersOf({ credentials, alternates }: CaseContext, owner?: Need['owner']): Credentials {
  const others: Partial<Record<Need['owner'], Credentials>> = { ...alternates };
  return (owner && others[owner]) ?? credentials;
}

/** What is expected where the request is refused with that code, or taken. */
export function expectationOf(op: TestedOperation, answer: string): Expectation {
  return answer === 'accepted' ? answer : op.outcome(answer).expect;
}
