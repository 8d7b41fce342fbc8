import { basicToken, sign } from './signature.ts';
import { rightRequest, withHeader, withWrongHeader } from './request.ts';
import type { Subject } from './subject.ts';
import type { CaseContext, ContractCase, Expectation } from './types.ts';

type Value = (context: CaseContext) => string | undefined;
type Judged = Pick<ContractCase, 'expect' | 'topic'>;

const token = ({ credentials: { merchantId, secretUnboundId } }: CaseContext): string =>
  basicToken(merchantId, secretUnboundId);
const basic =
  (merchant: (id: string) => string, secret: (secret: string) => string): Value =>
  ({ credentials: { merchantId, secretUnboundId } }) =>
    `Basic ${basicToken(merchant(merchantId), secret(secretUnboundId))}`;
const same = (text: string): string => text;
const otherEnd = (text: string): string => text.slice(0, -1) + (text.endsWith('x') ? 'y' : 'x');
const swapCase = (text: string): string =>
  text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const wrong: Record<string, Value> = {
  none: () => undefined,
  empty: () => '',
  'scheme.bearer': (context) => `Bearer ${token(context)}`,
  'scheme.digest': (context) => `Digest ${token(context)}`,
  'scheme.none': token,
  'scheme.prefixed': (context) => `XBasic ${token(context)}`,
  'scheme.only': () => 'Basic',
  'merchant.wrong': basic(() => 'FAKE-NOBODY', same),
  'merchant.longer': basic((id) => `${id}0`, same),
  'merchant.empty': basic(() => '', same),
  'merchant.colon': basic((id) => `${id}:x`, same),
  'secret.wrong': basic(same, () => 'fake-wrong-secret'),
  'secret.lastCharacter': basic(same, otherEnd),
  'secret.longer': basic(same, (secret) => `${secret}0`),
  'secret.shorter': basic(same, (secret) => secret.slice(0, -1)),
  'secret.letterCase': basic(same, swapCase),
  'secret.empty': basic(same, () => ''),
  swapped: ({ credentials: { merchantId, secretUnboundId } }) =>
    `Basic ${basicToken(secretUnboundId, merchantId)}`,
  noColon: ({ credentials: { merchantId } }) => `Basic ${base64(merchantId)}`,
  'base64.none': ({ credentials: { merchantId, secretUnboundId } }) =>
    // Invented, lest a secret that is not Base64 goes on the wire in the clear.
    `Basic ${merchantId}:${'x'.repeat(secretUnboundId.length)}`,
};

/** The right credentials, but not as Base64 has them. */
const loose: Record<string, Value> = {
  'base64.invalidCharacter': (context) => `Basic !${token(context)}`,
  'base64.blankWithin': (context) => `Basic ${token(context).slice(0, 4)} ${token(context).slice(4)}`,
  'base64.padding': (context) =>
    `Basic ${token(context).endsWith('=') ? token(context).replace(/=+$/, '') : `${token(context)}=`}`,
};

/** Cases about who asks: no Authorization, every kind of wrong one, other secrets, sub-merchants. */
export function authorizationCases(subject: Subject): ContractCase[] {
  const { expect } = subject.outcome('04');
  const statement = subject.statement('/components/securitySchemes/basicAuth');
  const make = (id: string, value: Value, judged: Judged): ContractCase =>
    subject.make('authorization', {
      ...{ ...judged, id: `authorization.${id}`, statement },
      fault: (request, context) => withWrongHeader(request, 'authorization', value(context)),
    });
  return [
    ...Object.entries(wrong).map(([id, value]) => make(id, value, { expect })),
    ...Object.entries(loose).map(([id, value]) => make(id, value, { expect, topic: 'base64' })),
    make('scheme.letterCase', (context) => `basic ${token(context)}`, {
      expect: 'accepted',
      topic: 'scheme',
    }),
    subject.make('authorization', {
      ...{ id: 'authorization.secret.colon', expect: 'accepted', statement },
      needs: { state: 'active', owner: 'colonSecret' },
      inapplicable: ({ alternates }) =>
        alternates.colonSecret ? undefined : 'no merchant is known here whose secret holds a colon',
      build: (context) => {
        const credentials = context.alternates.colonSecret!;
        return rightRequest(subject.shape, context, { credentials });
      },
    }),
    ...subMerchantCases(subject),
  ];
}

function subMerchantCases(subject: Subject): ContractCase[] {
  const statement = subject.statement('/components/parameters/SubMerchantId');
  const inapplicable: ContractCase['inapplicable'] = ({ alternates }) =>
    alternates.subMerchant ? undefined : 'no sub-merchant is known here';
  const make = (id: string, hashKey: (context: CaseContext) => string, expect: Expectation): ContractCase =>
    subject.make('subMerchant', {
      ...{ id: `subMerchant.${id}`, expect, statement, inapplicable },
      needs: { state: 'active', owner: 'subMerchant' },
      build: (context) => {
        const credentials = { ...context.alternates.subMerchant!, hashKey: hashKey(context) };
        return rightRequest(subject.shape, context, { credentials });
      },
    });
  const named = (id: string, name: string): ContractCase =>
    subject.make('subMerchant', {
      ...{ id: `subMerchant.${id}`, expect: subject.outcome('04').expect, statement, topic: 'subMerchant' },
      fault: (request) => withHeader(request, 'sub-merchant-id', name),
    });
  return [
    make('right', ({ alternates }) => alternates.subMerchant!.hashKey, 'accepted'),
    make('signedByMerchant', ({ credentials }) => credentials.hashKey, subject.outcome('99').expect),
    named('unknown', 'FAKE-NOBODY'),
    named('empty', ''),
  ];
}

/** The right signature of the context's virtual account, and its parts. */
export function signatureParts({ va, credentials }: CaseContext): {
  key: string;
  external: string;
  order: string;
  right: string;
} {
  const [key, external, order] = [credentials.hashKey, va.external_id, va.order_id];
  return { key, external, order, right: sign(key, external, order) };
}
