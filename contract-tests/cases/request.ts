/** Right requests, and what can be changed in one. */
import { createHash } from 'node:crypto';
import { asObject } from '../../spec/contract.ts';
import { NotApplicable } from './types.ts';
import type { CaseContext, Credentials, RawRequest, VaIds } from './types.ts';

/**
 * Lower-case hex of SHA-256 over the parts joined in UTF-8; right with hash_key, external_id, order_id
 * (formula: gateway docs, /payment-gateway/securities). Written apart from src/ and the sandbox, on purpose.
 */
export function sign(...parts: string[]): string {
  return createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part, 'utf8'))))
    .digest('hex');
}

/** Base64 of `merchant_id:secret_unbound_id` in UTF-8, for Basic (gateway docs, securities). */
export function basicToken(merchantId: string, secretUnboundId: string): string {
  return Buffer.from(`${merchantId}:${secretUnboundId}`, 'utf8').toString('base64');
}

/** A body in the making: members of any type, or missing. */
export type Body = Record<string, unknown>;

/** What every right request of an operation has. */
export interface RequestShape {
  method: string;
  path: string;
  /** Headers that have one right value, x-version. */
  fixedHeaders: [name: string, value: string][];
  /** A right body: the contract's example. What names the virtual account in it is replaced. */
  template?: Body;
  /** Whether it creates the virtual account: then the method of payment is the template's, and there is no transaction_id. */
  creates?: boolean;
}

/** Parts of a right request that are to be otherwise. */
export interface RequestParts {
  body?: Body;
  credentials?: Credentials;
}

/** The right body about a virtual account, there or yet to be created. */
export function rightBody({ template, creates }: RequestShape, va: VaIds): Body {
  const { external_id, order_id, payment_channel } = va;
  return creates ? { ...template, external_id, order_id, payment_channel } : { ...template, ...va };
}

/** The right request about the context's virtual account; whatever the body holds, its signature is right. */
export function rightRequest(
  shape: RequestShape,
  context: CaseContext,
  parts: RequestParts = {},
): RawRequest {
  const { body = rightBody(shape, context.va), credentials = context.credentials } = parts;
  const { merchantId, secretUnboundId, hashKey, subMerchantId } = credentials;
  const signature = sign(hashKey, signedText(body['external_id']), signedText(body['order_id']));
  return {
    method: shape.method,
    path: shape.path,
    headers: [
      ['authorization', `Basic ${basicToken(merchantId, secretUnboundId)}`],
      ['content-type', 'application/json'],
      ['x-req-signature', signature],
      ...shape.fixedHeaders,
      ...(subMerchantId === undefined ? [] : [['sub-merchant-id', subMerchantId] as [string, string]]),
    ],
    body: Buffer.from(JSON.stringify(body)),
  };
}

// What a gateway that turns ids into text would sign; of ids that are no text nobody knows.
function signedText(id: unknown): string {
  if (id === undefined || id === null) return '';
  return typeof id === 'object' ? JSON.stringify(id) : String(id);
}

/** The request with a header set to this value, or, without a value, left out. */
export function withHeader(request: RawRequest, name: string, value?: string): RawRequest {
  const others = request.headers.filter(([other]) => other !== name);
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

/** As `withHeader`, with a wrong value. Throws `NotApplicable` if it happens to be the right one. */
export function withWrongHeader(request: RawRequest, name: string, value?: string): RawRequest {
  const right = request.headers.find(([other]) => other === name)?.[1];
  if (value === right) throw new NotApplicable(`with these ids and credentials this ${name} is right`);
  return withHeader(request, name, value);
}

/** The request with its JSON text changed. */
export function withText(request: RawRequest, change: (json: string) => string): RawRequest {
  return { ...request, body: Buffer.from(change(Buffer.from(request.body).toString('utf8'))) };
}

/** What `path` leads to within a value. */
export function getIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce((node, name) => asObject(node)[name], value);
}

/** A copy with the value at `path` replaced, or, by undefined, left out; the whole for an empty path. */
export function setIn(value: unknown, [name, ...rest]: readonly string[], to: unknown): any {
  if (name === undefined) return to;
  const { [name]: own, ...others } = asObject(value);
  const inner = rest.length === 0 ? to : setIn(own, rest, to);
  // In its old place: the order of members is no part of what is tested.
  return inner === undefined ? others : { ...asObject(value), [name]: inner };
}
