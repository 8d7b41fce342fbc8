/** The handlers of `ifortepay-va/callback`, on real sockets where the wire matters. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  CallbackError,
  callbackHandler,
  nodeCallbackHandler,
  type CallbackHandlerOptions,
  type VerifiedCallback,
} from '../../src/callback.ts';
import { listen } from '../../contract-tests/shared/http-server.ts';
import { credentials, pageRequest } from '../support/fixtures.ts';

const { hashKey } = credentials;
const { external_id, order_id, transaction_id } = pageRequest;
const ids = { transaction_id, external_id, order_id };
const body = JSON.stringify({ ...ids, transaction_status: 'PAID' });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const signature = sha256(transaction_id + sha256(hashKey + external_id + order_id));

/** Options that note what they are told. */
function noting(changes: Partial<CallbackHandlerOptions> = {}) {
  const taken: VerifiedCallback[] = [];
  const told: unknown[] = [];
  const onCallback = (verified: VerifiedCallback) => void taken.push(verified);
  const onError = (error: unknown) => void told.push(error);
  return { taken, told, options: { hashKey, onCallback, onError, ...changes } };
}

const genuine = (init: RequestInit = {}) =>
  new Request('https://merchant.example/callback', {
    method: 'POST',
    headers: { 'mcp-signature': signature },
    body,
    ...init,
  });

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

type Handle = (req: IncomingMessage, res: ServerResponse) => unknown;

/** The URL of a server of `handle`. */
async function serve(handle: Handle): Promise<string> {
  const { url, close } = await listen(createServer((req, res) => void handle(req, res)));
  closing.push(close);
  return `${url}/callback`;
}

const post = (url: string, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', headers: { 'mcp-signature': signature }, body, ...init });

/** Both handlers behind one door: what each answers, as status and body. */
const doors: Record<string, (options: CallbackHandlerOptions, init?: RequestInit) => Promise<Response>> = {
  callbackHandler: (options, init) => callbackHandler(options)(genuine(init)),
  nodeCallbackHandler: async (options, init) => post(await serve(nodeCallbackHandler(options)), init),
};

describe.each(Object.entries(doors))('%s', (_, door) => {
  it('calls onCallback with a genuine callback, and answers as the gateway expects', async () => {
    const { taken, told, options } = noting();
    const response = await door(options);
    expect([response.status, await response.json()]).toEqual([200, { message: 'SUCCESS' }]);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(taken).toEqual([{ ids, unverified: { transaction_status: 'PAID' } }]);
    expect(told).toEqual([]);
  });

  it.each([
    ['a wrong signature', { headers: { 'mcp-signature': '0'.repeat(64) } }, 'wrong_signature'],
    ['no signature', { headers: {} }, 'malformed'],
    ['an empty body', { body: '' }, 'malformed'],
    ['a body that is no JSON', { body: '{' }, 'malformed'],
    ['a body longer than any callback', { body: `"${'x'.repeat(256 * 1024)}"` }, 'malformed'],
  ])('answers 400 to %s, tells onError, and calls nobody', async (_what, init, code) => {
    const { taken, told, options } = noting();
    const response = await door(options, init);
    expect(response.status).toBe(400);
    expect(await response.json()).not.toHaveProperty('message', 'SUCCESS');
    expect(told).toEqual([expect.objectContaining({ name: 'CallbackError', code })]);
    expect(taken).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('the database is down'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('the database is down'))],
    ['throws what another check found', () => { throw new CallbackError('malformed', 'the database is down'); }], // prettier-ignore
  ])('answers 503 when onCallback %s, so that the gateway sends again', async (_what, onCallback) => {
    const { told, options } = noting({ onCallback });
    expect((await door(options)).status).toBe(503);
    expect(told).toEqual([expect.objectContaining({ message: 'the database is down' })]);
  });

  it('waits for onCallback before it answers', async () => {
    let isOver = false;
    const onCallback = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      isOver = true;
    };
    expect((await door(noting({ onCallback }).options)).status).toBe(200);
    expect(isOver).toBe(true);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('of the logger'); }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('of the logger'))],
  ])('answers all the same when onError %s', async (_what, onError) => {
    expect((await door({ ...noting().options, onError }, { body: '{' })).status).toBe(400);
  });

  it('answers 405 to anything but POST', async () => {
    const { told, options } = noting();
    const response = await door(options, { method: 'PUT' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(told).toEqual([]);
  });

  it('says on the console what went wrong, unless told otherwise', async () => {
    const onConsole = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { onError: _, ...options } = noting().options;
    await door(options, { body: '{' });
    expect(onConsole).toHaveBeenCalledWith(expect.any(CallbackError));
    vi.restoreAllMocks();
  });
});

describe.each([callbackHandler, nodeCallbackHandler])('%o', (handler) => {
  it.each(['onCallback', 'onError'])('refuses a %s that is no function when it is made', (name) => {
    expect(() => handler({ ...noting().options, [name]: 'fake' } as never)).toThrow(
      `${name} must be a function`,
    );
  });
});

