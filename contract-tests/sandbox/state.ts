import type { ScriptName } from './scripts.ts';

/** A merchant as the gateway knows it. Wire names. */
export interface Merchant {
  merchant_id: string;
  secret_unbound_id: string;
  hash_key: string;
  sub_merchants?: SubMerchant[];
}

/** A sub-merchant: named in the header sub-merchant-id, it signs with its own hash key. */
export interface SubMerchant {
  submerchant_name: string;
  hash_key: string;
}

/** The statuses that the sandbox uses, of those in the gateway's appendix. */
export type VirtualAccountStatus = 'ACTIVE' | 'PAID' | 'PROCESSING' | 'EXPIRED' | 'CANCELED';

/** A virtual account as the gateway has stored it. Wire names. */
export interface VirtualAccount {
  transaction_id: string;
  external_id: string;
  order_id: string;
  payment_method: string;
  payment_channel: string;
  transaction_status: VirtualAccountStatus;
  merchant_id: string;
  submerchant_name?: string;
  /** Where it was created here. */
  va_number?: string;
  /** The body that created it here, for the callback. */
  request?: Record<string, unknown>;
  /** A sandbox control, not gateway behaviour: what to answer instead. */
  script?: ScriptName;
}

/** The sandbox's memory. */
export interface SandboxState {
  merchants: readonly Merchant[];
  /** Every virtual account, in the order they were added. */
  virtualAccounts(): VirtualAccount[];
  /** The stored virtual account itself: what a caller changes in it stays changed. */
  find(transactionId: string): VirtualAccount | undefined;
  /** Stores a copy. Throws a TypeError if the transaction_id is taken or the merchant unknown. */
  add(virtualAccount: VirtualAccount): VirtualAccount;
}

/** A memory with these merchants and virtual accounts in it. Throws a TypeError without any merchant. */
export function createState(merchants: readonly Merchant[], seeds: readonly VirtualAccount[]): SandboxState {
  if (merchants.length === 0) throw new TypeError('The sandbox needs a merchant');
  const stored = new Map<string, VirtualAccount>();
  const state: SandboxState = {
    merchants,
    virtualAccounts: () => [...stored.values()],
    find: (transactionId) => stored.get(transactionId),
    add(virtualAccount) {
      const { transaction_id, merchant_id } = virtualAccount;
      if (stored.has(transaction_id)) throw new TypeError(`transaction_id ${transaction_id} is taken`);
      if (!merchants.some((m) => m.merchant_id === merchant_id))
        throw new TypeError(`No merchant ${merchant_id}`);
      const copy = { ...virtualAccount };
      stored.set(transaction_id, copy);
      return copy;
    },
  };
  seeds.forEach(state.add);
  return state;
}
