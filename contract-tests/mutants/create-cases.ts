import { randomUUID } from 'node:crypto';
import { casesFor } from '../cases/cases.ts';
import type { ContractCase, Need, SuppliedVa, Target, VaIds } from '../cases/types.ts';
import { asObject, join, objectAt, operationOf } from '../checker/contract.ts';
import type { Contract } from '../checker/contract.ts';

/** The operation that the cases are not made for. */
export const CREATE = 'createVirtualAccount';

/** Cases that speak of a virtual account that is there already, or of its transaction_id. */
const elsewhere = (id: string): boolean => /^(outcome\.notFound|open)\.|\.transactionId$/.test(id);

/**
 * The cases for a creation as far as those for the five members reach: credentials, signature, headers, the
 * body as a whole, and its own members that are text. Not the members of its objects.
 */
export function createCases(contract: Contract, make: typeof casesFor = casesFor): ContractCase[] {
  const copy = structuredClone(contract);
  const schema = objectAt(copy, requestSchema(copy));
  const members = Object.entries(asObject(schema['properties']));
  const isText = (name: string): boolean =>
    objectAt(contract, join(requestSchema(contract), 'properties', name))['type'] === 'string';
  schema['properties'] = Object.fromEntries(members.filter(([name]) => isText(name)));
  return make(CREATE, copy).filter(({ id }) => !elsewhere(id));
}

function requestSchema(contract: Contract): string {
  return join(operationOf(contract, CREATE).pointer, 'requestBody', 'content', 'application/json', 'schema');
}

/** A target whose virtual accounts are yet to be created: what it supplies is the body of a creation. */
export function createTarget(contract: Contract, target: Target): Target {
  const content = join(operationOf(contract, CREATE).pointer, 'requestBody', 'content', 'application/json');
  const [example] = Object.values(asObject(objectAt(contract, content)['examples']));
  const body = asObject(asObject(example)['value']);
  const supply = ({ with: wanted }: Need): Promise<SuppliedVa> => {
    const id = randomUUID();
    const ids = { external_id: `ext-${id}`, order_id: `ord-${id.slice(0, 13)}` };
    return Promise.resolve({ va: { ...body, ...ids, ...wanted } as unknown as VaIds, exists: true });
  };
  return { ...target, supply };
}
