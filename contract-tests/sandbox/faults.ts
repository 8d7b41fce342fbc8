import type { CheckName } from './checks.ts';
import { bytes, merchant, sign } from './draft.ts';
import type { Draft } from './draft.ts';
import { fakeSubMerchant, pageVirtualAccount } from './seeds.ts';
import type { VirtualAccount } from './state.ts';

/** One thing wrong with a request, and the one check that refuses it. */
export interface Fault {
  says: string;
  check: CheckName;
  expected: [status: number, responseCode: string];
  /** The virtual account that it needs, beside the usual. */
  va?: Partial<VirtualAccount>;
  spoil: (draft: Draft, va: VirtualAccount) => void;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const right = `${merchant.merchant_id}:${merchant.secret_unbound_id}`;
const key = merchant.hash_key;
const page = pageVirtualAccount;

type Spoil = Fault['spoil'];
const header =
  (name: string, value: string): Spoil =>
  (draft) =>
    void (draft.headers[name] = value);
const without =
  (name: string): Spoil =>
  (draft) =>
    void Reflect.deleteProperty(draft.headers, name);
const signed =
  (parts: (va: VirtualAccount) => string[]): Spoil =>
  (draft, va) =>
    void (draft.headers['x-req-signature'] = sign(...parts(va)));
const body =
  (change: Record<string, unknown>): Spoil =>
  (draft) =>
    void Object.assign(draft.body, change);
const raw =
  (change: (json: string) => Uint8Array<ArrayBuffer>): Spoil =>
  (draft) =>
    void (draft.raw = change(JSON.stringify(draft.body)));
const none: Spoil = () => undefined;

type Row = [says: string, check: CheckName, spoil: Spoil, va?: Partial<VirtualAccount>];
const all = (status: number, responseCode: string, rows: Row[]): Fault[] =>
  rows.map(([says, check, spoil, va]) => ({ says, check, expected: [status, responseCode], va, spoil }));

const credentials = all(401, '04', [
  ['no Authorization header', 'authorizationPresent', without('authorization')],
  [
    'Bearer instead of Basic',
    'authorizationScheme',
    header('authorization', basic(right).replace('Basic', 'Bearer')),
  ],
  [
    'Base64 without its padding',
    'authorizationEncoding',
    header('authorization', basic(right).replace(/=+$/, '')),
  ],
  [
    'a blank within the Base64',
    'authorizationEncoding',
    header('authorization', basic(right).replace('RkFL', 'RkFL ')),
  ],
  [
    'an unknown merchant id',
    'merchant',
    header('authorization', basic(`FAKE-NOBODY:${merchant.secret_unbound_id}`)),
  ],
  ['a wrong secret', 'secret', header('authorization', basic(`${right}1`))],
  ['an empty secret', 'secret', header('authorization', basic(`${merchant.merchant_id}:`))],
  ['an unknown sub-merchant', 'subMerchant', header('sub-merchant-id', 'FAKE-NOBODY')],
  ['an empty sub-merchant-id', 'subMerchant', header('sub-merchant-id', '')],
]);

const signatures = all(401, '99', [
  ['no signature', 'signaturePresent', without('x-req-signature')],
  ['a made-up signature', 'signatureValue', header('x-req-signature', 'f'.repeat(64))],
  [
    'a signature cut short',
    'signatureValue',
    (d) => void (d.headers['x-req-signature'] = d.headers['x-req-signature']!.slice(1)),
  ],
  [
    'a signature with parts in another order',
    'signatureValue',
    signed((va) => [va.external_id, va.order_id, key]),
  ],
  ['a signature without the hash key', 'signatureHashKey', signed((va) => [va.external_id, va.order_id])],
  [
    "a sub-merchant's hash key",
    'signatureHashKey',
    signed((va) => [fakeSubMerchant.hash_key, va.external_id, va.order_id]),
  ],
  ['a signature without the external id', 'signatureCoversExternalId', signed((va) => [key, va.order_id])],
  [
    "another's external id signed",
    'signatureCoversExternalId',
    signed((va) => [key, page.external_id, va.order_id]),
  ],
  ['a signature without the order id', 'signatureCoversOrderId', signed((va) => [key, va.external_id])],
  [
    "another's order id signed",
    'signatureCoversOrderId',
    signed((va) => [key, va.external_id, page.order_id]),
  ],
  [
    'an upper-case signature',
    'signatureLowerCase',
    (d) => void (d.headers['x-req-signature'] = d.headers['x-req-signature']!.toUpperCase()),
  ],
]);

const parameters = all(400, '01', [
  ['no x-version', 'version', without('x-version')],
  ['x-version v2', 'version', header('x-version', 'v2')],
  ['x-version V3', 'version', header('x-version', 'V3')],
  ['no content type', 'contentType', without('content-type')],
  ['a form content type', 'contentType', header('content-type', 'application/x-www-form-urlencoded')],
  ['a content type that only begins right', 'contentType', header('content-type', 'application/json5')],
  [
    'a byte that is not UTF-8',
    'utf8',
    raw((json) => latin1(json.replace('\uFFFD', '\u00FF'))),
    { payment_channel: 'BCA-\uFFFD' },
  ],
  ['a trailing comma', 'json', raw((json) => bytes(json.replace(/}$/, ',}')))],
  [
    'a member given twice',
    'duplicateMembers',
    raw((json) => bytes(json.replace('{', '{"order_id":"other",'))),
  ],
  [
    'a member given twice, once escaped',
    'duplicateMembers',
    raw((json) => bytes(json.replace('{', '{"order\\u005fid":"other",'))),
  ],
  ['a member that the spec does not have', 'body', body({ reason: 'none' })],
  ['an external id with an underscore', 'body', none, { external_id: 'ext_1' }],
  ['an order id that is too long', 'body', none, { order_id: 'o'.repeat(26) }],
  ['a paid virtual account', 'cancelable', none, { transaction_status: 'PAID' }],
  ['an expired virtual account', 'cancelable', none, { transaction_status: 'EXPIRED' }],
  ['a cancelled virtual account', 'cancelable', none, { transaction_status: 'CANCELED' }],
]);

const lookUps = all(404, '02', [
  ['an unknown transaction id', 'exists', body({ transaction_id: 'fake-unknown' })],
  ["another merchant's virtual account", 'owner', none, { merchant_id: 'FAKE0000000002' }],
  ["a sub-merchant's virtual account", 'owner', none, { submerchant_name: fakeSubMerchant.submerchant_name }],
  ['an external id of another', 'ids', (draft, va) => resigned(draft, page.external_id, va.order_id)],
  ['an order id of another', 'ids', (draft, va) => resigned(draft, va.external_id, page.order_id)],
  ['another channel', 'paymentChannel', body({ payment_channel: 'BCA' })],
  [
    'another method stored',
    'paymentMethod',
    body({ payment_method: 'BANK_TRANSFER' }),
    { payment_method: 'E_WALLET' },
  ],
]);

function resigned(draft: Draft, external_id: string, order_id: string): void {
  Object.assign(draft.body, { external_id, order_id });
  draft.headers['x-req-signature'] = sign(key, external_id, order_id);
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Every fault that one check alone stands against. */
export const faults: Fault[] = [...credentials, ...signatures, ...parameters, ...lookUps];
