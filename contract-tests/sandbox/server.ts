import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createSandbox } from './app.ts';
import type { SandboxOptions } from './app.ts';
import type { RequestRecord } from './send.ts';
import type { SandboxState } from './state.ts';

/** Options of a sandbox server. */
export interface SandboxServerOptions extends SandboxOptions {
  /** Default 0: any free port. */
  port?: number;
  /** PEM texts; given, the sandbox speaks https. */
  tls?: { key: string; cert: string };
}

/** A sandbox that listens on 127.0.0.1. */
export interface SandboxServer {
  url: string;
  port: number;
  state: SandboxState;
  /** What was received so far, oldest first. */
  requests: RequestRecord[];
  /** Stops listening and ends every connection, stalled ones too. */
  close: () => Promise<void>;
}

/** Starts a sandbox. Rejects if the port is taken (`code` EADDRINUSE). */
export async function startSandbox(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  const requests: RequestRecord[] = [];
  const onRequest = (record: RequestRecord): void => {
    requests.push(record);
    options.onRequest?.(record);
  };
  const { app, state } = createSandbox({ ...options, onRequest });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`, port, state, requests, close };
}
