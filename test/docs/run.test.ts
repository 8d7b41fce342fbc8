/** The TypeScript of the documents that does something, done: the built package, real requests on loopback. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/index.ts';
import { seedVirtualAccounts } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import { root } from '../support/built.ts';
import { fileNameOf } from '../support/doc-blocks.ts';
import { credentials, pageRequest } from '../support/fixtures.ts';
import { listen } from '../../contract-tests/shared/http-server.ts';
import { freePort, toolNode } from '../../contract-tests/shared/processes.ts';
import { blocks, sources } from './checkers.ts';
import { refusals } from '../../contract-tests/sandbox/assumptions.ts';

let folder: string;
let sandbox: SandboxServer;

// A reader's project: the blocks as they are, the package and undici installed.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-reader-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/ifortepay-va'));
  symlinkSync(join(root, 'node_modules/undici'), join(folder, 'node_modules/undici'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const module = ts.ModuleKind.ESNext;
  const target = ts.ScriptTarget.ES2022;
  for (const [name, code] of sources) {
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module, target } });
    writeFileSync(join(folder, name.replace(/ts$/, 'js')), outputText);
  }
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => void (sandbox = await startSandbox()));
afterEach(() => sandbox.close());

/** What a block exports. */
async function exportsOf(file: string, holding: string): Promise<any> {
  const block = blocks.find(
    (each) => each.language === 'ts' && each.file === file && each.code.includes(holding),
  )!;
  return import(/* @vite-ignore */ join(folder, fileNameOf(block).replace(/ts$/, 'js')));
}

const { response_code: responseCode } = refusals.already_paid.value;
const options = () => ({ ...credentials, baseUrl: sandbox.url });
const requestFor = (name: string) => {
  const { external_id, order_id, transaction_id, payment_channel } = seedVirtualAccounts.find(
    (each) => each.external_id === `sandbox-${name}`,
  )!;
  return { ...pageRequest, external_id, order_id, transaction_id, payment_channel };
};
const nobody = async () => ({ ...options(), baseUrl: `http://127.0.0.1:${await freePort()}` });
const asked = () => sandbox.requests.map(({ path }) => path);

describe('the first example of the README', () => {
  it('tells done, refused, not sent and unknown apart', async () => {
    const { cancel } = await exportsOf('README.md', 'export async function cancel(');
    expect(await cancel(options(), pageRequest)).toMatchObject({ transaction_status: 'CANCELED' });
    expect(await cancel(options(), requestFor('paid'))).toMatch(new RegExp(`^no: ${responseCode} `));
    expect(await cancel(await nobody(), pageRequest)).toMatch(/^nothing was sent: /);
    expect(await cancel(options(), requestFor('cancel-drop'))).toMatch(/^unknown: /);
  });
});

describe('docs/other-ways-in.md', () => {
  it('cancel by the class-based client, and say the outcome', async () => {
    const { cancel } = await exportsOf('docs/other-ways-in.md', 'createVirtualAccountApi');
    expect(await cancel(options(), pageRequest)).toMatchObject({ transaction_status: 'CANCELED' });
    expect(await cancel(options(), requestFor('paid'))).toBe('refused');
    expect(await cancel(options(), requestFor('cancel-drop'))).toBe('unknown');
  });

  it('cancel through a proxy', async () => {
    const passed: string[] = [];
    const proxy = createServer((incoming, outgoing) => {
      const { url = '', method, headers } = incoming;
      passed.push(url);
      const pass = (answer: IncomingMessage) =>
        answer.pipe(outgoing.writeHead(answer.statusCode!, answer.headers));
      incoming.pipe(request(url, { method, headers }, pass));
    });
    const { url: proxyUrl, close } = await listen(proxy);
    const { clientBehindProxy } = await exportsOf('docs/other-ways-in.md', 'ProxyAgent');
    const answer = await clientBehindProxy(options(), proxyUrl).cancel(pageRequest);
    expect(answer).toMatchObject({ transaction_status: 'CANCELED' });
    expect(passed).toEqual([`${sandbox.url}/va/cancel`]);
    await close();
  });
});

describe('docs/outcomes.md', () => {
  it('cancels for sure, though the connection drops before the answer', async () => {
    const { cancelForSure } = await exportsOf('docs/outcomes.md', 'cancelForSure');
    const answer = await cancelForSure(options(), requestFor('cancel-drop'));
    expect(answer).toMatchObject({ transaction_status: 'CANCELED' });
    expect(asked()).toEqual(['/va/cancel', '/va/inquiry']);
    await expect(cancelForSure(options(), requestFor('paid'))).rejects.toMatchObject({ outcome: 'refused' });
  });
});

describe('docs/upgrading.md', () => {
  it('keeps the values that ifp-node would give, with the outcome', async () => {
    const { cancelAsValue } = await exportsOf('docs/upgrading.md', 'cancelAsValue');
    const cancel = (request: object) => cancelAsValue(createVaClient(options()), request);
    expect(await cancel(pageRequest)).toEqual({
      outcome: 'done',
      responseCode: '00',
      responseMessage: 'Success',
    });
    expect(await cancel(requestFor('paid'))).toMatchObject({ outcome: 'refused', responseCode });
    expect(await cancel(requestFor('cancel-drop'))).toMatchObject({ outcome: 'unknown' });
  });

  it('keeps the shape of fetch, and says the outcome', async () => {
    const { cancelWithFetch } = await exportsOf('docs/upgrading.md', 'cancelWithFetch');
    expect(await cancelWithFetch(options(), pageRequest)).toBe('done');
    expect(await cancelWithFetch(options(), requestFor('paid'))).toBe('refused');
    expect(await cancelWithFetch(options(), requestFor('cancel-drop'))).toBe('unknown');
    expect(await cancelWithFetch(await nobody(), pageRequest)).toBe('not_sent');
  });
});

describe('make demo', () => {
  it('ends well, and shows the three outcomes', async () => {
    const { stdout } = await promisify(execFile)(toolNode(), ['examples/demo.ts'], { cwd: root });
    for (const outcome of ['done', 'refused', 'unknown']) expect(stdout).toMatch(new RegExp(` ${outcome} `));
  });
});
