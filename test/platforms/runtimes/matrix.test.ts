/** Every behaviour on every runtime: what it reports, and what the server saw, is what is expected of it. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { leaksIn } from '../../support/canaries.ts';
import { failure, says, secrets } from '../../faults/http.ts';
import { authority } from '../../faults/servers.ts';
import { signatureVectors } from '../../../contract-tests/sandbox/seeds.ts';
import { answerJson, startHttpServer } from '../../../contract-tests/shared/http-server.ts';
import { taskFor, calls, sandboxCredentials } from './calls.ts';
import { expected, RUNTIMES, type CallRow, type RuntimeName } from './expected.ts';
import { makeProject, type Project } from './project.ts';
import { startRuntime, wantedVersion, type Runtime } from './runtimes.ts';
import type { RuntimeEnding } from './task.ts';

const first = signatureVectors[0]!;
const callback = (change: object = {}) => {
  const { external_id, order_id, transaction_id } = first;
  return JSON.stringify({ external_id, order_id, transaction_id, transaction_status: 'PAID', ...change });
};

/** What no error may show, of the fault servers' credentials and of the sandbox's. */
const hidden = [
  ...Object.values(secrets),
  sandboxCredentials.secretUnboundId,
  sandboxCredentials.hashKey,
  first.authorization.slice('Basic '.length),
  first.x_req_signature,
];

/** Makes that call on that runtime. Gives the outcome, for the matrix. */
async function makesCall(runtime: Runtime, name: CallRow): Promise<string> {
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

let project: Project;
beforeAll(async () => {
  project = await makeProject(authority);
});
afterAll(() => project?.remove());

describe.concurrent.each(RUNTIMES)('%s', (name) => {
  let starting: Promise<Runtime> | undefined;
  /** Started by the first behaviour; if it cannot be, each of them says so. */
  const started = () => (starting ??= startRuntime(name, project));
  afterAll(async () => (await starting?.catch(() => undefined))?.stop());

  /** A behaviour and how its cell of the matrix reads. */
  const behaves = (behaviour: string, test: (runtime: Runtime, context: TestContext) => Promise<string>) =>
    it(behaviour, { concurrent: false }, async (context) => {
      context.task.meta.cell = await test(await started(), context);
    });

  behaves('is the version of the manifest', async (runtime) => {
    const who = await runtime.ask({ kind: 'who' });
    expect(who).toEqual(identity(name));
    return who.version.slice(0, 7) || 'yes';
  });

  behaves('signs the vectors', async (runtime) => {
    const { length } = signatureVectors;
    const values = signatureVectors.map(({ authorization, x_req_signature, mcp_signature }) => ({
      authorization,
      x_req_signature,
      mcp_signature,
    }));
    expect(await runtime.ask({ kind: 'sign', vectors: signatureVectors })).toEqual(values);
    return `${length} right`;
  });

  behaves('sends the headers of the contract', async (runtime, { onTestFinished }) => {
    const { received, url, close } = await startHttpServer((_, response) => answerJson(response, {}));
    onTestFinished(close);
    await runtime.ask(taskFor(fromVector, url));
    expect(received).toMatchObject([{ method: 'POST', path: '/va/cancel', headers: vectorHeaders }]);
    return 'yes';
  });

  for (const call of Object.keys(expected) as CallRow[]) {
    behaves(call, (runtime) => makesCall(runtime, call));
  }

  behaves('an error that its own console prints', async (runtime, { onTestFinished, expect: its }) => {
    const server = await says(403, failure('98'))();
    onTestFinished(server.stop);
    await runtime.ask(taskFor({ print: 'printed-until-here' }, server.baseUrl));
    await its.poll(runtime.output, { timeout: 5_000 }).toContain('printed-until-here');
    expect(runtime.output()).toContain('VaError');
    expect(await leaksIn(runtime.output(), hidden)).toEqual([]);
    return 'hidden';
  });

  behaves('a genuine callback', async (runtime) => {
    const input = { hashKey: first.hash_key, signature: first.mcp_signature, body: callback() };
    const { external_id, order_id, transaction_id } = first;
    const ids = { external_id, order_id, transaction_id };
    expect(await runtime.ask({ kind: 'callback', input })).toEqual({ ids });
    return 'verified';
  });

  behaves('a forged callback', async (runtime) => {
    const body = callback({ order_id: 'another' });
    const input = { hashKey: first.hash_key, signature: first.mcp_signature, body };
    const thrown = 'CallbackError wrong_signature';
    expect(await runtime.ask({ kind: 'callback', input })).toEqual({ thrown });
    return 'rejected';
  });
});

const { merchant_id: merchantId, secret_unbound_id: secretUnboundId, hash_key: hashKey } = first;
const fromVector = { options: { merchantId, secretUnboundId, hashKey } };
const vectorHeaders = {
  authorization: first.authorization,
  'x-req-signature': first.x_req_signature,
  'x-version': 'v3',
  'content-type': 'application/json',
};

/** How a runtime of that column must name itself: no alias may lead to another one. workerd shows no version. */
function identity(runtime: RuntimeName): { name: string; version: string } {
  const name = runtime.toLowerCase().split(' ')[0]!;
  return { name, version: name === 'workerd' ? '' : wantedVersion(runtime) };
}
