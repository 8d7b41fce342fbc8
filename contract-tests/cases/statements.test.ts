/**
 * Every case held against the statement that it names: this file reads that statement alone, as somebody would who knows
 * nothing else, and must come to the same answer. It shares no judgement with the cases: each keyword is read by ajv.
 */
import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { inlined, isUnstated, knownAt, operationsOf, readContract, valueAt } from '../../spec/contract.ts';
import { casesFor } from './cases.ts';
import { keywords } from './keywords.ts';
import { topics } from './types.ts';
import type { CaseContext, ContractCase, RawRequest } from './types.ts';

const contract = readContract();
const operations = operationsOf(contract);
const cases = operations.flatMap(({ id }) => casesFor(id, contract));
const credentials = { merchantId: 'FAKE-MERCHANT', secretUnboundId: 'fake-secret', hashKey: 'fake-hash-key' };
const account = (name: string) => ({
  external_id: `ext-${name}`,
  order_id: `ord-${name}`,
  transaction_id: `tra-${name}`,
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA-POLYTRON',
});
const contextOf = ({ needs }: ContractCase): CaseContext => ({
  va: { ...account('1'), ...needs.with },
  other: account('2'),
  exists: needs.state !== 'unknown',
  credentials,
  alternates: {
    colonSecret: { ...credentials, secretUnboundId: 'fake:secret' },
    subMerchant: { ...credentials, hashKey: 'fake-sub-key', subMerchantId: 'FAKE-SUB' },
  },
});

type Reading = 'refused' | 'accepted';
interface Sent {
  one: ContractCase;
  context: CaseContext;
  request: RawRequest;
  header: (name: string) => string | undefined;
  /** Undefined if it is none. */
  body: any;
}

function sentBy(one: ContractCase): Sent {
  const context = contextOf(one);
  const request = one.build(context);
  const header = (name: string) => request.headers.find(([other]) => other === name)?.[1];
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body));
  } catch {
    body = undefined;
  }
  return { one, context, request, header, body };
}

const is = (holds: boolean): Reading => (holds ? 'accepted' : 'refused');
const hex = (...parts: string[]) => createHash('sha256').update(parts.join(''), 'utf8').digest('hex');
const ajv = new Ajv({ strict: false });

/** Every place of the request's schema that a pointer leads to, as names of members. */
function placesOf({ one }: Sent, pointer: string): string[][] {
  const { path, method } = operations.find(({ id }) => id === one.operation)!;
  const written = valueAt(contract, `/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}`) as any;
  const walk = (node: any, at: string, names: string[]): string[][] => {
    const followed = typeof node.$ref === 'string' ? node.$ref.slice(1) : at;
    const schema = valueAt(contract, followed) as any;
    const inner = Object.entries<any>(schema.properties ?? {});
    const deeper = inner.flatMap(([name, child]) =>
      walk(child, `${followed}/properties/${name}`, [...names, name]),
    );
    return [...(followed === pointer ? [names] : []), ...deeper];
  };
  const { schema } = written.requestBody.content['application/json'];
  return walk(schema, '', []);
}

const valueIn = (body: any, names: string[]) => names.reduce((node, name) => node?.[name], body);

/** One keyword of a schema, and nothing else of it. */
function readKeyword(sent: Sent, schema: string, keyword: string): Reading {
  const rule = inlined(contract, schema);
  const beside = keyword === 'additionalProperties' ? { properties: rule.properties } : {};
  const validate = ajv.compile({ ...beside, [keyword]: rule[keyword] });
  const values = placesOf(sent, schema).map((names) => valueIn(sent.body, names));
  expect(values.length, schema).toBeGreaterThan(0);
  return is(values.every((value) => value === undefined || validate(value)));
}

