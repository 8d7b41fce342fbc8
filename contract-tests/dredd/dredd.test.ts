import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import { asObject, objectAt, operationsOf, readContract } from '../../spec/contract.ts';
import { startHttpServer } from '../shared/http-server.ts';
import { runDredd } from './dredd.ts';
import type { DreddOptions, DreddRun } from './dredd.ts';
import { plainest, planTransactions } from './plan.ts';
import { openOwnSandbox, openRunning } from './targets.ts';
import type { OpenTarget } from './targets.ts';

// Starts of Dredd, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const contract = readContract();
const checker = createChecker(contract);
const directory = mkdtempSync(join(tmpdir(), 'ifortepay-dredd-test-'));
let sandbox: OpenTarget;
beforeAll(async () => {
  sandbox = await openOwnSandbox(contract);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(directory, { recursive: true });
});

// One operation is enough to see a trap, and three times as fast.
const operations = ['cancelVirtualAccount'];
const run = (options: Partial<DreddOptions>): Promise<DreddRun> =>
  runDredd({ contract, checker, target: sandbox.target, operations, ...options });
const changed = (stubs: DreddOptions['stubs']): Promise<DreddRun> => run({ stubs });

/** Writes a hook file; `code` finds `hooks`, `register` and the `transaction` of each hook in scope. */
function hookFile(code: string): string {
  const file = join(directory, `hooks-${process.hrtime.bigint()}.cjs`);
  const ours = JSON.stringify(fileURLToPath(new URL('hooks.ts', import.meta.url)));
  writeFileSync(file, `const hooks = require('hooks'); const { register } = require(${ours});\n${code}`);
  return file;
}
const hooked = (code: string): Promise<DreddRun> => changed({ hookFile: hookFile(code) });
/** The usual hooks, and one more of that kind before or after them. */
const also = (kind: string, code: string): Promise<DreddRun> =>
  hooked(`register(hooks); hooks.${kind}((transaction) => { ${code} });`);

const like = (text: string): unknown => expect.arrayContaining([expect.stringContaining(text)]);
const keysOf = ({ transactions }: DreddRun, verdict: string): string[] =>
  transactions.filter((one) => one.verdict === verdict).map(({ key }) => key);

/** Counted apart from the plan. */
function examplesOf(): string[] {
  return operationsOf(contract).flatMap(({ id, pointer }) =>
    Object.keys(objectAt(contract, `${pointer}/responses`)).flatMap((answer) => {
      const at = `${pointer}/responses/${answer}/content/application~1json`;
      return Object.keys(asObject(objectAt(contract, at)['examples'])).map(
        (name) => `${id} ${answer} ${name}`,
      );
    }),
  );
}

test('a compliant sandbox is green: every example of every documented answer, each by name', async () => {
  const { transactions, faults } = await runDredd({ contract, checker, target: sandbox.target });
  expect(faults).toEqual([]);
  expect(transactions.flatMap(({ faults: of }) => of)).toEqual([]);
  expect(transactions.map(({ key, verdict }) => `${key}: ${verdict}`).sort()).toEqual(
    examplesOf()
      .map((key) => `${key}: pass`)
      .sort(),
  );
});

test('each preference among the cases is one that is used', () => {
  const used = planTransactions(contract).map(({ from = '' }) => from);
  expect(plainest.filter((start) => !used.some((id) => id.startsWith(start)))).toEqual([]);
});

/** How many transactions that one operation has. */
const planned = examplesOf().filter((key) => key.startsWith(`${operations[0]} `)).length;

