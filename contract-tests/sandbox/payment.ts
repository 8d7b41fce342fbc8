import { behaviour } from './assumptions.ts';
import type { SandboxState, VirtualAccount } from './state.ts';

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
