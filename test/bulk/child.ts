/**
 * One process of a run, to be killed: `node child.ts BUNDLE OPTIONS`. It says on stdout, a line of JSON each, how it
 * ended. Its requests say when their last check was, for the gateway's journal.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { createVaClient, VaClient } from '../../src/index.ts';
import type { DatabaseOptions, WorkOptions } from '../../src/bulk/types.ts';
import type * as Bulk from '../../src/bulk/index.ts';

/** What the parent tells. */
export interface ChildOptions {
  baseUrl: string;
  credentials: { merchantId: string; secretUnboundId: string; hashKey: string };
  /** Whether it stays, as `many work` does. */
  stays: boolean;
  work: Omit<WorkOptions, 'client' | 'ledger' | 'database'> & {
    ledger?: string | undefined;
    database?: string | DatabaseOptions | undefined;
  };
}

const [bundle, client, json] = process.argv.slice(2) as [string, string, string];
const { baseUrl, credentials, stays, work } = JSON.parse(json) as ChildOptions;
const { cancelMany, work: workOn } = (await import(bundle)) as typeof Bulk;
const { createVaClient: create } = (await import(client)) as { createVaClient: typeof createVaClient };

const began = new AsyncLocalStorage<number>();
const plain = create({
  ...credentials,
  baseUrl,
  fetch: (url, init) =>
    fetch(url, { ...init, headers: { ...(init.headers as object), 'x-began': String(began.getStore()) } }),
});
const dated: Pick<VaClient, 'cancel' | 'inquire' | 'gateway'> = {
  gateway: plain.gateway,
  cancel: (...args) => began.run(Date.now(), () => plain.cancel(...args)),
  inquire: (...args) => began.run(Date.now(), () => plain.inquire(...args)),
};
const onEvent: WorkOptions['onEvent'] = ({ event }) => {
  if (event === 'start') console.log(JSON.stringify({ began: true }));
};
const abort = new AbortController();
process.once('SIGTERM', () => abort.abort());
const options = { ...work, client: dated, signal: abort.signal, onEvent } as WorkOptions;
try {
  const result = await (stays ? workOn(options) : cancelMany({ ...options, waitMs: 20_000 }));
  console.log(JSON.stringify({ ended: result.stopped ?? 'settled', counts: result.counts }));
} catch (error) {
  console.log(
    JSON.stringify({ ended: (error as { code?: string }).code ?? 'crashed', message: String(error) }),
  );
  process.exitCode = 1;
}
