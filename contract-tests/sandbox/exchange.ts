import type { Checks } from './checks.ts';
import type { RequestRules } from './request-schema.ts';
import type { Merchant, SandboxState, SubMerchant } from './state.ts';

/** One request on its way through the gates; the gates fill in what they learn. */
export interface Exchange {
  headers: Headers;
  bytes: Uint8Array;
  rules: RequestRules;
  checks: Checks;
  state: SandboxState;
  merchant: Merchant;
  subMerchant?: SubMerchant;
  body: Record<string, unknown>;
}

/** A member of the body as text; empty if it is no string, which only happens with the body check off. */
export function member({ body }: Exchange, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

/** A member of the body that is an object; empty if it is none. */
export function objectMember({ body }: Exchange, name: string): Record<string, unknown> {
  const value = body[name];
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/** The three ids of the request, empty where it has none: a creation has no transaction_id. */
export function requestIds(exchange: Exchange): {
  transaction_id: string;
  external_id: string;
  order_id: string;
} {
  return {
    transaction_id: member(exchange, 'transaction_id'),
    external_id: member(exchange, 'external_id'),
    order_id: member(exchange, 'order_id'),
  };
}
