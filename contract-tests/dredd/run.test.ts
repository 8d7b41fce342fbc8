import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import { asObject, readContract } from '../../spec/contract.ts';
import { planTransactions } from './plan.ts';
import { startSandbox } from '../sandbox/server.ts';
import { toolNode } from '../shared/processes.ts';
import { makeUp } from '../staging/accounts.ts';
import { operations } from '../staging/session.ts';
import { faultsOf, notSkipping, contractReport, runContract } from './run.ts';
import { sample, sandboxOf } from './sample.ts';

// Thousands of requests, on a machine that may be busy.
const ALL_CASES = { timeout: 120_000 };
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const runMain = (
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(toolNode(), [MAIN, ...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
const contract = readContract();

test(
  'a compliant sandbox is green, whatever its charset and order of members, and the report fits',
  ALL_CASES,
  async () => {
    const run = await runContract({
      sandbox: {
        tamper: (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'content-type': 'application/json; charset=utf-8' },
          body: Object.fromEntries(Object.entries(asObject(answer.body)).reverse()),
        }),
      },
    });
    expect(faultsOf(run)).toEqual([]);
    expect(run.green).toBe(true);
    for (const { total, passed, notApplicable } of run.cases!) {
      expect(passed).toBe(total);
      expect(notApplicable).toEqual([]);
    }
    const lines = contractReport(run).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.endsWith('pass'))).toHaveLength(run.dredd!.transactions.length);
  },
);

describe('refuses to start', () => {
  test('with a checker that notices nothing', async () => {
    const off = { ...createChecker(contract), check: () => [] };
    await expect(runContract({ checker: off })).rejects.toThrow('the checker does not see what is wrong in');
  });

  const failure = (change: (spec: any) => void): Promise<string> => {
    const spec = readContract();
    change(spec);
    return runContract({ contract: spec }).then(
      () => 'started',
      (error: Error) => error.message,
    );
  };
  const content = (spec: any) => spec.components.responses.NotFoundFailure.content['application/json'];

  test('on an answer without a schema', async () => {
    expect(await failure((spec) => delete content(spec).schema)).toContain(
      '/components/responses/NotFoundFailure/content/application~1json/schema',
    );
  });

  test('on a schema that no cases are made for', async () => {
    expect(await failure((spec) => (spec.components.schemas.OrderId.type = 'array'))).toContain('OrderId');
  });

  test('on an answer without examples', async () => {
    expect(await failure((spec) => delete content(spec).examples)).toContain(
      '/components/responses/NotFoundFailure',
    );
  });
});

test('an example that nothing brings about is red, and the message says what to add', async () => {
  const spec = readContract() as any;
  const { schema } = spec.components.responses.NotFoundFailure.content['application/json'];
  const value = { response_code: '42', response_message: 'Fake conflict' };
  spec.components.schemas.FakeConflict = structuredClone(spec.components.schemas.NotFoundFailure);
  spec.components.schemas.FakeConflict.properties.response_code.enum = ['42'];
  spec.paths['/va/cancel'].post.responses['418'] = {
    description: 'Invented.',
    content: {
      'application/json': {
        schema: { ...schema, $ref: '#/components/schemas/FakeConflict' },
        examples: { fake: { value } },
      },
    },
  };
  const run = await runContract({ contract: spec, parts: ['dredd'] });
  expect(faultsOf(run)).toEqual([
    'cancelVirtualAccount 418 fake: nothing brings it about: add a refusal to contract-tests/sandbox/assumptions.ts, or a script to scripts.ts',
  ]);
});

describe('with a base URL', () => {
  test(
    'a sandbox that runs already is tried with its seeds; what cannot be run there is said',
    ALL_CASES,
    async () => {
      const sandbox = await startSandbox();
      const run = await runContract({ baseUrl: sandbox.url });
      await sandbox.close();
      expect(faultsOf(run)).toEqual([]);
      expect(run.green).toBe(true);
      expect(run.dredd!.transactions.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
      const cancel = run.cases!.find(({ operation }) => operation === 'cancelVirtualAccount');
      expect(cancel!.notApplicable.length).toBeGreaterThan(0);
      // Where every case can be run, one that was not is a fault.
      expect(notSkipping(cancel!).faults).toEqual(cancel!.notApplicable);
      expect(contractReport(run)).toContain('no virtual account to be had: active');
    },
  );

  test(
    'any gateway that credentials or virtual accounts are given for gets the run that staging gets',
    async () => {
      const merchant = { merchant_id: 'fake-other', secret_unbound_id: 'fake-secret', hash_key: 'fake-key' };
      const sandbox = await startSandbox({ merchants: [merchant], virtualAccounts: [] });
      const statuses = ['ACTIVE', 'PAID', 'EXPIRED', 'PAID', 'EXPIRED'] as const;
      const list = statuses.map((transaction_status) => {
        const { payment_method, ...ids } = makeUp({ channel: 'BCA' });
        sandbox.state.add({ ...ids, payment_method, transaction_status, merchant_id: merchant.merchant_id });
        return { ...ids, status: transaction_status.toLowerCase() };
      });
      const file = join(mkdtempSync(join(tmpdir(), 'ifortepay-vas-')), 'vas.json');
      writeFileSync(file, JSON.stringify(list));
      const env = {
        IFORTEPAY_MERCHANT_ID: merchant.merchant_id,
        IFORTEPAY_SECRET_UNBOUND_ID: merchant.secret_unbound_id,
        IFORTEPAY_HASH_KEY: merchant.hash_key,
        IFORTEPAY_TEST_VAS: file,
      };
      const right = await runMain(['--base-url', sandbox.url], env);
      const wrongKey = await runMain(['--base-url', sandbox.url], {
        ...env,
        IFORTEPAY_HASH_KEY: 'fake-wrong',
      });
      await sandbox.close();
      rmSync(dirname(file), { recursive: true });
      const all = planTransactions(readContract());
      const failing = all.filter(({ by, operation }) => !by || !operations.includes(operation.id)).length;
      expect(right.stdout).toContain(
        `${all.length - failing} of ${all.length - failing} examples as documented`,
      );
      expect(right.stdout).toMatch(/nothing refuted[.] Exit code [04][.]/);
      expect(wrongKey.stdout).toContain('every right signature is refused: this hash key is not the one');
      expect(wrongKey.code).toBe(2);
    },
    ALL_CASES.timeout,
  );

  test.each(['https://api.ifortepay.id', 'https://api-stage.ifortepay.id', 'http://127.0.0.1.example.com'])(
    'refuses %s',
    async (baseUrl) => {
      await expect(runContract({ baseUrl })).rejects.toThrow(/is not (allowed|on this machine)/);
    },
  );
});

describe('the command', () => {
  test('says what failed and exits with 1', ALL_CASES, async () => {
    const sandbox = await startSandbox(sandboxOf(sample[0]!));
    const { code, stdout } = await runMain(['--base-url', sandbox.url]);
    await sandbox.close();
    expect(code).toBe(1);
    expect(stdout.match(/FAIL$/gm)).toEqual(['FAIL']);
    expect(stdout).toMatch(/cancelVirtualAccount +200 +canceled +FAIL/);
    expect(stdout).toContain('cancelVirtualAccount 200 canceled: enum at /transaction_status');
  });

  test('exits with 2 on a host that is not this machine', async () => {
    const { code, stderr } = await runMain(['--base-url', 'https://api.ifortepay.id']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('api.ifortepay.id is not allowed')]);
  });

  test('exits with 2 on a wrong use', async () => {
    expect(await runMain(['--bse-url', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--bse-url'),
    });
  });
});
