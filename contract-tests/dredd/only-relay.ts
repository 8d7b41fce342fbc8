/**
 * Loaded into Dredd's process before Dredd: whatever a description, a hook or a redirect wants, it can open a
 * connection to the relay and to nothing else. Names are not even looked up.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { Socket } from 'node:net';
import { readOrders, write } from './hooks.ts';

const orders = readOrders();

function refuse(what: string): Error {
  write(orders, { did: 'block', what });
  return new Error(`Dredd may reach its relay only, not ${what}`);
}

/** Where a socket is to connect to. Node itself calls with an array: its options first. */
function targetOf(given: unknown[]): { port?: unknown; host?: unknown; path?: unknown } {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (first !== null && typeof first === 'object') return first;
  return typeof first === 'string' && !/^\d+$/.test(first) ? { path: first } : { port: first, host: second };
}

// Whoever connects ends up here: http, https, tls, http2 and fetch too.
const connect = Socket.prototype.connect as (this: Socket, ...given: unknown[]) => Socket;
Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
  const { port, host, path } = targetOf(given);
  if (!path && host === '127.0.0.1' && Number(port) === orders.port) {
    return connect.apply(this, given);
  }
  const error = refuse(String(path || `${host ?? 'localhost'}:${port}`));
  // As late as any other failure to connect: whoever called has not yet said where to tell it.
  process.nextTick(() => this.destroy(error));
  return this;
} as Socket['connect'];

dgram.createSocket = () => {
  throw refuse('a datagram');
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6'] as const) {
  Object.assign(dns, {
    [name]: (host: string, ...rest: unknown[]) => {
      (rest.at(-1) as (error: Error) => void)(refuse(`the address of ${host}`));
    },
  });
}
