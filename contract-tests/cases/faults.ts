/**
 * The fault table: what can be wrong with a request that no schema says. A row has the change that makes a right
 * request faulty, the check of the sandbox that alone refuses it, the answer, and the statement that says so. Cases are
 * made of its rows, the mutants that take or refuse one row otherwise, and the sandbox's own tests.
 */
import { createHash, createHmac } from 'node:crypto';
import { join } from '../../spec/contract.ts';
import { expectationOf } from './operation.ts';
import type { CaseParts, TestedOperation } from './operation.ts';
import { basicToken, rightRequest, sign, withHeader, withText, withWrongHeader } from './request.ts';
import type { CaseContext, ContractCase, RawRequest } from './types.ts';

/** One row; the id's first part is its group unless it has another. */
interface Fault extends Omit<CaseParts, 'expect' | 'statement'> {
  group: string;
  /** The response code of the refusal, or `accepted`. */
  answer: string;
  /** JSON pointer of the statement. */
  statement: string;
}

type Change = (request: RawRequest, context: CaseContext) => RawRequest;
type Rest = Partial<Omit<Fault, 'id' | 'group' | 'answer' | 'statement' | 'change'>>;
/** What a header holds instead, undefined for none; and whatever else the row says. */
type HeaderRow = [value: (context: CaseContext) => string | undefined, rest?: Rest];

/** Cases about everything of a request that no schema describes. Throws an Error if the contract lacks a statement. */
export function faultCases(op: TestedOperation): ContractCase[] {
  const rows = [
    ...authorization(op),
    ...subMerchant(op),
    ...signature(op),
    ...fixedHeaders(op),
    ...contentType(op),
    ...shape(op),
    ...encoding(op),
  ];
  return rows.map(({ group, answer, statement, ...rest }) =>
    op.make(group, { ...rest, expect: expectationOf(op, answer), statement: op.statement(statement) }),
  );
}

const same = (text: string): string => text;
const otherEnd = (text: string): string => text.slice(0, -1) + (text.endsWith('x') ? 'y' : 'x');
const swapCase = (text: string): string =>
  text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const token = ({ credentials: { merchantId, secretUnboundId } }: CaseContext): string =>
  basicToken(merchantId, secretUnboundId);
const basic =
  (merchant: (id: string) => string, secret: (secret: string) => string) =>
  ({ credentials: { merchantId, secretUnboundId } }: CaseContext): string =>
    `Basic ${basicToken(merchant(merchantId), secret(secretUnboundId))}`;

const noMerchant: Rest = { check: 'merchant' };
const noSecret: Rest = { check: 'secret' };
const noScheme: Rest = { check: 'authorizationScheme' };
// The right credentials, but not as Base64 has them: no document says how strictly it is read.
const loose: Rest = { topic: 'base64', check: 'authorizationEncoding' };

const authorizations: Record<string, HeaderRow> = {
  none: [() => undefined, { check: 'authorizationPresent' }],
  empty: [() => ''],
  'scheme.bearer': [(context) => `Bearer ${token(context)}`, noScheme],
  'scheme.digest': [(context) => `Digest ${token(context)}`, noScheme],
  'scheme.none': [token],
  'scheme.prefixed': [(context) => `XBasic ${token(context)}`, noScheme],
  'scheme.only': [() => 'Basic'],
  'merchant.wrong': [basic(() => 'FAKE-NOBODY', same), noMerchant],
  'merchant.longer': [basic((id) => `${id}0`, same), noMerchant],
  'merchant.empty': [basic(() => '', same), noMerchant],
  'secret.wrong': [basic(same, () => 'fake-wrong-secret'), noSecret],
  'merchant.colon': [basic((id) => `${id}:x`, same), noSecret],
  'secret.lastCharacter': [basic(same, otherEnd), noSecret],
  'secret.longer': [basic(same, (secret) => `${secret}0`), noSecret],
  'secret.shorter': [basic(same, (secret) => secret.slice(0, -1)), noSecret],
  'secret.letterCase': [basic(same, swapCase), noSecret],
  'secret.empty': [basic(same, () => ''), noSecret],
  swapped: [
    ({ credentials: { merchantId, secretUnboundId } }) => `Basic ${basicToken(secretUnboundId, merchantId)}`,
  ],
  noColon: [({ credentials: { merchantId } }) => `Basic ${base64(merchantId)}`],
  'base64.none': [
    ({ credentials: { merchantId, secretUnboundId } }) =>
      // Invented, lest a secret that is not Base64 goes on the wire in the clear.
      `Basic ${merchantId}:${'x'.repeat(secretUnboundId.length)}`,
  ],
  'base64.letterCase': [(context) => `Basic ${swapCase(token(context))}`],
  'base64.padding': [
    (context) =>
      `Basic ${token(context).endsWith('=') ? token(context).replace(/=+$/, '') : `${token(context)}=`}`,
    loose,
  ],
  'base64.invalidCharacter': [(context) => `Basic !${token(context)}`, loose],
  'base64.blankWithin': [
    (context) => `Basic ${token(context).slice(0, 4)} ${token(context).slice(4)}`,
    loose,
  ],
};

