import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { noCurl } from '../shared/curl.ts';
import { merchant } from './test-requests.ts';
import { startSandbox } from './server.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const run = promisify(execFile);

function start() {
  const child = spawn(process.execPath, [main], { env: { ...process.env, PORT: '0' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  return { child, printed: () => printed };
}

test.each(['SIGINT', 'SIGTERM'] as const)('its curl line works, and %s stops it cleanly', async (signal) => {
  const { child, printed } = start();
  await expect.poll(printed, { timeout: 10_000 }).toContain("}'\n");
  const banner = printed();
  if (noCurl === undefined) {
    const { stdout } = await run('sh', ['-c', banner.slice(banner.indexOf('SIGNATURE='))]);
    expect(stdout).toContain('"response_code":"00"');
    await expect.poll(printed).toContain('POST /va/cancel 200 00 canceled\n');
  } else {
    console.warn(noCurl);
  }
  const ended = once(child, 'exit');
  child.kill(signal);
  expect(await ended).toEqual([0, null]);
  expect(banner.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(banner).toContain(
    '21  sandbox-cancel-drop-inquiry-fails  * cancels, drops         * 500, code 98\n',
  );
  expect(banner).toContain(`export IFORTEPAY_HASH_KEY='${merchant.hash_key}'\n`);
  expect(printed().slice(banner.length)).not.toContain(merchant.secret_unbound_id);
});

test('a taken port is one clear line and exit code 1', async () => {
  const taken = await startSandbox();
  const env = { ...process.env, PORT: String(taken.port) };
  const stderr = `sandbox: port ${taken.port} on 127.0.0.1 is taken; choose another: PORT=${taken.port + 1}\n`;
  await expect(run(process.execPath, [main], { env })).rejects.toMatchObject({ code: 1, stderr, stdout: '' });
  await taken.close();
});

test.each(['x', '65536', '-1'])('PORT=%s is one clear line and exit code 1', async (port) => {
  const env = { ...process.env, PORT: port };
  const stderr = `sandbox: PORT=${port} is not a port: give a number from 0 to 65535\n`;
  await expect(run(process.execPath, [main], { env })).rejects.toMatchObject({ code: 1, stderr });
});

test('ACCOUNTS=3 adds three more, and writes the file that cancels them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-accounts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...process.env, PORT: '0', ACCOUNTS: '3' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  await expect
    .poll(() => printed, { timeout: 10_000 })
    .toContain('3 virtual accounts more are in accounts.csv');
  const lines = readFileSync(join(folder, 'accounts.csv'), 'utf8').split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe('external_id,order_id,transaction_id,payment_channel');
  expect(lines[3]).toMatch(/^many-0+3,many-0+3,11111111-0000-4000-8000-0+3,BCA-POLYTRON$/);
  const wrong = run(process.execPath, [main], { env: { ...process.env, PORT: '0', ACCOUNTS: 'x' } });
  await expect(wrong).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('ACCOUNTS must be') });
});
