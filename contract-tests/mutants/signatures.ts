import { createHash, createHmac } from 'node:crypto';
import { seedMerchants } from '../sandbox/seeds.ts';

type Body = Record<string, unknown>;
/** A signature of a request by another formula than the documented; undefined for a request it cannot sign. */
export type Formula = (body: Body, right: string) => string | undefined;

const { hash_key: key, secret_unbound_id: secret } = seedMerchants[0]!;
const hash = (algorithm: string, text: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash(algorithm).update(text, 'utf8').digest(encoding);
const joined =
  (...parts: ((body: Body) => unknown)[]): Formula =>
  (body) =>
    hash('sha256', parts.map((part) => String(part(body))).join(''));
const external = (body: Body): unknown => body['external_id'];
const order = (body: Body): unknown => body['order_id'];
const is = (text: string) => (): string => text;

/**
 * Formulas and sloppy readings that a gateway might take beside the documented one, by the name of the case
 * that must notice. Some were met in the source of existing clients (gateway.md): an HMAC, the wrong fields.
 */
export const alternativeSignatures: Record<string, Formula> = {
  hmac: (body) =>
    createHmac('sha256', key)
      .update(`${String(external(body))}${String(order(body))}`)
      .digest('hex'),
  sha1: (body) => hash('sha1', `${key}${String(external(body))}${String(order(body))}`),
  sha512: (body) => hash('sha512', `${key}${String(external(body))}${String(order(body))}`),
  base64: (body) => hash('sha256', `${key}${String(external(body))}${String(order(body))}`, 'base64'),
  separator: joined(is(key), is(':'), external, is(':'), order),
  'ids.swapped': joined(is(key), order, external),
  'ids.none': joined(is(key)),
  'ids.transactionId': joined(is(key), (body) => body['transaction_id']),
  'key.last': joined(external, order, is(key)),
  'key.none': joined(external, order),
  'key.wrong': joined(is('fake-wrong-hash-key'), external, order),
  'key.secret': joined(is(secret), external, order),
  'externalId.none': joined(is(key), order),
  'orderId.none': joined(is(key), external),
  truncated: (_, right) => right.slice(0, -1),
  half: (_, right) => right.slice(0, 32),
  longer: (_, right) => `${right}0`,
  twice: (_, right) => `${right}, ${right}`,
  prefixed: (_, right) => `0x${right}`,
  madeUp: () => 'f'.repeat(64),
  firstDigit: (_, right) => flip(right[0]!) + right.slice(1),
  middleDigit: (_, right) => right.slice(0, 32) + flip(right[32]!) + right.slice(33),
  lastDigit: (_, right) => right.slice(0, -1) + flip(right.at(-1)!),
};

function flip(digit: string): string {
  return digit === '0' ? '1' : '0';
}