function headerRows(
  {
    group,
    prefix = group,
    header,
    answer,
    statement,
  }: Pick<Fault, 'group' | 'answer' | 'statement'> & {
    prefix?: string;
    header: string;
  },
  rows: Record<string, HeaderRow>,
): Fault[] {
  return Object.entries(rows).map(([id, [value, rest]]) => ({
    group,
    answer,
    statement,
    id: `${prefix}.${id}`,
    change: (request, context) => withWrongHeader(request, header, value(context)),
    ...rest,
  }));
}

/** Who asks: no Authorization, every kind of wrong one, other secrets. */
function authorization({ shape }: TestedOperation): Fault[] {
  const common = { group: 'authorization', statement: '/components/securitySchemes/basicAuth' };
  const rows = headerRows({ ...common, header: 'authorization', answer: '04' }, authorizations);
  const letterCase: HeaderRow = [(context) => `basic ${token(context)}`, { topic: 'scheme' }];
  return [
    ...rows,
    ...headerRows(
      { ...common, header: 'authorization', answer: 'accepted' },
      { 'scheme.letterCase': letterCase },
    ),
    {
      ...common,
      id: 'authorization.secret.colon',
      answer: 'accepted',
      needs: { state: 'active', owner: 'colonSecret' },
      inapplicable: ({ alternates }) =>
        alternates.colonSecret ? undefined : 'no merchant is known here whose secret holds a colon',
      build: (context) => rightRequest(shape, context, { credentials: context.alternates.colonSecret! }),
    },
  ];
}

/** For whom: a sub-merchant, signed for by its own hash key or by another, and one that nobody knows. */
function subMerchant({ shape }: TestedOperation): Fault[] {
  const common = { group: 'subMerchant', statement: '/components/parameters/SubMerchantId' };
  const inapplicable: Fault['inapplicable'] = ({ alternates }) =>
    alternates.subMerchant ? undefined : 'no sub-merchant is known here';
  const signed = (id: string, answer: string, hashKey: (context: CaseContext) => string): Fault => ({
    ...common,
    id: `subMerchant.${id}`,
    answer,
    inapplicable,
    needs: { state: 'active', owner: 'subMerchant' },
    build: (context) => {
      const credentials = { ...context.alternates.subMerchant!, hashKey: hashKey(context) };
      return rightRequest(shape, context, { credentials });
    },
  });
  const named = (id: string, name: string): Fault => ({
    ...common,
    id: `subMerchant.${id}`,
    answer: '04',
    check: 'subMerchant',
    topic: 'subMerchant',
    change: (request) => withHeader(request, 'sub-merchant-id', name),
  });
  return [
    signed('right', 'accepted', ({ alternates }) => alternates.subMerchant!.hashKey),
    signed('signedByMerchant', '99', ({ credentials }) => credentials.hashKey),
    named('unknown', 'FAKE-NOBODY'),
    named('empty', ''),
  ];
}

