/** HTTP servers: how each one here listens and ends, and a plain one, for an answer that no sandbox gives. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Server as TlsServer } from 'node:tls';

/** Where a server listens. */
export interface Listening {
  url: string;
  port: number;
  /** Stops listening and ends every connection, stalled ones too. */
  close: () => Promise<void>;
}

/** Makes a server listen; by default at a free port of 127.0.0.1. Rejects if the port is taken (`code` EADDRINUSE). */
export async function listen(
  server: Server | SecureServer,
  port = 0,
  host = '127.0.0.1',
): Promise<Listening> {
  server.listen(port, host);
  await once(server, 'listening');
  const { port: used } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const scheme = server instanceof TlsServer ? 'https' : 'http';
  return { url: `${scheme}://${host}:${used}`, port: used, close };
}

/** A request as it arrived. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server of `startHttpServer`. */
export interface HttpServer extends Listening {
  /** What arrived so far, oldest first. */
  received: Received[];
}

/** Starts a server. `answer` is called with each request once its body is read; it may leave it unanswered. */
export async function startHttpServer(
  answer: (received: Received, response: ServerResponse) => void,
): Promise<HttpServer> {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body: await text(request) };
    received.push(one);
    answer(one, response);
  });
  return { ...(await listen(server)), received };
}

/** Ends `response` with that status and JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
