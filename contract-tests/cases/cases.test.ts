import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readContract } from '../../spec/contract.ts';
import type { Answer } from '../sandbox/answer.ts';
import { signatureVectors } from '../sandbox/seeds.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import { casesFor } from './cases.ts';
import { altered } from '../shared/altered.ts';
import { cases, checker, runAll, verdicts } from './test-cases.ts';
import { alarmsOf, runCase } from './run.ts';
import { openSandboxTarget, sandboxCredentials } from './sandbox-target.ts';
import { basicToken, sign } from './request.ts';
import { allows } from './texts.ts';
import type { CaseResult, Need, SuppliedVa, Target } from './types.ts';

let sandbox: SandboxServer;
let target: Target;
let close: () => void;
let results: CaseResult[];

beforeAll(async () => {
  sandbox = await startSandbox();
  ({ target, close } = openSandboxTarget(sandbox));
  results = await runAll(target);
});
afterAll(async () => {
  close();
  await sandbox.close();
});

test('signs and authorizes as computed outside this project', () => {
  for (const vector of signatureVectors) {
    const { hash_key, external_id, order_id, merchant_id, secret_unbound_id } = vector;
    expect(sign(hash_key, external_id, order_id)).toBe(vector.x_req_signature);
    expect(`Basic ${basicToken(merchant_id, secret_unbound_id)}`).toBe(vector.authorization);
  }
});

describe('against the compliant sandbox', () => {
  test('every case passes, of whatever kind', async () => {
    expect(results.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['stated', 'open', 'unstated']));
  });

  test('no answer has a finding', () => {
    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
  });

  // What was created the first time is taken then: a case brings ids of its own.
  test('every case of creating passes, twice on the same one', async () => {
    for (let round = 0; round < 2; round++) {
      const created = await runAll(target, casesFor('createVirtualAccount'));
      expect(created.flatMap((one) => alarmsOf(one))).toEqual([]);
      expect(verdicts(created, 'not applicable')).toEqual([]);
    }
  });

  test('no result holds a secret', () => {
    const text = JSON.stringify(results);
    for (const secret of [sandboxCredentials.secretUnboundId, sandboxCredentials.hashKey]) {
      expect(text).not.toContain(secret);
    }
  });

  test('answers that are refusals come from the check that the case is about', () => {
    const answers = (group: string) =>
      cases.flatMap((one, i) =>
        one.group === group && typeof one.expect === 'object' ? [results[i]!.got!.responseCode] : [],
      );
    expect(new Set(answers('authorization'))).toEqual(new Set(['04']));
    expect(new Set(answers('signature'))).toEqual(new Set(['99']));
    expect(new Set([...answers('header'), ...answers('shape'), ...answers('contentType')])).toEqual(
      new Set(['01']),
    );
  });
});

test('the oracle follows the contract', () => {
  const contract = readContract();
  const responses = (contract as any).paths['/va/cancel'].post.responses;
  responses['422'] = responses['400'];
  delete responses['400'];
  const moved = casesFor('cancelVirtualAccount', contract).find(({ id }) => id === 'body.order_id.blank');
  expect(moved?.expect).toEqual({ status: 422, responseCode: '01' });
  delete responses['422'];
  expect(() => casesFor('cancelVirtualAccount', contract)).toThrow('0 answers have response code 01');
});

test('lengths are counted in characters, as JSON Schema does, not in UTF-16 units', () => {
  const rules = { maxLength: 2 };
  expect([allows(rules, '\u{1F511}\u{1F511}'), allows(rules, 'abc')]).toEqual([true, false]);
});

describe('where a virtual account cannot be made to order', () => {
  let nowheres = 0;
  const nowhere = (need: Need): Promise<SuppliedVa | undefined> => {
    const id = `fake-${nowheres++}`;
    const ids = { external_id: id, order_id: id, transaction_id: id };
    const va = { ...ids, payment_method: 'BANK_TRANSFER', payment_channel: 'BCA', ...need.with };
    return Promise.resolve(['any', 'unknown'].includes(need.state) ? { va, exists: false } : undefined);
  };

  test('an accepted case passes on an unknown virtual account, and fails if refused', async () => {
    const done = await runAll({ ...target, supply: nowhere, alternates: {} });
    expect(verdicts(done, 'fail')).toEqual([]);
    const tightened = await startSandbox({ contract: altered((s) => (s['OrderId']!['maxLength'] = 24)) });
    const opened = openSandboxTarget(tightened);
    const failed = verdicts(await runAll({ ...opened.target, supply: nowhere }), 'fail');
    opened.close();
    await tightened.close();
    expect(failed).toEqual(['body.order_id.atLimit', 'body.order_id.atLimit.digits']);
  });

  test('a case that needs more is not applicable, and says why', async () => {
    const done = await runAll({ ...target, supply: nowhere, alternates: {} });
    const reasons = done
      .filter(({ verdict }) => verdict === 'not applicable')
      .map(({ id, reason }) => [id, reason]);
    expect(reasons).toContainEqual(['outcome.success', 'no virtual account to be had: active']);
    expect(reasons).toContainEqual([
      'authorization.secret.colon',
      'no merchant is known here whose secret holds a colon',
    ]);
  });
});

test('refuses a supply that gives the same ids twice: a signature of other ids would be right', async () => {
  const [one] = cases.filter(({ id }) => id === 'signature.orderId.other');
  const again = await target.supply(one!.needs);
  const repeating = { ...target, supply: () => Promise.resolve(again) };
  await expect(runCase(one!, repeating, checker)).rejects.toThrow('same ids');
});

test('a request that gets no answer fails', async () => {
  const gone = {
    ...target,
    send: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNRESET' })),
  };
  expect(await runCase(cases[0]!, gone, checker)).toMatchObject({
    verdict: 'fail',
    reason: 'no answer: ECONNRESET',
  });
});

describe('the oracle is exact: fails', () => {
  const failedWith = async (change: (answer: Answer) => Answer): Promise<string[]> => {
    const other = await startSandbox({
      tamper: (answer, { name }) => (name === 'wrong_secret' ? change(answer) : answer),
    });
    const opened = openSandboxTarget(other);
    const which = cases.filter(({ group }) => group === 'authorization');
    const failed = verdicts(await runAll(opened.target, which), 'fail');
    opened.close();
    await other.close();
    return failed;
  };

  test.each<[says: string, change: (answer: Answer) => Answer]>([
    [
      'a right status with another documented code',
      (answer) => ({ ...answer, body: { ...(answer.body as object), response_code: '99' } }),
    ],
    ['a right code with another documented status', (answer) => ({ ...answer, status: 400 })],
  ])('%s', async (_, change) => {
    const failed = await failedWith(change);
    expect(failed).toContain('authorization.secret.wrong');
    expect(failed).not.toContain('authorization.merchant.wrong');
  });
});
