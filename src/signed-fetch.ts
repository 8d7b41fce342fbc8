import type { Answered } from './answer.js';
import { Attempt } from './attempt.js';
import { perform, type CallSettings } from './call.js';
import { messageFor, remember, VaError } from './errors.js';
import { operations } from './operations.js';
import { redactUrl } from './redact.js';
import { isSignal, readOptions, type Settings, type VaClientOptions } from './options.js';

// Not RequestInfo, which only the DOM lib declares: this type is shipped, and @types/node alone must do for it.
type Input = string | URL | Request;

/** Sends what `fetch` would. Rejects with a `VaError` unless the answer is readable. */
export type Send = (input: Input, init?: RequestInit, changes?: CallSettings) => Promise<Answered>;

/**
 * A function like `fetch` that signs: give it to openapi-fetch as `fetch`, or to the class-based client as
 * `fetchApi`. It attaches the credentials only to the contract's operations at the configured base URL, checks
 * the body, does not follow redirects, and holds connecting, headers and body to one deadline.
 *
 * It resolves to a `Response` when the gateway's answer is readable and is either done or has an error status;
 * everything else rejects with a `VaError`, also a refusal that arrives with a 2xx. `outcomeOf` tells the
 * outcome of either.
 *
 * @throws TypeError if an option is wrong, naming it
 * @example
 * ```ts
 * import createClient from 'openapi-fetch';
 * import { signedFetch } from 'ifortepay-va';
 * import type { paths } from 'ifortepay-va/schema';
 *
 * const baseUrl = 'https://api-stage.ifortepay.id';
 * const api = createClient<paths>({ baseUrl, fetch: signedFetch({ ...credentials, baseUrl }) });
 * ```
 */
export function signedFetch(options: VaClientOptions): typeof fetch {
  return asFetch(createSend(readOptions(options)));
}

/** `send` in the shape of `fetch`, with what it cannot return as a `Response` thrown. */
export function asFetch(send: Send, changes?: CallSettings): typeof fetch {
  return async (input, init) => {
    requireFetchClasses(input);
    const answered = await send(input as Input, init, changes);
    const { status, error } = answered;
    if (error && status < 300) throw error;
    return remember(responseOf(answered), error);
  };
}

const CLASSES = ['Headers', 'Request', 'Response'] as const;

/**
 * Before anything is sent: an answer that nothing can carry would be lost.
 *
 * @throws VaError where the runtime lacks what `fetch` comes with, as jest-environment-jsdom does
 */
export function requireFetchClasses(input: unknown): void {
  const missing = CLASSES.filter((name) => typeof globalThis[name] !== 'function').join(', ');
  if (!missing) return;
  const words = `there is no global ${missing} here, which client.api, its middleware and signedFetch need`;
  throw new VaError('invalid_request', messageFor('invalid_request', redactUrl(String(input)), [words]));
}

function responseOf({ status, retryAfter, data }: Answered): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (retryAfter) headers['retry-after'] = retryAfter;
  return new Response(JSON.stringify(data), { status, headers });
}

/** Reads the arguments of `fetch` and looks up which of the contract's operations they call. */
export function createSend(settings: Settings): Send {
  const targets = new Map(
    Object.values(operations).map((each) => [new URL(settings.baseUrl + each.path).href, each]),
  );
  return async (input, init, changes = {}) => {
    const { url, method, headers, signal, text } = readFetch(settings, input, init);
    const operation = targets.get(url);
    if (!operation || method !== 'POST') {
      const words = ['it is not an operation of the contract at the configured base URL'];
      throw new Attempt(settings, url, operation?.name).error('url_not_allowed', {}, words);
    }
    return perform(settings, { operation, url, headers, signal, body: text() }, changes);
  };
}

/** The arguments of `fetch`, reduced to what is looked at. */
interface FetchCall {
  url: string;
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal | null | undefined;
  text(): unknown;
}

/** What `fetch` would throw for, a header that is none say, is a `VaError` here: nothing was sent. */
function readFetch(settings: Settings, input: Input, init: RequestInit = {}): FetchCall {
  try {
    // By its shape, not its class: a URL may come from another realm, as under jsdom.
    return typeof input === 'string' || 'href' in input
      ? fromInit(String(input), init)
      : fromRequest(Object.keys(init).length > 0 ? new Request(input, init) : input);
  } catch (cause) {
    throw new Attempt(settings, '', undefined).error('invalid_request', { cause });
  }
}

/** As the class-based client calls `fetch`. */
function fromInit(url: string, { method = 'GET', headers, signal, body }: RequestInit): FetchCall {
  if (signal !== undefined && signal !== null && !isSignal(signal)) {
    throw new TypeError('signal must be an AbortSignal');
  }
  return {
    url,
    method: method.toUpperCase(),
    headers: headers ? passedOn(new Headers(headers)) : {},
    signal,
    text: () => body,
  };
}

/** As openapi-fetch calls it. */
function fromRequest(request: Request): FetchCall {
  return {
    url: request.url,
    method: request.method,
    headers: passedOn(request.headers),
    signal: request.signal,
    text: () => request.text(),
  };
}

// Ours to set, or fetch's.
const NOT_PASSED_ON = [
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'transfer-encoding',
];

function passedOn(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !NOT_PASSED_ON.includes(name)));
}
