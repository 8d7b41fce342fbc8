import { join, knownAt, operationOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract, Known } from '../../spec/contract.ts';
import type { Finding } from '../checker/checker.ts';
import { assumptions } from './judge.ts';
import type { Refutation, StagingResult } from './judge.ts';
import type { Observation } from './observe.ts';
import { guessesOf } from './statements.ts';
import type { Guess } from './statements.ts';

/** A guess, and what became of it. */
export interface Judged extends Guess {
  verdict: 'confirmed' | 'refuted' | 'not exercised';
  /** The cases that did. */
  by: string[];
}

/** A refuted statement that is not a guess of the contract: a known fact, or an assumption beyond it. */
export interface Refuted {
  key: string;
  known: Known;
  by: string[];
}

/** What a run found out about the contract. */
export interface Ledger {
  guesses: Judged[];
  /** Refuted statements of pages, docs, SDKs and integrators' code. */
  facts: Refuted[];
  /** Refuted guesses that are no statement of the contract. */
  assumptions: Refuted[];
}

/** Weighs everything. One refutation outweighs any number of confirmations. */
export function weigh(
  contract: Contract,
  {
    results,
    refutations,
    observations,
  }: {
    results: readonly StagingResult[];
    refutations: readonly (Refutation & { by: string })[];
    observations: readonly Observation[];
  },
): Ledger {
  const guesses = guessesOf(contract);
  const [confirmed, refuted] = [new Multimap(), new Multimap()];
  const facts = new Map<string, Refuted>();
  const refute = (key: string, known: Known, by: string): void => {
    if (known === 'guess') return refuted.add(guessFor(contract, guesses, key) ?? key, by);
    const fact = facts.get(key) ?? { key, known, by: [] };
    facts.set(key, { ...fact, by: [...new Set([...fact.by, by])] });
  };
  for (const { id, operation, verdict, statement } of results) {
    if (verdict === 'pass') confirmed.add(statement.pointer, `${operation} ${id}`);
  }
  for (const { key, known, by } of refutations) {
    refute(key, known, by);
    const [written = '', code] = key.split(' ');
    if (code !== undefined && /\/responses\/\d{3}$/.test(written)) {
      refute(resolvePointer(contract, written), known, by);
    }
  }
  for (const { by, held, findings, operation, status } of observations) {
    for (const key of held) confirmed.add(key, by);
    for (const finding of findings) {
      const statement = refutedBy(contract, finding, operation, status);
      if (statement) refute(...statement, by);
    }
  }
  const judged = guesses.map((guess) => judge(guess, confirmed, refuted));
  const keys = new Set(guesses.map(({ key }) => key));
  const others = refuted.entries().filter(([key]) => !keys.has(key));
  return {
    guesses: judged,
    facts: [...facts.values()],
    assumptions: others.map(([key, by]) => ({ key, known: 'guess', by })),
  };
}

class Multimap {
  #values = new Map<string, Set<string>>();
  add(key: string, value: string): void {
    this.#values.set(key, (this.#values.get(key) ?? new Set()).add(value));
  }
  of = (key: string): string[] => [...(this.#values.get(key) ?? [])];
  entries = (): [string, string[]][] => [...this.#values.keys()].map((key) => [key, this.of(key)]);
}

function judge(guess: Guess, confirmed: Multimap, refuted: Multimap): Judged {
  const against = refuted.of(guess.key);
  if (against.length > 0) return { ...guess, verdict: 'refuted', by: against };
  const by = confirmed.of(guess.key);
  return { ...guess, verdict: by.length > 0 ? 'confirmed' : 'not exercised', by };
}

/** The key of the guess that a pointer belongs to: itself, or the nearest around it. */
function guessFor(contract: Contract, guesses: Guess[], key: string): string | undefined {
  if (guesses.some((guess) => guess.key === key)) return key;
  const around = guesses.filter(({ pointer, value }) => value === undefined && key.startsWith(`${pointer}/`));
  const [nearest] = around.sort((a, b) => b.pointer.length - a.pointer.length);
  return nearest && knownAt(contract, key) === 'guess' ? nearest.key : undefined;
}

function refutedBy(
  contract: Contract,
  { rule, where, known }: Finding,
  operation: string,
  status: number,
): [key: string, known: Known] | undefined {
  // A status that only `default` has is what `default` says; a case that expected another has failed.
  if (rule === 'statusByDefault') return undefined;
  if (rule === 'additionalMember') return [assumptions.closed, 'guess'];
  const written = join(operationOf(contract, operation).pointer, 'responses', String(status));
  // A known code with another status: the checker's `where` is the list of codes, the statement is the pairing.
  const paired = rule === 'enum' && known === 'guess' && knownAt(contract, where) !== 'guess';
  if (!paired || valueAt(contract, written) === undefined) return [where, known];
  return [resolvePointer(contract, written), 'guess'];
}
