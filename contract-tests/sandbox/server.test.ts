import { execFile } from 'node:child_process';
import { request } from 'node:https';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeCertificates } from '../shared/certificates.ts';
import { refusals } from './assumptions.ts';
import { testRequest, merchant, post } from './test-requests.ts';
import { pageVirtualAccount, seedMerchants, seedVirtualAccounts } from './seeds.ts';
import { createState } from './state.ts';
import { startSandbox } from './server.ts';

const scripted = (script: string) => seedVirtualAccounts.find((va) => va.script === script)!;

test('a stalled request gets no answer, and close() ends it at once', async () => {
  const sandbox = await startSandbox();
  let settled = false;
  const pending = post(sandbox.url, testRequest(scripted('stall')));
  const failed = expect(pending.finally(() => (settled = true))).rejects.toThrow('fetch failed');
  await expect.poll(() => sandbox.requests.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(settled).toBe(false);
  const start = performance.now();
  await sandbox.close();
  await failed;
  expect(performance.now() - start).toBeLessThan(4000);
});

test('close() leaves no handle: a process with a stalled request ends by itself', async () => {
  const script = `
    const { startSandbox } = await import(${JSON.stringify(new URL('server.ts', import.meta.url).href)});
    const sandbox = await startSandbox();
    const sent = ${JSON.stringify(testRequest(scripted('stall')))};
    const { request } = await import('node:http');
    request(sandbox.url + '/va/cancel', { method: 'POST', headers: sent.headers })
      .on('error', () => console.log('cut'))
      .end(JSON.stringify(sent.body));
    while (sandbox.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await sandbox.close();`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 10_000,
  });
  expect((await run).stdout).toBe('cut\n');
});

test('a client that gives up leaves the sandbox serving', async () => {
  const sandbox = await startSandbox();
  const { headers, body } = testRequest(scripted('stall'));
  const signal = AbortSignal.timeout(200);
  const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
  await expect(fetch(`${sandbox.url}/va/cancel`, init)).rejects.toThrow('timeout');
  expect((await post(sandbox.url, testRequest(pageVirtualAccount))).status).toBe(200);
  await sandbox.close();
});

test('drops the connection after having cancelled: it happened, and the caller cannot know', async () => {
  const sandbox = await startSandbox();
  const va = scripted('cancel-drop');
  await expect(post(sandbox.url, testRequest(va))).rejects.toThrow('fetch failed');
  expect(sandbox.state.find(va.transaction_id)?.transaction_status).toBe('CANCELED');
  const { status, response_code } = refusals.already_canceled.value;
  expect(await post(sandbox.url, testRequest(va))).toMatchObject({ status, json: { response_code } });
  await sandbox.close();
});

test('logs method, path, status and code of each request, and no secret', async () => {
  const sandbox = await startSandbox();
  await post(sandbox.url, testRequest(pageVirtualAccount));
  await fetch(`${sandbox.url}/%1b?secret=${merchant.secret_unbound_id}`);
  await sandbox.close();
  expect(sandbox.requests).toEqual([
    { method: 'POST', path: '/va/cancel', status: 200, response_code: '00', answer: 'canceled' },
    { method: 'GET', path: '/%1b', status: 404, answer: 'unknown_route' },
  ]);
});

test('rejects with EADDRINUSE on a taken port', async () => {
  const first = await startSandbox();
  await expect(startSandbox({ port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
});

test('speaks https with a key and a certificate', async () => {
  const { authority: cert, good } = await makeCertificates();
  const sandbox = await startSandbox({ tls: good });
  const { headers, body } = testRequest(pageVirtualAccount);
  const status = await new Promise((resolve, reject) => {
    request(`${sandbox.url}/va/cancel`, { method: 'POST', headers, ca: cert, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(JSON.stringify(body));
  });
  await sandbox.close();
  expect([new URL(sandbox.url).protocol, status]).toEqual(['https:', 200]);
});

test('a transaction_id is stored once', () => {
  const state = createState(seedMerchants, [pageVirtualAccount]);
  expect(() => state.add(pageVirtualAccount)).toThrow(`${pageVirtualAccount.transaction_id} is taken`);
});

test('a virtual account needs a known merchant', () => {
  const stray = { ...pageVirtualAccount, merchant_id: 'FAKE-NOBODY' };
  expect(() => createState(seedMerchants, [stray])).toThrow('No merchant FAKE-NOBODY');
});

test('a sandbox needs a merchant', () => {
  expect(() => createState([], [])).toThrow(TypeError);
});
