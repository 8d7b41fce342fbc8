/** Which transactions Dredd must run: one for each example of each documented answer, made from a case. */
import { casesFor } from '../cases/cases.ts';
import type { ContractCase, Need, StatusAndCode } from '../cases/types.ts';
import {
  asObject,
  examplesOf,
  join,
  objectAt,
  operationsOf,
  resolvePointer,
  statusesOf,
} from '../../spec/contract.ts';
import type { Contract, NamedExample, Operation } from '../../spec/contract.ts';

/** One transaction. */
export interface Planned {
  /** `cancelVirtualAccount 404 not_found`; unique. */
  key: string;
  operation: Operation;
  /** As the contract spells it, `default` included. */
  answer: string;
  /** A real answer has the same response_code and transaction_status. */
  example: NamedExample;
  /** Made from a case that the contract has this very answer for. Undefined if it has none: no client can provoke it. */
  by?: ContractCase;
  /** The id of that case. */
  from?: string;
}

/**
 * Of several cases for one answer the one whose id begins with the earliest of these, else the first. None is about
 * ids of its own: those no virtual account can be made to have, where they are looked up before they are checked.
 */
export const plainest = [
  'outcome.',
  'authorization.secret.wrong',
  'signature.key.wrong',
  'header.x-version.wrong',
];

/**
 * Every transaction, straight from the contract, in an order in which a virtual account can serve several: asked
 * after, cancelled, asked after again. Throws an Error that names the JSON pointer of an answer without JSON or
 * without named examples, which nothing could try, and as `casesFor` does.
 */
export function planTransactions(contract: Contract): Planned[] {
  const planned = operationsOf(contract).flatMap((operation) => planOperation(contract, operation));
  if (planned.length === 0) throw new Error('The contract has no answer to try');
  return planned.sort((a, b) => rank(a) - rank(b));
}

function rank({ operation, by }: Planned): number {
  const own = rankOf(operation.id);
  return own === 0 && by?.needs.state === 'canceled' ? 3 : own;
}

/** Inquiries first, which change nothing; cancels last, which alone use a virtual account up. */
export function rankOf(operationId: string): number {
  return { inquireVirtualAccount: 0, cancelVirtualAccount: 2 }[operationId] ?? 1;
}

function planOperation(contract: Contract, operation: Operation): Planned[] {
  const cases = casesFor(operation.id, contract);
  return statusesOf(contract, operation).flatMap((answer) => {
    const at = resolvePointer(contract, join(operation.pointer, 'responses', answer));
    const media = Object.keys(asObject(objectAt(contract, at)['content']));
    if (media.join() !== 'application/json') throw new Error(`${at}: only JSON can be tried`);
    const examples = examplesOf(contract, operation, answer);
    if (examples.length === 0) throw new Error(`${at}: it has no named example`);
    return examples.map((example): Planned => {
      const key = `${operation.id} ${answer} ${example.name}`;
      const planned = { key, operation, answer, example };
      const found = caseFor(cases, answer, example.value);
      return found ? { ...planned, by: { ...found, ...calledFor(planned) }, from: found.id } : planned;
    });
  });
}

/** What a transaction is called among the cases. */
function calledFor({ answer, example }: Planned): Pick<ContractCase, 'id' | 'group'> {
  return { id: `dredd.${answer}.${example.name}`, group: 'dredd' };
}

/** The states by the names that an inquiry has for them (gateway docs, appendix). */
const states: Readonly<Record<string, Need['state']>> = {
  ACTIVE: 'active',
  REQUEST: 'active',
  PAID: 'paid',
  SUCCESS: 'paid',
  EXPIRED: 'expired',
  CANCELED: 'canceled',
};

function caseFor(
  cases: readonly ContractCase[],
  answer: string,
  value: NamedExample['value'],
): ContractCase | undefined {
  const fitting = cases.filter(
    ({ expect, kind, needs, needsOther, before }) =>
      kind !== 'unstated' &&
      typeof expect === 'object' &&
      String(expect.status) === answer &&
      expect.responseCode === value['response_code'] &&
      needs.owner === 'self' &&
      !needsOther &&
      !before,
  );
  const prefix = plainest.find((start) => fitting.some(({ id }) => id.startsWith(start))) ?? '';
  const found = fitting.find(({ id }) => id.startsWith(prefix));
  if (found?.operation !== 'inquireVirtualAccount' || value['response_code'] !== '00') return found;
  // An inquiry says what is so; the contract has an example for each state.
  const state = states[String(value['transaction_status'])];
  return state && { ...found, needs: { ...found.needs, state } };
}

/** A case about a virtual account for which a sandbox has a script that fails so. */
export function scriptedCase(contract: Contract, planned: Planned, status: number): ContractCase {
  const { operation, example } = planned;
  const success = casesFor(operation.id, contract).find(({ id }) => id === 'outcome.success')!;
  const { value, pointer, known } = example;
  const expect: StatusAndCode = { status, responseCode: String(value['response_code']) };
  return { ...success, ...calledFor(planned), expect, statement: { pointer, known } };
}

/**
 * What Dredd gets to read for one transaction: the contract's operation with this one answer. One example, as it
 * uses no more; no schemas, as it would infer one (a hook attaches the checker's); no servers, no extensions. What
 * is left makes Dredd print no warning, so that any warning is news.
 */
export function documentFor(contract: Contract, planned: Planned, status: number): Record<string, unknown> {
  const { key, operation, example } = planned;
  const { pointer, id, path, method } = operation;
  const [request] = examplesOf(contract, operation);
  const content = (sample: unknown): unknown => ({ 'application/json': { example: sample } });
  const described = {
    operationId: id,
    summary: id,
    parameters: parametersOf(contract, pointer),
    requestBody: { content: content(request?.value ?? {}) },
    responses: { [status]: { description: example.name, content: content(example.value) } },
  };
  const paths = { [path]: { [method.toLowerCase()]: described } };
  return { openapi: '3.0.3', info: { title: key, version: '1' }, paths };
}

function parametersOf(contract: Contract, operation: string): unknown[] {
  const listed = (objectAt(contract, operation)['parameters'] ?? []) as unknown[];
  return listed.map((_, index) => {
    const { name, in: place, required, example } = objectAt(contract, join(operation, 'parameters', index));
    // Without a schema Dredd fails on a parameter that has no example.
    return {
      name,
      in: place,
      required,
      schema: { type: 'string' },
      ...(example !== undefined && { example }),
    };
  });
}
