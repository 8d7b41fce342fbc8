import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { asObject, readContract } from '../../spec/contract.ts';
import { startSandbox } from '../sandbox/server.ts';
import { planTransactions } from './plan.ts';
import { report } from './report.ts';
import { faultsOf, runContract } from './run.ts';
import type { RunOptions } from './run.ts';
import type { Sabotage } from './run-dredd.ts';
import { trapDirectory, without, writeHooks } from './traps.ts';

const directory = trapDirectory();
afterAll(() => rmSync(directory, { recursive: true }));

async function dreddFaults(options: RunOptions): Promise<string[]> {
  const run = await runContract({ parts: ['dredd'], ...options });
  const faults = faultsOf(run);
  expect(run.green).toBe(faults.length === 0);
  return faults;
}

const spoilt = (sabotage: Sabotage): Promise<string[]> => dreddFaults({ sabotage });
const hooked = (code: string): Promise<string[]> => spoilt({ hookFile: writeHooks(directory, code) });
const like = (text: string): unknown => expect.arrayContaining([expect.stringContaining(text)]);

test('a compliant sandbox is green: 30 transactions, every one by name, and all cases', async () => {
  const run = await runContract();
  expect(run.planned).toHaveLength(30);
  expect(faultsOf(run)).toEqual([]);
  expect(run.green).toBe(true);
  const counted = run.cases!.map(({ operation, total, passed, notApplicable }) => {
    expect(passed).toBe(total);
    expect(notApplicable).toEqual([]);
    return [operation, total > 500];
  });
  expect(counted).toContainEqual(['cancelVirtualAccount', true]);
  expect(counted).toContainEqual(['inquireVirtualAccount', true]);
  const lines = report(run).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.endsWith('pass'))).toHaveLength(30);
});

test('every example of every documented answer is planned', () => {
  const planned = planTransactions(readContract());
  const of = (id: string) =>
    planned.flatMap((one) => (one.operation === id ? [`${one.answer} ${one.example}`] : []));
  expect(of('inquireVirtualAccount')).toEqual([
    ...['200 active', '200 canceled', '200 paid', '200 expired', '400 invalid_parameter'],
    ...['401 wrong_credentials', '401 wrong_signature', '404 not_found', '500 system_error'],
    ...['500 unknown_error', '503 partner_error', 'default any_other_failure'],
  ]);
  expect(of('cancelVirtualAccount')).toHaveLength(9);
  expect(of('createVirtualAccount')).toHaveLength(9);
});

test('a charset and other members order are no fault', async () => {
  const faults = await dreddFaults({
    sandbox: {
      tamper: (answer) => ({
        ...answer,
        headers: { ...answer.headers, 'content-type': 'application/json; charset=utf-8' },
        body: Object.fromEntries(Object.entries(asObject(answer.body)).reverse()),
      }),
    },
  });
  expect(faults).toEqual([]);
});

describe('is red', () => {
  test('when the hook file throws', async () => {
    expect(await hooked(`throw new Error('fake');`)).toContain('Dredd did not load the hooks');
  });

  test('when a hook with one argument is async', async () => {
    const late = `(hook) => hooks.afterEach(async (transaction) => { await 0; hook(transaction); })`;
    expect(await hooked(`register({ ...hooks, afterEach: ${late} });`)).toEqual(
      like('a hook afterEach is async'),
    );
  });

  test('when a hook takes no argument', async () => {
    const faults = await hooked('register(hooks); hooks.afterEach(() => undefined);');
    expect(faults).toContain('Dredd gave no summary');
    expect(faults).toEqual(like('a hook afterEach has 0 arguments'));
    expect(faults).not.toEqual(like("Dredd's exit code"));
  });

  test("when a hook's name is mistyped", async () => {
    const name = 'pass 1 > /va/cancel > cancelVirtualAccount > 200 > aplication/json';
    const faults = await hooked(`register(hooks); hooks.before('${name}', (transaction) => undefined);`);
    expect(faults).toEqual([`a hook before ${name} belongs to no transaction`]);
  });

  test('when --only is mistyped', async () => {
    const faults = await spoilt({ args: ['--only', 'pass 1 > /va/cancle'] });
    expect(faults).toEqual(like('Dredd counts 0 passing, 0 failing, 0 errors, 30 skipped, 30 total'));
    expect(faults).not.toEqual(like("Dredd's exit code"));
  });

  test('when a hook is gone', async () => {
    expect(await hooked(without('afterEach'))).toContain('the judge hook saw none of 30');
  });

  test('when the checker is off', async () => {
    const off = '{ ...createChecker(), check: () => [] }';
    const faults = await hooked(`register(hooks, ${off});`);
    expect(faults).toHaveLength(30);
    expect(faults).toEqual(like('the checker noticed nothing in a wrong answer'));
  });

  test('when Dredd gets another schema', async () => {
    const open = '{ ...createChecker(), bodySchema: () => ({}) }';
    expect(await hooked(`register(hooks, ${open});`)).toEqual(like('Dredd had not its schema'));
  });

  test('when a transaction is gone', async () => {
    const faults = await spoilt({
      documents: (documents) => {
        const paths = documents[0]!.document['paths'] as Record<string, any>;
        delete paths['/va/cancel'].post.responses['404'];
        return documents;
      },
    });
    expect(faults).toContain('Dredd read pass 1: POST /va/cancel 404 0 times, not 1');
    expect(faults).toContain('pass 1: POST /va/cancel 404: it was not judged');
  });

  test('when Dredd takes too long', async () => {
    expect(await spoilt({ timeoutMs: 300 })).toContain('Dredd took too long');
  });
});

describe('refuses to start', () => {
  const failure = async (change: (contract: any) => void): Promise<string> => {
    const contract = readContract();
    change(contract);
    return runContract({ contract }).then(
      () => 'started',
      (error: Error) => error.message,
    );
  };

  test('on an answer without a schema', async () => {
    const said = await failure(
      (c) => delete c.components.responses.NotFoundFailure.content['application/json'].schema,
    );
    expect(said).toContain('/components/responses/NotFoundFailure/content/application~1json/schema');
  });

  test('on an answer without examples', async () => {
    const said = await failure(
      (c) => delete c.components.responses.NotFoundFailure.content['application/json'].examples,
    );
    expect(said).toContain('/components/responses/NotFoundFailure');
  });

  test('on an example that nobody knows how to bring about, or that is gone', async () => {
    const content = (c: any) => c.components.responses.NotFoundFailure.content['application/json'];
    const renamed = await failure((c) => {
      const { not_found } = content(c).examples;
      content(c).examples = { not_there: not_found };
    });
    expect(renamed).toContain('cancelVirtualAccount 404 not_there');
    expect(renamed).toContain('cancelVirtualAccount 404 not_found');
  });
});

describe('with a base URL', () => {
  test('says which cases it could not run there', async () => {
    const sandbox = await startSandbox();
    const run = await runContract({ baseUrl: sandbox.url, parts: ['cases'] });
    await sandbox.close();
    expect(run.green).toBe(true);
    expect(report(run)).toContain('no virtual account to be had: active');
  });

  test.each(['https://api.ifortepay.id', 'https://api-stage.ifortepay.id', 'http://127.0.0.1.example.com'])(
    'refuses %s',
    async (baseUrl) => {
      await expect(runContract({ baseUrl })).rejects.toThrow('is not a sandbox on this machine');
    },
  );
});
