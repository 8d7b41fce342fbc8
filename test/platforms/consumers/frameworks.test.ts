/** docs/callbacks.md on the frameworks themselves: each recipe, and what happens where it is put in the wrong place. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendCallback, pay } from '../../../contract-tests/sandbox/callback.ts';
import { pageVirtualAccount } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import type { StartedProcess } from '../../../contract-tests/shared/processes.ts';
import { filesOf } from '../../support/doc-blocks.ts';
import { pageRequest } from '../../support/fixtures.ts';
import { ORDERS, project, settings, start, tool, WITHOUT_VITEST } from './recipes.ts';

const page = filesOf('docs/callbacks.md');
const recipe = (name: string) => page.get(name)!;
const { transaction_id } = pageVirtualAccount;
const common = { 'va-callback.js': recipe('va-callback.js'), 'orders.js': ORDERS };

let sandbox: SandboxServer;
/** The reader's own storage. */
let store: Server;
let settled: string[];
let env: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  store = createServer((req, res) => {
    const id = req.url!.slice(1);
    if (req.method === 'POST') settled.push(id);
    res.end(JSON.stringify(id === transaction_id ? pageRequest : null));
  });
  store.listen(0, '127.0.0.1');
  await once(store, 'listening');
  const ORDERS_URL = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
  env = { ...settings(sandbox), ORDERS_URL };
});
afterAll(async () => {
  store.closeAllConnections();
  store.close();
  await sandbox.close();
});
beforeEach(() => {
  settled = [];
  sandbox.state.find(transaction_id)!.transaction_status = 'ACTIVE';
});

const notify = (url: string) =>
  sendCallback(sandbox.state, transaction_id, { status: 'PAID', amount: 150_000 }, url);
const forge = (url: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'mcp-signature': '0'.repeat(64) },
    body: JSON.stringify(pageRequest),
  });

/** What every recipe has to do, wherever it stands. */
function keepsItsWord(serving: () => { url: string; output(): string }): void {
  it('takes a genuine callback, asks the gateway, and settles what is paid', async () => {
    pay(sandbox.state, transaction_id);
    expect(await notify(serving().url)).toEqual([200]);
    expect(settled).toEqual([transaction_id]);
  });

  it('does not believe the status', async () => {
    expect(await notify(serving().url)).toEqual([200]);
    expect(settled).toEqual([]);
  });

  it('answers 400 to a forged one, and says so', async () => {
    pay(sandbox.state, transaction_id);
    expect((await forge(serving().url)).status).toBe(400);
    expect(settled).toEqual([]);
    await expect.poll(() => serving().output()).toContain('CallbackError');
  });
}

/** Of one in the wrong place: the gateway sends again, and the developer is told what to do. */
function saysWhatIsWrong(serving: () => { url: string; output(): string }, remedy: string): void {
  it('answers 503 to a genuine callback, and names the remedy', async () => {
    pay(sandbox.state, transaction_id);
    const before = serving().output().length;
    expect(await notify(serving().url)).toEqual([503, 503, 503, 503]);
    const said = () => serving().output().slice(before);
    await expect.poll(said).toContain(remedy);
    expect(said()).not.toContain('CallbackError');
  });
}

/** Starts a program for the tests of one `describe`. */
function serving(
  name: string,
  files: Record<string, string>,
  args: (port: string) => string[],
  path = '/callbacks/va',
): () => { url: string; output(): string } {
  let started: StartedProcess & { url: string };
  beforeAll(async () => {
    started = await start(await project(name, { ...common, ...files }), args, env);
  });
  afterAll(() => started?.stop());
  return () => ({ url: started.url + path, output: started.output });
}

