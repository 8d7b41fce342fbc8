/** Holds what a runtime reports, and what the server saw, to what is expected of that runtime. */
import { expect } from 'vitest';
import { leaksIn } from '../../support/canaries.ts';
import { secrets } from '../../faults/http.ts';
import { signatureVectors } from '../../../contract-tests/sandbox/seeds.ts';
import { calls, taskFor } from './calls.ts';
import { expected, type CallRow } from './expected.ts';
import { sandboxCredentials } from './sandbox.ts';
import type { Runtime } from './runtimes.ts';
import type { RuntimeEnding } from './task.ts';

const { authorization, x_req_signature } = signatureVectors[0]!;
const { secretUnboundId, hashKey } = sandboxCredentials;
/** What no error may show, of the fault servers' credentials and of the sandbox's. */
export const hidden = [
  ...Object.values(secrets),
  secretUnboundId,
  hashKey,
  authorization.slice('Basic '.length),
  x_req_signature,
];

/** Makes that call on that runtime. Gives the outcome, for the matrix. */
export async function makesCall(runtime: Runtime, name: CallRow): Promise<string> {
  const { ending, requests, connections } = expected[name][runtime.name];
  const server = await calls[name].start();
  try {
    const task = taskFor(calls[name].task, server.baseUrl);
    const endings = await runtime.ask(task);
    const last = endings.pop()!;
    const seen = server.seen();
    const shown = JSON.stringify({ ...last, texts: last.texts?.slice(0, 1), seen });
    expect(endings.map(({ outcome }) => outcome)).toEqual(task.requests.slice(1).map(() => 'done'));
    expect(inWords(last), shown).toBe(ending);
    expect({ requests: seen.requests, strayed: seen.strayed }, shown).toEqual({ requests, strayed: 0 });
    if (connections !== undefined) expect(seen.connections, shown).toBe(connections);
    if (last.outcome === 'done') expect(last.data).toMatchObject({ transaction_status: 'CANCELED' });
    expect(await leaksIn(last.texts, hidden)).toEqual([]);
    return last.outcome;
  } finally {
    await server.stop();
  }
}

const inWords = ({ outcome, code, status }: RuntimeEnding) =>
  [outcome, code, status].filter((word) => word !== undefined).join(' ');
