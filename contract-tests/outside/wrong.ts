/**
 * What may be wrong with a gateway, one thing at a time, each in one of the ordinary ones, and what the staging run must
 * say: the statement or the cause within the first three lines of the terminal, and no other known statement beside it.
 */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { createHmac } from 'node:crypto';
import { sign } from '../cases/request.ts';
import type { RawAnswer, RawRequest } from '../cases/types.ts';
import { assumptions, lies, refusedWith2xx } from '../staging/evidence.ts';
import type { GatewayFront, GatewayFile, Setup } from './start.ts';

/** How a gateway may answer a path that it does not have, or a merchant who may not use it. */
const notCreating: readonly [how: string, status: number, type: string, body: string][] = [
  ['a page', 404, 'text/html', '<!DOCTYPE html><pre>Cannot POST /va</pre>'],
  [
    'JSON of its own',
    404,
    'application/json',
    '{"message":"Route POST:/va not found","error":"Not Found","statusCode":404}',
  ],
  ['an empty 405', 405, 'text/plain', ''],
  ['403 with 04', 403, 'application/json', '{"response_code":"04","response_message":"Not allowed"}'],
];

/** One thing wrong, and what must be said of it. */
export interface WrongGateway {
  name: string;
  /** Which; what has none takes turns. */
  gateway?: GatewayFile;
  setup?: Setup;
  front?: () => GatewayFront;
  /** The cases that are run beside the plain right requests. */
  only: RegExp;
  /** Whether virtual accounts may be created. */
  create?: boolean;
  /** How many active ones are given: 12 if absent, and with 0 none at all. */
  active?: number;
  exit: number;
  /** What the first three lines hold; the worst of `refuted` if absent. */
  first?: string;
  /** All that is refuted, no more and no less. */
  refuted: string[];
  /** What the report says somewhere. */
  report?: string;
  /** Whether more than `refuted` may be: too much is wrong to foresee it all. */
  anything?: boolean;
}

type Body = Record<string, unknown>;

const parse = ({ body }: { body: Uint8Array }): Body =>
  JSON.parse(Buffer.from(body).toString('utf8')) as Body;
const path = (name: string) => `/paths/~1va~1${name}/post`;
const schema = (name: string) => `/components/schemas/${name}`;

/** Answers of that path with that status, their body changed. */
const body =
  (on: string, status: number, change: (answered: Body) => unknown): (() => GatewayFront) =>
  () => ({
    answer: (answer, request) => {
      if (request.path !== on || answer.status !== status) return answer;
      const made = change(parse(answer));
      return { ...answer, body: Buffer.from(typeof made === 'string' ? made : JSON.stringify(made)) };
    },
  });
const canceled = (change: (answered: Body) => unknown): (() => GatewayFront) =>
  body('/va/cancel', 200, change);
const refusals =
  (change: (answer: RawAnswer) => RawAnswer): (() => GatewayFront) =>
  () => ({ answer: (answer) => (answer.status >= 400 ? change(answer) : answer) });
const headers =
  (value: string): (() => GatewayFront) =>
  () => ({
    answer: (answer, request) =>
      request.path === '/va/cancel' && answer.status === 200 ? withType(answer, value) : answer,
  });
const withType = (answer: RawAnswer, value: string): RawAnswer => ({
  ...answer,
  headers: [...answer.headers.filter(([name]) => !/^content-type$/i.test(name)), ['content-type', value]],
});
const header = (request: RawRequest, name: string): string | undefined =>
  request.headers.find(([other]) => other === name)?.[1];
const withHeader = (request: RawRequest, name: string, value: string): RawRequest => ({
  ...request,
  headers: [...request.headers.filter(([other]) => other !== name), [name, value]],
});
const right = (request: RawRequest): RawRequest => ({ ...request, headers: request.headers });
const answered = (
  status: number,
  type: string,
  text: string,
  more: RawAnswer['headers'] = [],
): RawAnswer => ({
  status,
  headers: [['content-type', type], ...more],
  body: Buffer.from(text),
});
const html = '<!DOCTYPE html><html><head><title>Access denied</title></head><body>Ref 18.2f</body></html>';
const invalid = answered(400, 'application/json', '{"response_code":"01","response_message":"no"}');
const unauthorized = answered(401, 'application/json', '{"response_code":"04","response_message":"no"}');
const withBody = (request: RawRequest, made: Body): RawRequest => ({
  ...request,
  body: Buffer.from(JSON.stringify(made)),
});
/** Refuses every JSON request but those; and what a gateway makes of one that it takes. */
const wanting =
  (
    is: (sent: { request: RawRequest; body: Body }) => boolean,
    request: (request: RawRequest) => RawRequest,
  ): (() => GatewayFront) =>
  () => {
    const wants = (one: RawRequest): boolean => {
      try {
        return is({ request: one, body: parse(one) });
      } catch {
        return false;
      }
    };
    return {
      instead: (one) => (wants(one) ? undefined : invalid),
      request: (one) => {
        try {
          return request(one);
        } catch {
          return one;
        }
      },
    };
  };
const isCancel = ({ path: at }: RawRequest): boolean => at === '/va/cancel';

const required = ['ParameterFailure', 'CredentialFailure', 'NotFoundFailure'];

