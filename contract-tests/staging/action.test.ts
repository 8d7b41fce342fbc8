/** The composite action, its steps run by hand with the inputs that the documents print. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { fill } from './over-tls.ts';

interface Action {
  inputs: Record<string, { default?: string }>;
  runs: {
    steps: { id?: string; env?: Record<string, string>; run?: string; 'working-directory'?: string }[];
  };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const action = parse(read('.github/actions/contract-checks/action.yml')) as Action;
const secrets: Record<string, string> = {
  IFORTEPAY_MERCHANT_ID: sandboxCredentials.merchantId,
  IFORTEPAY_SECRET_UNBOUND_ID: sandboxCredentials.secretUnboundId,
  IFORTEPAY_HASH_KEY: sandboxCredentials.hashKey,
};

/** The `with:` of the action where a document shows it, its secrets filled in. */
function inputsIn(document: string): Record<string, string> {
  const [, lines = ''] =
    /uses: OWNER\/ifortepay-va.*\n\s*with:\n((?:\s+[\w-]+: \$\{\{.*\n)+)/.exec(read(document)) ?? [];
  const given = parse(lines.replace(/^ +/gm, '')) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ secrets\.(\w+) \}\}/, (_, secret: string) => secrets[secret]!),
    ]),
  );
}

let [folder, sandbox] = ['', undefined as unknown as SandboxServer];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contract-action-'));
  // What the steps would install is there; installing it here would take it from the other tests.
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\n[ "$1" = ci ] && exit 0\nPATH="${PATH#*:}" exec npm "$@"\n');
  chmodSync(join(folder, 'npm'), 0o755);
  sandbox = await startSandbox();
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** Runs the step as GitHub does, with `bash -e`. */
async function runAction(inputs: Record<string, string>, more: Record<string, string> = {}) {
  const step = action.runs.steps.find(({ id }) => id === 'run')!;
  const value = (name: string): string => inputs[name] ?? action.inputs[name]!.default ?? '';
  const env = Object.entries(step.env ?? {}).map(([name, text]) => [
    name,
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, input: string) => value(input)),
  ]);
  const cwd = step['working-directory']!.replace(
    '${{ github.action_path }}',
    join(root, '.github/actions/contract-checks'),
  );
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(IFORTEPAY_|NODE_(?!COMPILE_CACHE))/.test(name),
  );
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  const ran = await new Promise<{ code: number; log: string }>((resolve) => {
    execFile(
      'bash',
      ['-e', '-o', 'pipefail', '-c', step.run!],
      {
        cwd,
        timeout: 100_000,
        env: {
          ...Object.fromEntries(own),
          ...Object.fromEntries(env),
          PATH: `${folder}${delimiter}${process.env['PATH']}`,
          GITHUB_ACTIONS: 'true',
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          GITHUB_WORKSPACE: folder,
          IFORTEPAY_BASE_URL: sandbox.url,
          IFORTEPAY_TEST_PACE_MS: '0',
          ...more,
        },
      },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? -1) : 0, log: stdout + stderr }),
    );
  });
  const outputs = Object.fromEntries(
    readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  ) as Record<string, string>;
  return { ...ran, outputs, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
}

test('as the documents show it, it is green, with a summary; a file in the workspace is read', async () => {
  const inputs = inputsIn('README.md');
  expect(inputsIn('docs/contract-checks.md')).toEqual(inputs);
  writeFileSync(join(folder, 'vas.json'), JSON.stringify(fill(sandbox, { paid: 1, expired: 1 })));
  const { code, log, outputs, summary } = await runAction({ ...inputs, 'test-vas': 'vas.json' });
  expect([code, outputs['exit-code']], log).toEqual([0, '0']);
  expect(summary).toContain('# Contract check against a gateway');
  expect(summary).toContain('## What nobody knows yet');
  expect(summary).toMatch(/2 given, [1-9]\d* created/);
  expect(summary).not.toContain(sandboxCredentials.merchantId);
  expect(readFileSync(join(outputs['reports']!, 'staging.md'), 'utf8')).toContain('Exit code 0');
  expect(log).not.toContain('::error');
}, 120_000);

test('a file of virtual accounts anywhere is read, and none is created if told not to', async () => {
  const file = join(folder, 'anywhere.json');
  writeFileSync(file, JSON.stringify([{ fake: true }]));
  const { code, log } = await runAction({ ...inputsIn('README.md'), 'test-vas': file, create: 'fake' });
  expect([code, log]).toEqual([2, expect.stringContaining('IFORTEPAY_TEST_CREATE is neither 0 nor 1')]);
  const other = await runAction({ ...inputsIn('README.md'), 'test-vas': file, create: '0' });
  expect([other.code, other.log]).toEqual([2, expect.stringContaining(`entry 1: 1 members`)]);
}, 120_000);

test('a refuted fact is an error beside the job, and fails it', async () => {
  await sandbox.close();
  sandbox = await startSandbox({
    tamper: (answer, { name }) =>
      name === 'canceled'
        ? { ...answer, body: { ...(answer.body as object), order_id: 'fake-other' } }
        : answer,
  });
  const { code, log, outputs } = await runAction(inputsIn('README.md'));
  expect([code, outputs['exit-code']]).toEqual([1, '1']);
  expect(log).toContain('::error title=Contract refuted (page)::/components/schemas/EchoedId');
}, 120_000);
