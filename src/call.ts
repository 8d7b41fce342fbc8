import { isSignal } from './deadline.js';

/** A request as either generated client hands it to `fetch`, reduced to what the transport looks at. */
export interface Call {
  url: string;
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal | null | undefined;
  /** The body, if it is text; at once or as a promise. */
  text(): unknown;
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

/** Reads the arguments of `fetch`: a `Request` (openapi-fetch), or a URL and an init (the class-based client). */
export function readCall(input: RequestInfo | URL, init: RequestInit = {}): Call {
  if (typeof input === 'string' || input instanceof URL) {
    return {
      url: String(input),
      method: (init.method ?? 'GET').toUpperCase(),
      headers: init.headers ? passedOn(new Headers(init.headers)) : {},
      signal: requireSignal(init.signal),
      text: () => init.body,
    };
  }
  const request = Object.keys(init).length > 0 ? new Request(input, init) : input;
  return {
    url: request.url,
    method: request.method,
    headers: passedOn(request.headers),
    signal: request.signal,
    text: async () => request.text(),
  };
}

function passedOn(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !NOT_PASSED_ON.includes(name)));
}

function requireSignal(signal: Call['signal']): Call['signal'] {
  if (signal === undefined || signal === null || isSignal(signal)) return signal;
  throw new TypeError('signal must be an AbortSignal');
}
