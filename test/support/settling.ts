/** A gateway that answers cancels and inquiries as told, to settle unknown outcomes with. */
import { createVaClient } from '../../src/client.ts';
import { jsonResponse, options, pageSuccess, stubFetch } from './fixtures.ts';

/** One answer. */
export type StubAnswer = () => Response | Promise<Response>;

/** An inquiry's answer with that status. */
export const says =
  (transaction_status: string): StubAnswer =>
  () =>
    jsonResponse({ ...pageSuccess, transaction_status });

/** A client of a gateway that answers cancels and inquiries in turn; `seen` is the paths, in order. */
export function gateway(turns: { cancel?: StubAnswer[]; inquiry?: StubAnswer[] }, changes: object = {}) {
  const seen: string[] = [];
  const left = { cancel: [...(turns.cancel ?? [])], inquiry: [...(turns.inquiry ?? [])] };
  const fetch = stubFetch((url) => {
    const name = url.endsWith('/va/cancel') ? 'cancel' : 'inquiry';
    seen.push(name);
    const turn = left[name].shift();
    if (!turn) throw new Error(`one ${name} too many`);
    return turn();
  });
  return { client: createVaClient({ ...options, fetch, timeoutMs: 5_000, ...changes }), seen, fetch };
}
