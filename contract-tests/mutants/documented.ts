/** The documented answers, each example of each, as mutants of answers start from them. */
import {
  asObject,
  examplesOf,
  inlined,
  join,
  objectAt,
  operationOf,
  resolvePointer,
  statusesOf,
  valueAt,
} from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { keywords } from '../cases/keywords.ts';
import type { ContractCase } from '../cases/types.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';

/** One schema within a schema, references followed. */
export interface SchemaNode {
  /** Names of the members that lead to it; empty for the schema itself. */
  path: string[];
  /** Where in the contract it is written. */
  pointer: string;
  schema: Record<string, any>;
}

const annotations = ['title', 'description', 'example', 'default', 'deprecated', 'properties'];

/**
 * The schema at a pointer and every schema of its members. Throws an Error that names the JSON pointer of a
 * keyword that the table of keywords lacks, lest a new one goes untested.
 */
export function schemaNodes(contract: Contract, pointer: string, path: string[] = []): SchemaNode[] {
  const at = resolvePointer(contract, pointer);
  const schema = asObject(valueAt(contract, at));
  for (const keyword of Object.keys(schema)) {
    if (keyword in keywords || annotations.includes(keyword) || keyword.startsWith('x-')) continue;
    throw new Error(`${join(at, keyword)}: contract-tests/cases/keywords.ts has no row for this keyword`);
  }
  const names = Object.keys(asObject(schema['properties']));
  return [
    { path, pointer: at, schema },
    ...names.flatMap((name) => schemaNodes(contract, join(at, 'properties', name), [...path, name])),
  ];
}

/** One example of one documented answer of an operation, and how the sandbox is brought to give it. */
export interface DocumentedExample {
  operation: string;
  /** As the contract has it: `200`, `default`. */
  status: string;
  /** The status on the wire. */
  sent: number;
  name: string;
  /** The answer, references followed. */
  pointer: string;
  nodes: SchemaNode[];
  /** The example, its optional members filled in. */
  value: Record<string, unknown>;
  /** Names of the members that come back as they were sent. */
  echoed: string[];
  /** Statuses that the operation documents, without `default`. */
  statuses: string[];
  /** The case that is due this very answer; else a right request is answered by it. */
  case: ContractCase | undefined;
  isDue: boolean;
}

/** The status that stands for `default`: one that no operation here documents, Too Many Requests. */
const BY_DEFAULT = 429;
/** The media type of every answer. */
export const JSON_TYPE = 'application/json';

/** Every documented example of an operation. Throws on what no mutants are made for: status ranges, other media types. */
export function documentedExamples(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
): DocumentedExample[] {
  const described = operationOf(contract, operation);
  const statuses = statusesOf(contract, described);
  const request = join(described.pointer, 'requestBody', 'content', JSON_TYPE, 'schema');
  const sentMembers = Object.keys(asObject(objectAt(contract, request)['properties']));
  return statuses.flatMap((status) => {
    const pointer = resolvePointer(contract, join(described.pointer, 'responses', status));
    if (!/^\d{3}$|^default$/.test(status))
      throw new Error(`${pointer}: no mutants are made for status ranges`);
    const types = Object.keys(asObject(objectAt(contract, pointer)['content']));
    const examples = examplesOf(contract, described, status);
    if (types.join() !== JSON_TYPE || examples.length === 0)
      throw new Error(`${pointer}: no examples of ${JSON_TYPE} alone to make mutants of`);
    const schema = join(pointer, 'content', JSON_TYPE, 'schema');
    const sent = status === 'default' ? BY_DEFAULT : Number(status);
    return examples.map(({ name, value: example }): DocumentedExample => {
      const value = filled(inlined(contract, schema), example);
      const due = cases.find(
        ({ expect, kind }) =>
          kind === 'stated' &&
          typeof expect === 'object' &&
          expect.status === sent &&
          expect.responseCode === value['response_code'],
      );
      return {
        operation,
        status,
        sent,
        name,
        pointer,
        nodes: schemaNodes(contract, schema),
        value,
        echoed: Object.keys(value).filter(
          (member) => typeof value[member] === 'string' && sentMembers.includes(member),
        ),
        statuses: statuses.filter((other) => other !== 'default'),
        case: due ?? cases.find(({ id }) => id === 'outcome.success'),
        isDue: due !== undefined,
      };
    });
  });
}

/** Optional members too, so that each can be wrong. */
function filled(schema: Record<string, any>, example: Record<string, unknown>): Record<string, unknown> {
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
export type AnswerChange = (body: Record<string, unknown>, answer: Answer) => Answer;

/** Answers as documented but for one change. Echoes are right: they are taken from the sandbox's own answer. */
export function answering({ echoed, value, sent }: DocumentedExample, change: AnswerChange): Tamper {
  return ({ body: own }) => {
    const echoes = echoed.map((name) => [name, asObject(own)[name] ?? value[name]] as const);
    const body = { ...value, ...Object.fromEntries(echoes) };
    return change(body, { status: sent, headers: { 'content-type': JSON_TYPE }, body });
  };
}