/** One of each kind of mutant, in an answer. */
const inAnswers: WrongGateway[] = [
  {
    name: 'answer type: payment_channel is a number',
    front: canceled((was) => ({ ...was, payment_channel: 17 })),
    only: /outcome/,
    exit: 1,
    refuted: [schema('PaymentChannel/type')],
  },
  {
    name: 'answer required: order_id is absent',
    front: canceled(({ order_id: _, ...was }) => was),
    only: /outcome/,
    exit: 1,
    refuted: [schema('CancelSuccess/required')],
  },
  {
    name: 'answer additionalProperties: a member more',
    front: canceled((was) => ({ ...was, fee: 0 })),
    only: /outcome/,
    exit: 0,
    first: 'not judged: /fee with 200',
    refuted: [],
  },
  {
    name: 'answer minLength: a created va_number is empty',
    front: body('/va', 200, (was) => ({ ...was, payment_details: { va_number: '', amount: 1 } })),
    only: /outcome/,
    create: true,
    exit: 3,
    refuted: [schema('CreatedPaymentDetails/properties/va_number')],
  },
  {
    name: 'answer minimum: a created amount is negative',
    front: body('/va', 200, (was) => ({ ...was, payment_details: { va_number: '1', amount: -1 } })),
    only: /outcome/,
    create: true,
    exit: 3,
    refuted: [schema('CreatedPaymentDetails/properties/amount')],
  },
  {
    name: 'answer enum: CANCELLED',
    front: canceled((was) => ({ ...was, transaction_status: 'CANCELLED' })),
    only: /outcome/,
    exit: 1,
    refuted: [schema('CancelSuccess/properties/transaction_status/enum')],
  },
  {
    name: 'answer maxLength: a payment_channel of 51 characters',
    front: canceled((was) => ({ ...was, payment_channel: 'B'.repeat(51) })),
    only: /outcome/,
    exit: 1,
    refuted: [schema('PaymentChannel/maxLength')],
  },
  {
    name: 'answer pattern and echoed name: a payment_channel with a blank in front',
    front: canceled((was) => ({ ...was, payment_channel: ` ${String(was['payment_channel'])}` })),
    only: /outcome/,
    exit: 1,
    refuted: [schema('PaymentChannel')],
  },
  {
    name: 'answer echoed id: another order_id',
    front: canceled((was) => ({ ...was, order_id: 'fake-other' })),
    only: /outcome/,
    exit: 1,
    refuted: [schema('EchoedId')],
  },
  {
    name: 'answer status: 201 for a success',
    front: () => ({
      answer: (answer, request) =>
        isCancel(request) && answer.status === 200 ? { ...answer, status: 201 } : answer,
    }),
    only: /outcome/,
    exit: 1,
    refuted: [`${path('cancel')}/responses/200 00`],
  },
  {
    name: 'answer status: 200 for 01',
    front: () => ({ answer: (answer) => (answer.status === 400 ? { ...answer, status: 200 } : answer) }),
    only: /header/,
    exit: 1,
    refuted: [refusedWith2xx],
  },
  {
    name: 'answer response code: 05 for 01',
    front: body('/va/cancel', 400, (was) => ({ ...was, response_code: '05' })),
    only: /header/,
    exit: 1,
    refuted: [schema('ParameterFailure/properties/response_code/enum'), assumptions.trigger],
  },
  {
    name: 'answer to what does not exist: a success without anything in it',
    gateway: 'express.js',
    front: () => ({
      answer: (answer) =>
        answer.status === 404 ? answered(200, 'application/json', '{"response_code":"00"}') : answer,
    }),
    only: /outcome|channel/,
    exit: 1,
    refuted: [schema('ResponseCode/enum 02')],
  },
  {
    name: 'answer response code: 00 in each refusal',
    front: refusals((answer) => ({
      ...answer,
      body: Buffer.from('{"response_code":"00","response_message":"no"}'),
    })),
    only: /authorization|header|open/,
    exit: 1,
    refuted: [schema('ResponseCode/enum 00')],
  },
  {
    name: 'answer media type: text/plain',
    front: headers('text/plain'),
    only: /outcome/,
    exit: 1,
    refuted: [`${path('cancel')}/responses/200/content`],
  },
  {
    name: 'answer charset: iso-8859-1',
    front: headers('application/json; charset=iso-8859-1'),
    only: /outcome/,
    exit: 1,
    refuted: [`${path('cancel')}/responses/200/content`],
  },
  {
    name: 'answer shape: refusals wrapped in error',
    front: refusals((answer) => ({ ...answer, body: Buffer.from(JSON.stringify({ error: parse(answer) })) })),
    only: /authorization|header|outcome/,
    exit: 1,
    first: 'CredentialFailure/required',
    refuted: required.map((name) => schema(`${name}/required`)),
  },
  {
    name: 'answer type: response codes as numbers',
    front: refusals((answer) => ({
      ...answer,
      body: Buffer.from(
        JSON.stringify({ ...parse(answer), response_code: Number(parse(answer)['response_code']) }),
      ),
    })),
    only: /authorization|header|outcome/,
    exit: 1,
    first: 'CredentialFailure.response_code/type',
    refuted: required.map((name) => schema(`${name}/properties/response_code/type`)),
  },
  {
    name: 'answer shape: refusals in HTML',
    front: refusals((answer) => ({ ...withType(answer, 'text/html'), body: Buffer.from(html) })),
    only: /authorization|header|outcome/,
    exit: 3,
    first: '/components/responses/',
    refuted: required.map((name) => `/components/responses/${name}`),
  },
];

