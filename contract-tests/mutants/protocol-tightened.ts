import { asObject } from '../../spec/contract.ts';
import type { Answer } from '../sandbox/answer.ts';
import { jsonAnswer } from '../sandbox/answer.ts';
import { header, jsonOf, textOf } from './incoming.ts';
import type { Before, Row } from './incoming.ts';
import type { Incoming } from './types.ts';

const failure = (status: number, response_code: string): Answer =>
  jsonAnswer(status, { response_code, response_message: 'fake refusal' });
const invalid = failure(400, '01');
const unauthorized = failure(401, '04');

const refusing =
  (when: (request: Incoming) => boolean, answer: Answer): Before =>
  (request) =>
    when(request) ? { answer } : request;
const basic = (request: Incoming): string =>
  Buffer.from(header(request, 'authorization').replace(/^\S+ /, ''), 'base64').toString('utf8');
const isIndented = (request: Incoming): boolean =>
  jsonOf(textOf(request)) !== undefined && textOf(request).includes('\n');

/** Things that the protocol allows and this gateway does not. */
export const tightened: Row[] = [
  [
    'media type tightened',
    'a parameter is refused',
    'contentType.charset',
    refusing((r) => header(r, 'content-type').includes(';'), invalid),
  ],
  [
    'media type tightened',
    'a quoted charset is refused',
    'contentType.quotedCharset',
    refusing((r) => header(r, 'content-type').includes('"'), invalid),
  ],
  [
    'media type tightened',
    'charset without a blank is refused',
    'contentType.charsetTight',
    refusing((r) => /;\S/.test(header(r, 'content-type')), invalid),
  ],
  [
    'media type tightened',
    'upper case is refused',
    'contentType.upperCase',
    refusing((r) => /^[^;]*[A-Z]/.test(header(r, 'content-type')), invalid),
  ],
  [
    'media type tightened',
    'a charset is needed',
    'outcome.success',
    refusing((r) => header(r, 'content-type') === 'application/json', invalid),
  ],
  [
    'credentials tightened',
    'a secret with a colon is refused',
    'authorization.secret.colon',
    refusing((r) => basic(r).split(':').length > 2, unauthorized),
  ],
  [
    'credentials tightened',
    'sub-merchants are refused',
    'subMerchant.right',
    refusing((r) => r.headers.has('sub-merchant-id'), unauthorized),
  ],
  [
    'credentials tightened',
    'a sub-merchant is needed',
    'outcome.success',
    refusing((r) => !r.headers.has('sub-merchant-id'), unauthorized),
  ],
  [
    'signature tightened',
    'upper case is needed',
    'outcome.success',
    refusing((r) => /[a-f]/.test(header(r, 'x-req-signature')), unauthorized),
  ],
  ['JSON tightened', 'blanks are refused', 'body.same.indented', refusing((r) => isIndented(r), invalid)],
  [
    'JSON tightened',
    'escapes are refused',
    'body.same.escaped',
    refusing((r) => textOf(r).startsWith('{"\\u'), invalid),
  ],
  [
    'JSON tightened',
    'another order is refused',
    'body.same.reordered',
    refusing((r) => isReordered(textOf(r)), invalid),
  ],
];

const seen = new Set<string>();

/** Refuses a value of the member that it has seen before, for ever. */
function unique(name: string): Before {
  return (request) => {
    const key = `${name} ${String(asObject(jsonOf(textOf(request)))[name])}`;
    if (seen.has(key)) return { answer: invalid };
    seen.add(key);
    return request;
  };
}

/** The same of creating. */
export const creationTightened: Row[] = [
  [
    'uniqueness tightened',
    'external_id on all channels',
    'create.externalId.otherChannel',
    unique('external_id'),
  ],
  ['uniqueness tightened', 'order_id', 'create.orderId.again', unique('order_id')],
];

function isReordered(json: string): boolean {
  const names = Object.keys(Object(jsonOf(json)) as object);
  return names.length > 1 && names.at(-1) === 'external_id';
}
