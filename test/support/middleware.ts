/** A client with a middleware, and a gateway that answers as told. */
import type { Middleware } from 'openapi-fetch';
import { createVaClient } from '../../src/client.ts';
import { jsonResponse, options, pageSuccess, stubFetch } from './fixtures.ts';

/** A client with that middleware. `answers` are given in turn, the last one over and over. */
export function clientWith(middleware: Middleware, ...answers: (() => Response | Promise<Response>)[]) {
  let next = 0;
  const fetch = stubFetch(() => answers[Math.min(next++, answers.length - 1)]!());
  const client = createVaClient({ ...options, fetch, timeoutMs: 5_000 });
  client.api.use(middleware);
  return { client, fetch };
}

export const done = () => jsonResponse(pageSuccess);
export const refused = () => jsonResponse({ response_code: '01', response_message: 'no' }, 400);
export const broken = () => jsonResponse({ response_code: '98', response_message: 'System error' }, 500);
export const reset = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }));
export const notConnected = () =>
  Promise.reject(
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
  );