/** One of each kind of mutant, in what is taken. */
const inRequests: WrongGateway[] = [
  {
    name: 'request required relaxed: payment_channel may be absent',
    gateway: 'express.js',
    setup: { rules: { payment_channel: { optional: true } } },
    only: /missing/,
    exit: 1,
    refuted: [schema('CancelRequest/required'), schema('InquiryRequest/required')],
  },
  {
    name: 'request additionalProperties tightened: members more are refused',
    gateway: 'gateway.py',
    only: /extraMember/,
    exit: 0,
    refuted: [],
    first: 'nothing refuted',
  },
  {
    name: 'request properties tightened: no external_id is taken',
    setup: { rules: { external_id: { pattern: '^$' } } },
    gateway: 'express.js',
    only: /body/,
    exit: 4,
    first: 'the plain right request is refused (400 with 01)',
    refuted: [schema('ExternalId/minLength')],
  },
  {
    name: 'request properties tightened: no payment_channel is taken',
    front: wanting(
      ({ body: sent }) => !('payment_channel' in sent),
      (request) => withBody(request, { ...parse(request), payment_channel: 'BCA' }),
    ),
    only: /body/,
    exit: 1,
    refuted: [schema('InquiryRequest/required')],
  },
  {
    name: 'request type tightened: payment_channel must be a number',
    front: wanting(
      ({ body: sent }) => typeof sent['payment_channel'] === 'number',
      (request) => withBody(request, { ...parse(request), payment_channel: 'BCA' }),
    ),
    only: /body/,
    exit: 1,
    refuted: [schema('PaymentChannel/type')],
  },
  {
    name: 'request enum tightened: payment_method in lower case',
    front: wanting(
      ({ body: sent }) => sent['payment_method'] === 'bank_transfer',
      (request) => withBody(request, { ...parse(request), payment_method: 'BANK_TRANSFER' }),
    ),
    only: /body/,
    exit: 1,
    refuted: [schema('PaymentMethod/enum')],
  },
  {
    name: 'request required tightened: a member more, which its refusal names',
    front: () => ({
      instead: () =>
        answered(400, 'application/json', '{"response_code":"01","response_message":"amount is required"}'),
    }),
    only: /body/,
    exit: 4,
    first: 'it names amount',
    refuted: [],
  },
  {
    name: 'request header enum tightened: x-version v4',
    front: wanting(
      ({ request }) => header(request, 'x-version') === 'v4',
      (request) => withHeader(request, 'x-version', 'v3'),
    ),
    only: /header/,
    exit: 1,
    refuted: ['/components/parameters/Version/schema/enum'],
  },
  {
    name: 'request media type tightened: a charset is needed',
    front: wanting(
      ({ request }) => /charset/.test(header(request, 'content-type') ?? ''),
      (request) => withHeader(request, 'content-type', 'application/json'),
    ),
    only: /contentType/,
    exit: 1,
    refuted: [`${path('inquiry')}/requestBody/content`],
  },
  {
    name: 'request media type tightened: no parameter is taken',
    front: wanting(({ request }) => !(header(request, 'content-type') ?? '').includes(';'), right),
    only: /contentType/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
    report: 'contentType.charset (otherwise: 400 with 01)',
  },
  {
    name: 'request header maxLength tightened: a sub-merchant-id of 8 characters or less',
    front: wanting(({ request }) => (header(request, 'sub-merchant-id') ?? '').length < 9, right),
    only: /subMerchant/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
    report: 'subMerchant.unknown (otherwise: 400 with 01)',
  },
  {
    name: 'request credentials tightened: a sub-merchant is needed',
    front: () => ({
      instead: (request) => (header(request, 'sub-merchant-id') === undefined ? unauthorized : undefined),
    }),
    only: /authorization/,
    exit: 2,
    first: 'refuses these credentials: 401 with 04',
    refuted: [],
  },
  {
    name: 'request credentials tightened: a secret with a colon is refused',
    front: () => ({
      instead: (request) => {
        const [, token = ''] = /^Basic (.*)$/.exec(header(request, 'authorization') ?? '') ?? [];
        return Buffer.from(token, 'base64').toString().split(':').length > 2 ? unauthorized : undefined;
      },
    }),
    only: /authorization/,
    exit: 2,
    first: 'the secret has a colon',
    refuted: [],
  },
  {
    name: 'request minimum tightened: no amount of 0 is taken',
    gateway: 'fastify.js',
    setup: { rules: { 'payment_details.amount': { minimum: 1 } } },
    create: true,
    only: /amount/,
    exit: 3,
    refuted: [schema('PaymentDetails/properties/amount/minimum')],
  },
  {
    name: 'request maximum tightened: no amount of 13 nines is taken',
    gateway: 'fastify.js',
    setup: { rules: { 'payment_details.amount': { maximum: 9999999999998 } } },
    create: true,
    only: /amount/,
    exit: 1,
    refuted: [schema('PaymentDetails/properties/amount/maximum')],
  },
  {
    name: 'request type relaxed: payment_channel may be anything',
    gateway: 'express.js',
    setup: { rules: { payment_channel: { type: 'any' } } },
    only: /payment_channel/,
    exit: 1,
    refuted: [schema('PaymentChannel/type')],
  },
  {
    name: 'request minLength relaxed: payment_channel may be empty',
    gateway: 'fastify.js',
    setup: { rules: { payment_channel: { minLength: 0, pattern: '' } } },
    only: /payment_channel.blank/,
    exit: 3,
    refuted: [schema('PaymentChannel/minLength')],
  },
  {
    name: 'request minLength tightened: external_id has two characters or more',
    gateway: 'fastify.js',
    setup: { rules: { external_id: { minLength: 2 } } },
    only: /external_id/,
    exit: 3,
    refuted: [schema('ExternalId/minLength')],
  },
  {
    name: 'request maxLength relaxed: payment_channel may be long',
    gateway: 'fastify.js',
    setup: { rules: { payment_channel: { maxLength: 5000 } } },
    only: /payment_channel/,
    exit: 1,
    refuted: [schema('PaymentChannel/maxLength')],
  },
  {
    name: 'request maxLength tightened: external_id has 63 characters or less',
    gateway: 'express.js',
    setup: { rules: { external_id: { max: 63 } } },
    only: /external_id/,
    exit: 1,
    refuted: [schema('ExternalId/maxLength')],
  },
  {
    name: 'request maxLength tightened: external_id has 32 characters or less',
    gateway: 'express.js',
    setup: { rules: { external_id: { max: 32 } } },
    only: /external_id/,
    exit: 1,
    refuted: [schema('ExternalId/maxLength')],
  },
  {
    name: 'request pattern relaxed: external_id may have any character',
    gateway: 'express.js',
    setup: { rules: { external_id: { pattern: '.' } } },
    create: true,
    only: /external_id/,
    exit: 1,
    first: schema('ExternalId/pattern'),
    refuted: [schema('ExternalId/pattern'), schema('ExternalId/x-known-parts/letters-mean-ASCII')],
  },
  {
    name: 'request pattern tightened: external_id has no capitals',
    gateway: 'express.js',
    setup: { rules: { external_id: { pattern: '^[a-z0-9-]+$' } } },
    only: /external_id/,
    exit: 1,
    refuted: [schema('ExternalId/pattern')],
  },
  {
    name: 'request format tightened: external_id is a UUID',
    gateway: 'express.js',
    setup: { rules: { external_id: { pattern: '^[0-9a-f]{8}-[0-9a-f-]{27}$' } } },
    only: /external_id/,
    exit: 1,
    refuted: [schema('ExternalId/pattern')],
  },
  {
    name: 'request enum relaxed: any payment_method',
    gateway: 'express.js',
    setup: { rules: { payment_method: { pattern: '^[A-Za-z_]+$' } } },
    only: /payment_method/,
    exit: 1,
    refuted: [schema('PaymentMethod/enum')],
  },
  {
    name: 'request known channel tightened: FINPAY is refused',
    gateway: 'express.js',
    setup: { rules: { payment_channel: { pattern: '^(?!FINPAY).' } } },
    only: /channel[.]/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
    report: 'channel.FINPAY (otherwise: 400 with 01)',
  },
  {
    name: 'request header required relaxed: x-version may be absent',
    gateway: 'gateway.py',
    front: () => ({
      request: (request) =>
        header(request, 'x-version') === undefined ? withHeader(request, 'x-version', 'v3') : request,
    }),
    only: /header/,
    exit: 1,
    refuted: ['/components/parameters/Version'],
  },
  {
    name: 'request header enum relaxed: any x-version',
    gateway: 'gateway.py',
    front: () => ({
      request: (request) => (header(request, 'x-version') ? withHeader(request, 'x-version', 'v3') : request),
    }),
    only: /header/,
    exit: 1,
    refuted: ['/components/parameters/Version/schema/enum'],
  },
  {
    name: 'request media type relaxed: any Content-Type',
    gateway: 'gateway.py',
    setup: { skip: ['type'] },
    only: /contentType/,
    exit: 1,
    refuted: [`${path('cancel')}/requestBody/content`, `${path('inquiry')}/requestBody/content`],
  },
  {
    name: 'check off: credentials',
    gateway: 'fastify.js',
    setup: { skip: ['credentials'] },
    only: /authorization/,
    exit: 1,
    refuted: ['/components/securitySchemes/basicAuth'],
  },
  {
    name: 'check off: the letter case of the credentials in Base64',
    front: () => ({
      request: (request) => {
        const whole = `Basic ${Buffer.from('FAKE-MERCHANT:fake-secret:unbound').toString('base64')}`;
        const sent = header(request, 'authorization')?.toLowerCase();
        return sent === whole.toLowerCase() ? withHeader(request, 'authorization', whole) : request;
      },
    }),
    only: /authorization/,
    exit: 1,
    refuted: ['/components/securitySchemes/basicAuth'],
  },
  {
    name: 'check off: the signature',
    gateway: 'gateway.py',
    setup: { skip: ['signature'] },
    only: /signature/,
    exit: 1,
    refuted: ['/components/securitySchemes/requestSignature'],
  },
  {
    name: 'request signature relaxed: an HMAC is taken too',
    gateway: 'gateway.py',
    front: () => ({
      request: (request) => {
        const { external_id, order_id } = parse(request) as Record<string, string>;
        const hmac = createHmac('sha256', 'fake-hash-key').update(`${external_id}${order_id}`).digest('hex');
        return header(request, 'x-req-signature') === hmac ? signed(request) : right(request);
      },
    }),
    only: /signature/,
    exit: 1,
    refuted: ['/components/securitySchemes/requestSignature'],
  },
  {
    name: 'request signature tightened: capitals are needed',
    gateway: 'gateway.py',
    front: () => ({
      request: (request) => {
        const sent = header(request, 'x-req-signature') ?? '';
        const other = sent === sent.toUpperCase() ? sent.toLowerCase() : 'none';
        return withHeader(request, 'x-req-signature', other);
      },
    }),
    only: /signature/,
    exit: 1,
    refuted: ['/components/securitySchemes/requestSignature/x-known-parts/lower-case hex'],
  },
  {
    name: 'request JSON tightened: escapes are refused',
    front: () => ({
      instead: (request) => (Buffer.from(request.body).includes('\\u00') ? invalid : undefined),
    }),
    only: /same/,
    exit: 1,
    refuted: [`${path('cancel')}/requestBody/content`, `${path('inquiry')}/requestBody/content`],
  },
  {
    name: 'request boolean tightened: no multi-use account is created',
    gateway: 'express.js',
    setup: { rules: { 'payment_details.is_multi_use': { pattern: '^false$' } } },
    create: true,
    only: /is_multi_use/,
    exit: 1,
    refuted: [schema('PaymentDetails/properties/is_multi_use/type')],
  },
  {
    name: 'request minimum relaxed: a negative amount is taken',
    gateway: 'fastify.js',
    setup: { rules: { 'payment_details.amount': { minimum: -10 } } },
    create: true,
    only: /amount/,
    exit: 3,
    refuted: [schema('PaymentDetails/properties/amount/minimum')],
  },
  {
    name: 'request maximum relaxed: an amount of 14 digits is taken',
    gateway: 'fastify.js',
    setup: { rules: { 'payment_details.amount': { maximum: 1e15 } } },
    create: true,
    only: /amount/,
    exit: 1,
    refuted: [schema('PaymentDetails/properties/amount/maximum')],
  },
  ...notCreating.map(([how, ...answer]): WrongGateway => ({
    name: `no virtual account can be created: ${how}`,
    front: () => ({
      instead: ({ path: to }) => (to === '/va' ? answered(...answer) : undefined),
    }),
    create: true,
    // As the README's action has it: credentials, and no accounts.
    active: how === 'a page' ? 0 : 12,
    only: /outcome|open|amount|type/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
    report: 'no virtual account can be created here',
  })),
  {
    name: 'request uniqueness tightened: external_id on all channels',
    gateway: 'express.js',
    front: () => {
      const seen = new Set<unknown>();
      return {
        instead: (request) => {
          if (request.path !== '/va' || header(request, 'x-version') !== 'v3') return undefined;
          const { external_id } = parse(request);
          if (seen.has(external_id)) return invalid;
          seen.add(external_id);
          return undefined;
        },
      };
    },
    create: true,
    only: /create/,
    exit: 1,
    refuted: [schema('ExternalId')],
  },
];

