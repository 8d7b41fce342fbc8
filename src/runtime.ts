import type { FetchLike } from './options.js';

interface DenoNamespace {
  createHttpClient?(options: object): unknown;
}

// Made once, when first needed, and kept for the life of the process.
let denoClient: unknown;

/**
 * The runtime's own fetch, looked up at each call, so that one replaced later (by a test, by instrumentation) is
 * used. On Deno with a client that keeps no idle connection and speaks no HTTP/2: its fetch otherwise sends a POST
 * again when a pooled connection dies, or the server refuses a stream.
 */
export function defaultFetch(): { fetch: FetchLike; provenByText: boolean } {
  const { Deno: deno } = globalThis as { Deno?: DenoNamespace };
  if (!deno?.createHttpClient) return { fetch: (url, init) => fetch(url, init), provenByText: false };
  denoClient ??= deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  return {
    fetch: (url, init) => fetch(url, { ...init, client: denoClient } as RequestInit),
    provenByText: true,
  };
}

interface BrowserMarks {
  document?: unknown;
  importScripts?: unknown;
  process?: { versions?: { node?: string } };
  Deno?: unknown;
}

/**
 * Refuses a page, which has a document, and a browser's worker, which has `importScripts`. Not Node, Deno or Bun,
 * even where a test gives them a document, nor workerd, which looks like a worker but has neither.
 *
 * @throws TypeError that says why, and how to allow it
 */
export function refuseBrowser(scope: object = globalThis): void {
  const { document, importScripts, process, Deno } = scope as BrowserMarks;
  if (!(document ?? importScripts) || process?.versions?.node || Deno) return;
  throw new TypeError(
    'this is a browser: the secrets would be in the hands of every visitor. Call a backend of your own, which ' +
      'holds them. If all who open this may have them, set dangerouslyAllowSecretsInBrowser',
  );
}
