import { runCase } from '../cases/run.ts';
import type { CaseResult, ContractCase, RawRequest } from '../cases/types.ts';
import { NotAllowed } from './allowlist.ts';
import { lookedUpFirst } from './judge.ts';
import type { StagingResult } from './judge.ts';
import type { Session } from './run.ts';
import { supplierFor } from './store.ts';

/** One case; once more with a virtual account that exists where ids that do not told nothing. */
export async function runOne(session: Session, one: ContractCase): Promise<StagingResult> {
  const readOnly = one.operation === 'inquireVirtualAccount';
  const first = await attempt(session, one, readOnly);
  if (readOnly && first.reason === NONE_LEFT && one.needs.state === 'any')
    return attempt(session, one, false);
  if (one.needs.with !== undefined || !lookedUpFirst(first)) return first;
  const second = await attempt(session, one, true);
  return second.reason === NONE_LEFT ? first : second;
}

const NONE_LEFT = 'no virtual account is left that could serve';

async function attempt(session: Session, one: ContractCase, real: boolean): Promise<StagingResult> {
  const { settings, store, checker, send } = session;
  const readOnly = one.operation === 'inquireVirtualAccount';
  const supplier = supplierFor(store, { channel: settings.channel, readOnly, real });
  let forbidden: NotAllowed | undefined;
  const target = {
    ...{ credentials: settings.credentials, alternates: {}, supply: supplier.supply },
    send: (request: RawRequest) =>
      send(`${one.operation} ${one.id}`, request).catch((error: unknown) => {
        if (error instanceof NotAllowed) forbidden = error;
        throw error;
      }),
  };
  const result = await runCase(one, target, checker);
  if (forbidden) throw forbidden;
  if (supplier.lacked) return { ...result, verdict: 'not run', reason: NONE_LEFT };
  const { used: va } = supplier;
  if (va && !readOnly && result.got?.responseCode === '00') store.put({ state: 'canceled', va });
  if (result.got === undefined && result.verdict === 'fail') return { ...result, verdict: 'not run' };
  // Nothing is wrong with a statement because the gateway was down; that it was is not hidden either.
  if (result.verdict === 'fail' && one.kind !== 'open' && isDown(result)) {
    return { ...result, verdict: 'not run', reason: `the gateway failed: ${result.reason}` };
  }
  // An open question is answered, and what no document says is described: neither can be right or wrong.
  const isJudged = one.kind === 'stated' || result.verdict === 'not applicable';
  return isJudged ? result : { ...result, verdict: 'reported' };
}

function isDown({ got, expect }: CaseResult): boolean {
  const succeeds = expect === 'accepted' || (typeof expect === 'object' && expect.responseCode === '00');
  return succeeds && got!.status >= 500;
}