function signed(request: RawRequest): RawRequest {
  return {
    ...request,
    headers: request.headers.map(([name, value]) => [
      name,
      name === 'x-req-signature' ? own(request) : value,
    ]),
  };
}

function own(request: RawRequest): string {
  const { external_id, order_id } = parse(request) as Record<string, string>;
  return sign('fake-hash-key', external_id!, order_id!);
}

/** What each account was said to be at first. */
const firstSaid = (): GatewayFront => {
  const seen = new Map<unknown, unknown>();
  return {
    answer: (answer, request) => {
      if (request.path !== '/va/inquiry' || answer.status !== 200) return answer;
      const said = parse(answer);
      const status = seen.get(said['transaction_id']) ?? said['transaction_status'];
      seen.set(said['transaction_id'], status);
      return { ...answer, body: Buffer.from(JSON.stringify({ ...said, transaction_status: status })) };
    },
  };
};

/** The three lies that an inquiry uncovers, a gateway each. */
const stateful: WrongGateway[] = [
  { name: 'lie: refused with 99, yet cancelled', gateway: 'express.js', key: lies.refused },
  { name: 'lie: said CANCELED, yet active', gateway: 'fastify.js', key: lies.canceled },
  { name: 'lie: an inquiry cancels', gateway: 'gateway.py', key: lies.inquiry },
].map(({ name, gateway, key }) => ({
  name,
  gateway: gateway as GatewayFile,
  setup: { lie: true },
  only: /outcome/,
  exit: 1,
  first: key,
  refuted: [key],
}));

