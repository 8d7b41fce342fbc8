import type { Rule } from '../checker/checker.ts';
import type { Contract } from '../../spec/contract.ts';
import type { ContractCase, RawAnswer } from '../cases/types.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import type { Checks } from '../sandbox/checks.ts';
import type { SandboxState } from '../sandbox/state.ts';

/** A request on its way to the sandbox. */
export interface Incoming {
  headers: Headers;
  body: Uint8Array;
}

/** What is wrong with a sandbox: nothing of it is given for the compliant one. */
export interface WrongSandbox {
  /** The contract that the sandbox reads its request rules from, changed; a copy may be changed in place. */
  contract?: (contract: Contract) => Contract;
  checks?: Partial<Checks>;
  tamper?: Tamper;
  /** The same, told what is stored: what it changes there stays changed. */
  remembers?: (state: SandboxState) => Tamper;
  /** Stands before the sandbox: passes the request on, changed or not, or answers itself. */
  before?: (request: Incoming) => Incoming | { answer: Answer };
  /** Changes the answer as it goes on the wire, where `tamper` cannot: header lists, for one. */
  after?: (answer: RawAnswer) => RawAnswer;
}

/** A finding of the checker; `where` is the statement, if only one will do. */
export interface FindingAt {
  rule: Rule;
  pointer: string;
  where?: string;
}

/** A sandbox with exactly one thing wrong. */
export interface Mutant {
  /** Stable and readable: operation, what it is about, what is wrong. */
  id: string;
  /** The operationId. */
  operation: string;
  /** The kind of the mutation, for the table: `answer type`, `request maxLength relaxed`. */
  group: string;
  wrong: WrongSandbox;
  /** The case whose request brings it out. Only a mutant that is excluded may have none. */
  case: ContractCase | undefined;
  /** The finding that must notice it. Without one, and without a lie, its case must fail. */
  killedBy?: FindingAt;
  /** The lie that a staging run must tell of it, and no other. */
  lie?: string;
  /** Why nothing can notice it; then it is not run. */
  excluded?: string;
}

/** What must notice a mutant, in words. */
export function tellKilledBy({ killedBy, lie, case: one }: Omit<Mutant, 'id' | 'operation'>): string {
  if (lie !== undefined) return `rule ${lie}`;
  return killedBy ? tellFinding(killedBy) : `case ${one?.id ?? 'none'}`;
}

/** A finding, in words. */
export function tellFinding({ rule, pointer, where }: FindingAt): string {
  return `rule ${rule} at ${pointer || 'the body'}${where === undefined ? '' : `, ${where}`}`;
}

/** What became of a mutant. */
export interface MutantResult {
  id: string;
  operation: string;
  group: string;
  verdict: 'killed' | 'survived' | 'excluded';
  /** What was to notice it. */
  expected: string;
  /** What did notice it, or why it was not run. */
  seen: string[];
}
