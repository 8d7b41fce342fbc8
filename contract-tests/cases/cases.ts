/** The cases: requests with at most one fault each, and the exact answer that the contract has for it. */
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { authorizationCases } from './authorization.ts';
import { contentTypeCases } from './content-type.ts';
import { creationCases } from './creation.ts';
import { headerCases } from './headers.ts';
import { memberCases } from './members.ts';
import { outcomeCases } from './outcomes.ts';
import { shapeCases } from './shape.ts';
import { signatureCases } from './signature-cases.ts';
import { readSubject } from './subject.ts';
import type { ContractCase } from './types.ts';

export type * from './types.ts';

/**
 * Every case for one operation that takes a virtual account's five members, or creates one. Throws an Error if the contract
 * (default: spec/openapi.yaml) lacks what a case is derived from, or if two cases have one id.
 */
export function casesFor(operationId: string, contract: Contract = readContract()): ContractCase[] {
  const subject = readSubject(contract, operationId);
  const makers = [
    outcomeCases,
    authorizationCases,
    signatureCases,
    headerCases,
    contentTypeCases,
    shapeCases,
    memberCases,
    creationCases,
  ];
  const cases = makers.flatMap((make) => make(subject));
  const ids = new Set<string>();
  for (const { id } of cases) {
    if (ids.has(id)) throw new Error(`Two cases are called ${id}`);
    ids.add(id);
  }
  return cases;
}
