import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createSender, pairsOf } from '../cases/sender.ts';
import type { RawAnswer, RawRequest } from '../cases/types.ts';
import { makeCertificates } from '../shared/certificates.ts';
import { listen } from '../shared/http-server.ts';
import { startSandbox } from '../sandbox/server.ts';
import { cancelRequest, difficult } from './difficult.ts';
import type { Exchange } from './exchange.ts';
import { startProxy } from './server.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function proxyTo(target: string, more: { ca?: string; timeoutMs?: number } = {}) {
  const exchanges: Exchange[] = [];
  const broken: string[] = [];
  const proxy = await startProxy({
    target,
    ...more,
    onExchange: (exchange) => exchanges.push(exchange),
    onBroken: (line) => broken.push(line),
  });
  endings.push(proxy.close);
  return { url: proxy.url, exchanges, broken };
}

async function send(baseUrl: string, request: RawRequest = cancelRequest()): Promise<RawAnswer> {
  const sender = createSender({ baseUrl });
  return sender.send(request).finally(sender.close);
}

async function upstream(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(createServer(listener));
  endings.push(close);
  return url;
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await sleep(10);
}

/** As `send`, for answers that are longer than a sender takes, or in pieces. */
function fetched(
  url: string,
  { method, path, headers, body }: RawRequest = cancelRequest(),
): Promise<Response> {
  return fetch(`${url}${path}`, { method, headers, body: Buffer.from(body) });
}

describe('an answer passes unchanged', () => {
  const short = Object.entries(difficult).filter(([name]) => name !== 'more than a megabyte');
  test.each(short)('%s', async (_, tamper) => {
    const sandbox = await startSandbox({ tamper });
    endings.push(sandbox.close);
    const { url, exchanges } = await proxyTo(sandbox.url);
    const request = cancelRequest();
    const direct = await send(sandbox.url, request);
    const passed = await send(url, request);
    const notes = ['date', 'connection', 'keep-alive', 'transfer-encoding'];
    const kept = ({ headers }: RawAnswer) => headers.filter(([name]) => !notes.includes(name.toLowerCase()));
    expect(passed.status).toBe(direct.status);
    expect(kept(passed)).toEqual(kept(direct));
    expect(Buffer.from(passed.body).equals(Buffer.from(direct.body))).toBe(true);
    await until(() => exchanges.length > 0);
    expect(exchanges[0]?.status).toBe(direct.status);
    expect(Buffer.from(exchanges[0]!.body!).equals(Buffer.from(direct.body))).toBe(true);
  });

  test('more than a megabyte, of which nothing is kept', async () => {
    const sandbox = await startSandbox({ tamper: difficult['more than a megabyte']! });
    endings.push(sandbox.close);
    const { url, exchanges } = await proxyTo(sandbox.url);
    const response = await fetched(url);
    expect((await response.text()).length).toBeGreaterThan(1_200_000);
    await until(() => exchanges.length > 0);
    expect(exchanges[0]!.body).toBeUndefined();
  });

  test('in pieces, without waiting for its end', async () => {
    let finish = (): void => undefined;
    const target = await upstream((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'application/json' }).write('{"first":1,');
      finish = () => outgoing.end('"second":2}');
    });
    const { url, exchanges } = await proxyTo(target);
    const response = await fetched(url);
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('{"first":1,');
    expect(exchanges).toEqual([]);
    finish();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('"second":2}');
    await until(() => exchanges.length > 0);
    expect(Buffer.from(exchanges[0]!.body!).toString()).toBe('{"first":1,"second":2}');
  });

  test('its reason, header case, order and doubles too', async () => {
    const headers = ['X-B', '1', 'x-a', '2', 'X-B', '3', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2'];
    const target = await upstream((_, outgoing) => {
      outgoing.sendDate = false;
      outgoing.writeHead(418, 'Fake Teapot', [...headers, 'Content-Length', '0']).end();
    });
    const { url } = await proxyTo(target);
    const passed = await send(url);
    const expected = [...pairsOf(headers), ['Content-Length', '0']];
    expect(passed.headers.filter(([name]) => !/^(connection|keep-alive)$/i.test(name))).toEqual(expected);
  });
});

