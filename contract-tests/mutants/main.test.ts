import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { blindChecker } from '../shared/blind-checker.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

function run(...flags: string[]): { code: number | null; out: string; error: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...flags], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, out: stdout, error: stderr };
}

test('lists mutants and what is to kill them, and runs none', () => {
  const { code, out } = run('--list', '--only', 'cancelVirtualAccount check off: secret');
  expect([code, out]).toEqual([
    0,
    'cancelVirtualAccount check off: secret\tcase authorization.secret.wrong\n',
  ]);
});

test('runs what was asked for, as often as asked, and says that variants were left out', () => {
  const { code, out } = run('--only', 'cancelVirtualAccount check off: sec', '--repeat', '2');
  expect(out).toContain('2 killed by the rule meant for it, 0 survived');
  expect(out).toContain('With --only the compliant variants are left out.');
  expect(out).toMatch(/time: [0-9.]+ s, [0-9.]+ s/);
  expect(code).toBe(0);
}, 60_000);

test('with the checker disabled its mutants survive, and the exit code is 1', () => {
  const flags = ['--import', blindChecker, main];
  const only = ['--only', 'cancelVirtualAccount 503 partner_error: enum: response_code blank'];
  const { status, stdout } = spawnSync(process.execPath, [...flags, ...only], { encoding: 'utf8' });
  expect(stdout).toContain('SURVIVED cancelVirtualAccount 503 partner_error: enum: response_code blank');
  expect(stdout).toContain('RED: no mutant of cancelVirtualAccount was killed; 1 mutants survived');
  expect(status).toBe(1);
}, 60_000);

test('a mistyped --only is red, a mistyped flag too', () => {
  expect(run('--only', 'no such mutant')).toMatchObject({
    code: 1,
    error: expect.stringContaining('No mutant is called no such mutant') as string,
  });
  expect(run('--onyl')).toMatchObject({ code: 2 });
  expect(run('--repeat', '0').code).not.toBe(0);
}, 60_000);
