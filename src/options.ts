import type { AttemptRecord } from './attempt.js';
import { createCredentials, type CredentialOptions, type Signer } from './credentials.js';
import { operations, type CallOptions } from './operations.js';
import { customFetch, defaultFetch, refuseBrowser, type FetchLike, type WatchedFetch } from './runtime.js';

/** Which gateway to call: one of its environments by name, or a base URL. There is no default. */
export type GatewayOptions =
  | { environment: 'staging' | 'production'; baseUrl?: undefined }
  | { baseUrl: string; environment?: undefined };

/** Options of `createVaClient` and `signedFetch`. Unknown ones are refused. */
export type VaClientOptions = CredentialOptions &
  GatewayOptions & {
    /** Milliseconds for one attempt, from connecting to the last byte of the body. Default 30 000. */
    timeoutMs?: number | undefined;
    /** Milliseconds for a whole call, retries and the pauses between them included. Default twice `timeoutMs`. */
    totalTimeoutMs?: number | undefined;
    /**
     * How many attempts may follow the first, 0 to 10. Default 0. A cancel or a creation is repeated only if it
     * provably never left (DNS, no connection), never after an answer; an inquiry, which only reads, after
     * any failure. The pauses have full jitter, up to 5 seconds, and an inquiry honours `Retry-After`.
     */
    maxRetries?: number | undefined;
    /** Told of each attempt of a valid request; what it throws harms nothing. */
    onAttempt?: ((record: AttemptRecord) => void) | undefined;
    /** What sends the request; the global `fetch` by default. It must not repeat requests by itself. */
    fetch?: FetchLike | undefined;
    /** Lets credentials travel over http to a host that is not loopback, as in a compose network. */
    dangerouslyAllowHttpOutsideLoopback?: boolean | undefined;
    /** Lets a page or a browser's worker hold the secrets, as in a tool that only your own staff can open. */
    dangerouslyAllowSecretsInBrowser?: boolean | undefined;
  };

/** Options of `confirm` and `cancelAndConfirm`. */
export interface ConfirmOptions extends CallOptions {
  /**
   * Say so if this virtual account is known to take one payment only (CLOSED and not multi-use): PAID is then
   * final. Without it PAID stays unknown, for an open or multi-use one may be paid again.
   */
  singleUse?: boolean | undefined;
}

/** The options, checked; the credentials hidden. */
export interface Settings {
  baseUrl: string;
  /** Whether nobody but loopback may read what is sent: http, and no option that lets it go further. */
  staysOnLoopback: boolean;
  credentials: Signer;
  timeoutMs: number;
  /** Undefined: twice `timeoutMs`. */
  totalTimeoutMs: number | undefined;
  maxRetries: number;
  onAttempt: ((record: AttemptRecord) => void) | undefined;
  fetch: WatchedFetch;
  /** Whether that is the runtime's own, which may be missing. */
  isFetchGlobal: boolean;
  /** Whether the texts of Deno's errors prove anything, see runtime.ts. */
  provenByText: boolean;
}

// The two servers of the contract.
const ENVIRONMENTS = {
  staging: 'https://api-stage.ifortepay.id',
  production: 'https://api.ifortepay.id',
} as const;

const NAMES = [
  'merchantId',
  'secretUnboundId',
  'hashKey',
  'subMerchantId',
  'environment',
  'baseUrl',
  'timeoutMs',
  'totalTimeoutMs',
  'maxRetries',
  'onAttempt',
  'fetch',
  'dangerouslyAllowHttpOutsideLoopback',
  'dangerouslyAllowSecretsInBrowser',
];