describe('a run is not to be trusted', () => {
  test('when the hook file throws', async () => {
    const { faults } = await hooked(`throw new Error('fake');`);
    expect(faults).toEqual(like(`seen on the wire: none of ${planned}`));
    expect(faults).toEqual(like(`read: none of ${planned}`));
  });

  test.each([
    ['beforeAll', `read: none of ${planned}`],
    ['beforeEach', `seen on the wire: none of ${planned}`],
    ['beforeEachValidation', `judged with its schema: none of ${planned}`],
    ['afterEach', `judged with its schema: none of ${planned}`],
  ])('when the hook %s is gone', async (kind, fault) => {
    const { faults } = await hooked(`register({ ...hooks, ${kind}: () => undefined });`);
    expect(faults).toContain(fault);
  });

  test('when a hook with one argument is async', async () => {
    const late = '(hook) => hooks.afterEach(async (transaction) => { await 0; hook(transaction); })';
    const { faults } = await hooked(`register({ ...hooks, afterEach: ${late} });`);
    expect(faults).toContain('afterEachHooks is async: Dredd does not wait for it');
  });

  test('when a hook takes no argument, after which Dredd ends with 0', async () => {
    const { faults } = await hooked('register(hooks); hooks.afterEach(() => undefined);');
    expect(faults).toContain('afterEachHooks has 0 arguments: Dredd stops there');
    expect(faults.filter((fault) => fault.startsWith('seen on the wire'))).toHaveLength(planned - 1);
    expect(faults).not.toEqual(like('exit code'));
  });

  test("when a hook's name is mistyped", async () => {
    const name = 'cancelVirtualAccount 200 canceled > /va/cancle';
    const { faults } = await hooked(`register(hooks); hooks.before('${name}', (transaction) => undefined);`);
    expect(faults).toEqual([`beforeHooks ${name} belongs to no transaction`]);
  });

  test.each([['--only=/va/cancle'], ['--dry-run']])('when Dredd gets %s, and ends with 0', async (arg) => {
    const { faults, transactions } = await changed({ args: [arg] });
    expect(faults).toContain(`seen on the wire: none of ${planned}`);
    expect(new Set(transactions.map(({ verdict }) => verdict))).toEqual(new Set(['not run']));
  });

  test('when one transaction is skipped', async () => {
    const { faults } = await also('beforeEach', `if (/404/.test(transaction.name)) transaction.skip = true;`);
    expect(faults).toContain('seen on the wire: cancelVirtualAccount 404 not_found 0 times, not 1');
  });

  test('when Dredd held an answer against another schema', async () => {
    const { faults } = await also('beforeEachValidation', 'transaction.expected.bodySchema = {};');
    expect(faults).toEqual([`judged with its schema: none of ${planned}`]);
  });

  test('when Dredd judged another answer than the one that came', async () => {
    const { faults } = await also(
      'beforeEachValidation',
      `if (/404/.test(transaction.name)) transaction.real.body += ' ';`,
    );
    expect(faults).toEqual(['judged with its schema: cancelVirtualAccount 404 not_found 0 times, not 1']);
  });

  test('when a transaction is gone, is there twice, or was not planned', async () => {
    const gone = await changed({ documents: (all) => all.slice(1) });
    expect(gone.faults).toContain('read: cancelVirtualAccount 200 canceled 0 times, not 1');
    expect(keysOf(gone, 'not run')).toEqual(['cancelVirtualAccount 200 canceled']);
    const twice = await changed({ documents: (all) => [all[0]!, ...all] });
    expect(twice.faults).toContain('read: cancelVirtualAccount 200 canceled 2 times, not 1');
    expect(twice.faults).toContain('POST /va/cancel is not as planned, or came again');
    const more = await changed({
      documents: (all) => [{ ...all[0]!, info: { title: 'fake', version: '1' } }, ...all],
    });
    expect(more.faults).toContain('read: fake 1 times, not 0');
  });

  test('when Dredd warns', async () => {
    const { faults } = await changed({
      documents: ([first, ...others]) => {
        const cookie = { name: 'fake', in: 'cookie', schema: { type: 'string' } };
        const spec = structuredClone(first) as any;
        spec.paths['/va/cancel'].post.parameters.push(cookie);
        return [spec, ...others];
      },
    });
    expect(faults).toEqual(like('Dredd says warn: '));
  });

  test("when Dredd's exit code does not fit", async () => {
    const { faults } = await hooked(`register(hooks); process.on('exit', () => { process.exitCode = 7; });`);
    expect(faults).toEqual(["Dredd's exit code is 7, not 0"]);
    const failed = await also('afterEach', `transaction.fail = 'fake';`);
    expect(failed.faults).toEqual(["Dredd's exit code is 1, not 0"]);
  });

  test('when Dredd gets stuck, or the run is cut short', async () => {
    const stuck = hookFile('register(hooks); hooks.afterEach((transaction, done) => undefined);');
    const { faults } = await run({ idleMs: 300, stubs: { hookFile: stuck } });
    expect(faults).toContain('Dredd was ended');
    const cut = await run({ signal: AbortSignal.abort() });
    expect(cut.faults).toContain('Dredd was ended');
    expect(keysOf(cut, 'not run')).toHaveLength(planned);
  });

  test('when another body, an empty header or another path is sent, and the gateway does not get it', async () => {
    const { faults } = await also(
      'beforeEach',
      `[
        () => (transaction.request.body = '{}'),
        () => (transaction.request.headers['sub-merchant-id'] = ''),
        () => (transaction.fullPath = '/va'),
      ][(globalThis.count = (globalThis.count ?? -1) + 1) % 3]();`,
    );
    expect(faults.filter((fault) => fault.endsWith('is not as planned, or came again'))).toHaveLength(
      planned,
    );
    expect(faults).toContain(`seen on the wire: none of ${planned}`);
  });
});

