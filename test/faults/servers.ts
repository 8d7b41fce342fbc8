/** Servers that take more than a list of steps. */
import { once } from 'node:events';
import {
  createConnection,
  connect,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { Worker } from 'node:worker_threads';
import { createBrotliCompress, createGzip, constants } from 'node:zlib';
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type Server as TlsServer,
  type TlsOptions,
} from 'node:tls';
import { createServer as createHttpServer } from 'node:http';
import { tcpAnswer, says, success } from './http.ts';
import {
  on,
  send,
  startFaultServer,
  type FaultServer,
  type Seen,
  type Start,
  type Behaviour,
  type TcpStep,
} from './tcp.ts';
import { makeCertificates, type Pair } from '../../contract-tests/shared/certificates.ts';

const NOTHING: Seen = { connections: 0, open: 0, requests: 0, writtenBytes: 0, strayed: 0 };

/** A name that no resolver knows (RFC 6761 section 6.4). */
export const noSuchHost: Start = async () => ({
  baseUrl: 'https://no-such-host.invalid',
  seen: () => NOTHING,
  stop: async () => undefined,
});

/** A port where a moment ago somebody listened, and now nobody does. */
export const nobodyListens: Start = async () => {
  const { baseUrl, seen, stop } = await startFaultServer({});
  await stop();
  return { baseUrl, seen, stop: async () => undefined };
};

// A thread that listens and then never runs again, so that nothing is ever accepted.
const FROZEN = `const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: workerData }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;

async function frozen(backlog: number, waiting: number): Promise<FaultServer> {
  const worker = new Worker(FROZEN, { eval: true, workerData: backlog });
  const [port] = (await once(worker, 'message')) as [number];
  const fillers = Array.from({ length: waiting }, () =>
    createConnection(port, '127.0.0.1').on('error', () => undefined),
  );
  // All connections that the backlog has room for are made within this time; the others stay waiting.
  if (waiting > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen: () => NOTHING,
    async stop() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

/** The system connects, but no process ever takes the connection. */
export const neverAccepts: Start = () => frozen(511, 0);

/** The backlog is full, so that (on Linux) connecting itself does not end. */
export const backlogFull: Start = () => frozen(1, 6);

/** A server that points the client to another origin, where nobody must arrive. */
export const redirects =
  (status: number): Start =>
  async () => {
    const elsewhere = await on(send(tcpAnswer(200, success())))();
    const location = `${elsewhere.baseUrl}/va/cancel`;
    const server = await says(status, success(), { location })();
    return {
      baseUrl: server.baseUrl,
      seen: () => ({ ...server.seen(), strayed: elsewhere.seen().connections }),
      stop: async () => void (await Promise.all([server.stop(), elsewhere.stop()])),
    };
  };

/** How large a bomb is once it went off. */
export const BOMB_BYTES = 512 * 1024 * 1024;

/** A server that answers with half a gigabyte of blanks, compressed; it never holds them itself. */
export const bombs =
  (encoding: 'gzip' | 'br'): Start =>
  async () => {
    const bytes = await (made[encoding] ??= bomb(encoding));
    return says(200, () => bytes, { 'content-encoding': encoding })();
  };

/** Made once each: that takes a second. */
const made: Partial<Record<'gzip' | 'br', Promise<Uint8Array>>> = {};

async function bomb(encoding: 'gzip' | 'br'): Promise<Uint8Array> {
  const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const compressor = encoding === 'br' ? createBrotliCompress(fast) : createGzip({ level: 1 });
  const parts: Buffer[] = [];
  compressor.on('data', (part: Buffer) => parts.push(part));
  const blanks = Buffer.alloc(1024 * 1024, ' ');
  for (let written = 0; written < BOMB_BYTES; written += blanks.length) {
    if (!compressor.write(blanks)) await once(compressor, 'drain');
  }
  compressor.end();
  await once(compressor, 'end');
  return Buffer.concat(parts);
}

const certificates = await makeCertificates();

/** The authority that issued them, but for the stranger's, and the one that is right; PEM. */
export const { authority, good } = certificates;

type Name = Exclude<keyof typeof certificates, 'authority'>;

/** Lets this process trust the tests' own authority, so that each certificate is wrong in one way only. */
export function trustOurAuthority(): void {
  setDefaultCACertificates([...getCACertificates('default'), authority]);
}

/** A TLS server with this certificate, which would answer with success. */
export const shows =
  (
    name: Name,
    options: TlsOptions = {},
    behaviour: Behaviour = { onRequest: [[send(tcpAnswer(200, success()))]] },
  ): Start =>
  () => {
    const pair: Pair = certificates[name];
    return startFaultServer(behaviour, createTlsServer({ ...pair, ...options }), 'secureConnection');
  };

/** Shows a self-signed certificate from now on, and drops the connection. */
export const turnBad: TcpStep = (socket, _, server) => {
  (server as TlsServer).setSecureContext(certificates.selfSigned);
  socket.destroy();
};

/** Something that listens and passes bytes on. */
export interface Between {
  url: string;
  port: number;
  /** How many it was asked to connect. */
  asked(): number;
  stop(): Promise<void>;
}

async function between(server: Server, asked: () => number): Promise<Between> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, port, asked, stop };
}

function join(one: Socket, port: number): Socket {
  const other = connect(port, '127.0.0.1').on('error', () => undefined);
  one.pipe(other).pipe(one);
  return other;
}

/** A proxy that answers CONNECT with a tunnel, after so many milliseconds. */
export async function tunnels(afterMs = 0): Promise<Between> {
  let asked = 0;
  const server = createHttpServer().on('connect', ({ url }, socket: Socket) => {
    asked++;
    socket.on('error', () => undefined);
    setTimeout(() => {
      if (socket.destroyed) return;
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      join(socket, Number(url!.split(':')[1]));
    }, afterMs);
  });
  return between(server, () => asked);
}

/** Takes connections at once, and passes nothing on before so many milliseconds. */
export async function slowToBegin(port: number, afterMs: number): Promise<Between> {
  let asked = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    asked++;
    setTimeout(() => join(socket, port), afterMs);
  });
  return between(server, () => asked);
}
