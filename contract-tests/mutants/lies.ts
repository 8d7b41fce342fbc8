/** Mutants of what is done behind an answer's back, judged as a staging run does: it asks what became of the account. */
import type { Contract } from '../../spec/contract.ts';
import { sandboxTarget } from '../cases/sandbox-target.ts';
import type { ContractCase } from '../cases/types.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import type { SandboxState, VirtualAccount, VirtualAccountStatus } from '../sandbox/state.ts';
import type { Checker } from '../checker/checker.ts';
import { createStore } from '../staging/accounts.ts';
import type { GivenVa } from '../staging/accounts.ts';
import { expectsSuccess } from '../staging/after.ts';
import { lies } from '../staging/evidence.ts';
import { askedAfter, createRunner } from '../staging/runner.ts';
import { openSession, operations, readOnlyOperation, sendControl } from '../staging/session.ts';
import type { Host } from './host.ts';
import { fake, nobody } from './requests.ts';
import type { Incoming, Mutant, WrongSandbox } from './types.ts';

type Lie = keyof typeof lies;

/** Called after each answer, with the account that the request named, if there is one, and all others. */
type Deed = (
  about: { operation: string; name: string; status: number },
  named: VirtualAccount | undefined,
  state: SandboxState,
) => void;

// An inquiry of a cancelled one is called so too.
const isDone = (operation: string, name: string): boolean =>
  operation === 'cancelVirtualAccount' && name === 'canceled';
const isRefusal = (status: number): boolean => status >= 400 && status < 500;

/** Refused, yet cancelled; said CANCELED, yet not cancelled; an inquiry that cancels; and an inquiry that is wrong. */
export function lieMutants(contract: Contract, operation: string, cases: readonly ContractCase[]): Mutant[] {
  if (!operations.includes(operation)) return [];
  const row = (lie: Lie, says: string, one: ContractCase, wrong: WrongSandbox): Mutant => ({
    id: `${operation} state: ${says}: ${one.id}`,
    operation,
    group: `state ${lie}`,
    wrong,
    case: one,
    lie: lies[lie],
  });
  const plain = cases.find(({ id }) => id === 'outcome.success')!;
  if (operation === readOnlyOperation) {
    return [
      row('inquiry', 'an inquiry cancels', plain, doing(cancelOnInquiry)),
      row('state', 'an inquiry says CANCELED of all', plain, saying('CANCELED')),
      row('state', 'an inquiry says ACTIVE of all', plain, saying('ACTIVE')),
    ];
  }
  const own = askedAfter(contract).filter((one) => one.operation === operation);
  const refused = own.filter((one) => !expectsSuccess(one) && namesAccount(one));
  return [
    ...refused.map((one) => row('refused', 'refused, yet cancelled', one, doing(cancelRefused))),
    ...[plain, ...own.filter(expectsSuccess)].map((one) =>
      row('canceled', 'said CANCELED, yet active', one, doing(undoCancel)),
    ),
    ...refused.slice(0, 1).map((one) => row('another', 'the next is cancelled too', one, doing(cancelNext))),
  ];
}

/** What names none nobody can cancel. */
function namesAccount({ build, needs }: ContractCase): boolean {
  const va = { ...fake, transaction_id: 'fake-named', ...needs.with };
  return idIn(build({ ...nobody, va })) === 'fake-named';
}

const cancelRefused: Deed = ({ operation, status }, named) => {
  if (operation === 'cancelVirtualAccount' && isRefusal(status) && named)
    named.transaction_status = 'CANCELED';
};
const undoCancel: Deed = ({ operation, name }, named) => {
  if (isDone(operation, name) && named) named.transaction_status = 'ACTIVE';
};
const cancelOnInquiry: Deed = ({ operation, status }, named) => {
  if (operation === readOnlyOperation && status === 200 && named) named.transaction_status = 'CANCELED';
};
const cancelNext: Deed = ({ operation, name }, named, state) => {
  if (!isDone(operation, name) || !named) return;
  const all = state.virtualAccounts();
  const next = all[all.indexOf(named) + 1];
  if (next) next.transaction_status = 'CANCELED';
};

function doing(deed: Deed): WrongSandbox {
  let id = '';
  return {
    before: (request) => {
      id = idIn(request);
      return request;
    },
    remembers:
      (state) =>
      (answer, { operation, name }) => {
        deed({ operation, name, status: answer.status }, state.find(id), state);
        return answer;
      },
  };
}

/** Of those that are there: a right state is not wrong. */
function saying(transaction_status: VirtualAccountStatus): WrongSandbox {
  return {
    tamper: (answer, { operation }) =>
      operation === readOnlyOperation && answer.status === 200
        ? { ...answer, body: { ...(answer.body as object), transaction_status } }
        : answer,
  };
}

function idIn({ body }: Pick<Incoming, 'body'>): string {
  const [, id = ''] = /"transaction_id"\s*:\s*"([^"]+)"/.exec(Buffer.from(body).toString('utf8')) ?? [];
  return id;
}

/** How many accounts a case may use: its own, another try, and those that the inquiries in between lose. */
const ACCOUNTS = 4;

interface Parts {
  contract: Contract;
  checker: Checker;
  cases: ReadonlyMap<string, readonly ContractCase[]>;
  host: Host;
}

/** The lies that a staging run tells of a sandbox after a plain inquiry, a plain cancel and these cases. */
export async function liesTold(
  { contract, checker, host, cases: all }: Parts,
  server: SandboxServer,
  more: readonly ContractCase[],
): Promise<string[]> {
  const plain = operations.flatMap((id) => all.get(id)!.filter((one) => one.id === 'outcome.success'));
  const cases = [...plain, ...more.filter((one) => !plain.includes(one))];
  const { credentials, supply } = sandboxTarget(server, host.send);
  const given: GivenVa[] = [];
  for (let i = 0; i < ACCOUNTS + cases.length; i++) {
    const { va } = (await supply({ state: 'active', owner: 'self' }))!;
    given.push({ state: 'active', va });
  }
  const session = openSession(
    { baseUrl: server.url, credentials, create: false, channel: 'BCA', paceMs: 0 },
    { contract, checker, signal: new AbortController().signal, store: () => createStore(given) },
  );
  try {
    session.control = await sendControl(session);
    const runner = createRunner(session, cases.length);
    for (const one of cases) await runner.run(one);
    const known: string[] = Object.values(lies);
    return [...new Set(runner.refutations.map(({ key }) => key))].filter((key) => known.includes(key));
  } finally {
    session.close();
  }
}
