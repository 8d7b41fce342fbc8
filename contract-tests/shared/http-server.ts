/** A plain HTTP server on loopback, for tests that need a second origin or an answer no sandbox gives. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it arrived. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server that listens on 127.0.0.1 at a free port. */
export interface HttpServer {
  url: string;
  /** What arrived so far, oldest first. */
  received: Received[];
  close(): Promise<void>;
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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, received, close };
}

/** Ends `response` with that status and JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
