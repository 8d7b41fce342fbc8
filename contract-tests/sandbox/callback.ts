import { setTimeout } from 'node:timers/promises';
import { behaviour } from './assumptions.ts';
import { callbackSignature } from './credentials.ts';
import { statusName } from './operations.ts';
import type { SandboxState, VirtualAccount } from './state.ts';

/** What a callback tells: the transaction_status as it goes out, and the amount in rupiah. */
export interface Notice {
  status: string;
  amount: number;
}

/** How one try to deliver ended: the HTTP status of the merchant's answer, or none in time. */
export type Delivery = number | 'no answer';

/**
 * Posts to `url`, rightly signed, what the gateway would post of that virtual account, until the merchant
 * acknowledges it or 1 + 3 tries are used up. Returns how each try ended. The stored status is neither read nor
 * changed: a callback may claim anything. Throws a TypeError if there is no such virtual account, or `url` is
 * none. (Gateway docs, /payment-gateway/virtual-account/callback.)
 */
export async function sendCallback(
  state: SandboxState,
  transactionId: string,
  notice: Notice,
  url: string | URL,
  post: typeof fetch = fetch,
): Promise<Delivery[]> {
  const stored = state.find(transactionId);
  if (!stored) throw new TypeError(`No virtual account ${transactionId}`);
  const headers = {
    'content-type': 'application/json',
    'mcp-signature': callbackSignature(hashKeyOf(state, stored), stored),
  };
  const redirect = behaviour.callback_redirect.value;
  const init = { method: 'POST', redirect, headers, body: JSON.stringify(callbackBody(stored, notice)) };
  const target = new URL(url);
  const deliveries: Delivery[] = [];
  for (let left = behaviour.callback_retries.value; left >= 0; left -= 1) {
    const { delivery, acknowledged } = await deliver(target, init, post);
    deliveries.push(delivery);
    if (acknowledged) break;
    if (left > 0) await setTimeout(behaviour.callback_pause_ms.value);
  }
  return deliveries;
}

async function deliver(
  url: URL,
  init: RequestInit,
  post: typeof fetch,
): Promise<{ delivery: Delivery; acknowledged: boolean }> {
  const signal = AbortSignal.timeout(behaviour.callback_deadline_ms.value);
  try {
    const response = await post(url, { ...init, signal });
    return { delivery: response.status, acknowledged: acknowledges(response.status, await response.text()) };
  } catch {
    return { delivery: 'no answer', acknowledged: false };
  }
}

function acknowledges(status: number, text: string): boolean {
  const expected = behaviour.callback_acknowledgement.value;
  try {
    const receipt = JSON.parse(text) as { message?: unknown } | null;
    return status === expected.status && receipt?.message === expected.message;
  } catch {
    return false;
  }
}

function hashKeyOf({ merchants }: SandboxState, { merchant_id, submerchant_name }: VirtualAccount): string {
  const merchant = merchants.find((m) => m.merchant_id === merchant_id)!;
  if (submerchant_name === undefined) return merchant.hash_key;
  return merchant.sub_merchants!.find((s) => s.submerchant_name === submerchant_name)!.hash_key;
}

/** The documented members, in the documented order; those that the creation did not give are left out. */
function callbackBody(stored: VirtualAccount, { status, amount }: Notice): Record<string, unknown> {
  const { transaction_id, external_id, order_id, payment_channel, request = {} } = stored;
  const details = (request['payment_details'] ?? {}) as Record<string, unknown>;
  const now = jakartaTime(new Date());
  const { expired_time, transaction_description } = details;
  const paid = status === statusName('PAID') ? { paid_time: now } : {};
  return {
    transaction_id,
    external_id,
    order_id,
    currency: 'IDR',
    payment_method: behaviour.callback_payment_method.value,
    payment_channel,
    payment_system: details['payment_system'] ?? 'CLOSED',
    transaction_status: status,
    transaction_time: now,
    payment_details: { amount, expired_time, transaction_description, total_amount: amount, ...paid },
    ...passedOn(request),
    response_code: behaviour.callback_response_code.value,
    ...behaviour.callback_extra_members.value,
  };
}

function passedOn(request: Record<string, unknown>): Record<string, unknown> {
  const { customer_details, item_details, billing_address, shipping_address, additional_data } = request;
  return { customer_details, item_details, billing_address, shipping_address, additional_data };
}

/** ISO 8601 with milliseconds and +07:00, as the gateway has expired_time. */
function jakartaTime(date: Date): string {
  return new Date(date.getTime() + 7 * 3_600_000).toISOString().replace('Z', '+07:00');
}

/**
 * A payer pays: the virtual account becomes PAID, or stays ACTIVE if it is multi-use (assumed). Returns it, as
 * stored. Throws a TypeError if there is none or it is not ACTIVE. No callback is sent, see `sendCallback`.
 */
export function pay(state: SandboxState, transactionId: string): VirtualAccount {
  const stored = state.find(transactionId);
  if (!stored) throw new TypeError(`No virtual account ${transactionId}`);
  if (stored.transaction_status !== 'ACTIVE') {
    throw new TypeError(`${transactionId} cannot be paid, it is ${stored.transaction_status}`);
  }
  const { single, multi_use } = behaviour.status_after_payment.value;
  stored.transaction_status = isMultiUse(stored) ? multi_use : single;
  return stored;
}

function isMultiUse({ request }: VirtualAccount): boolean {
  return (request?.['payment_details'] as { is_multi_use?: unknown } | undefined)?.is_multi_use === true;
}
