/** The virtual accounts of a run: read from a file, created, taken for a case, given back, and what became of them. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { asObject, operationOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { rightRequest } from '../cases/request.ts';
import { readOperation } from '../cases/operation.ts';
import type { Credentials, Need, RawRequest, SuppliedVa, Target, VaIds } from '../cases/types.ts';
import type { Reading } from './answer.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { UsageError } from './settings.ts';

/** What a virtual account is said to be in. */
export const vaStates = ['active', 'paid', 'expired', 'canceled'] as const;

/** The state of a virtual account. */
export type VaState = (typeof vaStates)[number];

/** A virtual account that the run may use, and cancel. */
export interface GivenVa {
  state: VaState;
  va: VaIds;
}

const names = ['external_id', 'order_id', 'transaction_id', 'payment_channel'] as const;

/**
 * Reads a JSON file: a list of {external_id, order_id, transaction_id, payment_channel, status?}, all strings;
 * `status` is active (the default), paid, expired or canceled. Throws a `UsageError` that names entries and
 * members, never their values.
 */
export function readVaFile(file: string): GivenVa[] {
  const list = parse(file);
  if (!Array.isArray(list)) throw new UsageError(`IFORTEPAY_TEST_VAS: ${file} holds no JSON list`);
  const problems = list.flatMap((entry, i) => faultsOf(entry).map((fault) => `entry ${i + 1}: ${fault}`));
  const ids = list.map((entry) => (entry as Record<string, unknown> | null)?.['transaction_id']);
  ids.forEach((id, i) => {
    const first = ids.indexOf(id);
    if (first < i) problems.push(`entry ${i + 1}: has the transaction_id of entry ${first + 1}`);
  });
  if (problems.length > 0) {
    throw new UsageError(problems.map((problem) => `IFORTEPAY_TEST_VAS: ${problem}`).join('\n'));
  }
  return (list as Record<string, string>[]).map(({ status = 'active', ...va }) => ({
    state: status as VaState,
    va: { ...(va as Omit<VaIds, 'payment_method'>), payment_method: 'BANK_TRANSFER' },
  }));
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    // The parser's own message quotes the file.
    const why =
      error instanceof SyntaxError ? 'is not JSON' : `cannot be read: ${(error as { code?: string }).code}`;
    throw new UsageError(`IFORTEPAY_TEST_VAS: ${file} ${why}`);
  }
}

function faultsOf(entry: unknown): string[] {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return ['is no JSON object'];
  const given = entry as Record<string, unknown>;
  const { status = 'active' } = given;
  const more = Object.keys(given).filter((name) => ![...names, 'status'].includes(name));
  return [
    ...names
      .filter((name) => typeof given[name] !== 'string' || given[name] === '')
      .map((name) => `${name} is missing or no text`),
    ...(vaStates.includes(status as VaState) ? [] : [`status is none of ${vaStates.join(', ')}`]),
    ...(more.length > 0 ? [`${more.length} members that are not known`] : []),
  ];
}

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
  /** Those that the run has cancelled or lost. */
  usedUp: Set<VaIds>;
  /** Notes that there should be one in that state: if there is none, they ran out. */
  claim: (state: VaState) => void;
  /** Whether there ever was one in that state, or should have been. */
  had: (state: VaState) => boolean;
  /** How many are left in that state. */
  left: (state: VaState) => number;
}

/** A store of what is given, and of what can be created. */
export function createStore(given: readonly GivenVa[], create?: Create): VaStore {
  const left: GivenVa[] = [];
  const all: VaIds[] = [];
  const states = new Set<VaState>();
  const put = (one: GivenVa): void => {
    left.push(one);
    states.add(one.state);
    if (!all.includes(one.va)) all.push(one.va);
  };
  given.forEach(put);
  /** By itself, not by its place: while one is created another may be taken. */
  const find = async (state: VaState): Promise<GivenVa | undefined> => {
    const found = left.find((one) => one.state === state);
    if (found || state !== 'active') return found;
    const va = await create?.();
    const made = va && { state, va };
    if (made) put(made);
    return made;
  };
  return {
    all,
    put,
    usedUp: new Set(),
    claim: (state) => void states.add(state),
    had: (state) => states.has(state),
    left: (state) => left.filter((one) => one.state === state).length,
    take: async (state) => {
      let found = await find(state);
      while (found && !left.includes(found)) found = await find(state);
      if (found) left.splice(left.indexOf(found), 1);
      return found?.va;
    },
    look: async () => (await find('active'))?.va,
  };
}

