import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startSandbox } from '../sandbox/server.ts';
import { makeCertificates } from '../shared/certificates.ts';
import { listen } from '../shared/http-server.ts';
import { cases, checker } from './test-cases.ts';
import { runCase } from './run.ts';
import { openSandboxTarget } from './sandbox-target.ts';
import { createSender } from './sender.ts';
import type { RawRequest } from './types.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(createServer(listener));
  endings.push(close);
  return url;
}

function sender(baseUrl: string, options: Partial<Parameters<typeof createSender>[0]> = {}) {
  const made = createSender({ baseUrl, ...options });
  endings.push(made.close);
  return made;
}

const request: RawRequest = { method: 'POST', path: '/va/cancel', headers: [], body: Buffer.from('{}') };

test('sends headers as they are: doubled, in order, none added but Host and Content-Length', async () => {
  const url = await serve((incoming, outgoing) => outgoing.end(JSON.stringify(incoming.rawHeaders)));
  const headers: RawRequest['headers'] = [
    ['X-Twice', 'a'],
    ['x-twice', 'b'],
    ['x-empty', ''],
  ];
  const { body } = await sender(url).send({ ...request, headers });
  const seen = JSON.parse(Buffer.from(body).toString()) as string[];
  expect(seen.slice(0, 10)).toEqual([
    'Host',
    new URL(url).host,
    'X-Twice',
    'a',
    'x-twice',
    'b',
    'x-empty',
    '',
    'Content-Length',
    '2',
  ]);
  expect(seen).not.toContain('Content-Type');
});

test('hands over status, doubled headers and bytes as they came, and follows no redirect', async () => {
  const url = await serve((_, outgoing) => {
    outgoing.writeHead(307, ['Location', '/', 'X-A', '1', 'X-A', '2']).end(Buffer.from([0xff]));
  });
  const { status, headers, body } = await sender(url).send(request);
  expect(status).toBe(307);
  expect(headers.filter(([name]) => name === 'X-A')).toEqual([
    ['X-A', '1'],
    ['X-A', '2'],
  ]);
  expect([...body]).toEqual([0xff]);
});

test('keeps a path in the base URL', async () => {
  const url = await serve(({ url: path }, outgoing) => outgoing.end(path));
  const { body } = await sender(`${url}/base/`).send(request);
  expect(Buffer.from(body).toString()).toBe('/base/va/cancel');
});

test('gives up after the deadline, also within a body', async () => {
  const url = await serve((_, outgoing) => void outgoing.writeHead(200).write('{'));
  await expect(sender(url, { timeoutMs: 100 }).send(request)).rejects.toThrow('abort');
});

test('gives up on an answer without end', async () => {
  const url = await serve((_, outgoing) => void outgoing.end(Buffer.alloc(1_000_001)));
  await expect(sender(url).send(request)).rejects.toThrow('longer than 1000000 bytes');
});

test('tells an answer that breaks off from none', async () => {
  const url = await serve((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-length': '9' });
    outgoing.write('{', () => incoming.socket.destroy());
  });
  const error = await sender(url)
    .send(request)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ why: 'broken off', answer: { status: 200 } });
});

test('opens a connection for each request once the other side has closed one that was idle', async () => {
  const used = new Set<unknown>();
  const url = await serve(({ socket }, outgoing) => {
    if (used.has(socket)) return void socket.destroy();
    used.add(socket);
    outgoing.end('{}');
  });
  const { send } = sender(url);
  const got: string[] = [];
  for (let i = 0; i < 6; i++) {
    got.push(
      await send(request).then(
        ({ status }) => String(status),
        () => 'reset',
      ),
    );
  }
  expect(got).toEqual(['200', 'reset', '200', '200', '200', '200']);
});

test('paces: requests start no closer together than told', async () => {
  const starts: number[] = [];
  const url = await serve((_, outgoing) => {
    starts.push(performance.now());
    outgoing.end();
  });
  const { send } = sender(url, { paceMs: 60 });
  // Not since the first came: on a busy machine it comes late.
  const from = performance.now();
  await Promise.all([send(request), send(request), send(request)]);
  expect(starts[2]! - from).toBeGreaterThan(110);
});

test('runs a case over TLS with an authority of its own, and not without', async () => {
  const { authority, good } = await makeCertificates();
  const sandbox = await startSandbox({ tls: good });
  endings.push(sandbox.close);
  const [trusting, doubting] = [openSandboxTarget(sandbox, authority), openSandboxTarget(sandbox)];
  endings.push(trusting.close, doubting.close);
  const [success] = cases;
  expect(await runCase(success!, trusting.target, checker)).toMatchObject({ verdict: 'pass', findings: [] });
  expect(await runCase(success!, doubting.target, checker)).toMatchObject({ verdict: 'fail' });
});
