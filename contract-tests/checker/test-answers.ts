/** Answers, right and wrong, and changes of the contract, for the checker's own tests. */
import type { ContractChange, Node } from '../shared/altered.ts';
import type { AnswerToCheck, Finding } from './checker.ts';

/** The answers of the operation by status. */
export function responses(contract: Node): Node {
  return contract['paths']['/va/cancel'].post.responses;
}

/** Gives the success answer a member more. */
export function memberAdded(schema: Node): ContractChange {
  return (schemas) => (schemas['CancelSuccess']!['properties'].extra = schema);
}

/** Gives the success answer a required header. */
export function headerRequired(schema: Node): ContractChange {
  return (_, contract) =>
    (responses(contract)['200'].headers = { 'Retry-After': { required: true, schema } });
}

export const operation = 'cancelVirtualAccount';
export const json = { 'content-type': 'application/json' };
export const ids = { transaction_id: 't-1', external_id: 'e-1', order_id: 'o-1' };
const names = { payment_method: 'BANK_TRANSFER', payment_channel: 'BCA' };
const sent = JSON.stringify({ ...ids, ...names });
export const success = { ...ids, ...names, transaction_status: 'CANCELED', response_code: '00' };
export const failure = { response_code: '01', response_message: 'x' };

/** An answer with that body, right in all else: 200, JSON, to the request that `success` answers. */
export function answerWith(body: unknown, rest: Partial<AnswerToCheck> = {}): AnswerToCheck {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  return { operation, status: 200, headers: json, body: text, request: { body: sent }, ...rest };
}

/** The success answer with a member more. */
export function extra(value: unknown): AnswerToCheck {
  return answerWith({ ...success, extra: value });
}

/** The success body with a member less. */
export function without(name: keyof typeof success): Node {
  const { [name]: _, ...rest } = success;
  return rest;
}

/** Rule and pointer of each finding. */
export const briefly = (findings: Finding[]): string[] =>
  findings.map(({ rule, pointer }) => `${rule} ${pointer}`);