/** An inquiry that is wrong about the state, whatever a cancel did. */
const wrongInquiries: WrongGateway[] = [
  { name: 'lie: an inquiry says what it said at first', front: firstSaid },
  {
    name: 'lie: an inquiry says CANCELED of all',
    front: body('/va/inquiry', 200, (was) => ({ ...was, transaction_status: 'CANCELED' })),
  },
  {
    name: 'lie: an inquiry says ACTIVE of what is paid',
    front: body('/va/inquiry', 200, (was) =>
      was['transaction_status'] === 'PAID' ? { ...was, transaction_status: 'ACTIVE' } : was,
    ),
  },
].map((one) => ({ ...one, only: /outcome|header/, exit: 1, first: lies.state, refuted: [lies.state] }));

/** What is cancelled is active again as soon as another is cancelled. */
const takenBack = (): GatewayFront => {
  const canceled = new Set<unknown>();
  let last: unknown;
  return {
    answer: (answer, request) => {
      if (answer.status !== 200) return answer;
      const said = parse(answer);
      const { transaction_id: id } = said;
      if (isCancel(request)) canceled.add((last = id));
      const isBack = canceled.has(id) && id !== last;
      const status = isBack ? 'ACTIVE' : said['transaction_status'];
      return { ...answer, body: Buffer.from(JSON.stringify({ ...said, transaction_status: status })) };
    },
  };
};

