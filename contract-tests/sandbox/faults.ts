import { bytes, merchant } from './draft.ts';
import type { OperationName } from './scripts.ts';
import { fakeSubMerchant, pageVirtualAccount as page } from './seeds.ts';
import {
  all,
  basic,
  body,
  details,
  header,
  key,
  latin1,
  none,
  raw,
  resigned,
  right,
  signed,
  without,
} from './spoil.ts';
import type { Fault } from './spoil.ts';

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

const states = all(400, '01', [
  ['a paid virtual account', 'cancelable', none, { transaction_status: 'PAID' }],
  ['an expired virtual account', 'cancelable', none, { transaction_status: 'EXPIRED' }],
  ['a cancelled virtual account', 'cancelable', none, { transaction_status: 'CANCELED' }],
  ['a virtual account in process', 'cancelable', none, { transaction_status: 'PROCESSING' }],
]);

const creations = all(400, '01', [
  [
    'an external id that is taken',
    'uniqueExternalId',
    (draft, va) => resigned(draft, page.external_id, va.order_id),
  ],
  ['a foreign currency', 'body', body({ currency: 'USD' })],
  ['no customer', 'body', body({ customer_details: undefined })],
  ['a callback_url that is none', 'body', body({ callback_url: 'merchant' })],
  ['an amount as text', 'body', details({ amount: '150000' })],
  ['an amount with decimals', 'body', details({ amount: 1.5 })],
  ['a negative amount', 'body', details({ amount: -1 })],
  ['an amount of 14 digits', 'body', details({ amount: 10_000_000_000_000 })],
  ['a va_number of 13 digits', 'body', details({ va_number: '1'.repeat(13) })],
  ['is_multi_use as text', 'body', details({ is_multi_use: 'true' })],
  ['a payment_system that is unknown', 'body', details({ payment_system: 'closed' })],
  ['an expired_time in UTC', 'body', details({ expired_time: '2030-01-31T23:59:59.000Z' })],
  ['a payment detail that the spec does not have', 'body', details({ discount: 1 })],
]);

const shared = [...credentials, ...signatures, ...parameters];

/** By operation, every fault that one check alone stands against. */
export const faults: Record<OperationName, Fault[]> = {
  cancel: [...shared, ...lookUps, ...states],
  inquiry: [...shared, ...lookUps],
  create: [...shared, ...creations],
};