const readers: [pointer: RegExp, read: (sent: Sent, match: RegExpExecArray) => Reading][] = [
  // Basic, and Base64 of both, joined by a colon; a merchant id cannot hold one.
  [
    /^\/components\/securitySchemes\/basicAuth$/,
    ({ header, context, one }) => {
      const owner = one.needs.owner === 'colonSecret' ? context.alternates.colonSecret! : credentials;
      const { merchantId, secretUnboundId } = owner;
      return is(header('authorization') === `Basic ${btoa(`${merchantId}:${secretUnboundId}`)}`);
    },
  ],
  [
    /^\/components\/securitySchemes\/requestSignature$/,
    ({ header, context }) => {
      const { external_id, order_id } = context.va;
      return is(header('x-req-signature') === hex(credentials.hashKey, external_id, order_id));
    },
  ],
  [
    /^\/components\/securitySchemes\/requestSignature\/x-known-parts\/lower-case hex$/,
    ({ header }) => is(/^[0-9a-f]*$/.test(header('x-req-signature') ?? '')),
  ],
  [
    /^\/components\/parameters\/SubMerchantId$/,
    ({ header, context }) => {
      const { external_id, order_id } = context.va;
      return is(header('x-req-signature') === hex('fake-sub-key', external_id, order_id));
    },
  ],
  [
    /^(\/components\/parameters\/\w+)$/,
    ({ header }, [, pointer]) => is(header((valueAt(contract, pointer!) as any).name) !== undefined),
  ],
  [
    /^(\/components\/parameters\/\w+)\/schema\/enum$/,
    ({ header }, [, pointer]) => {
      const { name, schema } = valueAt(contract, pointer!) as any;
      return is(schema.enum.includes(header(name)));
    },
  ],
  [
    /\/requestBody\/content$/,
    ({ header, body }) => is(body !== undefined && header('content-type') === 'application/json'),
  ],
  // That no virtual account has these ids: the three are not those of the one that there is.
  [
    /^\/components\/responses\/NotFoundFailure$|\/responses\/200$/,
    ({ one, body, context }) => {
      const { external_id, order_id, transaction_id } = context.va;
      const same = [body.external_id, body.order_id, body.transaction_id ?? transaction_id];
      const mine = ['foreign', 'subMerchant'].includes(one.needs.owner) ? false : context.exists;
      return is(mine && same.join() === [external_id, order_id, transaction_id].join());
    },
  ],
  // Unique per channel, and not unique: read of the two that a case creates.
  [
    /^\/components\/schemas\/(ExternalId|OrderId)$/,
    ({ one, body, context }, [, name]) => {
      const first = JSON.parse(Buffer.from(one.before!(context).body).toString()) as any;
      const sameId = first.external_id === body.external_id && first.payment_channel === body.payment_channel;
      return is(name === 'OrderId' || !sameId);
    },
  ],
  [
    /^(.*)\/x-known-parts\/letters-mean-ASCII$/,
    (sent, [, schema]) => {
      const values = placesOf(sent, schema!).map((names) => String(valueIn(sent.body, names)));
      return is(values.every((value) => !/(?![\x00-\x7F])[\p{L}\p{N}]/u.test(value)));
    },
  ],
  [/^(.*)\/(required)$/, (sent, [, schema]) => readKeyword(sent, schema!, 'required')],
  [/^(.*)\/(properties)$/, () => 'accepted'],
  [
    new RegExp(`^(.*)/(${Object.keys(keywords).join('|')})$`),
    (sent, [, schema, keyword]) => readKeyword(sent, schema!, keyword!),
  ],
  // A member that nothing but its type is said of.
  [/^(.*\/properties\/\w+)$/, (sent, [, schema]) => readKeyword(sent, schema!, 'type')],
];

const read = (one: ContractCase): Reading | undefined => {
  const { pointer } = one.statement;
  const sent = sentBy(one);
  for (const [pattern, reader] of readers) {
    const match = pattern.exec(pointer);
    if (match) return reader(sent, match);
  }
  return undefined;
};
const expected = ({ expect: wanted }: ContractCase): Reading =>
  wanted === 'accepted' || wanted.responseCode === '00' ? 'accepted' : 'refused';
const named = (one: ContractCase): string => `${one.operation} ${one.id}: ${one.statement.pointer}`;
const stated = cases.filter(({ kind }) => kind === 'stated');

describe('what is stated', () => {
  test('is what its statement alone says', () => {
    expect(stated.length).toBeGreaterThan(cases.length / 3);
    expect(stated.filter((one) => read(one) !== expected(one)).map(named)).toEqual([]);
  });

  test('is said of the plain right request too: its control keeps the same statement', () => {
    const controls = stated
      .filter(({ needs, group }) => !needs.with && !['outcome', 'subMerchant', 'create'].includes(group))
      .map((one): ContractCase => ({ ...one, build: one.control, expect: 'accepted' }));
    expect(controls.filter((one) => read(one) !== 'accepted').map(named)).toEqual([]);
  });

  test('is known as well as that statement, and no better', () => {
    const wrong = stated.filter(({ statement: { pointer, known } }) => known !== knownAt(contract, pointer));
    expect(wrong.map(named)).toEqual([]);
  });

  test('is nothing of which no document says anything', () => {
    expect(stated.filter(({ statement }) => isUnstated(contract, statement.pointer)).map(named)).toEqual([]);
  });

  test('a case that names another statement than the one that it breaks is noticed', () => {
    const one = stated.find(({ id }) => id === 'body.order_id.tooLong')!;
    for (const pointer of [
      '/components/schemas/OrderId/pattern',
      '/components/schemas/CancelRequest/required',
    ]) {
      expect(read({ ...one, statement: { pointer, known: 'docs' } })).not.toBe(expected(one));
    }
  });
});

describe('what is not stated', () => {
  const others = cases.filter(({ kind }) => kind !== 'stated');

  test('is known as nothing but a guess', () => {
    expect(others.filter(({ statement }) => statement.known !== 'guess').map(named)).toEqual([]);
  });

  test('has a question, or a topic of which no document says anything, and every topic is used', () => {
    const lacking = others.filter(({ kind, question, topic }) => (kind === 'open' ? !question : !topic));
    expect(lacking.map(named)).toEqual([]);
    expect(new Set(others.flatMap(({ topic }) => topic ?? []))).toEqual(new Set(Object.keys(topics)));
  });

  test('is no limit that a page or a document gives', () => {
    const limits = others.filter(({ statement: { pointer } }) =>
      /\/(required|type|enum|minimum|maximum|maxLength)$/.test(pointer),
    );
    const known = limits.filter(
      ({ statement: { pointer }, topic }) =>
        topic !== 'channels' &&
        topic !== 'characters' &&
        topic !== 'numbers' &&
        knownAt(contract, pointer) !== 'guess',
    );
    expect(known.map(named)).toEqual([]);
  });
});
