import type { ContractCase } from '../cases/types.ts';
import type { Contract } from '../../spec/contract.ts';
import { getIn } from './schema-tree.ts';

/** A schema that may be changed in place. */
export type Schema = Record<string, any>;

/** One rule of a request, otherwise. */
export interface RuleChange {
  /** The keyword, and `relaxed` or `tightened`. */
  group: string;
  says: string;
  /** Id of the case that must notice. */
  killer: string;
  change: (schema: Schema) => unknown;
  excluded?: string;
}

/** What is sent to an operation. */
export interface Sent {
  contract: Contract;
  cases: readonly ContractCase[];
  /** The contract's example of a right request: every right request has the members of this one. */
  body: unknown;
}

/** Id of the case that notices when a member is not taken any more. */
export function acceptedBy({ body }: Sent, path: readonly string[]): string {
  return getIn(body, path) === undefined ? `body.${path.join('.')}.present` : 'outcome.success';
}
