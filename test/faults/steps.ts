import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { listen, type Received, type Start, type Step } from './tcp.ts';

/** Bytes to write, or how to make them from the request that was read. */
export type Bytes = string | Uint8Array | ((received: Received) => string | Uint8Array);

const made = (bytes: Bytes, received: Received) => (typeof bytes === 'function' ? bytes(received) : bytes);

/** A server that takes these steps at every request. */
export const on = (...steps: Step[]): Start => inTurn(steps);

/** A server that takes the first steps at its first request, the second at its second, and so on. */
export const inTurn =
  (...onRequest: Step[][]): Start =>
  () =>
    listen({ onRequest });

/** A server that takes these steps as soon as someone connects, whatever is sent. */
export const onConnect =
  (...steps: Step[]): Start =>
  () =>
    listen({ onConnect: steps });

/** Writes. */
export const send =
  (bytes: Bytes): Step =>
  (socket, received) =>
    void socket.write(made(bytes, received));

/** Waits, so that what was sent is read before what follows. */
export const pause =
  (ms: number): Step =>
  () =>
    sleep(ms);

/** Ends the connection with a TCP reset. */
export const reset: Step = (socket) => void socket.resetAndDestroy();

/** Ends the connection in order. */
export const close: Step = (socket) => void socket.end();

/** Ends the connection without reading what was sent. */
export const drop: Step = (socket) => void socket.destroy();

/** Ends the connection in order, and listens no more. */
export const vanish: Step = (socket, _, server) => {
  server.close();
  socket.end();
};

/** Writes a byte at a time, or so many. */
export const drip =
  (bytes: Bytes, everyMs: number, size = 1): Step =>
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
  (text: string): Step =>
  async (socket) => {
    const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
    const chunks = Array.from({ length: FLOOD_BYTES / 65_536 }, () => chunk);
    await pipeline(chunks, socket, { end: false }).catch(() => undefined);
  };
