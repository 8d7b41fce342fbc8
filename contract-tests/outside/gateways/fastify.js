// An ordinary gateway on Fastify and its own ajv, written from the public facts alone; no code of ours in it.
import { createHash, randomUUID } from 'node:crypto';
import fastify from 'fastify';

/** What the parent says: credentials, accounts, and what is to be answered another way. */
const setup = JSON.parse(process.argv[2]);
const skip = new Set(setup.skip ?? []);
const answers = {
  parameter: [400, '01'],
  credentials: [401, '04'],
  signature: [401, '99'],
  unknown: [404, '02'],
  closed: [400, '01'],
  ...setup.answers,
};

const text = (more) => ({ type: 'string', minLength: 1, ...more });
const ids = {
  external_id: text({ maxLength: 64, pattern: '^[a-zA-Z0-9-]+$' }),
  order_id: text({ maxLength: 25, pattern: '^[a-zA-Z0-9-]+$' }),
};
const bank = text({ maxLength: 50, pattern: '^[A-Za-z0-9 ._-]+$' });
const changed = (properties, prefix) => {
  const entries = Object.entries(properties);
  return Object.fromEntries(
    entries.map(([name, was]) => [name, { ...was, ...setup.rules?.[prefix + name] }]),
  );
};
const object = (properties, optional = [], prefix = '') => ({
  type: 'object',
  additionalProperties: false, // taken out, not refused: see removeAdditional
  properties: changed(properties, prefix),
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const account = object({
  ...ids,
  transaction_id: text({ maxLength: 128 }),
  payment_method: { const: 'BANK_TRANSFER' },
  payment_channel: bank,
});
const anything = ['item_details', 'billing_address', 'shipping_address', 'additional_data'];
const order = object(
  {
    ...ids,
    currency: { const: 'IDR' },
    payment_method: { const: 'bank_transfer' },
    payment_channel: bank,
    payment_details: object(
      {
        billing_name: text({ maxLength: 100 }),
        va_number: text({ maxLength: 12, pattern: '^[0-9]+$' }),
        payment_system: { enum: ['OPEN', 'PARTIAL', 'CLOSED'] },
        is_multi_use: { type: 'boolean' },
        amount: { type: 'integer', minimum: 0, maximum: 9999999999999 },
        expired_time: text({ pattern: '^[-0-9]{10}T[:0-9]{8}[.][0-9]{3}[+]07:00$' }),
        transaction_description: text({ maxLength: 100 }),
      },
      ['va_number', 'payment_system', 'is_multi_use', 'expired_time'],
      'payment_details.',
    ),
    customer_details: object(
      {
        email: { type: 'string', maxLength: 255, format: 'email' },
        full_name: text({ maxLength: 100 }),
        phone: { type: 'string', pattern: '^[0-9]{8,15}$' },
      },
      ['phone'],
      'customer_details.',
    ),
    ...Object.fromEntries(anything.map((name) => [name, {}])),
    callback_url: { type: 'string', format: 'uri' },
  },
  anything,
);

const app = fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: true } } });
const hash = (...parts) => createHash('sha256').update(parts.join('')).digest('hex');
const accounts = setup.accounts.map((each) => ({ ...each }));

class Refusal extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

app.setErrorHandler((error, request, reply) => {
  const [status, response_code] = answers[error.kind ?? 'parameter'];
  reply.code(status).send({ response_code, response_message: 'Refused', error: error.message });
});

/** Before the body is read: who is it, then which version. */
app.addHook('onRequest', async (request) => {
  const [, token = ''] = /^Basic (.+)$/.exec(request.headers.authorization) ?? [];
  const sent = Buffer.from(token, 'base64').toString();
  if (!skip.has('credentials') && sent !== `${setup.merchant}:${setup.secret}`)
    throw new Refusal('credentials');
  if (!skip.has('version') && request.headers['x-version'] !== 'v3') throw new Refusal('parameter');
});
if (skip.has('type'))
  app.addContentTypeParser('*', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));

/** A sub-merchant that is not known is not the merchant's: 04. */
function checkSignature({ headers, body }) {
  const name = headers['sub-merchant-id'];
  const key = name === undefined ? setup.hashKey : setup.subs?.[name];
  if (key === undefined) throw new Refusal('credentials');
  const right = hash(key, body.external_id, body.order_id) === headers['x-req-signature'];
  if (!right && !skip.has('signature')) throw new Refusal('signature');
}

function find(body) {
  const found = accounts.find((each) =>
    ['transaction_id', 'external_id', 'order_id'].every((id) => each[id] === body[id]),
  );
  if (found === undefined) throw new Refusal('unknown');
  return found;
}

const answer = (body, transaction_status) => ({ ...body, transaction_status, response_code: '00' });

app.post('/va/cancel', { schema: { body: account } }, async (request) => {
  checkSignature(request);
  const found = find(request.body);
  if (found.status === 'CANCELED' && setup.twice === '00') return answer(request.body, 'CANCELED');
  if (found.status !== 'ACTIVE') throw new Refusal('closed');
  if (!setup.lie) found.status = 'CANCELED';
  return answer(request.body, 'CANCELED');
});

app.post('/va/inquiry', { schema: { body: account } }, async (request) => {
  checkSignature(request);
  return answer(request.body, find(request.body).status);
});

app.post('/va', { schema: { body: order } }, async (request) => {
  checkSignature(request);
  const { external_id, order_id, payment_method, payment_channel, payment_details } = request.body;
  const transaction_id = randomUUID();
  const isTaken = (each) => each.external_id === external_id && each.payment_channel === payment_channel;
  if (accounts.some(isTaken)) throw new Refusal('parameter');
  accounts.push({ transaction_id, external_id, order_id, payment_channel, status: 'ACTIVE' });
  const { amount, va_number = '880000000001' } = payment_details;
  const sent = { transaction_id, external_id, order_id, payment_method, payment_channel };
  return answer({ ...sent, payment_details: { va_number, amount } }, 'ACTIVE');
});

await app.listen({ port: setup.port ?? 0, host: '127.0.0.1' });
console.log(app.server.address().port);