interface Parts {
  key: string;
  external: string;
  order: string;
  right: string;
  other: CaseContext['other'];
  context: CaseContext;
}
const signing =
  (value: (parts: Parts) => string | undefined) =>
  (context: CaseContext): string | undefined => {
    const { va, credentials, other } = context;
    const [key, external, order] = [credentials.hashKey, va.external_id, va.order_id];
    return value({ key, external, order, right: sign(key, external, order), other, context });
  };
const flip = (digit: string): string => (digit === '0' ? '1' : '0');
const hash = (algorithm: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHash(algorithm).update(text).digest(encoding);

const signed: Rest = { check: 'signatureValue' };
const keyed: Rest = { check: 'signatureHashKey' };
const another: Rest = { needsOther: true };

/** Also the formulas that were met in the source of existing clients (gateway.md): an HMAC, the wrong fields. */
const signatures: Record<string, [value: (parts: Parts) => string | undefined, rest?: Rest]> = {
  none: [() => undefined, { check: 'signaturePresent' }],
  madeUp: [() => 'f'.repeat(64), signed],
  empty: [() => '', signed],
  firstDigit: [({ right }) => flip(right[0]!) + right.slice(1), signed],
  lastDigit: [({ right }) => right.slice(0, -1) + flip(right.at(-1)!), signed],
  middleDigit: [({ right }) => right.slice(0, 32) + flip(right[32]!) + right.slice(33), signed],
  truncated: [({ right }) => right.slice(0, -1), signed],
  half: [({ right }) => right.slice(0, 32), signed],
  longer: [({ right }) => `${right}0`, signed],
  twice: [({ right }) => `${right}, ${right}`, signed],
  prefixed: [({ right }) => `0x${right}`, signed],
  'externalId.none': [({ key, order }) => sign(key, order), { check: 'signatureCoversExternalId' }],
  'externalId.other': [
    ({ key, order, other }) => sign(key, other.external_id, order),
    { ...another, check: 'signatureCoversExternalId' },
  ],
  'orderId.none': [({ key, external }) => sign(key, external), { check: 'signatureCoversOrderId' }],
  'orderId.other': [
    ({ key, external, other }) => sign(key, external, other.order_id),
    { ...another, check: 'signatureCoversOrderId' },
  ],
  'ids.other': [({ key, other }) => sign(key, other.external_id, other.order_id), { ...another, ...signed }],
  'ids.swapped': [({ key, external, order }) => sign(key, order, external), signed],
  'ids.transactionId': [({ key, context }) => sign(key, context.va.transaction_id), signed],
  'ids.none': [({ key }) => sign(key), signed],
  'key.none': [({ external, order }) => sign(external, order), keyed],
  'key.last': [({ key, external, order }) => sign(external, order, key), signed],
  'key.wrong': [({ external, order }) => sign('fake-wrong-hash-key', external, order), signed],
  'key.secret': [
    ({ external, order, context }) => sign(context.credentials.secretUnboundId, external, order),
    signed,
  ],
  'ids.three': [
    ({ key, external, order, context }) => sign(key, external, order, context.va.transaction_id),
    signed,
  ],
  separator: [({ key, external, order }) => sign(key, ':', external, ':', order), signed],
  'separator.dash': [({ key, external, order }) => sign(key, '-', external, '-', order), signed],
  'separator.bar': [({ key, external, order }) => sign(key, '|', external, '|', order), signed],
  hmac: [
    ({ key, external, order }) =>
      createHmac('sha256', key)
        .update(external + order)
        .digest('hex'),
    signed,
  ],
  md5: [({ key, external, order }) => hash('md5', key + external + order, 'hex'), signed],
  sha1: [({ key, external, order }) => hash('sha1', key + external + order, 'hex'), signed],
  sha512: [({ key, external, order }) => hash('sha512', key + external + order, 'hex'), signed],
  base64: [({ key, external, order }) => hash('sha256', key + external + order, 'base64'), signed],
  upperCase: [({ right }) => right.toUpperCase(), { kind: 'open', question: 9, check: 'signatureLowerCase' }],
};

/** x-req-signature: none, every kind of wrong one, and upper-case hex, an open question. */
function signature({ creates }: TestedOperation): Fault[] {
  const at = '/components/securitySchemes/requestSignature';
  const rows = Object.entries(signatures).map(([id, [value, rest]]): [string, HeaderRow] => [
    id,
    [signing(value), rest],
  ]);
  const faults = headerRows(
    { group: 'signature', header: 'x-req-signature', answer: '99', statement: at },
    // A creation has no transaction_id yet.
    Object.fromEntries(rows.filter(([id]) => !(creates && ['ids.transactionId', 'ids.three'].includes(id)))),
  );
  // The formula is documented; that its hash is written in hex was read in the SDKs.
  const hex = join(at, 'x-known-parts', 'lower-case hex');
  return faults.map(({ check, ...one }) => ({
    ...one,
    ...(one.id === 'signature.base64' && { statement: hex }),
    // Ids that are yet to be created belong to nobody whose signature a check that is off would take.
    ...(check && !(creates && one.needsOther) && { check }),
  }));
}

/** Every header parameter that must have one of some values: x-version. */
function fixedHeaders({ fixed }: TestedOperation): Fault[] {
  return fixed.flatMap(({ name, pointer, values }) => {
    const [first = ''] = values;
    const wrong = {
      missing: undefined,
      empty: '',
      wrong: 'v2',
      next: 'v4',
      longer: `${first}0`,
      number: first.replace(/\D/g, ''),
      letterCase: swapCase(first),
    };
    const row = (kind: string, value: string | undefined, answer: string): Fault => ({
      id: `header.${name}.${kind}`,
      group: 'header',
      answer,
      statement: kind === 'missing' ? pointer : join(pointer, 'schema', 'enum'),
      change: (request) => withHeader(request, name, value),
      ...(name === 'x-version' && answer !== 'accepted' && { check: 'version' }),
    });
    return [
      ...Object.entries(wrong).map(([kind, value]) => row(kind, value, '01')),
      ...values.map((value) => row(`value.${value}`, value, 'accepted')),
    ];
  });
}

/** The Content-Type of a request: missing, another, and the right one spelt otherwise. */
function contentType({ operation }: TestedOperation): Fault[] {
  const row = (kind: string, value: string | undefined, answer: string, rest: Rest): Fault => ({
    id: `contentType.${kind}`,
    group: 'contentType',
    answer,
    statement: join(operation.pointer, 'requestBody', 'content'),
    change: (request) => withHeader(request, 'content-type', value),
    ...rest,
  });
  const wrong = {
    plain: 'text/plain',
    missing: undefined,
    empty: '',
    form: 'application/x-www-form-urlencoded',
    textJson: 'text/json',
    json5: 'application/json5',
    suffix: 'application/vnd.fake+json',
    bare: 'json',
  };
  const right = {
    charset: 'application/json; charset=utf-8',
    charsetTight: 'application/json;charset=UTF-8',
    quotedCharset: 'application/json; charset="utf-8"',
    upperCase: 'Application/JSON',
  };
  return [
    ...Object.entries(wrong).map(([kind, value]) => row(kind, value, '01', { check: 'contentType' })),
    ...Object.entries(right).map(([kind, value]) => row(kind, value, 'accepted', { topic: 'mediaType' })),
  ];
}

const parse = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;
const text =
  (change: (json: string) => string): Change =>
  (request) =>
    withText(request, change);

/** The same JSON with every letter and digit within its strings written as an escape. */
function escapeAll(json: string): string {
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Only within strings: numbers, true and false have no escapes.
  return json.replace(/"[^"\\]*"/g, (inner) => inner.replace(/[A-Za-z0-9]/g, escape));
}

// There are no ids to be signed: whoever looks at the signature first may say that it is wrong.
const unsigned: Rest = { orCodes: ['99'] };

// Go's decoder stops after the first value, and so does Jackson; others read commas, quotes and comments of JavaScript.
const lenient: Rest = { topic: 'lenientJson' };

const notAnObject: Record<string, [change: Change, rest?: Rest]> = {
  'notJson.bare': [text(() => '{bad')],
  'notJson.truncated': [text((json) => json.slice(0, -1))],
  'notJson.trailingComma': [text((json) => json.replace(/\}$/, ',}')), { ...lenient, check: 'json' }],
  'notJson.singleQuotes': [text((json) => json.replaceAll('"', "'")), lenient],
  'notJson.comment': [text((json) => `${json}// comment`), lenient],
  'notJson.twice': [text((json) => json + json), lenient],
  'notJson.form': [text((json) => new URLSearchParams(parse(json) as Record<string, string>).toString())],
  'notJson.empty': [text(() => '')],
  'notJson.blank': [text(() => ' ')],
  'notObject.array': [text((json) => `[${json}]`)],
  'notObject.emptyArray': [text(() => '[]')],
  'notObject.string': [text((json) => JSON.stringify(json))],
  'notObject.number': [text(() => '1')],
  'notObject.true': [text(() => 'true')],
  'notObject.null': [text(() => 'null')],
  'notObject.emptyObject': [text(() => '{}')],
};

