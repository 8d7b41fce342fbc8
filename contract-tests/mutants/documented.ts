import { asObject, join, objectAt, operationOf, operationsOf, resolvePointer } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { ContractCase } from '../cases/types.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import { getIn, inlined, schemaNodes } from './schema-tree.ts';
import type { SchemaNode } from './schema-tree.ts';

/** One example of one documented answer of an operation, and how the sandbox is brought to give it. */
export interface DocumentedExample {
  operation: string;
  /** As the contract has it: `200`, `default`. */
  status: string;
  /** The status on the wire. */
  sent: number;
  name: string;
  mediaType: string;
  /** The answer, references followed. */
  pointer: string;
  nodes: SchemaNode[];
  /** The example, its optional members filled in. */
  value: Record<string, unknown>;
  /** Names of the members that come back as they were sent. */
  echoed: string[];
  /** Statuses that the operation documents, without `default`. */
  statuses: string[];
  occasion: string;
  /** Whether the contract has this very answer for the occasion; else a right request is answered by it. */
  natural: boolean;
}

/** The status that stands for `default`: one that no operation here documents, Too Many Requests. */
const BY_DEFAULT = 429;

/** The operation that a virtual account does not exist before. */
export const CREATE = 'createVirtualAccount';

/** Every operationId of the contract. */
export const operationIds = (contract: Contract): string[] => operationsOf(contract).map(({ id }) => id);

/** Every documented example of an operation. Throws on a status range, which no operation here has. */
export function documentedExamples(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
): DocumentedExample[] {
  const responses = join(operationOf(contract, operation).pointer, 'responses');
  return statusesOf(contract, responses).flatMap((status) => {
    const pointer = resolvePointer(contract, join(responses, status));
    const media = Object.entries(asObject(objectAt(contract, pointer)['content']));
    return media.flatMap(([mediaType, content]) => {
      const examples = Object.entries(asObject(asObject(content)['examples']));
      if (examples.length === 0) throw new Error(`${pointer}: no examples to make mutants of`);
      return examples.map(([name, example]) =>
        describe(contract, operation, cases, {
          ...{ status, name, mediaType, pointer },
          example: asObject(asObject(example)['value']),
        }),
      );
    });
  });
}

/** The names of an operation's answers. */
export function statusesOf(contract: Contract, responses: string): string[] {
  const statuses = Object.keys(objectAt(contract, responses)).filter((name) => !name.startsWith('x-'));
  const range = statuses.find((status) => !/^\d{3}$|^default$/.test(status));
  if (range) throw new Error(`${join(responses, range)}: no mutants are made for status ranges`);
  return statuses;
}

interface Found {
  status: string;
  name: string;
  mediaType: string;
  pointer: string;
  example: Record<string, unknown>;
}

function describe(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
  { example, ...found }: Found,
): DocumentedExample {
  const at = operationOf(contract, operation).pointer;
  const schema = join(found.pointer, 'content', found.mediaType, 'schema');
  const nodes = schemaNodes(contract, schema);
  const request = join(at, 'requestBody', 'content', 'application/json', 'schema');
  const sentMembers = Object.keys(asObject(objectAt(contract, request)['properties']));
  const value = filled(inlined(contract, schema), example);
  const sent = found.status === 'default' ? BY_DEFAULT : Number(found.status);
  const provoking = cases.find(
    ({ expect, kind }) =>
      kind === 'stated' &&
      typeof expect === 'object' &&
      expect.status === sent &&
      expect.responseCode === value['response_code'],
  );
  return {
    ...{ ...found, operation, sent, nodes, value },
    echoed: Object.keys(value).filter(
      (name) => typeof value[name] === 'string' && sentMembers.includes(name),
    ),
    statuses: statusesOf(contract, join(at, 'responses')).filter((status) => status !== 'default'),
    occasion: provoking?.id ?? 'outcome.success',
    natural: provoking !== undefined,
  };
}

/** Optional members too, so that each can be wrong. */
function filled(schema: Record<string, unknown>, example: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(asObject(schema['properties'])).map(([name, member]) => {
    const inner = asObject(member);
    const given = example[name];
    const isObject = inner['type'] === 'object';
    return [name, isObject ? filled(inner, asObject(given)) : (given ?? sampleOf(inner))] as const;
  });
  return { ...example, ...Object.fromEntries(members) };
}

function sampleOf(schema: Record<string, unknown>): unknown {
  const byType: Record<string, unknown> = { string: 'filled in', boolean: true, integer: 1, number: 1 };
  const [first] = (schema['enum'] ?? []) as unknown[];
  return schema['example'] ?? first ?? byType[String(schema['type'])];
}

/** A change of an example's answer; `body` is a parsed one. */
export type Change = (body: Record<string, unknown>, answer: Answer) => Answer;

/** Answers as documented but for one change. Echoes are right: they are taken from the sandbox's own answer. */
export function answering(documented: DocumentedExample, change: Change): Tamper {
  const { echoed, value, sent, mediaType } = documented;
  return ({ body: own }) => {
    const echoes = echoed.map((name) => [name, getIn(own, [name]) ?? value[name]] as const);
    const body = { ...value, ...Object.fromEntries(echoes) };
    return change(body, { status: sent, headers: { 'content-type': mediaType }, body });
  };
}