describe('a Request whose body was read before', () => {
  it.each<[string, (request: Request) => unknown]>([
    ['parsed', (request) => request.json()],
    ['locked', (request) => request.body!.getReader()],
  ])('(%s) is answered 503 and reported as what it is', async (_, read) => {
    const { told, options } = noting();
    const request = genuine();
    await read(request);
    expect((await callbackHandler(options)(request)).status).toBe(503);
    expect(told).toEqual([expect.objectContaining({ message: expect.stringContaining('was read before') })]);
    expect(told[0]).not.toBeInstanceOf(CallbackError);
  });
});

/** Reads the body as a parser would, and leaves something of it on `req`. */
const after =
  (leave: (req: IncomingMessage, bytes: Buffer) => void, handle: Handle): Handle =>
  async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    leave(req, Buffer.concat(chunks));
    await handle(req, res);
  };

describe('a request of Node whose body was read before', () => {
  it.each<[string, (bytes: Buffer) => object]>([
    ['a Buffer in req.rawBody', (rawBody) => ({ rawBody, body: JSON.parse(rawBody.toString()) })],
    ['a text in req.rawBody', (bytes) => ({ rawBody: bytes.toString() })],
    ['a Buffer in req.body, as express.raw() does', (bytes) => ({ body: bytes })],
    ['a text in req.body, as express.text() does', (bytes) => ({ body: bytes.toString() })],
  ])('is taken from %s', async (_, leftovers) => {
    const { taken, told, options } = noting();
    const handle = nodeCallbackHandler(options);
    const url = await serve(after((req, bytes) => Object.assign(req, leftovers(bytes)), handle));
    expect((await post(url)).status).toBe(200);
    expect(told).toEqual([]);
    expect(taken).toHaveLength(1);
  });

  it.each<[string, (bytes: Buffer) => object]>([
    ['a parsed body', (bytes) => ({ body: JSON.parse(bytes.toString()) })],
    ['nothing', () => ({})],
  ])('and of which there is %s left, is answered 503 and reported as what it is', async (_, leftovers) => {
    const { told, options } = noting();
    const handle = nodeCallbackHandler(options);
    const url = await serve(after((req, bytes) => Object.assign(req, leftovers(bytes)), handle));
    expect((await post(url)).status).toBe(503);
    expect(told).toEqual([expect.objectContaining({ message: expect.stringContaining('express.json()') })]);
    expect(told[0]).not.toBeInstanceOf(CallbackError);
  });
});

describe('nodeCallbackHandler', () => {
  it('reads a body that comes as text, for somebody set an encoding', async () => {
    const { options } = noting();
    const handle = nodeCallbackHandler(options);
    const url = await serve((req, res) => {
      req.setEncoding('utf8');
      return handle(req, res);
    });
    expect((await post(url)).status).toBe(200);
  });

  it('does not mind a body that express put there without having read any', async () => {
    const handle = nodeCallbackHandler(noting().options);
    const url = await serve((req, res) => handle(Object.assign(req, { body: {} }), res));
    expect((await post(url)).status).toBe(200);
  });

  it('throws at once, for the framework to see, when it is not given what is Node’s', () => {
    const handle = nodeCallbackHandler(noting().options);
    expect(() => handle(genuine() as never, {} as never)).toThrow('callbackHandler');
    expect(() => handle({ raw: {} } as never, { raw: {} } as never)).toThrow('request.raw');
  });

  it('tells onError of a sender that hangs up, and believes nothing of it', async () => {
    const { taken, told, options } = noting();
    const handle = nodeCallbackHandler(options);
    let settled: (() => void) | undefined;
    const over = new Promise<void>((resolve) => (settled = resolve));
    const url = await serve(async (req, res) => {
      await handle(req, res);
      settled!();
    });
    const headers = { 'mcp-signature': signature, 'content-length': body.length };
    const request = httpRequest(url, { method: 'POST', headers });
    request.on('error', () => {});
    request.write(body.slice(0, 10), () => setImmediate(() => request.destroy()));
    await over;
    expect(taken).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]).not.toBeInstanceOf(CallbackError);
  });

  it('answers over HTTP/2 too, without a header that is none there', async () => {
    const warned: Error[] = [];
    const listener = (warning: Error) => void warned.push(warning);
    process.on('warning', listener);
    const server = createHttp2Server((req, res) => void nodeCallbackHandler(noting().options)(req, res));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request({ ':method': 'POST', 'mcp-signature': '0'.repeat(64) });
    stream.end(body);
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(400);
    session.destroy();
    server.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    expect(warned).toEqual([]);
  });

  it('survives a framework that has answered already', async () => {
    const { taken, options } = noting();
    const handle = nodeCallbackHandler(options);
    const url = await serve(async (req, res) => {
      res.writeHead(504).end('too late');
      await handle(req, res);
    });
    expect((await post(url)).status).toBe(504);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
  });
});