/** @throws TypeError naming the option that is wrong, never the value of a secret */
export function readOptions(options: VaClientOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw new TypeError(`${name} is not an option; there are ${NAMES.join(', ')}`);
  }
  if (options.dangerouslyAllowSecretsInBrowser !== true) refuseBrowser();
  const { fetch: ownFetch, onAttempt, timeoutMs = 30_000, maxRetries = 0 } = options;
  for (const [name, value] of Object.entries({ fetch: ownFetch, onAttempt })) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function`);
  }
  requireMs('timeoutMs', timeoutMs);
  // The global one by its name is as good as none: with all that is known of it.
  const { fetch, provenByText } =
    ownFetch && ownFetch !== globalThis.fetch
      ? { fetch: customFetch(ownFetch), provenByText: false }
      : defaultFetch(ownFetch);
  const baseUrl = baseUrlOf(options);
  return Object.freeze({
    baseUrl,
    staysOnLoopback: baseUrl.startsWith('http:') && options.dangerouslyAllowHttpOutsideLoopback !== true,
    credentials: createCredentials(options),
    timeoutMs,
    totalTimeoutMs:
      options.totalTimeoutMs === undefined ? undefined : requireMs('totalTimeoutMs', options.totalTimeoutMs),
    maxRetries: requireMaxRetries(maxRetries),
    onAttempt,
    fetch,
    isFetchGlobal: !ownFetch,
    provenByText,
  });
}

/** @throws TypeError unless `value` is a whole number from 0 to 10 */
export function requireMaxRetries(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 10) return value as number;
  throw new TypeError('maxRetries must be a whole number from 0 to 10');
}

/** The longest that a timer can wait, in milliseconds. */
export const LONGEST_MS = 2_147_483_647;

/** @throws TypeError unless `value` is a number of milliseconds that a timer can wait: 1 to 2 147 483 647 */
export function requireMs(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 1 && value <= LONGEST_MS) return value;
  throw new TypeError(`${name} must be a number of milliseconds from 1 to 2147483647`);
}

function baseUrlOf(options: VaClientOptions): string {
  const { environment, baseUrl } = options;
  if (environment !== undefined && baseUrl !== undefined) {
    throw new TypeError('environment and baseUrl exclude each other; give one');
  }
  if (baseUrl !== undefined)
    return checkedBaseUrl(baseUrl, options.dangerouslyAllowHttpOutsideLoopback === true);
  if (environment !== undefined && Object.hasOwn(ENVIRONMENTS, environment)) return ENVIRONMENTS[environment];
  throw new TypeError(
    'environment must be "staging" or "production", or give a baseUrl; there is no default',
  );
}

function checkedBaseUrl(baseUrl: unknown, anyHttp: boolean): string {
  const url = parseUrl(baseUrl);
  if (url.username || url.password) throw new TypeError('baseUrl must not hold a user name or a password');
  // In href, for an empty query or fragment would swallow the operation's path all the same.
  if (/[?#]/.test(url.href)) throw new TypeError('baseUrl must not hold a query or a fragment');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('baseUrl must be https');
  if (url.protocol === 'http:' && !anyHttp && !isLoopback(url.hostname)) {
    throw new TypeError(
      'baseUrl must be https: over http anyone on the way can read the credentials. ' +
        'In a network of your own, set dangerouslyAllowHttpOutsideLoopback',
    );
  }
  const base = url.href.replace(/\/+$/, '');
  // A base may well end with the path of a creation, /va.
  const { create, ...others } = operations;
  const whole = Object.values(others).find(({ path }) => base.endsWith(path));
  if (whole) throw new TypeError(`baseUrl must end before ${whole.path}, which is added to it`);
  return base;
}

function parseUrl(baseUrl: unknown): URL {
  try {
    return new URL(baseUrl as string);
  } catch {
    // The value is not repeated: a URL may hold a password.
    throw new TypeError('baseUrl must be an absolute URL such as https://api-stage.ifortepay.id');
  }
}

function isLoopback(hostname: string): boolean {
  // URL has already normalised other spellings of an IPv4 address.
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const CALL_NAMES = [
  'signal',
  'timeoutMs',
  'totalTimeoutMs',
  'maxRetries',
  'dangerouslyAllowIdsBeyondDocumentedLimits',
];
const CONFIRM_NAMES = [...CALL_NAMES, 'singleUse'];

/** What is wrong with the options of `confirm` or `cancelAndConfirm`; undefined if nothing is. */
export function problemOfConfirm(options: ConfirmOptions): string | undefined {
  const problem = problemOf(options, CONFIRM_NAMES);
  // A text such as 'false' must not make PAID final.
  const isWrong = !problem && !['boolean', 'undefined'].includes(typeof options.singleUse);
  return isWrong ? 'singleUse must be true or false' : problem;
}

/** What is wrong with the options of a call, in words that name it; undefined if nothing is. */
export function problemOf(options: CallOptions, names = CALL_NAMES): string | undefined {
  if (typeof options !== 'object' || options === null) return 'options must be an object';
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown) return `${unknown} is not an option of this call; there are ${names.join(', ')}`;
  if (options.signal !== undefined && !isSignal(options.signal)) return 'signal must be an AbortSignal';
  try {
    if (options.timeoutMs !== undefined) requireMs('timeoutMs', options.timeoutMs);
    if (options.totalTimeoutMs !== undefined) requireMs('totalTimeoutMs', options.totalTimeoutMs);
    if (options.maxRetries !== undefined) requireMaxRetries(options.maxRetries);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether `value` is a signal, by its shape: it may come from another realm. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