/** How the virtual account of one case is chosen, and what came of it. */
export interface Supplier {
  supply: Target['supply'];
  /** The state of which there was none left. */
  lacked?: VaState;
  /** The existing one that was supplied, and the state it was in. */
  used?: GivenVa;
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
 * A supplier for one case. A need of `any` is met by ids that do not exist, which nothing can cancel, unless `real`;
 * with ids of its own it always is, since no existing virtual account can be made to have them; another payment
 * method or channel may be sent about one that exists. `fresh` are made up.
 */
export function supplierFor(store: VaStore, options: SupplyOptions): Supplier {
  let asked = false;
  const supply = async (need: Need): Promise<SuppliedVa | undefined> => {
    const first = !asked;
    asked = true;
    if (need.owner !== 'self') return undefined;
    if (need.state === 'fresh') return { va: makeUp(options, need), exists: true };
    const anything = need.state === 'any' && (!options.real || hasOwnIds(need));
    if (!first || need.state === 'unknown' || anything) return { va: makeUp(options, need), exists: false };
    const state = need.state === 'any' ? 'active' : need.state;
    const va = options.readOnly && state === 'active' ? await store.look() : await store.take(state);
    if (!va) {
      supplier.lacked = state;
      return undefined;
    }
    supplier.used = { state, va };
    return { va: { ...va, ...need.with }, exists: true };
  };
  const supplier: Supplier = { supply };
  return supplier;
}

/** Whether it is about ids of its own, which no existing virtual account can be made to have; none is no id. */
export function hasOwnIds({ with: names = {} }: Pick<Need, 'with'>): boolean {
  return Object.entries(names).some(([name, id]) => name.endsWith('_id') && id !== '');
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

/** The payer of a created virtual account. Invented. */
export const payer = {
  email: 'fake-contract-payer@example.com',
  full_name: 'Fake Contract Payer',
  phone: '081200000000',
};

/** What creating needs. */
export interface CreateContext {
  contract: Contract;
  credentials: Credentials;
  channel: string;
  send: (request: RawRequest) => Promise<Reading>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const JAKARTA_MS = 7 * 60 * 60 * 1000;
/** At the most so many in a run, and none any more once so many in a row were refused. */
const [MOST, REFUSALS] = [100, 3];

/**
 * Creates single closed virtual accounts of 10 000 rupiah that expire in a day, through POST /va (request:
 * gateway docs, /payment-gateway/virtual-account/create; its answer is a guess). Experimental.
 */
export function createCreate(context: CreateContext, note: (line: string) => void): Create {
  let [made, refused] = [0, 0];
  return async () => {
    if (made >= MOST || refused >= REFUSALS) return undefined;
    const va = await createOne(context).catch(() => undefined);
    [made, refused] = va ? [made + 1, 0] : [made, refused + 1];
    if (refused === REFUSALS) note(`POST /va gave no virtual account ${REFUSALS} times: no more are created`);
    if (made === MOST) note(`${MOST} virtual accounts were created: no more are`);
    return va;
  };
}

async function createOne({
  contract,
  credentials,
  channel,
  send,
}: CreateContext): Promise<VaIds | undefined> {
  const { method, path } = operationOf(contract, 'createVirtualAccount');
  const { fixedHeaders } = readOperation(contract, 'cancelVirtualAccount').shape;
  const ids = makeUp({ channel });
  const nobody = { va: ids, other: ids, exists: false, alternates: {}, credentials };
  const { external_id, order_id, payment_channel } = ids;
  const body = {
    external_id,
    order_id,
    currency: 'IDR',
    payment_method: 'bank_transfer',
    payment_channel,
    payment_details: {
      billing_name: payer.full_name,
      payment_system: 'CLOSED',
      is_multi_use: false,
      amount: 10_000,
      expired_time: tomorrow(),
      transaction_description: `Contract check ${randomUUID().slice(0, 8)}`,
    },
    customer_details: payer,
    callback_url: 'https://merchant.example.com/callback',
  };
  const request = rightRequest({ method, path, fixedHeaders }, nobody, { body });
  return createdIn(request, await send(request));
}

/** In a day, as the gateway's documents write it. */
export function tomorrow(): string {
  return new Date(Date.now() + DAY_MS + JAKARTA_MS).toISOString().replace('Z', '+07:00');
}

/** The virtual account that the answer to a creation tells of, if it tells of one. */
export function createdIn(request: RawRequest, { status, code, answer }: Reading): VaIds | undefined {
  const { transaction_id } = asObject(parseJson(decodeBody(answer.body).text));
  const sent = asObject(parseJson(decodeBody(request.body).text));
  const { external_id, order_id, payment_channel } = sent as unknown as VaIds;
  const isDone = status >= 200 && status < 300 && code === '00' && typeof transaction_id === 'string';
  const areTexts = [external_id, order_id, payment_channel].every((one) => typeof one === 'string');
  if (!isDone || !areTexts) return undefined;
  return { external_id, order_id, transaction_id, payment_method: 'BANK_TRANSFER', payment_channel };
}