const sameValue: Record<string, [change: Change, rest?: Rest]> = {
  reordered: [text((json) => JSON.stringify(Object.fromEntries(Object.entries(parse(json)).reverse())))],
  indented: [text((json) => `\r\n\t ${JSON.stringify(parse(json), null, 2)}\n`), { topic: 'whitespace' }],
  escaped: [text(escapeAll)],
};

/** The body as a whole: not JSON, no object, members twice, and what is the same JSON. */
function shape({ operation, body, members }: TestedOperation): Fault[] {
  const statement = join(operation.pointer, 'requestBody', 'content');
  const statements: Record<string, string> = {
    notJson: statement,
    notObject: join(body.pointer, 'type'),
    noMember: join(body.pointer, 'required'),
  };
  const first = members[0]!.name;
  const doubled = (name: string, value: (json: string) => unknown): Change =>
    text((json) => json.replace('{', `{${name}:${JSON.stringify(value(json))},`));
  const quoted = JSON.stringify(first);
  const twice: Record<string, Change> = {
    other: doubled(quoted, () => 'other'),
    same: doubled(quoted, (json) => parse(json)[first]),
    escaped: doubled(escapeAll(quoted), () => 'other'),
  };
  const common = { group: 'shape', statement };
  return [
    ...Object.entries(notAnObject).map(([kind, [change, rest]]): Fault => ({
      ...common,
      ...unsigned,
      statement: statements[kind === 'notObject.emptyObject' ? 'noMember' : kind.split('.')[0]!]!,
      id: `body.${kind}`,
      answer: '01',
      change,
      ...rest,
    })),
    ...Object.entries(sameValue).map(([kind, [change, rest]]): Fault => ({
      ...common,
      id: `body.same.${kind}`,
      answer: 'accepted',
      change,
      ...rest,
    })),
    ...Object.entries(twice).map(([kind, change]): Fault => ({
      ...common,
      ...unsigned,
      id: `body.duplicateMember.${kind}`,
      answer: '01',
      topic: 'duplicateMembers',
      check: 'duplicateMembers',
      change,
    })),
  ];
}

/** JSON is UTF-8 without a byte order mark (RFC 8259 section 8.1); a reader may overlook a mark. */
function encoding({ operation }: TestedOperation): Fault[] {
  const statement = join(operation.pointer, 'requestBody', 'content');
  const row = (kind: string, change: Change, rest: Rest): Fault => ({
    id: `body.encoding.${kind}`,
    group: 'shape',
    answer: '01',
    statement,
    change,
    ...rest,
  });
  const decoded = (body: Uint8Array): string => Buffer.from(body).toString('utf8');
  return [
    row(
      'notUtf8',
      (request) => ({
        ...request,
        body: Buffer.from(decoded(request.body).replaceAll('\uFFFD', '\u00FF'), 'latin1'),
      }),
      // Whoever reads it with replacement characters finds the name that the virtual account really has.
      { topic: 'encoding', check: 'utf8', needs: { with: { payment_channel: 'BCA-\uFFFD' } } },
    ),
    row('utf16', (request) => ({ ...request, body: Buffer.from(decoded(request.body), 'utf16le') }), {
      topic: 'encoding',
    }),
    row(
      'byteOrderMark',
      text((json) => `\uFEFF${json}`),
      { topic: 'byteOrderMark' },
    ),
  ];
}
