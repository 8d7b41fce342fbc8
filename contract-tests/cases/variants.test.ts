import { afterAll, beforeAll, expect, test } from 'vitest';
import { asObject } from '../../spec/contract.ts';
import type { Tamper } from '../sandbox/answer.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import { alarmsOf, runCase } from './run.ts';
import { cases, checker } from './test-cases.ts';
import { openSandboxTarget } from './sandbox-target.ts';
import type { Target } from './types.ts';
import { compliantVariants } from './variants.ts';
import type { CompliantVariant } from './variants.ts';

const variants = compliantVariants('cancelVirtualAccount');
const success = cases.filter(({ id }) => id === 'outcome.success');
// One kind of each: what a variant changes does not depend on which character was refused.
const sample = cases.filter(({ id }) => !id.includes('.character.') || id.includes('.dash.'));
let tamper: Tamper = (answer) => answer;
let sandbox: SandboxServer;
let target: Target;
let close: () => void;

beforeAll(async () => {
  sandbox = await startSandbox({ tamper: (answer, context) => tamper(answer, context) });
  ({ target, close } = openSandboxTarget(sandbox));
});
afterAll(async () => {
  close();
  await sandbox.close();
});

async function alarms({ judgedBy, expected, ...variant }: Omit<CompliantVariant, 'id'>): Promise<string[]> {
  tamper = variant.tamper;
  const all: string[] = [];
  const right =
    judgedBy === 'cases' ? sample : [...success, ...cases.filter(({ group }) => group === 'authorization')];
  for (const one of right) {
    const result = await runCase(one, target, checker);
    all.push(...alarmsOf(judgedBy === 'cases' ? result : { ...result, verdict: 'pass' }, expected));
  }
  return all;
}

test.each(variants)('no alarm: $id', async (variant) => {
  expect(await alarms(variant)).toEqual([]);
});

test('the variants hold every documented failure, every code and every enum value', () => {
  const ids = variants.map(({ id }) => id);
  for (const code of [
    '401 with response_code 04',
    '401 with response_code 99',
    '500 with response_code 99',
  ]) {
    expect(ids).toContain(code);
  }
  expect(ids).toContain('200 with payment_method bank_transfer');
  expect(ids).toContain('503 example partner_error');
  expect(new Set(ids).size).toBe(ids.length);
});

test('a variant that leaves the contract does raise an alarm', async () => {
  const drifted: Tamper = (answer) => ({ ...answer, body: { ...asObject(answer.body), timestamp: 1 } });
  const found = await alarms({ judgedBy: 'cases', expected: [], tamper: drifted });
  expect(found).toContain(
    'outcome.success: additionalMember at /timestamp: a member that the contract does not have',
  );
});