describe('whatever is not the gateway is out of reach', () => {
  let requests = 0;
  let elsewhere: Awaited<ReturnType<typeof startHttpServer>>;
  beforeAll(async () => {
    elsewhere = await startHttpServer((_, response) => {
      requests += 1;
      response.end();
    });
  });
  afterAll(() => elsewhere.close());
  const port = (): string => new URL(elsewhere.url).port;

  test('of a hook that tries', async () => {
    const { faults } = await hooked(`
      register(hooks);
      const quiet = () => undefined;
      const tries = [
        // Node ends the process for this one.
        () => require('http2').connect('https://http2.ifortepay.id').on('error', quiet),
        (transaction) => Object.assign(transaction, { host: 'api.ifortepay.id', port: 443 }),
        (transaction) => Object.assign(transaction, { host: 'api.ifortepay.id', protocol: 'https:' }),
        (transaction) => Object.assign(transaction, { port: ${port()} }),
        (transaction) => Object.assign(transaction, { fullPath: '@127.0.0.1:${port()}/path' }),
        () => fetch('http://localhost:${port()}/').catch(quiet),
        () => require('https').get('https://https.ifortepay.id/').on('error', quiet),
        () => require('net').connect(${port()}, '127.0.0.1').on('error', quiet),
        () => require('dns').lookup('dns.ifortepay.id', quiet),
      ];
      hooks.beforeEach((transaction) => void tries.pop()(transaction));`);
    const tried = faults.filter((fault) => fault.startsWith('Dredd tried to reach '));
    expect(tried.map((fault) => fault.slice('Dredd tried to reach '.length))).toEqual([
      'the address of dns.ifortepay.id',
      `127.0.0.1:${port()}`,
      'https.ifortepay.id:443',
      `localhost:${port()}`,
      `127.0.0.1:${port()}`,
      `127.0.0.1:${port()}`,
      expect.stringMatching(/^api\.ifortepay\.id:\d+$/),
      'api.ifortepay.id:443',
      'http2.ifortepay.id:443',
    ]);
    expect(requests).toBe(0);
  });

  test('of a description that Dredd is to fetch', async () => {
    const { faults } = await changed({ args: [`--path=${elsewhere.url}/spec.json`] });
    expect(faults).toEqual(like(`Dredd tried to reach 127.0.0.1:${port()}`));
    expect(requests).toBe(0);
  });

  test('of a spec that names production as its server', async () => {
    const spec = readContract() as any;
    spec.servers = [{ url: 'https://api.ifortepay.id' }];
    spec.paths['/va/cancel'].servers = spec.servers;
    spec.paths['/va/cancel'].post.servers = spec.servers;
    const { faults, transactions } = await run({ contract: spec });
    expect(faults).toEqual([]);
    expect(keysOf({ transactions, faults, output: '' }, 'pass')).toHaveLength(planned);
  });

  test('of a spec with a host in its path', async () => {
    const spec = readContract() as any;
    spec.paths['//api.ifortepay.id/va/cancel'] = spec.paths['/va/cancel'];
    delete spec.paths['/va/cancel'];
    const there = openRunning(spec, sandbox.url);
    const running = run({ contract: spec, checker: createChecker(spec), target: there.target });
    await expect(running).rejects.toThrow('api.ifortepay.id is not allowed');
    await there.close();
  });

  test('of a redirect', async () => {
    const gateway = await startHttpServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/va/cancel` }).end();
    });
    const there = openRunning(contract, gateway.url);
    const { faults, transactions } = await run({ target: there.target });
    await there.close();
    await gateway.close();
    expect(requests).toBe(0);
    expect(faults).toEqual([]);
    expect(new Set(transactions.map(({ verdict }) => verdict))).toEqual(new Set(['fail']));
    expect(transactions[0]!.faults[0]).toContain('got 307 with no code');
  });
});
