import type { HookSeen } from './record.ts';

/** What this project uses of a Dredd transaction; Dredd has no types. */
export interface Transaction {
  name: string;
  origin: { apiName: string };
  request: { method: string; uri: string; headers: Record<string, string>; body: string };
  expected: { statusCode: string; headers: Record<string, string>; bodySchema?: unknown };
  real?: {
    statusCode: number;
    headers: Record<string, string>;
    body?: string;
    bodyEncoding?: 'utf-8' | 'base64';
  };
  test?: { valid: boolean; message: string };
  /** Why it fails; set by a hook. */
  fail?: string | boolean;
  skip?: boolean;
}

type Each = (transaction: Transaction) => void;
type All = (transactions: Transaction[]) => void;
type Registered = ((...of: never[]) => unknown)[];

/** What Dredd gives to a hook file; the lists are where it keeps what was registered. */
export interface DreddHooks {
  beforeAll: (hook: All) => void;
  afterAll: (hook: All) => void;
  beforeEach: (hook: Each) => void;
  beforeEachValidation: (hook: Each) => void;
  afterEach: (hook: Each) => void;
  beforeAllHooks: Registered;
  afterAllHooks: Registered;
  beforeEachHooks: Registered;
  beforeEachValidationHooks: Registered;
  afterEachHooks: Registered;
  beforeHooks: Record<string, Registered>;
  beforeValidationHooks: Record<string, Registered>;
  afterHooks: Record<string, Registered>;
}

const lists = ['beforeAll', 'afterAll', 'beforeEach', 'beforeEachValidation', 'afterEach'] as const;
const tables = ['before', 'beforeValidation', 'after'] as const;

/** Every hook that is registered, whoever did it: Dredd says nothing of one that it cannot call. */
export function lookAtHooks(hooks: DreddHooks, transactions: Transaction[]): HookSeen[] {
  const names = new Set(transactions.map(({ name }) => name));
  const look = (kind: string, reaches: boolean) => (hook: Registered[number]) => ({
    ...{ kind, reaches, arguments: hook.length },
    async: hook.constructor.name === 'AsyncFunction',
  });
  return [
    ...lists.flatMap((kind) => hooks[`${kind}Hooks`].map(look(kind, true))),
    ...tables.flatMap((kind) =>
      Object.entries(hooks[`${kind}Hooks`]).flatMap(([name, registered]) =>
        registered.map(look(`${kind} ${name}`, names.has(name))),
      ),
    ),
  ];
}
