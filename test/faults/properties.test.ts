import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import { isVaError } from '../../src/errors.ts';
import { requestSignature } from '../../src/credentials.ts';
import { answerLike, body, credentials, ids, secret, status, successLike } from './arbitraries.ts';
import { clients, endOf } from './clients.ts';
import { leaksIn } from '../support/canaries.ts';
import { credentials as usual, request } from './http.ts';
import { close, send, startFaultServer, type FaultServer } from './tcp.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const client = fc.constantFrom(...Object.keys(clients));
const TIMEOUT_MS = 5_000;

let server: FaultServer;
let answered: Uint8Array;
beforeAll(async () => {
  server = await startFaultServer({ onRequest: [[send(() => answered), close]] });
});
afterAll(() => server.stop());

/** Calls a server that answers with these bytes and closes. */
function callFor(bytes: Uint8Array, name: string, options = usual) {
  answered = bytes;
  return endOf(clients[name]!({ ...options, baseUrl: server.baseUrl, timeoutMs: TIMEOUT_MS })(request));
}

const http = (code: number, bytes: Uint8Array, header = '') =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 ${code} X\r\n${header}content-length: ${bytes.length}\r\n\r\n`),
    bytes,
  ]);

describe('signing', () => {
  it('agrees with node:crypto for any ids and secrets, on the wire', async () => {
    const property = fc.asyncProperty(credentials, ids, async (options, { external_id, order_id }) => {
      let sent: Record<string, string> = {};
      const fetch = async (_url: string, init: RequestInit) => {
        sent = init.headers as Record<string, string>;
        return new Response();
      };
      const { cancel } = createVaClient({ ...options, baseUrl: 'https://gateway.invalid', fetch });
      await endOf(cancel({ ...request, external_id, order_id }));
      expect(sent['x-req-signature']).toBe(sha256(options.hashKey + external_id + order_id));
      const basic = base64(`${options.merchantId}:${options.secretUnboundId}`);
      expect(sent.authorization).toBe(`Basic ${basic}`);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('agrees with node:crypto for any text as an id, and any key that is not damaged', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const property = fc.asyncProperty(secret, text, text, async (hashKey, external_id, order_id) => {
      const expected = sha256(hashKey + external_id + order_id);
      expect(await requestSignature(hashKey, { external_id, order_id })).toBe(expected);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe('any answer', () => {
  it('is done or refused only if its bytes say so, and else a VaError, before the deadline', async () => {
    const met = new Set<string>();
    const property = fc.asyncProperty(client, status, body, async (name, code, bytes) => {
      const { outcome, error } = await callFor(http(code, bytes), name);
      met.add(outcome);
      if (outcome === 'done') {
        expect(wordsOf(bytes)).toEqual(code < 300 ? DONE : 'a status below 300');
        return;
      }
      expect(isVaError(error)).toBe(true);
      expect(error).toMatchObject({ outcome, code: expect.not.stringMatching(/timeout|middleware_failed/) });
      expect(outcome).not.toBe('not_sent');
      if (outcome === 'refused') expect(refusalIn(bytes, code)).toBe(true);
    });
    await fc.assert(property, { numRuns: 800 });
    expect([...met].sort(), 'what was met').toEqual(['done', 'refused', 'unknown']);
  });

  it('that is a success is done, whatever else it holds', async () => {
    const ok = fc.constantFrom(200, 201, 202, 299);
    const property = fc.asyncProperty(client, ok, successLike, async (name, code, text) => {
      expect((await callFor(http(code, Buffer.from(text)), name)).outcome).toBe('done');
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('that says anything twice is unknown', async () => {
    const names = fc.constantFrom(...Object.keys(request), 'response_code', 'transaction_status', 'note');
    const property = fc.asyncProperty(client, status, answerLike, names, async (name, code, text, twice) => {
      const doubled = text.replace('{', `{"${twice}":"x","${twice}":"y",`);
      expect((await callFor(http(code, Buffer.from(doubled)), name)).outcome).toBe('unknown');
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('that may not even be HTTP is a VaError before the deadline', async () => {
    const head = fc.constantFrom('', 'HTTP/1.1 ', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\n\r\n');
    const noise = fc.uint8Array({ maxLength: 200 });
    const property = fc.asyncProperty(client, head, noise, async (name, start, bytes) => {
      const { outcome, error } = await callFor(Buffer.concat([Buffer.from(start), bytes]), name);
      expect(outcome).toBe('unknown');
      expect(isVaError(error) && error.code).not.toMatch(/false|timeout/);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('that echoes the credentials shows none of them', async () => {
    const how = fc.constantFrom<(echo: string) => string>(
      (echo) => JSON.stringify({ response_code: '02', response_message: echo, [echo]: [echo] }),
      (echo) =>
        JSON.stringify({ ...request, transaction_status: 'CANCELED', response_code: '00', note: echo }),
      (echo) => JSON.stringify({ ...request, transaction_id: echo, response_code: '00' }),
      (echo) => JSON.stringify({ response_code: echo, error: { deep: { echo } } }),
      (echo) => `<pre>${echo}</pre>`,
    );
    const property = fc.asyncProperty(client, status, credentials, how, secret, async (...drawn) => {
      const [name, code, options, write, between] = drawn;
      const { merchantId, secretUnboundId, hashKey } = options;
      const signature = sha256(hashKey + request.external_id + request.order_id);
      const secrets = [secretUnboundId, hashKey, base64(`${merchantId}:${secretUnboundId}`), signature];
      const bytes = Buffer.from(write([...secrets, ...secrets].join(between)));
      const { shown, error } = await callFor(http(code, bytes), name, options);
      for (const each of [shown, error]) expect(await leaksIn(each, secrets)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

const { external_id, order_id, transaction_id } = request;
const DONE = { external_id, order_id, transaction_id, transaction_status: 'CANCELED', response_code: '00' };

/** What the bytes say, read anew. */
function wordsOf(bytes: Uint8Array): unknown {
  const said = parsed(bytes);
  return Object.fromEntries(Object.keys(DONE).map((name) => [name, said[name]]));
}

function refusalIn(bytes: Uint8Array, code: number): boolean {
  const said = parsed(bytes);
  const listed = ['01', '02', '04'].includes(said.response_code as string);
  const signature = said.response_code === '99' && code === 401;
  const ours = Object.entries({ external_id, order_id, transaction_id }).every(
    ([id, asked]) => !Object.hasOwn(said, id) || said[id] === asked,
  );
  return (listed || signature) && ours && code < 500 && Math.floor(code / 100) !== 3;
}

function parsed(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
