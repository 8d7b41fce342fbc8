import { readContract } from '../../spec/contract.ts';

/** Part of the contract, as parsed: a tree of unknown shape. */
export type Node = Record<string, any>;

/** A change of the contract, in place; its schemas come first, since they are what is changed most. */
export type ContractChange = (schemas: Record<string, Node>, contract: Node) => unknown;

/** The contract, changed: for tests of what must notice that. */
export function altered(change: ContractChange): Node {
  const contract: Node = readContract();
  change(contract['components'].schemas as Record<string, Node>, contract);
  return contract;
}
