import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

/** The page's server. */
export interface PageServer {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves this folder, and the list of scenarios as the contract's generator wrote it, on 127.0.0.1. With `mockUrl`
 * the page that is asked for without a mock learns of this one.
 */
export async function servePage({ port = 0, mockUrl = '' } = {}): Promise<PageServer> {
  const scenarios = new URL('../../generated/scenarios.json', import.meta.url);
  const root = relative('.', fileURLToPath(new URL('.', import.meta.url))) || '.';
  const app = new Hono()
    .get('/scenarios.json', (context) => context.json(JSON.parse(readFileSync(scenarios, 'utf8'))))
    .get('/', (context, next) => {
      if (!mockUrl || context.req.query('mock')) return next();
      return context.redirect(`/?mock=${encodeURIComponent(mockUrl)}`);
    })
    .use(serveStatic({ root }));
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
