/** What may stand between the client and a server, over real sockets: proxies, and a wire that is slow to begin. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

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