/** Inquiries read a copy that is a second behind. */
const behind = (): GatewayFront => {
  const canceledAt = new Map<unknown, number>();
  return {
    answer: (answer, request) => {
      if (answer.status !== 200) return answer;
      const said = parse(answer);
      const { transaction_id: id } = said;
      if (isCancel(request) && !canceledAt.has(id)) canceledAt.set(id, Date.now());
      const isOld = !isCancel(request) && Date.now() - (canceledAt.get(id) ?? 0) < 1_000;
      if (!isOld) return answer;
      return { ...answer, body: Buffer.from(JSON.stringify({ ...said, transaction_status: 'ACTIVE' })) };
    },
  };
};

/** Every third cancel of what is active is said to be carried out, and is not. */
const nowAndThen = (): GatewayFront => {
  const active = new Map<unknown, boolean>();
  let n = 0;
  return {
    instead: (request) => {
      const signed = isCancel(request) && header(request, 'x-req-signature');
      if (!signed) return undefined;
      try {
        const sent = parse(request);
        if (!active.get(sent['transaction_id']) || signed !== own(request) || ++n % 3 !== 2) return undefined;
        const done = { ...sent, transaction_status: 'CANCELED', response_code: '00' };
        return answered(200, 'application/json', JSON.stringify(done));
      } catch {
        return undefined;
      }
    },
    answer: (answer, request) => {
      if (answer.status !== 200 || isCancel(request)) return answer;
      const said = parse(answer);
      active.set(said['transaction_id'], said['transaction_status'] === 'ACTIVE');
      return answer;
    },
  };
};

/** Two that only some requests bring about. */
const sometimes: WrongGateway[] = [
  { name: 'lie: what is cancelled is active again later', front: takenBack },
  { name: 'lie: every third cancel does nothing', front: nowAndThen },
].map((one) => ({
  ...one,
  only: /success|value|channel.mismatch/,
  exit: 1,
  first: lies.canceled,
  refuted: [lies.canceled],
}));

const unsigned = '{"response_code":"99","response_message":"no"}';
const failure = answered(500, 'application/json', '{"response_code":"98","response_message":"no"}');

/** The gateway's own word, and yet none that comes again; or of one kind of request alone. */
const unsteady: WrongGateway[] = [
  {
    name: 'an inquiry is a second behind what was cancelled',
    front: behind,
    only: /outcome.success/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
  },
  {
    name: '401 with 99 for every tenth request',
    front: () => ({
      instead: (_, n) => (n % 10 === 3 ? { ...unauthorized, body: Buffer.from(unsigned) } : undefined),
    }),
    only: /authorization|header/,
    exit: 0,
    first: 'the same request is answered now so, now so',
    refuted: [],
  },
  {
    name: '500 with 98 for about every second request',
    front: () => ({ instead: (_, n) => ([2, 3, 5].includes(n % 7) ? failure : undefined) }),
    only: /authorization|header/,
    exit: 0,
    first: 'the gateway failed, and was tried again (500 with 98)',
    refuted: [],
  },
  {
    name: '500 with 98 for all channels but one',
    front: () => ({
      instead: (request) =>
        /"payment_channel":"(?!BCA")/.test(Buffer.from(request.body).toString()) ? failure : undefined,
    }),
    only: /channel[.][A-Z]/,
    exit: 4,
    first: 'a right request fails each time it is sent',
    refuted: [],
  },
  {
    name: '500 with 98 for each cancel, which is carried out all the same',
    front: () => ({
      answer: (answer, request) => (isCancel(request) && answer.status === 200 ? failure : answer),
    }),
    only: /outcome|value/,
    exit: 4,
    first: 'a failure may cancel all the same (500 with 98)',
    refuted: [],
  },
  {
    name: 'no answer about ids that do not exist',
    front: () => ({
      instead: (request) => (Buffer.from(request.body).includes('"ct-') ? 'drop' : undefined),
    }),
    only: /outcome/,
    exit: 4,
    first: 'about a given account it answers',
    refuted: [],
  },
  {
    name: 'a success that breaks off',
    front: () => ({
      answer: (answer, request) => (isCancel(request) && answer.status === 200 ? 'cut' : answer),
    }),
    only: /outcome/,
    exit: 4,
    first: 'an answer that ends before its Content-Length',
    refuted: [],
  },
  {
    name: 'an inquiry that answers about the one before, now and then',
    front: () => {
      let [n, last]: [number, RawAnswer?] = [0];
      return {
        answer: (answer, request) => {
          if (answer.status !== 200 || isCancel(request)) return answer;
          const before = ++n % 4 === 0 ? last : undefined;
          last = answer;
          return before ?? answer;
        },
      };
    },
    only: /outcome|header/,
    exit: 3,
    refuted: [schema('InquirySuccess')],
  },
];

