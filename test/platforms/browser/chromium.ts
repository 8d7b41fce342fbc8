/** The Chromium of this machine, without a window. */
import { existsSync, readFileSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { buildSync } from 'esbuild';
import { root } from '../../support/built.ts';
import { startHttpServer, type HttpServer } from '../../../contract-tests/shared/http-server.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts it; the caller closes it.
 *
 * @throws Error that says how to get one, if there is none. `CHROMIUM` names one elsewhere.
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath)
    throw new Error('No Chromium here: apt-get install chromium, or set CHROMIUM to its path');
  // As root, in a container, Chromium's sandbox does not start; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

const SERVICE_WORKER = `${root}node_modules/msw/lib/mockServiceWorker.js`;

/** Serves `program` as /program.js (it imports from `./dist/…`), an empty page that does not run it, and MSW's worker. */
export async function serveProgram(program: string): Promise<HttpServer> {
  const stdin = { contents: program, resolveDir: root };
  // A classic script, so that a page and every kind of worker can run it.
  const bundled = buildSync({ stdin, bundle: true, format: 'iife', platform: 'browser', write: false });
  const files: Record<string, [type: string, text: string]> = {
    '/': [
      'text/html',
      '<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,"></html>',
    ],
    '/program.js': ['text/javascript', bundled.outputFiles[0]!.text],
    '/mockServiceWorker.js': ['text/javascript', readFileSync(SERVICE_WORKER, 'utf8')],
  };
  return startHttpServer(({ path }, response) => {
    const [type, text] = files[path] ?? [];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(text);
  });
}
