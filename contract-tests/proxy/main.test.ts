import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSender } from '../cases/sender.ts';
import type { Tamper } from '../sandbox/answer.ts';
import { startSandbox } from '../sandbox/server.ts';
import { toolNode } from '../shared/processes.ts';
import { cancelRequest, changed } from './difficult.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contract-proxy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(args: string[]) {
  const child = spawn(toolNode(), [main, '--records', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, output }));
  return { child, ended, output: () => output };
}

async function runOnce(tamper: Tamper) {
  const sandbox = await startSandbox({ tamper });
  const { child, ended, output } = start(['--target', sandbox.url, '--port', '0']);
  try {
    while (!output().includes('Ctrl-C')) await Promise.race([once(child.stdout, 'data'), ended]);
    const sender = createSender({ baseUrl: /http:\/\/127\.0\.0\.1:\d+/.exec(output())![0] });
    for (let i = 0; i < 3; i++) await sender.send(cancelRequest());
    sender.close();
    while (output().split('POST /va/cancel').length < 4) await once(child.stdout, 'data');
  } finally {
    child.kill('SIGINT');
    await sandbox.close();
  }
  return ended;
}

test.each([
  ['an empty file', ''],
  ['blank lines', '\n\n'],
])('a replay of %s is not green', async (_, text) => {
  const file = join(folder, 'traffic.jsonl');
  writeFileSync(file, text);
  const { code, output } = await start(['--replay', file]).ended;
  expect([code, output]).toEqual([4, expect.stringContaining('nothing was checked')]);
});

test('prints and counts findings, records them, and replays them with the same end', async () => {
  const { code, output } = await runOnce(changed({ response_message: 7 }));
  expect(output).toContain(
    '  sdk, breaking: type at /response_message (/components/schemas/ResponseMessage/type)',
  );
  expect(output).toContain('3 answers checked, 0 not, 0 of no operation of the contract; 3 findings: type 3');
  expect(code).toBe(1);
  const [file = ''] = readdirSync(folder);
  expect(file).toMatch(/^traffic-.*\.jsonl$/);
  expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  expect(readFileSync(join(folder, file), 'utf8').trim().split('\n').length).toBe(3);
  const again = await start(['--replay', join(folder, file)]).ended;
  const told = (text: string) => text.split('\n').filter((line) => /findings|breaking/.test(line));
  expect(again.code).toBe(1);
  expect(told(again.output)).toEqual(told(output));
});

test.each([
  [['--target', 'https://api.ifortepay.id'], 'api.ifortepay.id is not allowed'],
  [['--target', 'http://api-stage.ifortepay.id'], 'must be called over https'],
  [['--port', '99999'], '--port 99999 is not a port'],
  [['--replay', '/no/such/file'], 'ENOENT'],
  [['--no-such'], 'unknown option'],
])('does not start with %j', async (args, why) => {
  const { code, output } = await start(args).ended;
  expect([code, output]).toEqual([2, expect.stringContaining(why)]);
  expect(readdirSync(folder).filter((name) => readFileSync(join(folder, name)).length > 0)).toEqual([]);
});
