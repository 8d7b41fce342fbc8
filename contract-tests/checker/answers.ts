import type { Compile, CompiledSchema } from './compile.ts';
import { asObject, join, objectAt, operationsOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';

/** One documented answer of an operation; pointers lead into the contract, references followed. */
export interface DocumentedAnswer {
  pointer: string;
  /** The compiled schema by lower-case media type; empty where the contract has no body. */
  media: Map<string, CompiledSchema>;
  headers: Map<string, { pointer: string; required: boolean; schema: CompiledSchema }>;
}

/** What the checker knows of one operation. */
export interface CheckedOperation extends Operation {
  /** By status: `200`, `4XX`, `default`. */
  answers: Map<string, DocumentedAnswer>;
  /** Names of the members of the request body. */
  requestMembers: Set<string>;
}

/** Every operation of the contract with its answers compiled. Throws as `compile` does. */
export function describeOperations(contract: Contract, compile: Compile): Map<string, CheckedOperation> {
  const describe = (operation: Operation): [string, CheckedOperation] => {
    const responses = join(operation.pointer, 'responses');
    const statuses = Object.keys(objectAt(contract, responses)).filter((name) => !name.startsWith('x-'));
    const answers = statuses.map(
      (status) => [status, describeAnswer(contract, compile, responses, status)] as const,
    );
    const requestMembers = new Set(requestMembersOf(contract, operation));
    return [operation.id, { ...operation, answers: new Map(answers), requestMembers }];
  };
  return new Map(operationsOf(contract).map(describe));
}

/** The answer that the contract has for a status, and under which name. */
export function answerFor(
  { answers }: CheckedOperation,
  status: number,
): { name: string; answer: DocumentedAnswer } | undefined {
  const name = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((key) => answers.has(key));
  return name === undefined ? undefined : { name, answer: answers.get(name)! };
}

function describeAnswer(
  contract: Contract,
  compile: Compile,
  responses: string,
  status: string,
): DocumentedAnswer {
  const pointer = resolvePointer(contract, join(responses, status));
  const { content, headers } = asObject(valueAt(contract, pointer));
  const media = Object.keys(asObject(content)).map((type) => {
    const schema = compile(join(pointer, 'content', type, 'schema'));
    return [type.toLowerCase(), schema] as const;
  });
  const named = Object.keys(asObject(headers)).map((name) => {
    const at = resolvePointer(contract, join(pointer, 'headers', name));
    const required = asObject(valueAt(contract, at))['required'] === true;
    return [name.toLowerCase(), { pointer: at, required, schema: compile(join(at, 'schema')) }] as const;
  });
  return { pointer, media: new Map(media), headers: new Map(named) };
}

function requestMembersOf(contract: Contract, operation: Operation): string[] {
  const body = join(operation.pointer, 'requestBody');
  if (valueAt(contract, body) === undefined) return [];
  const types = Object.keys(asObject(objectAt(contract, body)['content']));
  return types.flatMap((type) =>
    Object.keys(asObject(objectAt(contract, join(body, 'content', type, 'schema'))['properties'])),
  );
}
