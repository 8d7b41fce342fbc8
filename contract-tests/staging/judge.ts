import { operationOf } from '../../spec/contract.ts';
import type { Contract, Known } from '../../spec/contract.ts';
import type { CaseResult, ContractCase, Outcome } from '../cases/types.ts';
import { keyOf, pairingsOf } from './statements.ts';

/** A case, and what came of it on staging. */
export interface StagingResult extends Omit<CaseResult, 'verdict'> {
  verdict: CaseResult['verdict'] | 'reported' | 'not run';
}

/** What a failed case refutes. */
export interface Refutation {
  /** Key of the statement. */
  key: string;
  known: Known;
  says: string;
}

/** The key of what is nobody's statement but is assumed all the same: such a refutation is one of a guess. */
export const assumptions = {
  order: 'a request is judged before the virtual account is looked up',
  trigger: 'each fault is answered with the response code that fits it best',
  closed: 'an answer has no members beyond those of the contract',
} as const;

type Got = NonNullable<CaseResult['got']>;
type WithGot = Pick<StagingResult, 'operation'> & { got: Got };

/**
 * What a failure refutes. Refused, but with another status or code, refutes the pairing: which status comes
 * with which code, and which code with which fault, is a guess. Not refused at all refutes the rule itself,
 * as well as it is known. 02 about ids that do not exist, instead of a refusal of the request, says neither:
 * only that the virtual account was looked up first.
 */
export function refutationOf(
  contract: Contract,
  one: ContractCase,
  result: StagingResult,
): Refutation | undefined {
  const { got, expect, verdict, statement } = result;
  if (verdict !== 'fail' || !got) return undefined;
  const { known } = statement;
  const says = `${result.id}: ${result.reason}`;
  const rule = { key: statement.pointer, known, says };
  const wanted = expect === 'accepted' ? one.success : expect;
  if (got.responseCode === wanted.responseCode) return pairingOf(contract, { ...result, got }, wanted, says);
  if (wanted.responseCode === '00') return rule;
  if (lookedUpFirst(result)) return { key: assumptions.order, known: 'guess', says };
  if (!isAccepted(got)) return { key: assumptions.trigger, known: 'guess', says };
  if (wanted.responseCode !== '02') return rule;
  // That 02 means "data not found" is documented; a success instead refutes more than the pairing.
  return { key: keyOf('/components/schemas/ResponseCode/enum', '02'), known: 'docs', says };
}

/** Whether all that a result says is that ids which do not exist were looked up. A real VA would tell more. */
export function lookedUpFirst({ got, exists, expect, kind }: StagingResult): boolean {
  if (exists !== false || got?.responseCode !== '02' || kind === 'unstated') return false;
  return typeof expect === 'object' && !['00', '02'].includes(expect.responseCode);
}

function isAccepted({ status, responseCode = '00' }: Got): boolean {
  return status >= 200 && status < 300 && responseCode === '00';
}

function pairingOf(contract: Contract, { operation }: WithGot, wanted: Outcome, says: string): Refutation {
  const { status, responseCode } = wanted;
  const found = pairingsOf(contract, operationOf(contract, operation)).find(
    (one) => one.status === String(status) && one.code === responseCode,
  );
  if (!found) throw new Error(`${operation} has no ${status} with ${responseCode}`);
  return { key: keyOf(found.pointer, found.code), known: found.known as Known, says };
}
