import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../sandbox/server.ts';
import { toolNode } from '../shared/processes.ts';
import { faultsOf, runContract } from './run.ts';
import type { ContractRun } from './run.ts';
import { sample, sandboxOf } from './sample.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

// One run for all of a part, to save starts: each is about a transaction or a case of its own. `--prove` runs
// them one by one.
describe.each(['dredd', 'cases'] as const)('%s', (part) => {
  const mutants = sample.filter(({ noticedBy }) => noticedBy === part);
  let run: ContractRun;
  beforeAll(async () => {
    run = await runContract({ sandbox: sandboxOf(mutants), parts: [part] });
  });

  test.each(mutants)('is red on: $id', ({ fault }) => {
    expect(run.green).toBe(false);
    expect(faultsOf(run)).toContainEqual(expect.stringMatching(fault));
    // A transaction for each mutant is red, and no other.
    const red = [...(run.dredd?.byKey.values() ?? [])].filter((faults) => faults.length > 0);
    expect(red).toHaveLength(part === 'dredd' ? mutants.length : 0);
  });
});

function runMain(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(toolNode(), [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

test('the command says what failed and exits with 1', async () => {
  const sandbox = await startSandbox(sandboxOf([sample[0]!]));
  const { code, stdout } = await runMain('--base-url', sandbox.url);
  await sandbox.close();
  expect(code).toBe(1);
  expect(stdout.match(/FAIL$/gm)).toEqual(['FAIL']);
  expect(stdout).toMatch(/cancelVirtualAccount +200 +canceled +FAIL/);
  expect(stdout).toContain('pass 1: POST /va/cancel 200: enum at /transaction_status');
});

test('the command exits with 2 on a wrong use', async () => {
  expect(await runMain('--bse-url', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--bse-url'),
  });
});
