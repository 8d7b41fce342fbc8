import type { FetchLike } from './options.js';

interface DenoNamespace {
  version?: { deno?: string };
  createHttpClient?(options: object): unknown;
}

// Made once, when first needed, and kept for the life of the process.
let denoClient: unknown;

/**
 * The runtime's own fetch, looked up at each call, so that one replaced later (by a test, by instrumentation) is
 * used. On Deno with a client that keeps no idle connection and speaks no HTTP/2: its fetch otherwise sends a POST
 * again when a pooled connection dies, or the server refuses a stream.
 *
 * @throws TypeError on a Deno before 2.9.6, where nothing keeps fetch from sending a request again
 */
export function defaultFetch(): { fetch: FetchLike; provenByText: boolean } {
  const { Deno: deno } = globalThis as { Deno?: DenoNamespace };
  if (!deno?.createHttpClient) return { fetch: (url, init) => fetch(url, init), provenByText: false };
  requireDeno(deno.version?.deno ?? 'of unknown version');
  denoClient ??= deno.createHttpClient({ poolMaxIdlePerHost: 0, http2: false });
  return {
    fetch: (url, init) => fetch(url, { ...init, client: denoClient } as RequestInit),
    provenByText: true,
  };
}

/**
 * 2.9.5 also sends a POST again when a new connection dies after the request was read, and if it is refused then,
 * that passes for a proof that nothing was sent; 2.9.6 does not. Both measured (denoland/deno#36415).
 */
function requireDeno(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 2 || (major === 2 && (minor > 9 || (minor === 9 && patch >= 6)))) return;
  throw new TypeError(
    `the fetch of Deno ${version} may send a request twice: use Deno 2.9.6 or newer, or give a fetch of your own`,
  );
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
