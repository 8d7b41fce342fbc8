import { randomUUID } from 'node:crypto';
import { pageVirtualAccount, seedMerchants, seedVirtualAccounts } from '../sandbox/seeds.ts';
import { seedName } from '../sandbox/scripts.ts';
import type { Planned } from './plan.ts';

/** What makes the sandbox give a planned answer for real; the hook adds the headers. */
export interface Arrangement {
  body: Record<string, unknown>;
  /** The one thing wrong with the headers, if there is one. */
  wrong?: 'secret' | 'signature';
}

/** The credentials that the hook authorizes and signs with: the sandbox's first merchant, invented. */
export const credentials = seedMerchants[0]!;

type Arrange = (request: Record<string, unknown>) => Arrangement;
type Table = Record<string, Arrange>;

const ids = ['external_id', 'order_id', 'transaction_id', 'payment_method', 'payment_channel'] as const;

function about(va: (typeof seedVirtualAccounts)[number]): Arrange {
  return () => ({ body: Object.fromEntries(ids.map((name) => [name, va[name]])) });
}

const seeded = (name: string): Arrange => {
  const found = seedVirtualAccounts.find(({ external_id }) => external_id === seedName(name));
  if (!found) throw new Error(`The sandbox has no virtual account ${seedName(name)}`);
  return about(found);
};

const fresh: Arrange = (request) => ({ body: { ...request, external_id: randomUUID() } });
const ordered =
  (name: string): Arrange =>
  (request) => ({ body: { ...fresh(request).body, order_id: seedName(name) } });
const unknown: Arrange = (request) => {
  const id = randomUUID();
  return { body: { ...request, external_id: id, order_id: id.slice(0, 25), transaction_id: id } };
};

/** What is wrong with the request itself is so whatever the operation. */
const refusals: Table = {
  '400 invalid_parameter': (request) => ({ body: { ...request, external_id: 'x'.repeat(65) } }),
  '401 wrong_credentials': (request) => ({ body: request, wrong: 'secret' }),
  '401 wrong_signature': (request) => ({ body: request, wrong: 'signature' }),
};

const failures = (scripted: (name: string) => Arrange): Table => ({
  '500 system_error': scripted('system-error'),
  '500 unknown_error': scripted('unknown-error'),
  '503 partner_error': scripted('partner-error'),
  'default any_other_failure': scripted('other-failure'),
});

const tables: Record<string, Table> = {
  cancelVirtualAccount: {
    ...refusals,
    ...failures(seeded),
    '200 canceled': about(pageVirtualAccount),
    '404 not_found': unknown,
  },
  inquireVirtualAccount: {
    ...refusals,
    ...failures((name) => seeded(`inquiry-${name}`)),
    // Its script is about cancelling only; asked after, it is an ordinary active one.
    '200 active': seeded('partner-error'),
    '200 canceled': seeded('canceled'),
    '200 paid': seeded('paid'),
    '200 expired': seeded('expired'),
    '404 not_found': unknown,
  },
  createVirtualAccount: {
    ...refusals,
    ...failures(ordered),
    '200 created': fresh,
    '404 not_found': ordered('not-found'),
  },
};

/**
 * The arrangement of each planned transaction, by key. Throws an Error on a documented example that nobody
 * knows how to bring about, and on one that is known here and no longer documented.
 */
export function arrangeAll(planned: Planned[]): Record<string, Arrangement> {
  const wanted = planned.map((one) => `${one.operation} ${one.answer} ${one.example}`);
  const known = Object.entries(tables).flatMap(([id, table]) =>
    Object.keys(table).map((of) => `${id} ${of}`),
  );
  const differing = [
    ...new Set([...wanted, ...known].filter((one) => !(wanted.includes(one) && known.includes(one)))),
  ];
  if (differing.length > 0) {
    throw new Error(`Not both in the contract and in dredd/arrangements.ts: ${differing.join(', ')}`);
  }
  return Object.fromEntries(
    planned.map(({ key, operation, answer, example, request }) => [
      key,
      tables[operation]![`${answer} ${example}`]!(request),
    ]),
  );
}
