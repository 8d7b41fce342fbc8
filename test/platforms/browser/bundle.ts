/** Programs over the built package, bundled as a frontend would, and a server that serves them to Chromium. */
import { readFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { root } from '../../support/built.ts';
import { startHttpServer, type HttpServer } from '../../../contract-tests/shared/http-server.ts';

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
