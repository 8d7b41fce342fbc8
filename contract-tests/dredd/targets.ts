/** Where `make contract` goes: a sandbox of our own, one that runs already, or any other gateway on loopback. */
import { randomUUID } from 'node:crypto';
import { channelOfItsOwn, openSandboxTarget, sandboxCredentials } from '../cases/sandbox-target.ts';
import { readOperation } from '../cases/operation.ts';
import { createSender } from '../cases/sender.ts';
import type { Target, VaIds } from '../cases/types.ts';
import { asObject, join, objectAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { SandboxOptions } from '../sandbox/server.ts';
import { scriptedAnswer, scriptsFor, seedName } from '../sandbox/scripts.ts';
import type { OperationId } from '../sandbox/scripts.ts';
import { pageVirtualAccount, seedVirtualAccounts } from '../sandbox/seeds.ts';
import { startSandbox } from '../sandbox/server.ts';
import { allowedUrl, assertAllowed, NotAllowed } from '../staging/settings.ts';
import { createStore, makeUp } from '../staging/accounts.ts';
import type { GivenVa, VaStore } from '../staging/accounts.ts';
import type { DreddTarget } from './dredd.ts';

/** Where a run goes to. */
export interface OpenTarget {
  url: string;
  target: DreddTarget & Pick<Target, 'send'>;
  close: () => Promise<void>;
}

/** Starts a sandbox, every virtual account in it made to order. */
export async function openOwnSandbox(contract: Contract, options: SandboxOptions = {}): Promise<OpenTarget> {
  const server = await startSandbox(options);
  const { target, close } = openSandboxTarget(server);
  return {
    url: server.url,
    target: { ...target, failing: (planned) => scripted(contract, planned) },
    close: async () => {
      close();
      await server.close();
    },
  };
}

/**
 * Opens the sandbox of ours that runs at `baseUrl`, with its seeds. Throws `NotAllowed` on a URL that is not loopback;
 * nothing else is ever called, whatever the contract has for a path.
 */
export function openRunning(contract: Contract, baseUrl: string): OpenTarget {
  assertLoopback(allowedUrl(baseUrl));
  const sender = createSender({ baseUrl, guard: assertLoopback });
  const target: OpenTarget['target'] = {
    credentials: sandboxCredentials,
    alternates: {},
    supply: supplyFrom(createStore(seeded.given), seeded.channel),
    send: sender.send,
    failing: (planned) => scripted(contract, planned),
  };
  return { url: baseUrl, target, close: async () => sender.close() };
}

/** Throws `NotAllowed` unless it is this machine. */
export function assertLoopback(url: URL): void {
  assertAllowed(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw new NotAllowed(`${url.hostname} is not on this machine: make contract-staging is for staging`);
  }
}

/** What a cancel does not use up can serve again. */
export function supplyFrom(store: VaStore, channel: string): DreddTarget['supply'] {
  return async (need, operation) => {
    if (need.owner !== 'self') return undefined;
    const { state } = need;
    if (state === 'any' || state === 'unknown' || state === 'fresh') {
      const va = { ...makeUp({ channel }), ...channelOfItsOwn(need), ...need.with };
      return { va, exists: state === 'fresh' };
    }
    const va = await store.take(state);
    if (va && operation !== 'cancelVirtualAccount') store.put({ state, va });
    return va && { va, exists: true };
  };
}

const idsOf = ({ external_id, order_id, transaction_id, payment_method, payment_channel }: VaIds): VaIds => ({
  external_id,
  order_id,
  transaction_id,
  payment_method,
  payment_channel,
});
const seedOf = (name: string): VaIds =>
  idsOf(seedVirtualAccounts.find(({ external_id }) => external_id === seedName(name))!);

/** The seeds that are what they are called. */
const seeded = {
  channel: pageVirtualAccount.payment_channel,
  given: [
    { state: 'active', va: idsOf(pageVirtualAccount) },
    ...(['paid', 'expired', 'canceled'] as const).map((state) => ({ state, va: seedOf(state) })),
  ] satisfies GivenVa[],
};

/** The virtual account whose script answers like that example; a creation asks for one by its order_id. */
function scripted(
  contract: Contract,
  { operation, answer, example }: Parameters<NonNullable<DreddTarget['failing']>>[0],
): ReturnType<NonNullable<DreddTarget['failing']>> {
  const id = operation.id as OperationId;
  const documented = objectAt(contract, join(operation.pointer, 'responses'));
  const found = scriptsFor(id).find((name) => {
    const { answer: said, carriedOut, once } = scriptedAnswer(name, id)!;
    const fits = answer === 'default' ? !(said.status in documented) : String(said.status) === answer;
    return (
      fits && !carriedOut && !once && asObject(said.body)['response_code'] === example.value['response_code']
    );
  });
  if (!found) return undefined;
  const { status } = scriptedAnswer(found, id)!.answer;
  if (!readOperation(contract, id).creates) return { va: seedOf(found), exists: true, status };
  const { payment_channel } = pageVirtualAccount;
  const va = {
    ...makeUp({ channel: payment_channel }),
    order_id: seedName(found),
    external_id: randomUUID(),
  };
  return { va, exists: true, status };
}
