import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import { asObject, readContract } from '../../spec/contract.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import { notSkipping, runNegativeCases } from './negative.ts';
import { openTarget } from './target.ts';
import type { OpenTarget } from './target.ts';

const contract = readContract();
const checker = createChecker();
let sandbox: SandboxServer;
let foreign: OpenTarget;

beforeAll(async () => {
  sandbox = await startSandbox();
  foreign = await openTarget(sandbox.url);
});
afterAll(async () => {
  await foreign.close();
  await sandbox.close();
});

test('refuses to run with a checker that is off', async () => {
  const off = { ...checker, check: () => [] };
  await expect(runNegativeCases(contract, off, foreign.target)).rejects.toThrow('notice nothing');
});

test('refuses to run when no cases can be derived for an operation that must have them', async () => {
  const altered = readContract();
  const schemas = asObject(asObject(altered['components'])['schemas']);
  Object.assign(asObject(schemas['OrderId']), { type: 'array' });
  await expect(runNegativeCases(altered, checker, foreign.target)).rejects.toThrow('of type string');
});

test('a case that was not run is a fault where it could have been', async () => {
  const [cancel, inquire, create] = await runNegativeCases(contract, checker, foreign.target);
  expect(cancel!.faults).toEqual([]);
  expect(inquire!.faults).toEqual([]);
  expect(create!.faults).toEqual([]);
  expect(create!.passed).toBeGreaterThan(1000);
  expect(cancel!.notApplicable.length).toBeGreaterThan(0);
  expect(notSkipping(cancel!).faults).toEqual(cancel!.notApplicable);
});
