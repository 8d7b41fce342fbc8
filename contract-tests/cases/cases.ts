/** The cases: requests with at most one fault each, and the exact answer that the contract has for it. */
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { faultCases } from './faults.ts';
import { keywordCases } from './keywords.ts';
import { readOperation } from './operation.ts';
import { creationCases, stateCases } from './states.ts';
import type { ContractCase } from './types.ts';

export type * from './types.ts';

/**
 * Every case for one operation that takes a virtual account's five members, or creates one. Throws an Error if the contract
 * (default: spec/openapi.yaml) lacks what a case is derived from, or if two cases have one id.
 */
export function casesFor(operationId: string, contract: Contract = readContract()): ContractCase[] {
  const operation = readOperation(contract, operationId);
  const cases = [stateCases, faultCases, keywordCases, creationCases].flatMap((make) => make(operation));
  const ids = new Set<string>();
  for (const { id } of cases) {
    if (ids.has(id)) throw new Error(`Two cases are called ${id}`);
    ids.add(id);
  }
  return cases;
}
