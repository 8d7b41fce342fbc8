/** A reverse proxy that changes nothing and shows every exchange once it is over. */
import { Agent as HttpAgent, createServer } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { pipeline, Transform } from 'node:stream';
import { createProxyServer } from 'httpxy';
import type { ProxyServer } from 'httpxy';
import { allowedUrl, assertAllowed } from '../staging/settings.ts';
import { pairsOf } from '../cases/sender.ts';
import { listen } from '../shared/http-server.ts';
import { MAX_BYTES } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** What a proxy stands in front of, and whom it tells. */
export interface ProxyOptions {
  target: string;
  /** Default 0: any free port. */
  port?: number;
  /** PEM text of the authority to trust instead of the usual ones. */
  ca?: string;
  /** At the most this long without a word from the target. Default 60 000. */
  timeoutMs?: number;
  /** Called after the client has the whole answer. */
  onExchange: (exchange: Exchange) => void;
  /** Called with a line on what did not come to an end: no answer, or one that broke off. */
  onBroken: (line: string) => void;
}

/** A proxy that listens on 127.0.0.1. */
export interface ContractProxy {
  url: string;
  close: () => Promise<void>;
}

/** Starts a proxy. Throws `NotAllowed` unless the target is staging or loopback. */
export async function startProxy(options: ProxyOptions): Promise<ContractProxy> {
  const target = allowedUrl(options.target);
  const secure = target.protocol === 'https:';
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, ca: options.ca })
    : new HttpAgent({ keepAlive: true });
  const proxy = createProxyServer({
    target: target.href,
    agent,
    changeOrigin: true,
    secure: true,
    selfHandleResponse: true,
    proxyTimeout: options.timeoutMs ?? 60_000,
  });
  const captured = new WeakMap<IncomingMessage, Capture>();
  relayRequests(proxy);
  relayAnswers(proxy, captured, target, options);
  const server = createServer((request, response) => {
    assertAllowed(target);
    const capture = new Capture();
    captured.set(request, capture);
    const source = pipeline(request, capture.stream(), () => undefined);
    proxy.web(request, response, { buffer: source }).catch((error: Error) => {
      fail(error, response, target, options);
    });
  });
  const { url, close } = await listen(server, options.port);
  return { url, close: () => close().finally(() => agent.destroy()) };
}

function relayAnswers(
  proxy: ProxyServer,
  captured: WeakMap<IncomingMessage, Capture>,
  target: URL,
  options: ProxyOptions,
): void {
  proxy.on('error', (error, _, response) => fail(error, response as ServerResponse, target, options));
  proxy.on('proxyRes', (answer, request, response) => {
    const headers = pairsOf(answer.rawHeaders);
    const passed = headers.filter(([name]) => !connectionHeaders.includes(name.toLowerCase()));
    const capture = new Capture();
    answer.on('data', (chunk: Uint8Array) => capture.add(chunk));
    response.sendDate = false;
    try {
      response.writeHead(answer.statusCode!, answer.statusMessage, passed.flat());
    } catch (error) {
      answer.destroy();
      return fail(error as Error, response, target, options);
    }
    pipeline(answer, response, (error) => {
      if (error) return fail(error, response, target, options);
      const { method = '', url = '', rawHeaders } = request;
      const requestHeaders = pairsOf(rawHeaders);
      const [path = ''] = url.split('?');
      const bodies = { request: captured.get(request)?.bytes(), body: capture.bytes() };
      options.onExchange({ method, path, requestHeaders, headers, status: answer.statusCode!, ...bodies });
    });
  });
}

// Both the library and the pipeline may notice that an answer breaks off.
const noticed = new WeakSet<ServerResponse>();

function fail(error: Error, response: ServerResponse, target: URL, { onBroken }: ProxyOptions): void {
  if (noticed.has(response)) return;
  noticed.add(response);
  const why = response.headersSent ? 'broke off its answer' : 'gives no answer';
  const line = `${target.host} ${why}: ${nameOf(error)}`;
  onBroken(line);
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(502, { 'content-type': 'text/plain' }).end(`contract-proxy: ${line}\n`);
}

function nameOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

/** Bytes that pass by, kept up to a limit. */
class Capture {
  #chunks: Uint8Array[] = [];
  #length = 0;
  add(chunk: Uint8Array): void {
    this.#length += chunk.length;
    if (this.#length <= MAX_BYTES) this.#chunks.push(chunk);
  }
  bytes(): Uint8Array | undefined {
    return this.#length > MAX_BYTES ? undefined : Buffer.concat(this.#chunks);
  }
  stream(): Transform {
    return new Transform({
      transform: (chunk: Uint8Array, _, done) => {
        this.add(chunk);
        done(null, chunk);
      },
    });
  }
}

/** They are about one connection, not about the message (RFC 9110 section 7.6.1): each side has its own. */
const connectionHeaders = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding'];

/** The library hands on headers by lower-case name, doubled ones lost: set them again as they came. */
function relayRequests(proxy: ProxyServer): void {
  proxy.on('proxyReq', (sent: ClientRequest, { rawHeaders }: IncomingMessage) => {
    const host = String(sent.getHeader('host'));
    const values = new Map<string, { name: string; values: string[] }>();
    for (const [name, value] of pairsOf(rawHeaders)) {
      const key = name.toLowerCase();
      if (connectionHeaders.includes(key)) continue;
      values.set(key, { name, values: [...(values.get(key)?.values ?? []), value] });
    }
    for (const [key, { name, values: all }] of values) {
      sent.removeHeader(key);
      // Host alone is the target's.
      const own = key === 'host' ? [host] : all;
      sent.setHeader(name, own.length === 1 ? own[0]! : own);
    }
  });
}
