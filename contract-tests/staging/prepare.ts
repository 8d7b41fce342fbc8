import { asObject } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { rightRequest } from '../cases/request.ts';
import { readSubject } from '../cases/subject.ts';
import type { RawAnswer, RawRequest, VaIds } from '../cases/types.ts';
import { NotAllowed } from './allowlist.ts';
import type { Session } from './run.ts';
import { UsageError } from './settings.ts';
import { makeUp } from './store.ts';
import type { GivenVa, VaState } from './va-file.ts';

const states: Readonly<Record<string, VaState>> = {
  ...{ ACTIVE: 'active', REQUEST: 'active', PAID: 'paid', SUCCESS: 'paid' },
  ...{ EXPIRED: 'expired', CANCELED: 'canceled' },
};

/** A request with nothing wrong, as every operation about an existing virtual account takes it. */
export function requestFor({ contract, settings }: Session, operationId: string, va: VaIds): RawRequest {
  const { shape } = readSubject(contract, operationId);
  const { credentials } = settings;
  return rightRequest(shape, { va, other: va, exists: true, alternates: {}, credentials });
}

/**
 * Sends one right request about ids that do not exist. Throws a `UsageError` if the credentials are not taken
 * (401 with 04), or the answer is a redirect, which is never followed; an Error if there is no answer. A right
 * signature that is refused (99) is no fault of the settings alone: the run goes on, and its cases say so.
 */
export async function probe(session: Session): Promise<void> {
  const request = requestFor(session, 'cancelVirtualAccount', makeUp(session.settings));
  const answer = await session.send('probe', request).catch((error: unknown) => {
    if (error instanceof NotAllowed) throw error;
    const { code, name } = error as { code?: string; name?: string };
    throw new Error(`the gateway gives no answer: ${code ?? name}`, { cause: error });
  });
  const { status } = answer;
  const code = asObject(bodyOf(answer))['response_code'];
  if (status >= 300 && status < 400) {
    throw new UsageError(`IFORTEPAY_BASE_URL: answers ${status}, a redirect, which is never followed`);
  }
  if (code === '04') throw new UsageError(`the gateway refuses these credentials: ${status} with 04`);
  if (code === '99' && status === 401) {
    session.log('The gateway refuses a right signature (401 with 99): wrong IFORTEPAY_HASH_KEY, or a drift.');
  }
}

/** Puts the given virtual accounts in store, each in the state that an inquiry says, if it says one. */
export async function sortByState(session: Session, given: readonly GivenVa[]): Promise<void> {
  for (const [i, { state, va }] of given.entries()) {
    const said = await ask(session, va);
    if (said !== undefined && said !== state) {
      session.log(`entry ${i + 1} of IFORTEPAY_TEST_VAS is not ${state}: the gateway says ${said}`);
    }
    if (said !== 'unknown') session.store.put({ state: said ?? state, va });
  }
}

/** Undefined if the inquiry did not say: its answer is a guess, and the file may know better. */
async function ask(session: Session, va: VaIds): Promise<VaState | 'unknown' | undefined> {
  const request = requestFor(session, 'inquireVirtualAccount', va);
  const answer = await session.send('inquiry of a given virtual account', request).catch(() => undefined);
  if (!answer) return undefined;
  const { response_code: code, transaction_status: status } = asObject(bodyOf(answer));
  if (code === '02') return 'unknown';
  return code === '00' ? states[String(status)] : undefined;
}

function bodyOf({ body }: RawAnswer): unknown {
  return parseJson(decodeBody(body).text);
}