/** What is not the gateway's word, and refutes nothing. */
const situations: WrongGateway[] = [
  {
    name: 'one of two behind a balancer is down',
    front: () => ({ instead: (_, n) => (n % 2 === 1 ? answered(502, 'text/html', html) : undefined) }),
    only: /header|open.state.twice/,
    exit: 0,
    first: 'the gateway is down (502 text/html)',
    refuted: [],
  },
  {
    name: 'a gateway that starts, and says when it will have',
    front: () => ({
      instead: (_, n) => (n < 4 ? answered(503, 'text/html', html, [['retry-after', '1']]) : undefined),
    }),
    only: /header/,
    exit: 0,
    first: 'the gateway is down, or limits requests (503 text/html)',
    refuted: [],
  },
  {
    name: 'a limit of requests that is told by 200 and another body',
    front: () => ({
      instead: (_, n) =>
        n % 20 === 19 ? answered(200, 'application/json', '{"error":"too many requests"}') : undefined,
    }),
    only: /authorization|header/,
    exit: 0,
    first: 'an answer in another form (200 application/json)',
    refuted: [],
  },
  {
    name: 'a firewall that lets in only who says who it is, and refuses what looks like an attack',
    front: () => ({
      instead: (request) => {
        const isNobody =
          header(request, 'user-agent') === undefined || header(request, 'accept') === undefined;
        const isAttack = /[<']/.test(Buffer.from(request.body).toString());
        return isNobody || isAttack ? answered(403, 'text/html', html) : undefined;
      },
    }),
    only: /order_id.character|channel/,
    exit: 0,
    first: 'a firewall say (403 text/html)',
    refuted: [],
  },
  {
    name: 'a framework that refuses what is no JSON in words of its own',
    front: () => ({
      instead: ({ body: sent }) => {
        try {
          JSON.parse(Buffer.from(sent).toString());
          return undefined;
        } catch {
          return answered(400, 'application/json', '{"status":400,"error":"Bad Request","path":"/va"}');
        }
      },
    }),
    only: /notJson/,
    exit: 3,
    refuted: [assumptions.trigger],
  },
  {
    name: 'a success that is longer than a megabyte',
    front: canceled((was) => ({ ...was, more: 'x'.repeat(1_100_000) })),
    only: /outcome/,
    exit: 4,
    first: 'longer than a megabyte',
    refuted: [],
  },
  {
    name: 'deflate without the head of zlib, as fetch reads it',
    front: () => ({
      answer: (answer) => ({
        ...answer,
        headers: [...answer.headers, ['content-encoding', 'deflate']],
        body: deflateRawSync(answer.body),
      }),
    }),
    only: /outcome|header/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
  },
  {
    name: 'a header that the contract does not have is wanted, and its refusal names it',
    front: () => ({
      instead: () =>
        answered(
          400,
          'application/json',
          '{"response_code":"01","response_message":"x-timestamp is missing"}',
        ),
    }),
    only: /body/,
    exit: 4,
    first: 'it names x-timestamp',
    refuted: [],
  },
  {
    name: 'a 429 for every tenth request',
    front: () => ({
      instead: (_, n) =>
        n % 10 === 0 ? answered(429, 'application/json', '{}', [['retry-after', '0']]) : undefined,
    }),
    only: /authorization|header/,
    exit: 0,
    first: 'rate limited',
    refuted: [],
  },
  {
    name: 'a rate limit that begins in the middle of the run',
    front: () => ({
      instead: (_, n) => (n > 40 ? answered(429, 'text/html', html, [['retry-after', '3600']]) : undefined),
    }),
    only: /authorization|header/,
    exit: 4,
    first: 'STOPPED: rate limited',
    refuted: [],
  },
  {
    name: 'a firewall page for every tenth request',
    front: () => ({ instead: (_, n) => (n % 10 === 0 ? answered(403, 'text/html', html) : undefined) }),
    only: /authorization|header/,
    exit: 0,
    first: 'a firewall say (403 text/html)',
    refuted: [],
  },
  {
    name: 'a redirect to a login page in the middle of the run',
    front: () => ({
      instead: (_, n) =>
        n > 40 ? answered(302, 'text/html', '', [['location', 'https://example.com/login']]) : undefined,
    }),
    only: /authorization|header/,
    exit: 4,
    first: 'STOPPED: a redirect (302)',
    refuted: [],
  },
  {
    name: 'a login page in the middle of the run, which goes again',
    front: () => ({ instead: (_, n) => (n > 40 && n < 44 ? answered(200, 'text/html', html) : undefined) }),
    only: /authorization|header/,
    exit: 0,
    first: 'a web page instead of JSON (200)',
    refuted: [],
  },
  {
    name: 'a web page to everything',
    front: () => ({ instead: () => answered(200, 'text/html', html) }),
    only: /authorization|header/,
    exit: 4,
    first: 'STOPPED: a web page instead of JSON (200)',
    refuted: [],
  },
  {
    name: 'a firewall that lets nobody in',
    front: () => ({ instead: () => answered(403, 'text/html', html) }),
    only: /header/,
    exit: 2,
    first: 'these credentials or this address are refused',
    refuted: [],
  },
  {
    name: 'credentials that are refused',
    front: () => ({ request: (request) => withHeader(request, 'authorization', 'Basic ZmFrZTpmYWtl') }),
    only: /header/,
    exit: 2,
    first: 'refuses these credentials: 401 with 04',
    refuted: [],
  },
  {
    name: 'credentials that are refused from the middle of the run on',
    front: () => {
      let count = 0;
      return {
        request: (request) =>
          ++count > 40 ? withHeader(request, 'authorization', 'Basic ZmFrZTpmYWtl') : request,
      };
    },
    only: /header|body.not/,
    exit: 4,
    first: 'STOPPED: these credentials are refused from some request on',
    refuted: [],
  },
  {
    name: 'a wrong hash key',
    front: () => ({ request: (request) => withHeader(request, 'x-req-signature', 'f'.repeat(64)) }),
    only: /signature/,
    exit: 2,
    first: 'every right signature is refused: this hash key',
    refuted: [],
  },
  {
    name: 'a wrong hash key, at a gateway that looks accounts up first',
    gateway: 'gateway.py',
    front: () => ({ request: (request) => withHeader(request, 'x-req-signature', 'f'.repeat(64)) }),
    only: /signature/,
    exit: 2,
    first: 'every right signature is refused: this hash key',
    refuted: [],
  },
  {
    name: '400 with 01 to everything: merchant not active',
    front: () => ({ instead: () => invalid }),
    only: /./,
    exit: 4,
    first: 'the plain right request is refused (400 with 01)',
    refuted: [],
  },
  {
    name: 'plain bodies that are labelled gzip',
    front: () => ({
      answer: (answer) => ({ ...answer, headers: [...answer.headers, ['content-encoding', 'gzip']] }),
    }),
    only: /outcome/,
    exit: 1,
    first: `${path('cancel')}/responses/200/content`,
    refuted: [
      `${path('cancel')}/responses/200/content`,
      `${path('inquiry')}/responses/200`,
      '/components/responses/NotFoundFailure',
    ],
  },
  {
    name: 'bodies that are really compressed',
    front: () => ({
      answer: (answer) => ({
        ...answer,
        headers: [...answer.headers, ['content-encoding', 'gzip']],
        body: gzipSync(answer.body),
      }),
    }),
    only: /outcome|header/,
    exit: 0,
    first: 'nothing refuted',
    refuted: [],
  },
  {
    name: 'a gateway that dies half-way and comes back',
    front: () => ({ instead: (_, n) => (n > 40 && n < 44 ? 'drop' : undefined) }),
    only: /authorization|header/,
    exit: 0,
    first: 'no answer: the connection was refused, reset or late',
    refuted: [],
  },
  {
    name: '503 without JSON in the middle of the run, which goes again',
    front: () => ({ instead: (_, n) => (n > 40 && n < 44 ? answered(503, 'text/html', html) : undefined) }),
    only: /authorization|header/,
    exit: 0,
    first: 'the gateway is down, or limits requests (503',
    refuted: [],
  },
];

const loose = { type: 'any', pattern: '', max: 1e6 };

/** Nearly everything at once: still twenty lines, and each known statement among them. */
const worst: WrongGateway = {
  name: 'a gateway that does nothing right',
  gateway: 'express.js',
  setup: {
    skip: ['version', 'type', 'credentials', 'signature'],
    rules: {
      external_id: loose,
      order_id: loose,
      transaction_id: loose,
      payment_method: { ...loose, optional: true },
      payment_channel: { ...loose, optional: true },
    },
  },
  front: () => ({
    answer: (answer) => {
      const bad = {
        transaction_status: 'DONE',
        response_code: '00',
        va: 1,
        order_id: 'x',
        payment_method: 4,
      };
      return {
        ...answer,
        body: Buffer.from(JSON.stringify(answer.status === 200 ? bad : { response_code: '77' })),
      };
    },
  }),
  create: true,
  only: /authorization|header|signature|missing|number|blank|tooLong|contentType/,
  exit: 1,
  first: '/components/parameters/Version/schema/enum',
  refuted: ['/components/securitySchemes/basicAuth', schema('EchoedId'), schema('ExternalId/type')],
  anything: true,
};

/** Every one of them. */
export const wrongs: readonly WrongGateway[] = [
  ...stateful,
  ...wrongInquiries,
  ...sometimes,
  ...unsteady,
  ...situations,
  ...inAnswers,
  ...inRequests,
  worst,
];

const pairings = (status: string): string[] =>
  ['cancel', 'inquiry'].map((name) => `${path(name)}/responses/${status}`);

/** Guesses answered the other way, one at a time, and what that refutes: exactly those. */
export const guesses: readonly {
  name: string;
  setup?: Setup;
  front?: () => GatewayFront;
  refuted: string[];
}[] = [
  { name: '422 for 01', setup: { answers: { parameter: [422, '01'] } }, refuted: pairings('400 01') },
  { name: '403 for 04', setup: { answers: { credentials: [403, '04'] } }, refuted: pairings('401 04') },
  { name: '403 for 99', setup: { answers: { signature: [403, '99'] } }, refuted: pairings('401 99') },
  { name: '200 for 02', setup: { answers: { unknown: [200, '02'] } }, refuted: pairings('404 02') },
  { name: '00 at the second cancel', setup: { twice: '00' }, refuted: [assumptions.twice] },
  {
    name: '99 for what is paid, expired or cancelled',
    setup: { answers: { closed: [409, '99'] } },
    refuted: [assumptions.twice, assumptions.late],
  },
  {
    name: 'an inquiry without payment_method',
    front: body('/va/inquiry', 200, ({ payment_method: _, ...was }) => was),
    refuted: [schema('InquirySuccess')],
  },
];
