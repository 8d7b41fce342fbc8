// An ordinary gateway on Express, written from the public facts alone; no code of ours in it.
import { createHash } from 'node:crypto';
import express from 'express';

/** What the parent says: credentials, accounts, and what is to be answered another way. */
const setup = JSON.parse(process.argv[2]);
const skip = new Set(setup.skip ?? []);
const answers = {
  parameter: [400, '01', 'Invalid parameter'],
  credentials: [401, '04', 'Unauthorized merchant credential'],
  signature: [401, '99', 'Invalid signature'],
  unknown: [404, '02', 'Data not found'],
  closed: [400, '01', 'Virtual account can not be canceled'],
  ...setup.answers,
};
const ids = {
  external_id: { max: 64, pattern: '^[A-Za-z0-9-]+$' },
  order_id: { max: 25, pattern: '^[A-Za-z0-9-]+$' },
};
const account = {
  ...ids,
  transaction_id: { max: 128, pattern: '.' },
  payment_method: { pattern: '^BANK_TRANSFER$' },
  payment_channel: { max: 50, pattern: '.' },
};
const order = {
  ...ids,
  currency: { pattern: '^IDR$' },
  payment_method: { pattern: '^bank_transfer$' },
  payment_channel: { max: 50, pattern: '.' },
  'payment_details.billing_name': { max: 100, pattern: '.' },
  'payment_details.va_number': { max: 12, pattern: '^[0-9]+$', optional: true },
  'payment_details.payment_system': { pattern: '^(OPEN|PARTIAL|CLOSED)$', optional: true },
  'payment_details.is_multi_use': { type: 'boolean', optional: true },
  'payment_details.amount': { type: 'number', pattern: '^[0-9]{1,13}$' },
  'payment_details.expired_time': { pattern: '^[-0-9]{10}T[:0-9]{8}[.][0-9]{3}[+]07:00$', optional: true },
  'payment_details.transaction_description': { max: 100, pattern: '.' },
  'customer_details.email': { max: 255, pattern: '@' },
  'customer_details.full_name': { max: 100, pattern: '.' },
  'customer_details.phone': { pattern: '^[0-9]{8,15}$', optional: true },
  callback_url: { pattern: '^https?://' },
};

/** The first member that breaks its rule. */
function fault(body, rules) {
  for (const [path, plain] of Object.entries(rules)) {
    const rule = { ...plain, ...setup.rules?.[path] };
    const value = path.split('.').reduce((part, name) => part?.[name], body);
    if (value === undefined) {
      if (!rule.optional) return `${path} is missing`;
      continue;
    }
    if (typeof value !== (rule.type ?? 'string') && rule.type !== 'any') return `${path} has a wrong type`;
    if (String(value).length > (rule.max ?? Infinity)) return `${path} is too long`;
    if (!new RegExp(rule.pattern, 'su').test(String(value))) return `${path} is not valid`;
  }
  return undefined;
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const accounts = new Map(setup.accounts.map((each) => [each.transaction_id, each]));
const app = express();
app.disable('x-powered-by');

const refuse = (res, kind) => {
  const [status, code, message = 'Failed'] = answers[kind];
  res.status(status).json({ response_code: code, response_message: message });
};

app.use((req, res, next) => {
  if (req.method !== 'POST') return res.status(405).end();
  if (!skip.has('version') && req.get('x-version') !== 'v3') return refuse(res, 'parameter');
  next();
});
app.use(express.json({ type: skip.has('type') ? () => true : 'application/json', limit: '1mb' }));
app.use((req, res, next) => {
  const [scheme, token] = (req.get('authorization') ?? '').trim().split(/ +/);
  const known = Buffer.from(`${setup.merchant}:${setup.secret}`).toString('base64');
  if (!skip.has('credentials') && (!/^basic$/i.test(scheme) || token !== known))
    return refuse(res, 'credentials');
  if (req.body === undefined || Array.isArray(req.body)) return refuse(res, 'parameter');
  next();
});

/** After the members: the signature, over the ids as they came. An unknown sub-merchant is not looked at. */
function signed(req) {
  const key = setup.subs?.[req.get('sub-merchant-id') ?? ''] ?? setup.hashKey;
  const right = sha256(key + req.body.external_id + req.body.order_id);
  return skip.has('signature') || (req.get('x-req-signature') ?? '').toLowerCase() === right;
}

const state = (found, sent) => ({
  transaction_id: sent.transaction_id,
  external_id: sent.external_id,
  order_id: sent.order_id,
  payment_method: sent.payment_method,
  payment_channel: found.payment_channel,
  transaction_status: found.status,
  response_code: '00',
});

const aboutAccount = (act) => (req, res) => {
  if (fault(req.body, account)) return refuse(res, 'parameter');
  if (!signed(req)) return refuse(res, 'signature');
  const found = accounts.get(req.body.transaction_id);
  if (found?.external_id !== req.body.external_id || found.order_id !== req.body.order_id)
    return refuse(res, 'unknown');
  act(found, req, res);
};

app.post(
  '/va/cancel',
  aboutAccount((found, req, res) => {
    if (found.status !== 'ACTIVE' && !(found.status === 'CANCELED' && setup.twice === '00'))
      return refuse(res, 'closed');
    found.status = 'CANCELED';
    if (setup.lie) return refuse(res, 'signature');
    res.json(state(found, req.body));
  }),
);

app.post(
  '/va/inquiry',
  aboutAccount((found, req, res) => res.json(state(found, req.body))),
);

app.post('/va', (req, res) => {
  if (fault(req.body, order)) return refuse(res, 'parameter');
  if (!signed(req)) return refuse(res, 'signature');
  const { external_id, order_id, payment_channel, payment_details } = req.body;
  const isTaken = (each) => each.external_id === external_id && each.payment_channel === payment_channel;
  if ([...accounts.values()].some(isTaken)) return refuse(res, 'parameter');
  const made = {
    transaction_id: crypto.randomUUID(),
    external_id,
    order_id,
    payment_channel,
    status: 'ACTIVE',
  };
  accounts.set(made.transaction_id, made);
  const details = { va_number: payment_details.va_number ?? '880000000001', amount: payment_details.amount };
  res.json({ ...state(made, { ...req.body, ...made }), payment_details: details });
});

app.use((error, req, res, next) => (res.headersSent ? next(error) : refuse(res, 'parameter')));

const server = app.listen(setup.port ?? 0, '127.0.0.1', () => console.log(server.address().port));
