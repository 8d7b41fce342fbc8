import { casesFor } from '../cases/cases.ts';
import type { ContractCase } from '../cases/types.ts';
import type { Contract } from '../../spec/contract.ts';
import { answerMutants } from './answer-mutants.ts';
import { checkMutants } from './check-mutants.ts';
import { operationIds } from './documented.ts';
import { requestHeaderMutants } from './header-mutants.ts';
import { protocolMutants } from './protocol-mutants.ts';
import { requestMutants } from './request-mutants.ts';
import type { Mutant } from './types.ts';

/** The cases of every operation, by operationId. */
export type Cases = ReadonlyMap<string, readonly ContractCase[]>;

/** The cases for every operation of the contract. */
export function allCases(contract: Contract): Cases {
  return new Map(operationIds(contract).map((operation) => [operation, casesFor(operation, contract)]));
}

/**
 * Every mutant of every operation, derived from the contract. Throws an Error that names the JSON pointer of
 * what it cannot make mutants of, and if two mutants have one id.
 */
export function deriveMutants(contract: Contract, cases: Cases): Mutant[] {
  const mutants = operationIds(contract).flatMap((operation) => {
    const own = cases.get(operation) ?? [];
    return [
      ...answerMutants(contract, operation, own),
      ...requestMutants(contract, operation, own),
      ...requestHeaderMutants(contract, operation),
      ...checkMutants(operation),
      ...protocolMutants(operation),
    ];
  });
  const ids = new Set<string>();
  for (const { id } of mutants) {
    if (ids.has(id)) throw new Error(`Two mutants are called ${id}`);
    ids.add(id);
  }
  return mutants;
}