test('a request passes unchanged: method, path, query, bytes, header case and doubles, but Host', async () => {
  const seen: { line: string; headers: [string, string][]; body: Buffer }[] = [];
  const target = await upstream(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const headers = pairsOf(incoming.rawHeaders).filter(([name]) => name.toLowerCase() !== 'connection');
    seen.push({ line: `${incoming.method} ${incoming.url}`, headers, body: Buffer.concat(chunks) });
    outgoing.end('{}');
  });
  const { url } = await proxyTo(target);
  const request: RawRequest = {
    method: 'PUT',
    path: '/va/cancel?a=%20b&a=2',
    headers: [...cancelRequest().headers, ['X-Twice', '1'], ['X-Twice', '2'], ['content-type', 'text/plain']],
    body: Buffer.from([0, 0xff, 0x7b, ...Buffer.from('\u00E9')]),
  };
  await send(target, request);
  await send(url, request);
  const [direct, passed] = seen;
  expect(passed!.line).toBe(direct!.line);
  expect(passed!.body.equals(direct!.body)).toBe(true);
  const grouped = (headers: [string, string][]) => headers.map(([name, value]) => `${name}: ${value}`).sort();
  expect(grouped(passed!.headers)).toEqual(grouped(direct!.headers));
});

test('a chunked request passes, bytes unchanged', async () => {
  let received = '';
  const target = await upstream(async (incoming, outgoing) => {
    for await (const chunk of incoming) received += String(chunk);
    outgoing.end('{}');
  });
  const { url, exchanges } = await proxyTo(target);
  const body = new ReadableStream({
    async start(controller) {
      for (const part of ['{"a"', ':1}']) {
        controller.enqueue(Buffer.from(part));
        await sleep(20);
      }
      controller.close();
    },
  });
  const response = await fetch(`${url}/va/cancel`, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect([response.status, received]).toEqual([200, '{"a":1}']);
  await until(() => exchanges.length > 0);
  expect(Buffer.from(exchanges[0]!.request!).toString()).toBe('{"a":1}');
});

test('passes on to a target over TLS whose authority it trusts, and answers 502 if it does not', async () => {
  const { good, authority } = await makeCertificates();
  const sandbox = await startSandbox({ tls: good });
  endings.push(sandbox.close);
  const trusting = await proxyTo(sandbox.url, { ca: authority });
  expect((await send(trusting.url)).status).toBe(404);
  const doubting = await proxyTo(sandbox.url);
  expect((await send(doubting.url)).status).toBe(502);
  expect(doubting.broken[0]).toMatch(/^127\.0\.0\.1:\d+ gives no answer: \S*(CERT|SIGNATURE|ISSUER)/);
});

describe('a broken target', () => {
  async function tcp(behave: (socket: Socket) => void): Promise<string> {
    const server = createTcpServer((socket) => void behave(socket.on('error', () => undefined)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endings.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const faults: Record<string, [behave: (socket: Socket) => void, code: RegExp]> = {
    'that drops the connection': [(socket) => socket.once('data', () => socket.destroy()), /ECONNRESET/],
    'that speaks no HTTP': [(socket) => socket.once('data', () => socket.end('fake\r\n\r\n')), /HPE_/],
    'that never answers': [() => undefined, /ECONNRESET/],
  };

  test.each(Object.entries(faults))(
    '%s gives 502 and a line, and the next one is served',
    async (_, fault) => {
      const [behave, code] = fault;
      const { url, broken, exchanges } = await proxyTo(await tcp(behave), { timeoutMs: 200 });
      for (const count of [1, 2]) {
        const { status, body } = await send(url);
        expect([status, broken.length, exchanges.length]).toEqual([502, count, 0]);
        expect(Buffer.from(body).toString()).toMatch(/^contract-proxy: 127\.0\.0\.1:\d+ gives no answer: /);
        expect(broken.at(-1)).toMatch(code);
      }
    },
  );

  test('that nobody listens at gives 502', async () => {
    const gone = await startSandbox();
    await gone.close();
    const { url, broken } = await proxyTo(gone.url);
    expect((await send(url)).status).toBe(502);
    expect(broken[0]).toContain('ECONNREFUSED');
  });

  test('whose answer breaks off breaks off for the client too, and is not checked', async () => {
    const target = await tcp((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"half":', () => socket.destroy());
      }),
    );
    const { url, broken, exchanges } = await proxyTo(target);
    await expect(send(url)).rejects.toThrow();
    await until(() => broken.length > 0);
    await sleep(50);
    expect([broken, exchanges]).toEqual([[expect.stringContaining('broke off')], []]);
  });
});

test.each(['https://api.ifortepay.id', 'http://api-stage.ifortepay.id', 'https://example.com'])(
  'does not start in front of %s',
  async (target) => {
    await expect(proxyTo(target)).rejects.toThrow(/allowed|https/);
  },
);
