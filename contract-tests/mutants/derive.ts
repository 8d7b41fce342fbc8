import { casesFor } from '../cases/cases.ts';
import type { ContractCase } from '../cases/types.ts';
import type { Contract } from '../checker/contract.ts';
import { answerMutants } from './answer-mutants.ts';
import { checkMutants } from './check-mutants.ts';
import { CREATE, createCases } from './create-cases.ts';
import { operationIds } from './documented.ts';
import { requestHeaderMutants } from './header-mutants.ts';
import { protocolMutants } from './protocol-mutants.ts';
import { requestMutants } from './request-mutants.ts';
import type { Mutant } from './types.ts';

/** The cases of every operation, by operationId. */
export type Cases = ReadonlyMap<string, readonly ContractCase[]>;

/** The cases for every operation of the contract. */
export function allCases(contract: Contract): Cases {
  const of = (operation: string): ContractCase[] =>
    operation === CREATE ? createCases(contract) : casesFor(operation, contract);
  return new Map(operationIds(contract).map((operation) => [operation, of(operation)]));
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

const beyond: [killer: RegExp, why: string][] = [
  [/^body\.(payment_details|customer_details)\./, 'the cases do not reach into the objects of a creation'],
  [/^body\.[^.]+\.present$/, 'no case of a creation sends this optional member'],
  [/^body\.callback_url\.pattern$/, 'the cases vary short texts, not URLs'],
  [/^create\.externalId\.taken$/, 'no case creates the same twice'],
];

/**
 * Why a mutant is beyond the cases, if it is. Only what is listed here is let off, and only of creating; any
 * other mutant without its case survives.
 */
export function beyondCases({ operation, killer }: Mutant): string | undefined {
  if (operation !== CREATE || !('case' in killer)) return undefined;
  return beyond.find(([pattern]) => pattern.test(killer.case))?.[1];
}
