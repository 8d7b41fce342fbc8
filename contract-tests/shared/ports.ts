/** Ports of the servers that people start by hand: one reading, and one wording of what is wrong with one. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The port in `PORT`, or the usual one. Throws an Error that says what a port is.
 *
 * @param lowest 0 where the system may choose a free one
 * @param name what stands before the text where it is given
 */
export function readPort(text: string | undefined, usual: number, lowest: 0 | 1 = 1, name = 'PORT='): number {
  if (!text) return usual;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= lowest && port <= 65_535) return port;
  throw new Error(`${name}${text} is not a port: give a number from ${lowest} to 65535`);
}

/** What to tell somebody whose port cannot be listened on; other errors stay as they are. */
export function explainPort(error: NodeJS.ErrnoException, port: number, host = '127.0.0.1'): Error {
  const other = `choose another: PORT=${port < 65_535 ? port + 1 : port - 1}`;
  if (error.code === 'EADDRINUSE') return new Error(`port ${port} on ${host} is taken; ${other}`);
  if (error.code === 'EACCES') return new Error(`port ${port} on ${host} is not allowed; ${other}`);
  return error;
}

/** Throws what `explainPort` says if nothing can listen there now. For servers that would say it badly. */
export async function assertPortFree(port: number, host = '127.0.0.1'): Promise<void> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw explainPort(error as NodeJS.ErrnoException, port, host);
  }
  server.close();
  await once(server, 'close');
}
