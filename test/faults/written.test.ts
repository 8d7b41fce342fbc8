/** Whatever a server read at least the head of is never `not_sent`, wherever the connection breaks, and however. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { Agent, Pool, ProxyAgent } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AttemptRecord } from '../../src/attempt.ts';
import { createVaClient } from '../../src/client.ts';
import type { FetchLike } from '../../src/runtime.ts';
import { undiciFetch } from '../../src/undici.ts';
import { tunnels, type Between, authority, good, trustOurAuthority } from './servers.ts';
import { endOf } from './clients.ts';
import { credentials, request } from './http.ts';

beforeAll(trustOurAuthority);

let tunnel: Between;
beforeAll(async () => void (tunnel = await tunnels()));
afterAll(() => tunnel.stop());

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"';
const MISDIRECTED = 'HTTP/1.1 421 Misdirected\r\ncontent-length: 2\r\n\r\n{}';

const ways: Record<string, (socket: Socket) => unknown> = {
  reset: (socket) => (socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy()),
  'end in order': (socket) => socket.end(),
  destroy: (socket) => socket.destroy(),
  'write noise': (socket) => socket.end('noise\r\n\r\n'),
  'write half an answer': (socket) => socket.end(HEAD),
  'write 421 and end': (socket) => socket.end(MISDIRECTED),
  'write 421 and stay': (socket) => socket.write(MISDIRECTED),
  'do nothing': () => undefined,
};

const STAGES = ['accepted', 'first bytes', 'secured', 'head read'] as const;

/** A server that does that at that stage, and counts the heads that it read. */
async function breaking(isSecure: boolean, stage: (typeof STAGES)[number], way: string, listensOn: boolean) {
  let heads = 0;
  const sockets: Socket[] = [];
  const act = (socket: Socket) => {
    if (!listensOn) server.close();
    ways[way]!(socket);
  };
  const speak = (socket: Socket) => {
    socket.on('error', () => undefined);
    if (stage === 'secured') act(socket);
    socket.on('data', (bytes: Buffer) => {
      if (!bytes.includes('POST /va/cancel')) return;
      heads++;
      if (stage === 'head read') act(socket);
    });
  };
  const accept = (socket: Socket) => {
    sockets.push(socket.on('error', () => undefined));
    if (stage === 'accepted') act(socket);
    if (stage === 'first bytes') socket.once('data', () => act(socket));
  };
  const server: Server = isSecure
    ? createTlsServer(good, speak).on('tlsClientError', () => undefined)
    : createServer(speak);
  server.on('connection', accept);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`,
    heads: () => heads,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const through: Record<string, (origin: string) => FetchLike | undefined> = {
  'the default fetch': () => undefined,
  undiciFetch: () => undiciFetch(),
  'an Agent': () => undiciFetch({ dispatcher: new Agent({ connect: { ca: authority } }) }),
  'a Pool of one': (origin) => undiciFetch({ dispatcher: new Pool(origin, { connections: 1 }) }),
  'a tunnel': () => undiciFetch({ dispatcher: new ProxyAgent({ uri: tunnel.url, proxyTunnel: true }) }),
  'a fetch that repeats': () => (url, init) => fetch(url, init).catch(() => fetch(url, init)),
};

it('what was read is never not_sent, and what is not_sent never arrives', async () => {
  const met: Record<string, number> = {};
  const property = fc.asyncProperty(
    fc.constantFrom(...Object.keys(through)),
    fc.boolean(),
    fc.constantFrom(...STAGES),
    fc.constantFrom(...Object.keys(ways)),
    fc.boolean(),
    fc.constantFrom(undefined, 1, 20, 80),
    fc.integer({ min: 1, max: 3 }),
    async (name, isSecure, stage, way, listensOn, abortAfterMs, calls) => {
      const server = await breaking(isSecure, stage, way, listensOn);
      try {
        const records: AttemptRecord[] = [];
        const client = createVaClient({
          ...credentials,
          baseUrl: server.baseUrl,
          timeoutMs: 150,
          fetch: through[name]!(server.baseUrl),
          onAttempt: (record) => void records.push(record),
        });
        const signal = () => (abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs));
        const ends = await Promise.all(
          Array.from({ length: calls }, () => endOf(client.cancel(request, { signal: signal() }))),
        );
        const notSent = ends.filter(({ outcome }) => outcome === 'not_sent').length;
        await sleep(40);
        // Never more were read than ended otherwise; but one that repeats may be read twice.
        if (name !== 'a fetch that repeats') expect(server.heads()).toBeLessThanOrEqual(calls - notSent);
        else if (notSent === calls) expect(server.heads()).toBe(0);
        expect(records.filter(({ written }) => written === false)).toHaveLength(notSent);
        for (const { outcome, error } of ends)
          met[error?.code ?? outcome] = (met[error?.code ?? outcome] ?? 0) + 1;
      } finally {
        server.stop();
      }
    },
  );
  await fc.assert(property, { numRuns: 120, endOnFailure: true });
  const expected = ['not_connected', 'aborted_before_sending', 'connection_failed', 'timeout', 'aborted'];
  expect(Object.keys(met)).toEqual(expect.arrayContaining(expected));
}, 120_000);
