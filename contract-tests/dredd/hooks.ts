/** What Dredd does around each transaction: send what the case sends, attach the schema, put it on record. */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';

/** The environment variable that tells Dredd's process where its orders are. */
export const ORDERS_VARIABLE = 'IFORTEPAY_DREDD_ORDERS';

/** What the hooks are told, as JSON in a file. */
export interface DreddOrders {
  /** Where they write what they did: a JSON line for each entry. */
  record: string;
  /** The only port, of 127.0.0.1, that Dredd's process may reach. */
  port: number;
  /** By key. The schema is the checker's. */
  transactions: Record<string, { headers: Record<string, string>; body: string; schema: unknown }>;
}

/** What was done in Dredd's process. Holds nothing secret. */
export type HookRecord =
  /** Each transaction that Dredd read, and what is wrong with the hooks that are registered. */
  | { did: 'begin'; keys: string[]; faults: string[] }
  | ({ did: 'judge' } & DreddJudgement)
  /** It tried to reach something else. */
  | { did: 'block'; what: string };

/** What Dredd made of one transaction. */
export interface DreddJudgement {
  key: string;
  /** Of the schema that it held the body against, see `fingerprint`. */
  schema: string;
  /** Of status and body as it read them. */
  answer: string;
  valid: boolean;
  /** Why not, in its own words, without any value. */
  says: string[];
}

/** A short text that differs for different values; of nothing, `none`. */
export function fingerprint(value: unknown): string {
  if (value === undefined) return 'none';
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Of an answer: of its status and body. */
export function fingerprintOf(answer: { status: number; body: Uint8Array } | undefined): string {
  return fingerprint(answer && [answer.status, Buffer.from(answer.body).toString('base64')]);
}

/** The orders of this process. Throws if there are none. */
export function readOrders(): DreddOrders {
  return JSON.parse(readFileSync(process.env[ORDERS_VARIABLE]!, 'utf8')) as DreddOrders;
}

/** Puts something on record. */
export function write({ record }: DreddOrders, entry: HookRecord): void {
  appendFileSync(record, `${JSON.stringify(entry)}\n`);
}

/** What this project uses of a Dredd transaction; Dredd has no types. */
interface Transaction {
  name: string;
  origin: { apiName: string };
  request: { headers: Record<string, string>; body: string };
  expected: { headers: Record<string, string>; bodySchema?: unknown };
  real?: {
    statusCode: number;
    headers: Record<string, string>;
    body?: string;
    bodyEncoding?: 'utf-8' | 'base64';
  };
  test?: { valid: boolean; message: string };
  fail?: string;
}

type Each = (hook: (transaction: Transaction) => void) => void;
type Registered = ((...of: never[]) => unknown)[];

/** What Dredd gives to a hook file. `beforeEachHooks` and so on are where it keeps what was registered. */
export interface DreddHooks {
  beforeAll: (hook: (transactions: Transaction[]) => void) => void;
  beforeEach: Each;
  beforeEachValidation: Each;
  afterEach: Each;
}

/** Registers every hook. Dredd waits for none that is async: these are not. */
export function register(hooks: DreddHooks): void {
  const orders = readOrders();
  const keyOf = ({ origin }: Transaction): string => origin.apiName;
  hooks.beforeAll((transactions) => {
    const names = new Set(transactions.map(({ name }) => name));
    write(orders, { did: 'begin', keys: transactions.map(keyOf), faults: lookAtHooks(hooks, names) });
  });
  hooks.beforeEach((transaction) => {
    const order = orders.transactions[keyOf(transaction)];
    if (!order) return void (transaction.fail = 'it was not planned');
    // Its own headers are not kept: it sends optional ones empty.
    transaction.request.headers = { ...order.headers };
    transaction.request.body = order.body;
  });
  hooks.beforeEachValidation((transaction) => {
    transaction.expected.bodySchema = orders.transactions[keyOf(transaction)]?.schema;
    allowParameters(transaction);
  });
  hooks.afterEach(({ origin, expected, real, test }) => {
    const { valid = false, message = '' } = test ?? {};
    const body = Buffer.from(real?.body ?? '', real?.bodyEncoding === 'base64' ? 'base64' : 'utf8');
    write(orders, {
      did: 'judge',
      key: origin.apiName,
      schema: fingerprint(expected.bodySchema),
      answer: fingerprintOf(real && { status: real.statusCode, body }),
      valid,
      says: message.split('\n').filter((line) => line !== ''),
    });
  });
}

/** Dredd compares the whole Content-Type; parameters such as charset are the checker's to judge. */
function allowParameters({ expected, real }: Transaction): void {
  const type = real?.headers['content-type'] ?? '';
  const name = Object.keys(expected.headers).find((one) => one.toLowerCase() === 'content-type');
  const essence = type.split(';')[0]!.trim().toLowerCase();
  if (name && essence === expected.headers[name]) expected.headers[name] = type;
}

/** What is wrong with any hook that is registered, whoever did it: Dredd says nothing of one it cannot call. */
function lookAtHooks(hooks: DreddHooks, names: Set<string>): string[] {
  const look = (kind: string, registered: Registered): string[] =>
    registered.flatMap((hook) => [
      ...([1, 2].includes(hook.length) ? [] : [`${kind} has ${hook.length} arguments: Dredd stops there`]),
      ...(hook.constructor.name === 'AsyncFunction' ? [`${kind} is async: Dredd does not wait for it`] : []),
    ]);
  const lists = Object.entries(hooks).filter(([kind]) => kind.endsWith('Hooks'));
  return lists.flatMap(([kind, registered]: [string, unknown]) => {
    if (Array.isArray(registered)) return look(kind, registered as Registered);
    return Object.entries(registered as Record<string, Registered>).flatMap(([name, named]) => [
      ...(names.has(name) ? [] : [`${kind} ${name} belongs to no transaction`]),
      ...look(`${kind} ${name}`, named),
    ]);
  });
}
