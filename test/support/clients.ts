/** Every way to call from code, brought to one shape, so that suites can hold them to the same outcomes. */
import { join, objectAt, operationsOf, readContract } from '../../spec/contract.ts';
import type { OperationId } from '../../contract-tests/sandbox/scripts.ts';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { type VaError, outcomeOf, vaErrorOf } from '../../src/errors.ts';
import { operations, type CancelRequest, type VaOperations } from '../../src/operations.ts';
import type { VaClientOptions } from '../../src/options.ts';

export type { OperationId } from '../../contract-tests/sandbox/scripts.ts';

/** How a call ended. */
export interface Ending {
  outcome: ReturnType<typeof outcomeOf> | 'done';
  /** The answer, if done. */
  data?: unknown;
  error?: VaError | undefined;
  /** What the client itself threw or returned. */
  raw: unknown;
}

/** Calls that operation with a client made for it. `request` is not typed: tests send wrong ones too. */
export type Caller = (operation: OperationId, options: VaClientOptions, request: object) => Promise<Ending>;

interface Names {
  path: (typeof operations)[keyof VaOperations]['path'];
  method: keyof VaOperations;
  /** Of the class-based client: its request's schema, beginning in lower case. */
  parameter: string;
}

/** What each operation of the contract is called, by its operationId. */
function namesOf(): Record<string, Names> {
  const contract = readContract();
  const named = operationsOf(contract).map(({ id, path, pointer }) => {
    const method = Object.values(operations).find((each) => each.path === path)?.name;
    if (!method) throw new Error(`src/operations.ts lacks ${path}, ${id} of the contract`);
    const body = objectAt(contract, join(pointer, 'requestBody', 'content', 'application/json'));
    const schema = String((body['schema'] as { $ref: string }).$ref.split('/').at(-1));
    return [id, { path, method, parameter: schema[0]!.toLowerCase() + schema.slice(1) }];
  });
  return Object.fromEntries(named) as Record<string, Names>;
}
const NAMES = namesOf();

const done = (data: unknown): Ending => ({ outcome: 'done', data, raw: data });
const thrown = (raw: unknown): Ending => ({ outcome: outcomeOf(raw), error: vaErrorOf(raw), raw });

/** `client.cancel` and so on. */
const direct: Caller = async (operation, options, request) => {
  const client = createVaClient(options);
  return client[NAMES[operation]!.method](request as never).then(done, thrown);
};

/** `client.api.POST`: an error status is returned, the rest thrown. */
const api: Caller = async (operation, options, request) => {
  const call = createVaClient(options).api.POST(NAMES[operation]!.path, { body: request as never });
  return call.then((result) => {
    const { data, error, response } = result as { data?: unknown; error?: unknown; response: Response };
    if (error === undefined) return { outcome: 'done', data, raw: result };
    return { ...thrown(response), raw: result };
  }, thrown);
};

/** The class-based client. */
const classBased: Caller = async (operation, options, request) => {
  const parameters = { [NAMES[operation]!.parameter]: request };
  return createVirtualAccountApi(options)
    [operation](parameters as never)
    .then(done, thrown);
};

/** Each client by its name, for any operation. */
export const callers: [name: string, call: Caller][] = [
  ['createVaClient', direct],
  ['client.api', api],
  ['the class-based client', classBased],
];

type Cancel = (options: VaClientOptions, request: CancelRequest) => Promise<Ending>;

/** Each client by its name, for cancelling. */
export const clients: [name: string, cancel: Cancel][] = callers.map(([name, call]) => [
  name === 'createVaClient' ? 'client.cancel' : name,
  (options, request) => call('cancelVirtualAccount', options, request),
]);
