import type { CheckName } from './checks.ts';
import { merchant, sign } from './draft.ts';
import type { Draft } from './draft.ts';
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

export const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
export const right = `${merchant.merchant_id}:${merchant.secret_unbound_id}`;
export const key = merchant.hash_key;

export type Spoil = Fault['spoil'];
export const details =
  (change: Record<string, unknown>): Spoil =>
  (draft) =>
    void Object.assign(draft.body['payment_details'] as object, change);
export const header =
  (name: string, value: string): Spoil =>
  (draft) =>
    void (draft.headers[name] = value);
export const without =
  (name: string): Spoil =>
  (draft) =>
    void Reflect.deleteProperty(draft.headers, name);
export const signed =
  (parts: (va: VirtualAccount) => string[]): Spoil =>
  (draft, va) =>
    void (draft.headers['x-req-signature'] = sign(...parts(va)));
export const body =
  (change: Record<string, unknown>): Spoil =>
  (draft) =>
    void Object.assign(draft.body, change);
export const raw =
  (change: (json: string) => Uint8Array<ArrayBuffer>): Spoil =>
  (draft) =>
    void (draft.raw = change(JSON.stringify(draft.body)));
export const none: Spoil = () => undefined;

type Row = [says: string, check: CheckName, spoil: Spoil, va?: Partial<VirtualAccount>];
export const all = (status: number, responseCode: string, rows: Row[]): Fault[] =>
  rows.map(([says, check, spoil, va]) => ({ says, check, expected: [status, responseCode], va, spoil }));

/** Names other ids than those of the virtual account, and signs them rightly. */
export function resigned(draft: Draft, external_id: string, order_id: string): void {
  Object.assign(draft.body, { external_id, order_id });
  draft.headers['x-req-signature'] = sign(key, external_id, order_id);
}

export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
