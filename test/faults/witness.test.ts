/**
 * Who may try to fool the witness of what was written, on real sockets. That what never left is proven so is held by the
 * rows of `connecting` and, over every dispatcher and on every Node, by test/platforms/runtimes/undici.test.ts.
 */
import { request as sendByHttp } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { http, HttpResponse, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import {
  Agent,
  Dispatcher1Wrapper,
  getGlobalDispatcher,
  MockAgent,
  ProxyAgent,
  RetryAgent,
  setGlobalDispatcher,
  type Dispatcher,
} from 'undici';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AttemptRecord } from '../../src/attempt.ts';
import { createVaClient } from '../../src/client.ts';
import type { VaClientOptions } from '../../src/options.ts';
import type { FetchLike } from '../../src/runtime.ts';
import { undiciFetch } from '../../src/undici.ts';
import { slowToBegin, tunnels, type Between, nobodyListens, shows, trustOurAuthority } from './servers.ts';
import { endOf } from './clients.ts';
import { tcpAnswer, success, credentials, request } from './http.ts';
import { inTurn, on, onConnect, pause, reset, send, vanish, type FaultServer, type Start } from './tcp.ts';

beforeAll(trustOurAuthority);

const done = send(tcpAnswer(200, success()));
const never = on();
const silentTls: Start = async () => {
  const server = await onConnect()();
  return { ...server, baseUrl: server.baseUrl.replace('http:', 'https:') };
};

async function started(start: Start): Promise<FaultServer> {
  const server = await start();
  onTestFinished(server.stop);
  return server;
}

async function between(starting: Promise<Between>): Promise<Between> {
  const it = await starting;
  onTestFinished(it.stop);
  return it;
}

function using<D extends Dispatcher>(dispatcher: D): D {
  onTestFinished(() => dispatcher.destroy());
  return dispatcher;
}

const over = (dispatcher: Dispatcher) => undiciFetch({ dispatcher });

interface Call {
  fetch?: FetchLike;
  /** The deadline; else more than enough. */
  timeoutMs?: number;
  /** Milliseconds until the caller aborts. */
  abortAfterMs?: number;
}

/** Cancels once. The end in words, and whether `onAttempt` says that it was written. */
async function cancelAt(baseUrl: string, { fetch, timeoutMs = 10_000, abortAfterMs }: Call = {}) {
  const records: AttemptRecord[] = [];
  const onAttempt = (record: AttemptRecord) => void records.push(record);
  const options: VaClientOptions = { ...credentials, baseUrl, timeoutMs, onAttempt, fetch };
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  const { outcome, error } = await endOf(createVaClient(options).cancel(request, { signal }));
  return { end: error ? `${outcome} ${error.code}` : outcome, written: records[0]?.written };
}

const NOT_CONNECTED = { end: 'not_sent not_connected', written: false };
const REFUSED = { end: 'not_sent connection_refused', written: false };
const LATE = { end: 'unknown timeout', written: true };
const LOST = { end: 'unknown connection_failed', written: true };

it('what a tunnel or a forwarding proxy took is written', async () => {
  const target = await started(never);
  const { url: uri } = await between(tunnels());
  const tunnel = using(new ProxyAgent({ uri, proxyTunnel: true }));
  expect(await cancelAt(target.baseUrl, { fetch: over(tunnel), timeoutMs: 1_000 })).toEqual(LATE);
  expect(target.seen().requests).toBe(1);
  const forwarding = await started(never);
  const agent = using(new ProxyAgent({ uri: forwarding.baseUrl, proxyTunnel: false }));
  expect(await cancelAt(target.baseUrl, { fetch: over(agent), timeoutMs: 1_000 })).toEqual(LATE);
  expect(forwarding.seen().requests).toBe(1);
});

it('the global fetch, given by its name, is watched as without it', async () => {
  const fetch = globalThis.fetch as FetchLike;
  const silent = await started(silentTls);
  expect(await cancelAt(silent.baseUrl, { fetch, timeoutMs: 500 })).toEqual(NOT_CONNECTED);
  const dies = await started(on(pause(50), reset));
  expect(await cancelAt(dies.baseUrl, { fetch })).toEqual(LOST);
});

it('nothing is sent after the deadline, though the handshake then succeeds and a replaced fetch ignores it', async () => {
  const original = globalThis.fetch;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => original(url, { ...init, signal: null }));
  onTestFinished(() => void vi.unstubAllGlobals());
  const target = await started(shows('good'));
  const slow = await between(slowToBegin(Number(new URL(target.baseUrl).port), 400));
  expect(await cancelAt(`https://127.0.0.1:${slow.port}`, { timeoutMs: 200 })).toEqual(NOT_CONNECTED);
  await expect.poll(() => target.seen().connections).toBe(1);
  await sleep(200);
  expect(target.seen().requests).toBe(0);
});

