/** Every statement of the contract that is a guess, found by walking it: none is listed by hand. */
import { asObject, join, knownAt, objectAt, operationsOf, resolvePointer } from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';

/** A statement that nobody has confirmed. */
export interface Guess {
  /** The pointer, and the value after a blank where it is about one. */
  key: string;
  /** JSON pointer into spec/openapi.yaml. */
  pointer: string;
  value?: string;
  /** In words, where the pointer alone says little. */
  says: string;
}

/** Every guess: `x-known`, `x-known-parts`, `x-known-values`, and each response code with its status. */
export function guessesOf(contract: Contract): Guess[] {
  return [...marked(contract, ''), ...operationsOf(contract).flatMap((one) => pairings(contract, one))];
}

/** The key of a statement. */
export function keyOf(pointer: string, value?: string): string {
  return value === undefined ? pointer : `${pointer} ${value}`;
}

// What an example holds is data, whatever its members are called.
const data = new Set(['value', 'example', 'default']);

function marked(node: unknown, at: string): Guess[] {
  if (node === null || typeof node !== 'object') return [];
  const { 'x-known': known, 'x-known-parts': parts, 'x-known-values': values } = asObject(node);
  const guessed = (of: unknown): string[] =>
    Object.entries(asObject(of)).flatMap(([name, how]) => (how === 'guess' ? [name] : []));
  return [
    ...(known === 'guess' ? [guess(at, undefined, titleOf(node))] : []),
    ...guessed(parts).map((part) =>
      // A part that is no keyword is written where it says how it is known.
      guess(join(at, ...(part in node ? [] : ['x-known-parts']), part), undefined, partOf(node, part)),
    ),
    ...guessed(values).map((value) => guess(join(at, 'enum'), value, `${value} is one of the values`)),
    ...Object.entries(node).flatMap(([name, child]) =>
      data.has(name) || name.startsWith('x-') ? [] : marked(child, join(at, name)),
    ),
  ];
}

function guess(pointer: string, value: string | undefined, says: string): Guess {
  return { key: keyOf(pointer, value), pointer, ...(value === undefined ? {} : { value }), says };
}

function titleOf(node: object): string {
  const { summary, description } = node as { summary?: string; description?: string };
  return (summary ?? description ?? '').trim().split('\n')[0] ?? '';
}

function partOf(node: object, part: string): string {
  const value = (node as Record<string, unknown>)[part];
  return value === undefined ? part : `${part} ${JSON.stringify(value)}`;
}

function pairings(contract: Contract, operation: Operation): Guess[] {
  return pairingsOf(contract, operation)
    .filter(({ known }) => known === 'guess')
    .map(({ pointer, status, code }) =>
      guess(pointer, code, `${operation.method} ${operation.path}: ${status} comes with ${code}`),
    );
}

/** A response code that the contract pairs with a status of an operation. */
export interface Pairing {
  /** JSON pointer to the response of the operation, its reference not followed. */
  pointer: string;
  status: string;
  code: string;
  known: string;
}

/** Every response code of an operation with its status; `default` has none. */
export function pairingsOf(contract: Contract, { pointer: at }: Pick<Operation, 'pointer'>): Pairing[] {
  return Object.keys(objectAt(contract, join(at, 'responses'))).flatMap((status) => {
    const pointer = join(at, 'responses', status);
    const schema = join(pointer, 'content', 'application/json', 'schema');
    const codes = objectAt(contract, join(schema, 'properties', 'response_code'))['enum'];
    const known = knownAt(contract, resolvePointer(contract, pointer));
    return ((codes ?? []) as string[]).map((code) => ({ pointer, status, code, known }));
  });
}

/** A statement's key without what all of them have in common. */
export function shortOf(key: string): string {
  return key
    .replace(/^\/components\/(schemas|responses|parameters|securitySchemes)\//, '')
    .replace('/x-known-parts/', ' ')
    .replaceAll('/properties/', '.')
    .replace(/^\/paths\/(\S+?)\/post\//, (_, path: string) => `${path.replaceAll('~1', '/')} `)
    .replace('application~1json', 'json');
}

/** What it would take to exercise a statement that no request of a run has exercised. */
export function takes(key: string): string {
  if (/SubMerchantId/.test(key)) return 'a sub-merchant (IFORTEPAY_SUB_MERCHANT_ID)';
  if (/\/callbacks\/|Callback/.test(key)) return 'a payment, and a host that the gateway can call back';
  if (/responses\/(500|503)|SystemFailure|PartnerFailure/.test(key))
    return 'a failure of the gateway or the bank';
  if (/~1va\/post\/responses\/404/.test(key)) return 'a creation that finds no data, whatever that is';
  if (/OtherFailure/.test(key)) return 'a failure that the contract does not list';
  if (/^\/paths\/~1va\/|Create|PaymentDetails|CustomerDetails/.test(key)) {
    return 'creating virtual accounts (IFORTEPAY_TEST_CREATE=1)';
  }
  if (/examples\/(paid|expired)/.test(key))
    return 'a paid and an expired virtual account in IFORTEPAY_TEST_VAS';
  if (/enum bank_transfer|examples\/page/.test(key)) return 'an answer or a request that happens to have it';
  return 'virtual accounts (IFORTEPAY_TEST_VAS or IFORTEPAY_TEST_CREATE=1)';
}
