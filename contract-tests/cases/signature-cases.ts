import { createHash, createHmac } from 'node:crypto';
import { join } from '../../spec/contract.ts';
import { signatureParts } from './authorization.ts';
import { withWrongHeader } from './request.ts';
import { sign } from './signature.ts';
import type { Subject } from './subject.ts';
import type { CaseContext, ContractCase } from './types.ts';

type Parts = ReturnType<typeof signatureParts>;
type Value = (parts: Parts, context: CaseContext) => string | undefined;

const flip = (digit: string): string => (digit === '0' ? '1' : '0');

const wrong: Record<string, Value> = {
  none: () => undefined,
  empty: () => '',
  madeUp: () => 'f'.repeat(64),
  firstDigit: ({ right }) => flip(right[0]!) + right.slice(1),
  lastDigit: ({ right }) => right.slice(0, -1) + flip(right.at(-1)!),
  middleDigit: ({ right }) => right.slice(0, 32) + flip(right[32]!) + right.slice(33),
  truncated: ({ right }) => right.slice(0, -1),
  half: ({ right }) => right.slice(0, 32),
  longer: ({ right }) => `${right}0`,
  twice: ({ right }) => `${right}, ${right}`,
  prefixed: ({ right }) => `0x${right}`,
  'externalId.other': ({ key, order }, { other }) => sign(key, other.external_id, order),
  'externalId.none': ({ key, order }) => sign(key, order),
  'orderId.other': ({ key, external }, { other }) => sign(key, external, other.order_id),
  'orderId.none': ({ key, external }) => sign(key, external),
  'ids.other': ({ key }, { other }) => sign(key, other.external_id, other.order_id),
  'ids.swapped': ({ key, external, order }) => sign(key, order, external),
  'ids.transactionId': ({ key }, { va }) => sign(key, va.transaction_id),
  'ids.none': ({ key }) => sign(key),
  'key.none': ({ external, order }) => sign(external, order),
  'key.last': ({ key, external, order }) => sign(external, order, key),
  'key.wrong': ({ external, order }) => sign('fake-wrong-hash-key', external, order),
  'key.secret': ({ external, order }, { credentials }) => sign(credentials.secretUnboundId, external, order),
  separator: ({ key, external, order }) => sign(key, ':', external, ':', order),
  hmac: ({ key, external, order }) =>
    createHmac('sha256', key)
      .update(external + order)
      .digest('hex'),
  sha1: ({ key, external, order }) => hash('sha1', key + external + order, 'hex'),
  sha512: ({ key, external, order }) => hash('sha512', key + external + order, 'hex'),
  base64: ({ key, external, order }) => hash('sha256', key + external + order, 'base64'),
};

/** Cases about x-req-signature: none, every kind of wrong one, and upper-case hex, an open question. */
export function signatureCases(subject: Subject): ContractCase[] {
  const { expect } = subject.outcome('99');
  const at = '/components/securitySchemes/requestSignature';
  // The formula is documented; that its hash is written in hex was read in the SDKs.
  const statementOf = (id: string) =>
    subject.statement(id === 'base64' ? join(at, 'x-known-parts', 'lower-case hex') : at);
  const make = (id: string, value: Value, more: Pick<ContractCase, 'kind' | 'question'>): ContractCase =>
    subject.make('signature', {
      ...{ ...more, id: `signature.${id}`, expect, statement: statementOf(id) },
      needsOther: id.endsWith('.other'),
      fault: (request, context) =>
        withWrongHeader(request, 'x-req-signature', value(signatureParts(context), context)),
    });
  return [
    ...Object.entries(wrong)
      .filter(([id]) => !(subject.creates && id === 'ids.transactionId'))
      .map(([id, value]) => make(id, value, { kind: 'stated' })),
    make('upperCase', ({ right }) => right.toUpperCase(), { kind: 'open', question: 9 }),
  ];
}

function hash(algorithm: string, text: string, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(text).digest(encoding);
}
