import { readFileSync } from 'node:fs';
import type { VaIds } from '../cases/types.ts';
import { UsageError } from './settings.ts';

/** What a virtual account is said to be in. */
export const vaStates = ['active', 'paid', 'expired', 'canceled'] as const;

/** The state of a virtual account. */
export type VaState = (typeof vaStates)[number];

/** A virtual account that the run may use, and cancel. */
export interface GivenVa {
  state: VaState;
  va: VaIds;
}

const names = ['external_id', 'order_id', 'transaction_id', 'payment_channel'] as const;

/**
 * Reads a JSON file: a list of {external_id, order_id, transaction_id, payment_channel, status?}, all strings;
 * `status` is active (the default), paid, expired or canceled. Throws a `UsageError` that names entries and
 * members, never their values.
 */
export function readVaFile(file: string): GivenVa[] {
  const list = parse(file);
  if (!Array.isArray(list)) throw new UsageError(`IFORTEPAY_TEST_VAS: ${file} holds no JSON list`);
  const problems = list.flatMap((entry, i) => faultsOf(entry).map((fault) => `entry ${i + 1}: ${fault}`));
  const ids = list.map((entry) => (entry as Record<string, unknown> | null)?.['transaction_id']);
  ids.forEach((id, i) => {
    const first = ids.indexOf(id);
    if (first < i) problems.push(`entry ${i + 1}: has the transaction_id of entry ${first + 1}`);
  });
  if (problems.length > 0) {
    throw new UsageError(problems.map((problem) => `IFORTEPAY_TEST_VAS: ${problem}`).join('\n'));
  }
  return (list as Record<string, string>[]).map(({ status = 'active', ...va }) => ({
    state: status as VaState,
    va: { ...(va as Omit<VaIds, 'payment_method'>), payment_method: 'BANK_TRANSFER' },
  }));
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    // The parser's own message quotes the file.
    const why =
      error instanceof SyntaxError ? 'is not JSON' : `cannot be read: ${(error as { code?: string }).code}`;
    throw new UsageError(`IFORTEPAY_TEST_VAS: ${file} ${why}`);
  }
}

function faultsOf(entry: unknown): string[] {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return ['is no JSON object'];
  const given = entry as Record<string, unknown>;
  const { status = 'active' } = given;
  const more = Object.keys(given).filter((name) => ![...names, 'status'].includes(name));
  return [
    ...names
      .filter((name) => typeof given[name] !== 'string' || given[name] === '')
      .map((name) => `${name} is missing or no text`),
    ...(vaStates.includes(status as VaState) ? [] : [`status is none of ${vaStates.join(', ')}`]),
    ...(more.length > 0 ? [`${more.length} members that are not known`] : []),
  ];
}
