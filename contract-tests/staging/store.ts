import { randomUUID } from 'node:crypto';
import type { Need, SuppliedVa, Target, VaIds } from '../cases/types.ts';
import type { GivenVa, VaState } from './va-file.ts';

/** Makes one virtual account; undefined if the gateway does not. */
export type Create = () => Promise<VaIds | undefined>;

/** The virtual accounts that are left to a run. */
export interface VaStore {
  /** One for this case alone; an active one is created if there is none. */
  take: (state: VaState) => Promise<VaIds | undefined>;
  /** An active one that stays where it is, for a call that only reads. */
  look: () => Promise<VaIds | undefined>;
  put: (given: GivenVa) => void;
  /** All that the run ever had, for masking. */
  all: VaIds[];
}

/** A store of what is given, and of what can be created. */
export function createStore(given: readonly GivenVa[], create?: Create): VaStore {
  const left: GivenVa[] = [];
  const all: VaIds[] = [];
  const put = (one: GivenVa): void => {
    left.push(one);
    all.push(one.va);
  };
  given.forEach(put);
  const find = async (state: VaState): Promise<number> => {
    const found = left.findIndex((one) => one.state === state);
    if (found >= 0 || state !== 'active') return found;
    const va = await create?.();
    if (!va) return -1;
    put({ state, va });
    return left.length - 1;
  };
  return {
    all,
    put,
    take: async (state) => {
      const at = await find(state);
      return at < 0 ? undefined : left.splice(at, 1)[0]!.va;
    },
    look: async () => left[await find('active')]?.va,
  };
}

/** How the virtual account of one case is chosen, and what came of it. */
export interface Supplier {
  supply: Target['supply'];
  /** Set if there was none left. */
  lacked: boolean;
  /** The existing one that was supplied. */
  used?: VaIds;
}

/** How to supply a case. */
export interface SupplyOptions {
  channel: string;
  /** Only reads, so that a virtual account can serve again. */
  readOnly: boolean;
  /** Whether a need of `any` is met by one that exists. */
  real: boolean;
}

/**
 * A supplier for one case; none for one of creating. A need of `any` is met by ids that do not exist, which nothing can cancel, unless
 * `real`; with ids of its own it always is, since no existing virtual account can be made to have them.
 */
export function supplierFor(store: VaStore, options: SupplyOptions): Supplier {
  let asked = false;
  const supplier: Supplier = { lacked: false, supply: (need) => supply(need) };
  const supply = async (need: Need): Promise<SuppliedVa | undefined> => {
    const first = !asked;
    asked = true;
    // Nothing is created here for a case to be about its creation.
    if (need.owner !== 'self' || need.state === 'fresh') return undefined;
    const anything = need.state === 'any' && (!options.real || need.with !== undefined);
    if (!first || need.state === 'unknown' || anything) return { va: makeUp(options, need), exists: false };
    const state = need.state === 'any' ? 'active' : (need.state as VaState);
    const va = options.readOnly && state === 'active' ? await store.look() : await store.take(state);
    supplier.lacked = va === undefined;
    if (!va) return undefined;
    supplier.used = va;
    return { va, exists: true };
  };
  return supplier;
}

/** Ids that no virtual account has. */
export function makeUp({ channel }: Pick<SupplyOptions, 'channel'>, need?: Pick<Need, 'with'>): VaIds {
  const id = randomUUID();
  return {
    external_id: `ct-${id}`,
    order_id: `ct-${id.replaceAll('-', '').slice(0, 22)}`,
    transaction_id: id,
    payment_method: 'BANK_TRANSFER',
    payment_channel: channel,
    ...need?.with,
  };
}
