import { asObject, join, objectAt, operationsOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';

/** One transaction that Dredd must run: one example of one documented answer of one operation. */
export interface Planned {
  /** As `keyOf` makes it of what Dredd itself says; unique. */
  key: string;
  /** From 1. Dredd reads only the first of `examples`, so each pass has a document of its own. */
  pass: number;
  /** The operationId. */
  operation: string;
  method: string;
  path: string;
  /** As the contract spells it, `default` included. */
  answer: string;
  /** On the wire. */
  status: number;
  mediaType: string;
  /** The name of the example of the answer. */
  example: string;
  /** What it answers; a real answer has the same members in `decisive`. */
  value: Record<string, unknown>;
  /** The example request that the real one is made from. */
  request: Record<string, unknown>;
}

/** Statuses that `default` may be tried with. Dredd would call it by another answer's name. */
const unlisted = [429, 409, 418];

/**
 * Every transaction that must run, straight from the contract: the run is held against this. Throws an Error
 * that names the JSON pointer of an answer without JSON or without named examples, which nothing could try.
 */
export function planTransactions(contract: Contract): Planned[] {
  const planned = operationsOf(contract).flatMap((operation) => planOperation(contract, operation));
  if (planned.length === 0) throw new Error('The contract has no answer to try');
  return planned;
}

/** The key of a transaction: Dredd's own names are not unique, its names with pass and status are. */
export function keyOf(pass: number, method: string, path: string, status: number | string): string {
  return `pass ${pass}: ${method} ${path} ${status}`;
}

function planOperation(contract: Contract, operation: Operation): Planned[] {
  const responses = join(operation.pointer, 'responses');
  const answers = Object.keys(objectAt(contract, responses)).filter((name) => !name.startsWith('x-'));
  const requests = examplesAt(contract, resolvePointer(contract, join(operation.pointer, 'requestBody')));
  return answers.flatMap((answer) => {
    const at = resolvePointer(contract, join(responses, answer));
    const { mediaType, examples } = examplesAt(contract, at);
    const status = statusOf(answer, answers, at);
    const passes = Math.max(examples.length, requests.examples.length);
    return Array.from({ length: passes }, (_, index): Planned => {
      const [example, value] = examples[index % examples.length]!;
      const [, request] = requests.examples[index % requests.examples.length]!;
      const { id, method, path } = operation;
      const key = keyOf(index + 1, method, path, status);
      const what = { operation: id, method, path, answer, status, mediaType, example, value, request };
      return { key, pass: index + 1, ...what };
    });
  });
}

function statusOf(answer: string, answers: string[], at: string): number {
  const status =
    answer === 'default' ? unlisted.find((one) => !answers.includes(String(one))) : Number(answer);
  if (status === undefined || !Number.isInteger(status)) {
    throw new Error(`${at}: no single status stands for ${answer}`);
  }
  return status;
}

type Example = [name: string, value: Record<string, unknown>];

function examplesAt(contract: Contract, at: string): { mediaType: string; examples: Example[] } {
  const [mediaType, ...others] = Object.keys(asObject(asObject(valueAt(contract, at))['content']));
  if (mediaType !== 'application/json' || others.length > 0) throw new Error(`${at}: only JSON can be tried`);
  const named = asObject(objectAt(contract, join(at, 'content', mediaType))['examples']);
  const examples = Object.keys(named).map((name): Example => {
    const value = objectAt(contract, join(at, 'content', mediaType, 'examples', name))['value'];
    return [name, asObject(value)];
  });
  if (examples.length === 0) throw new Error(`${at}: it has no named example`);
  return { mediaType, examples };
}