const express4 = recipe('express.js').replace("'express'", "'express4'");
const below = (code: string) =>
  code.replace(/^app\.use\(.*\n/m, '').replace('app.post(', 'app.use(express.json());\napp.post(');
const httpHost = "import { createServer } from 'node:http';\n";

describe.each([
  ['hono', 'hono.js', recipe('hono.js')],
  ['Express 5', 'express.js', recipe('express.js')],
  ['Express 4', 'express4.js', express4],
  ['Fastify', 'fastify.js', recipe('fastify.js')],
  ['Nest', 'nest.ts', recipe('nest.ts')],
  [
    'node:http',
    'http.js',
    `${httpHost}import { nodeCallbackHandler } from 'ifortepay-va/callback';
import { vaCallback } from './va-callback.js';
createServer(nodeCallbackHandler(vaCallback)).listen(process.env.PORT);`,
  ],
])('%s', (_, file, code) => {
  const program = `./${file.replace(/ts$/, 'js')}`;
  keepsItsWord(serving(file, { [file]: code }, () => [program]));
});

describe.each([
  ['Express 5 below json()', 'below5.js', below(recipe('express.js')), 'above express.json()'],
  ['Express 4 below json()', 'below4.js', below(express4), 'above express.json()'],
  [
    'Nest without rawBody',
    'plain-nest.ts',
    recipe('nest.ts').replace(', { rawBody: true }', ''),
    'rawBody: true',
  ],
  [
    'Hono behind what read c.req.raw',
    'late-hono.js',
    recipe('hono.js').replace('(c) =>', 'async (c) => (await c.req.raw.text()) &&'),
    'was read before',
  ],
])('%s', (_, file, code, remedy) => {
  const program = `./${file.replace(/ts$/, 'js')}`;
  saysWhatIsWrong(
    serving(file, { [file]: code }, () => [program]),
    remedy,
  );
});

describe('Firebase', () => {
  const manifest = '{"private":true,"type":"module","main":"firebase.js"}';
  const framework = tool('@google-cloud/functions-framework/build/src/main.js');
  const args = (port: string) => [framework, '--source=./', '--target=callbacks', `--port=${port}`];
  keepsItsWord(
    serving('firebase', { 'package.json': manifest, 'firebase.js': recipe('firebase.js') }, args, '/'),
  );
});

// What stands before a function at AWS, as far as its documentation shows: names and bodies in three forms.
const LAMBDA_HOST = `${httpHost}import { handler } from './lambda.js';
const EVENTS = {
  http: (headers, body) => ({ version: '2.0', headers, body: body.toString(), isBase64Encoded: false }),
  rest: (headers, body) => ({
    headers: { ...headers, 'mcp-signature': undefined, 'Mcp-Signature': headers['mcp-signature'] },
    body: body.toString(),
    isBase64Encoded: false,
  }),
  base64: (headers, body) => ({ version: '2.0', headers, body: body.toString('base64'), isBase64Encoded: true }),
};
createServer(async (req, res) => {
  const chunks = await req.toArray();
  const event = EVENTS[req.url.slice(1)](req.headers, Buffer.concat(chunks));
  const { statusCode, body } = await handler(JSON.parse(JSON.stringify(event)));
  res.writeHead(statusCode, { 'content-type': 'application/json' }).end(body);
}).listen(process.env.PORT);`;

describe.each(['http', 'rest', 'base64'])('Lambda, as its event comes: %s', (kind) => {
  const files = { 'lambda.js': recipe('lambda.js'), 'host.js': `${LAMBDA_HOST}` };
  // Waiting for the port asks for /, which is no event.
  const host = files['host.js'].replace(
    'async (req, res) => {',
    'async (req, res) => { if (req.url === "/") return res.end();',
  );
  keepsItsWord(serving(`lambda-${kind}`, { ...files, 'host.js': host }, () => ['./host.js'], `/${kind}`));
});

// Next 14, whose fetch is a cache, in one project: the routes of the page, and what people wrote beside them.
const ROUTES = {
  'app/callbacks/va/route.js': recipe('app/callbacks/va/route.js'),
  'app/edge/va/route.js': `${recipe('app/callbacks/va/route.js')}export const runtime = 'edge';\n`,
  'pages/api/callbacks/va.js': recipe('pages/api/callbacks/va.js'),
  'pages/api/parsed/va.js': recipe('pages/api/callbacks/va.js').replace(/^export const config.*\n/m, ''),
};
const CALLS = (rest = '') => `import { createVaClient, outcomeOf } from 'ifortepay-va';
export const dynamic = 'force-dynamic';
${rest}
export async function GET(request) {
  const client = createVaClient({
    environment: 'staging',
    merchantId: process.env.IFORTEPAY_MERCHANT_ID,
    secretUnboundId: process.env.IFORTEPAY_SECRET_UNBOUND_ID,
    hashKey: process.env.IFORTEPAY_HASH_KEY,
  });
  const method = new URL(request.url).searchParams.get('method');
  return client[method](JSON.parse(process.env.REQUEST)).then(
    (answer) => Response.json({ status: answer.transaction_status }),
    (error) => Response.json({ outcome: outcomeOf(error), code: error.code }),
  );
}`;

describe('Next.js', () => {
  let next: StartedProcess & { url: string };
  const at = (path: string) => () => ({ url: next.url + path, output: next.output });
  const ask = async (route: string, method: string) =>
    (await fetch(`${next.url}/${route}?method=${method}`)).json();

  beforeAll(async () => {
    const folder = await project('next', {
      ...common,
      ...ROUTES,
      'app/calls/route.js': CALLS(),
      'app/edge-calls/route.js': CALLS("export const runtime = 'edge';"),
      'app/layout.js': 'export default ({ children }) => <html><body>{children}</body></html>;',
    });
    const bin = tool('next/dist/bin/next');
    const cleaned = { ...process.env, ...WITHOUT_VITEST, ...env, NEXT_TELEMETRY_DISABLED: '1' };
    const failed = ({ stdout, stderr }: Record<string, string>) => expect.fail(stdout! + stderr!);
    await promisify(execFile)(process.execPath, [bin, 'build', folder], { cwd: folder, env: cleaned }).catch(
      failed,
    );
    next = await start(folder, (port) => [bin, 'start', folder, '--port', port], env);
  }, 240_000);
  afterAll(() => next?.stop());

  describe('app router', () => keepsItsWord(at('/callbacks/va')));
  describe('app router, Edge runtime', () => keepsItsWord(at('/edge/va')));
  describe('pages router', () => keepsItsWord(at('/api/callbacks/va')));
  describe('pages router with its parser', () => saysWhatIsWrong(at('/api/parsed/va'), 'bodyParser: false'));

  describe.each(['calls', 'edge-calls'])('a route of its own: %s', (route) => {
    it('asks the gateway each time, though its fetch is a cache', async () => {
      expect(await ask(route, 'inquire')).toEqual({ status: 'ACTIVE' });
      expect(await ask(route, 'confirm')).toEqual({ outcome: 'unknown', code: 'still_active' });
      sandbox.state.find(transaction_id)!.transaction_status = 'CANCELED';
      expect(await ask(route, 'inquire')).toEqual({ status: 'CANCELED' });
      expect(await ask(route, 'confirm')).toEqual({ status: 'CANCELED' });
    });

    it('cancels', async () => {
      expect(await ask(route, 'cancel')).toEqual({ status: 'CANCELED' });
      expect(sandbox.state.find(transaction_id)!.transaction_status).toBe('CANCELED');
    });
  });
});

it('runs every program that the page has', () => {
  const run = [
    'va-callback.js',
    'hono.js',
    'express.js',
    'fastify.js',
    'nest.ts',
    'firebase.js',
    'lambda.js',
  ];
  expect([...page.keys()].sort()).toEqual(
    [...run, ...Object.keys(ROUTES).filter((name) => page.has(name))].sort(),
  );
});
