import { createHash } from 'node:crypto';
import { asObject } from '../../spec/contract.ts';
import { seedMerchants } from '../sandbox/seeds.ts';
import { CREATE } from './documented.ts';
import { header, jsonOf, textOf } from './incoming.ts';
import type { Before, Row } from './incoming.ts';
import { creationTightened, tightened } from './protocol-tightened.ts';
import { alternativeSignatures } from './signatures.ts';
import type { Mutant } from './types.ts';

/** Requests that are read more loosely than the contract has it: turned into right ones on the way. */
const relaxed: Row[] = (['external_id', 'order_id', 'transaction_id', 'payment_channel'] as const).flatMap(
  (name) =>
    Object.entries({ number: 'number', boolean: 'boolean', array: 'array' }).map(([type, kind]): Row => [
      'type relaxed',
      `${name}: ${type} is turned into text`,
      `body.${name}.${kind}`,
      coercing(name, type),
    ]),
);

function coercing(name: string, type: string): Before {
  return (request) => {
    const body: unknown = jsonOf(textOf(request));
    const value = (body as Record<string, unknown> | null | undefined)?.[name];
    const is = Array.isArray(value) ? 'array' : typeof value;
    if (is !== type) return request;
    const coerced = { ...(body as object), [name]: String(value) } as Record<string, string>;
    const headers = new Headers(request.headers);
    headers.set('x-req-signature', rightSignature(coerced));
    return { headers, body: Buffer.from(JSON.stringify(coerced)) };
  };
}

function rightSignature(body: Record<string, unknown>): string {
  const { hash_key } = seedMerchants[0]!;
  const parts = hash_key + String(body['external_id']) + String(body['order_id']);
  return createHash('sha256').update(parts, 'utf8').digest('hex');
}

/** A signature made by another formula is taken as if it were the right one. */
const signatures: Row[] = Object.entries(alternativeSignatures).map(([kind, make]): Row => [
  'signature relaxed',
  `taken: ${kind}`,
  `signature.${kind}`,
  (request) => {
    const body = asObject(jsonOf(textOf(request)));
    const right = rightSignature(body);
    if (header(request, 'x-req-signature') !== make(body, right)) return request;
    const headers = new Headers(request.headers);
    headers.set('x-req-signature', right);
    return { headers, body: request.body };
  },
]);

/** Everything about credentials, signature and JSON that is looser or stricter than the contract. */
export function protocolMutants(operation: string): Mutant[] {
  const named = (killer: string): boolean => !/transaction_?id/i.test(killer);
  const own = operation === CREATE ? creationTightened : [];
  const rows = [...tightened, ...relaxed, ...signatures, ...own];
  // A creation has no transaction_id yet.
  return rows
    .filter(([, , killer]) => operation !== CREATE || named(killer))
    .map(([group, says, killer, before]): Mutant => ({
      ...{ id: `${operation} protocol: ${group}: ${says}`, operation, group: `request ${group}` },
      ...{ wrong: { before }, killer: { case: killer }, occasion: killer },
    }));
}
