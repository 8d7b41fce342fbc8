import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A request that was read to the end of its body. */
export interface TcpRequest {
  headers: Record<string, string>;
  body: string;
}

/** One thing that a server does on a connection; the next step waits for it. */
export type TcpStep = (socket: Socket, received: TcpRequest, server: Server) => unknown;

/** What a server does when someone connects, and at the first, second, … request; the last is repeated. */
export interface Behaviour {
  onConnect?: TcpStep[];
  onRequest?: TcpStep[][];
}

/** What a server saw of its clients. */
export interface Seen {
  connections: number;
  /** Connections on which nobody hung up yet. */
  open: number;
  /** Requests that were read whole, over all connections. */
  requests: number;
  /** Bytes that it could write before its clients hung up. */
  writtenBytes: number;
  /** Connections to another origin to which the client was pointed. */
  strayed: number;
}

/** A server that misbehaves, on a free port of 127.0.0.1. */
export interface FaultServer {
  baseUrl: string;
  seen(): Seen;
  stop(): Promise<void>;
}

/** Starts a server for one test. */
export type Start = () => Promise<FaultServer>;

/** Runs `behaviour` on a server, which may be a TLS one. */
export async function listen(
  behaviour: Behaviour,
  server: Server = createServer({ noDelay: true }),
  event = 'connection',
): Promise<FaultServer> {
  const sockets: Socket[] = [];
  const seen = { connections: 0, requests: 0, strayed: 0 };
  const { onConnect = [], onRequest = [[]] } = behaviour;
  server.on('connection', (socket: Socket) => {
    seen.connections++;
    sockets.push(socket.on('error', () => undefined));
  });
  server.on('tlsClientError', () => undefined);
  server.on(event, (socket: Socket) => {
    socket.on('error', () => undefined);
    void run(onConnect, socket, { headers: {}, body: '' }, server);
    eachRequest(socket, (received) => {
      const steps = onRequest[Math.min(seen.requests++, onRequest.length - 1)];
      void run(steps!, socket, received, server);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const scheme = event === 'connection' ? 'http' : 'https';
  return {
    baseUrl: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => ({
      ...seen,
      open: sockets.filter((socket) => !socket.destroyed).length,
      writtenBytes: sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    }),
    async stop() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function run(steps: TcpStep[], socket: Socket, received: TcpRequest, server: Server): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    await step(socket, received, server);
  }
}

/** Calls `onRequest` for each request with a `content-length`, which is what fetch sends for a string. */
function eachRequest(socket: Socket, onRequest: (received: TcpRequest) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    buffered = Buffer.concat([buffered, bytes]);
    for (;;) {
      const headEnd = buffered.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const headers = headersIn(buffered.subarray(0, headEnd).toString('latin1'));
      const end = headEnd + 4 + Number(headers['content-length'] ?? 0);
      if (buffered.length < end) return;
      const body = buffered.subarray(headEnd + 4, end).toString();
      buffered = buffered.subarray(end);
      onRequest({ headers, body });
    }
  });
}

function headersIn(head: string): Record<string, string> {
  const pairs = head.split('\r\n').slice(1).map(splitHeader);
  return Object.fromEntries(pairs);
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
