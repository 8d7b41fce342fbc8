import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';

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
export async function startFaultServer(
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

/** Bytes to write, or how to make them from the request that was read. */
export type Bytes = string | Uint8Array | ((received: TcpRequest) => string | Uint8Array);

const made = (bytes: Bytes, received: TcpRequest) => (typeof bytes === 'function' ? bytes(received) : bytes);

/** A server that takes these steps at every request. */
export const on = (...steps: TcpStep[]): Start => inTurn(steps);

/** A server that takes the first steps at its first request, the second at its second, and so on. */
export const inTurn =
  (...onRequest: TcpStep[][]): Start =>
  () =>
    startFaultServer({ onRequest });

/** A server that takes these steps as soon as someone connects, whatever is sent. */
export const onConnect =
  (...steps: TcpStep[]): Start =>
  () =>
    startFaultServer({ onConnect: steps });

/** Writes. */
export const send =
  (bytes: Bytes): TcpStep =>
  (socket, received) =>
    void socket.write(made(bytes, received));

/** Waits, so that what was sent is read before what follows. */
export const pause =
  (ms: number): TcpStep =>
  () =>
    sleep(ms);

/** Ends the connection with a TCP reset. */
export const reset: TcpStep = (socket) => void socket.resetAndDestroy();

/** Ends the connection in order. */
export const close: TcpStep = (socket) => void socket.end();

/** Ends the connection without reading what was sent. */
export const drop: TcpStep = (socket) => void socket.destroy();

/** Ends the connection in order, and listens no more. */
export const vanish: TcpStep = (socket, _, server) => {
  server.close();
  socket.end();
};

/** Writes a byte at a time, or so many. */
export const drip =
  (bytes: Bytes, everyMs: number, size = 1): TcpStep =>
  async (socket, received) => {
    const all = Buffer.from(made(bytes, received) as string);
    for (let at = 0; at < all.length && !socket.destroyed; at += size) {
      socket.write(all.subarray(at, at + size));
      await sleep(everyMs);
    }
  };

/** Enough to show that nobody stopped it, and not enough to exhaust the machine if nobody does. */
export const FLOOD_BYTES = 64 * 1024 * 1024;

/** Writes the same again and again, as fast as it is taken, until the client hangs up. */
export const flood =
  (text: string): TcpStep =>
  async (socket) => {
    const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
    const chunks = Array.from({ length: FLOOD_BYTES / 65_536 }, () => chunk);
    await pipeline(chunks, socket, { end: false }).catch(() => undefined);
  };
