import { behaviour } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';
import { member, requestIds } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { VirtualAccount } from './state.ts';

/** The virtual account that a request means, or the name of the refusal. Found by transaction_id. */
export function lookUp(exchange: Exchange): VirtualAccount | RefusalName {
  const { checks, merchant, subMerchant, state } = exchange;
  const ids = requestIds(exchange);
  const stored = state.find(ids.transaction_id) ?? (checks.exists ? undefined : imagine(exchange));
  if (!stored) return 'not_found';
  const owned =
    stored.merchant_id === merchant.merchant_id && stored.submerchant_name === subMerchant?.submerchant_name;
  if (checks.owner && !owned) return 'not_owner';
  const sameIds = stored.external_id === ids.external_id && stored.order_id === ids.order_id;
  if (checks.ids && !sameIds) return 'ids_disagree';
  if (checks.paymentMethod && !sameName(stored, exchange, 'payment_method')) return 'method_disagrees';
  if (checks.paymentChannel && !sameName(stored, exchange, 'payment_channel')) return 'channel_disagrees';
  return stored;
}

/** Whether the request has that name as it is stored, in the letter case that is assumed to matter. */
export function sameName(
  stored: VirtualAccount,
  exchange: Exchange,
  name: 'payment_method' | 'payment_channel',
): boolean {
  const [left, right] = [stored[name], member(exchange, name)];
  if (behaviour.stored_letter_case.value === 'exact') return left === right;
  return left.toLowerCase() === right.toLowerCase();
}

/** A virtual account made up from the request, for a gateway that does not notice that there is none. */
function imagine(exchange: Exchange): VirtualAccount {
  return {
    ...requestIds(exchange),
    payment_method: member(exchange, 'payment_method'),
    payment_channel: member(exchange, 'payment_channel'),
    transaction_status: 'ACTIVE',
    merchant_id: exchange.merchant.merchant_id,
    submerchant_name: exchange.subMerchant?.submerchant_name,
  };
}
