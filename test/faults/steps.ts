import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { listen, type TcpRequest, type Start, type TcpStep } from './tcp.ts';

/** Bytes to write, or how to make them from the request that was read. */
export type Bytes = string | Uint8Array | ((received: TcpRequest) => string | Uint8Array);

const made = (bytes: Bytes, received: TcpRequest) => (typeof bytes === 'function' ? bytes(received) : bytes);

/** A server that takes these steps at every request. */
export const on = (...steps: TcpStep[]): Start => inTurn(steps);

/** A server that takes the first steps at its first request, the second at its second, and so on. */
export const inTurn =
  (...onRequest: TcpStep[][]): Start =>
  () =>
    listen({ onRequest });

/** A server that takes these steps as soon as someone connects, whatever is sent. */
export const onConnect =
  (...steps: TcpStep[]): Start =>
  () =>
    listen({ onConnect: steps });

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