describe('cannot be fooled by', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Sends by node:http, which no witness hears. */
  const byAnotherWay: FetchLike = (url, { method, headers, body, signal }) =>
    new Promise((_, reject) => {
      const options = { method: method!, headers: headers as Record<string, string>, signal: signal! };
      sendByHttp(url, options).on('error', reject).end(body);
    });

  const intercepting = (change: Dispatcher.DispatcherComposeInterceptor) =>
    over(using(new Agent()).compose(change));

  it("an interceptor that sends by another way, and tells undici's handler of a failure only", async () => {
    const { baseUrl, seen } = await started(on(reset));
    const fetch = intercepting(() => (options, handler) => {
      const headers = options.headers as Record<string, string>;
      const init = { method: options.method, headers, body: options.body as string };
      byAnotherWay(`${String(options.origin)}${options.path}`, init).catch((error: Error) =>
        handler.onResponseError!(null as never, error),
      );
      return true;
    });
    expect(await cancelAt(baseUrl, { fetch })).toEqual({ ...LOST, written: undefined });
    expect(seen().requests).toBe(1);
  });

  it('an interceptor that swallows the start', async () => {
    const { baseUrl, seen } = await started(on(vanish));
    const silenced = (onResponseError: Dispatcher.DispatchHandler['onResponseError']) => ({
      onRequestStart: () => undefined,
      onResponseStart: () => undefined,
      onResponseData: () => undefined,
      onResponseEnd: () => undefined,
      onResponseError,
    });
    const fetch = intercepting((dispatch) => (options, handler) => {
      const last = silenced((controller, error) => handler.onResponseError!(controller, error));
      return dispatch(
        options,
        silenced(() => void dispatch(options, last)),
      );
    });
    expect(await cancelAt(baseUrl, { fetch })).toEqual(LOST);
    expect(seen().requests).toBe(1);
  });

  it('a RetryAgent whose last attempt is refused', async () => {
    const { baseUrl, seen } = await started(on(vanish));
    const retries = {
      methods: ['POST' as const],
      errorCodes: ['UND_ERR_SOCKET'],
      minTimeout: 10,
      maxRetries: 1,
    };
    const fetch = over(new RetryAgent(using(new Agent()), retries));
    expect(await cancelAt(baseUrl, { fetch, timeoutMs: 2_000 })).toEqual(LOST);
    expect(seen().requests).toBe(1);
  });

  it('a dispatcher of the user’s own class, which inherits from Agent', async () => {
    const { baseUrl, seen } = await started(on(reset));
    class Odd extends Agent {
      override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
        const headers = options.headers as Record<string, string>;
        const init = { method: options.method, headers, body: options.body as string };
        byAnotherWay(`${String(options.origin)}${options.path}`, init).catch((error: Error) =>
          handler.onResponseError!(null as never, error),
        );
        return true;
      }
    }
    Object.defineProperty(Odd, 'name', { value: 'Agent' });
    expect(await cancelAt(baseUrl, { fetch: over(using(new Odd())) })).toMatchObject({ end: LOST.end });
    expect(seen().requests).toBe(1);
  });

  it('a MockAgent that says it failed', async () => {
    const mock = new MockAgent();
    onTestFinished(() => mock.close());
    mock.disableNetConnect();
    const intercept = () =>
      mock
        .get('https://gateway.invalid')
        .intercept({ path: '/va/cancel', method: 'POST' })
        .replyWithError(new Error('reset'));
    intercept();
    const fetch = over(mock);
    const unknown = { end: LOST.end, written: undefined };
    expect(await cancelAt('https://gateway.invalid', { fetch })).toEqual(unknown);
    intercept();
    const before = getGlobalDispatcher();
    onTestFinished(() => setGlobalDispatcher(before));
    setGlobalDispatcher(mock);
    expect(await cancelAt('https://gateway.invalid')).toEqual(unknown);
  });

  it('MSW, mocking or passing through', async () => {
    const { baseUrl, seen } = await started(on(vanish));
    const stalled = await started(silentTls);
    const worker = setupServer(
      http.post('https://gateway.invalid/va/cancel', () => HttpResponse.error()),
      http.post(`${baseUrl}/va/cancel`, () => passthrough()),
      http.post(`${stalled.baseUrl}/va/cancel`, () => passthrough()),
    );
    worker.listen();
    onTestFinished(() => worker.close());
    // It answers on a socket of its own, to which the request is written.
    expect(await cancelAt('https://gateway.invalid')).toEqual(LOST);
    expect(await cancelAt(baseUrl)).toEqual(LOST);
    expect(seen().requests).toBe(1);
    expect((await cancelAt(stalled.baseUrl, { timeoutMs: 400 })).end).toMatch(/timeout|not_connected/);
  });

  it('a fetch that logs through the global one and sends ours by another way', async () => {
    const { baseUrl, seen } = await started(on(reset));
    const log = await started(nobodyListens);
    const fetch: FetchLike = async (url, init) => {
      await globalThis.fetch(`${log.baseUrl}/va/cancel`, init).catch(() => undefined);
      return byAnotherWay(url, init);
    };
    expect(await cancelAt(baseUrl, { fetch })).toEqual({ ...LOST, written: undefined });
    expect(seen().requests).toBe(1);
  });

  it('a fetch of which nothing is heard', async () => {
    const { baseUrl, seen } = await started(never);
    const late = { ...LATE, written: undefined };
    expect(await cancelAt(baseUrl, { fetch: byAnotherWay, timeoutMs: 1_000 })).toEqual(late);
    expect(seen().requests).toBe(1);
    vi.stubGlobal('fetch', byAnotherWay);
    expect(await cancelAt(baseUrl, { timeoutMs: 1_000 })).toEqual(late);
  });

  it('a fetch that repeats: read, then refused', async () => {
    const { baseUrl, seen } = await started(on(vanish));
    const fetch: FetchLike = (url, init) =>
      globalThis.fetch(url, init).catch(() => globalThis.fetch(url, init));
    expect(await cancelAt(baseUrl, { fetch })).toEqual(LOST);
    expect(seen().requests).toBe(1);
  });

  it('another call about the same ids, at the same time', async () => {
    const refused = await started(nobodyListens);
    const read = await started(never);
    const late: FetchLike = async (url, init) => {
      if (url.startsWith(refused.baseUrl)) await sleep(200);
      return globalThis.fetch(url, init);
    };
    const ends = [
      cancelAt(read.baseUrl, { fetch: late, timeoutMs: 1_500 }),
      cancelAt(refused.baseUrl, { fetch: late }),
    ];
    expect(await Promise.all(ends)).toEqual([LATE, REFUSED]);
  });

  it('one around undiciFetch that goes on by another way', async () => {
    const { baseUrl, seen } = await started(on(reset));
    const stalled = await started(nobodyListens);
    const inner = undiciFetch();
    const fetch: FetchLike = (url, init) =>
      inner(url.replace(baseUrl, stalled.baseUrl), init).catch(() => byAnotherWay(url, init));
    expect(await cancelAt(baseUrl, { fetch })).toEqual({ ...LOST, written: undefined });
    expect(seen().requests).toBe(1);
  });

  it('a replaced global fetch that goes on by another way', async () => {
    const original = globalThis.fetch;
    const { baseUrl, seen } = await started(inTurn([reset], [done]));
    const proxied = await started(silentTls);
    // First through the real one, to a host that is silent: for the very URL, so that the dispatcher is asked.
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const hurried = { ...init, signal: AbortSignal.timeout(100) };
      await original(url, hurried).catch(() => undefined);
      return byAnotherWay(url.replace(proxied.baseUrl, baseUrl), init);
    });
    expect(await cancelAt(proxied.baseUrl, { timeoutMs: 5_000 })).toEqual({ ...LOST, written: undefined });
    expect(seen().requests).toBe(1);
  });

  it('a replaced global fetch that logs through the real one with what it was given', async () => {
    const original = globalThis.fetch;
    const log = await started(silentTls);
    const { baseUrl, seen } = await started(never);
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      original(`${log.baseUrl}/log`, init).catch(() => undefined);
      return byAnotherWay(url, init);
    });
    expect(await cancelAt(baseUrl, { timeoutMs: 1_000 })).toEqual({ ...LATE, written: undefined });
    expect(seen().requests).toBe(1);
  });

  it('a middleware that sends something else', async () => {
    const other = await started(on(done));
    const { baseUrl } = await started(silentTls);
    const client = createVaClient({ ...credentials, baseUrl, timeoutMs: 400 });
    client.api.use({
      onRequest: async () => void (await fetch(`${other.baseUrl}/va/cancel`, { method: 'POST', body: 'x' })),
    });
    const { error } = await endOf(client.cancel(request));
    expect(error).toMatchObject({ code: 'not_connected' });
    expect(other.seen().requests).toBe(1);
  });

  it("another version's global dispatcher", async () => {
    const before = getGlobalDispatcher();
    onTestFinished(() => setGlobalDispatcher(before));
    const agent = using(new Agent());
    setGlobalDispatcher(agent);
    const [silent, read] = [await started(silentTls), await started(on(vanish))];
    expect(await cancelAt(silent.baseUrl, { timeoutMs: 400 })).toEqual(NOT_CONNECTED);
    expect(await cancelAt(read.baseUrl)).toEqual(LOST);
    setGlobalDispatcher(new Dispatcher1Wrapper(agent.compose((dispatch) => dispatch)));
    const untold = { end: 'unknown timeout', written: undefined };
    expect(await cancelAt(silent.baseUrl, { timeoutMs: 400 })).toEqual(untold);
  });
});
