import { readCall, type Call } from './call.js';
import { Deadline } from './deadline.js';
import { isVaError } from './errors.js';
import { exchange, type Answered, type Prepared } from './exchange.js';
import { notify } from './observe.js';
import { API_VERSION, operations, type Operation } from './operations.js';
import { readOptions, type Settings, type VaClientOptions } from './options.js';
import { remember } from './outcome-of.js';
import { Report } from './report.js';
import { readRequest } from './request.js';
import { repeat, type Limits } from './retry.js';

/** What one call may ask for beyond its request. */
export interface SendOptions extends Partial<Limits> {
  liftIdLimits?: boolean | undefined;
}

// Not RequestInfo, which only the DOM lib declares: this type is shipped, and @types/node alone must do for it.
type Input = string | URL | Request;

/** Sends a request, once unless `retries` allow more. Rejects with a `VaError` unless the answer is readable. */
export type Send = (input: Input, init?: RequestInit, options?: SendOptions) => Promise<Answered>;

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
 */
export function signedFetch(options: VaClientOptions): typeof fetch {
  return asFetch(createSend(readOptions(options)));
}

/** `send` in the shape of `fetch`, with what it cannot return as a `Response` thrown. */
export function asFetch(send: Send, options?: SendOptions): typeof fetch {
  return async (input, init) => {
    const answered = await send(input as Input, init, options);
    const { status, error } = answered;
    if (error && status < 300) throw error;
    return remember(responseOf(answered), error);
  };
}

function responseOf({ status, retryAfter, data }: Answered): Response {
  const headers = { 'content-type': 'application/json', ...(retryAfter && { 'retry-after': retryAfter }) };
  return new Response(JSON.stringify(data), { status, headers });
}

/** The transport under both clients: one call, each attempt of it judged. */
export function createSend(settings: Settings): Send {
  const targets = new Map(operations.map((each) => [new URL(settings.baseUrl + each.path).href, each]));
  return async (input, init, options = {}) => {
    const call = callOf(settings, input, init);
    const operation = targets.get(call.url);
    if (!operation || call.method !== 'POST') {
      throw new Report(settings.credentials, call.url, operation?.name).error('url_not_allowed');
    }
    let preparing: Promise<Prepared> | undefined;
    let before: Report | undefined;
    const attempt = async (number: number, timeoutMs: number) => {
      const report = new Report(settings.credentials, call.url, operation.name, before);
      before = report;
      const deadline = new Deadline(timeoutMs, call.signal);
      try {
        preparing ??= prepare(settings, operation, call, options, report);
        const answered = await exchange(settings, preparing, deadline, report);
        notify(settings, report, number, answered);
        return answered;
      } catch (error) {
        if (isVaError(error)) notify(settings, report, number, error);
        throw error;
      } finally {
        deadline.stop();
      }
    };
    return repeat(attempt, operation, limitsOf(settings, options), call.signal);
  };
}

/** What `fetch` would throw for, a header that is none say, is a `VaError` here: nothing was sent. */
function callOf(settings: Settings, input: Input, init?: RequestInit): Call {
  try {
    return readCall(input, init);
  } catch (cause) {
    throw new Report(settings.credentials, '', undefined).error('invalid_request', { cause });
  }
}

const FIXED_HEADERS = Object.freeze({
  'content-type': 'application/json',
  accept: 'application/json',
  'x-version': API_VERSION,
});

/** Checks the body and signs it: the very bytes that are sent, after every middleware. */
async function prepare(
  settings: Settings,
  operation: Operation,
  call: Call,
  options: SendOptions,
  report: Report,
): Promise<Prepared> {
  // Where nothing has to be waited for, nothing is: each of these would cost as much as the checks do.
  const text = call.text();
  const body = typeof text === 'string' ? text : await bodyOf(text, report);
  const known = operation.rules();
  const rules = known instanceof Promise ? await known : known;
  const request = readRequest(rules, body, options.liftIdLimits === true);
  if (Array.isArray(request)) throw report.error('invalid_request', {}, request);
  report.request = request;
  try {
    const signing = settings.credentials.headersFor(request);
    const signed = signing instanceof Promise ? await signing : signing;
    report.signature = signed['x-req-signature'];
    const headers = { ...call.headers, ...FIXED_HEADERS, ...signed };
    // Not 'error', though it would spare Node a copy of the request, a seventh of a call's CPU: the status of a
    // redirect would be lost, and after a 421 Node would send the signature once more, without the body.
    const init: RequestInit = { method: 'POST', body: body as string, headers, redirect: 'manual' };
    return { url: call.url, init, rules };
  } catch (cause) {
    throw report.error('signing_failed', { cause });
  }
}

async function bodyOf(text: unknown, report: Report): Promise<unknown> {
  try {
    return await text;
  } catch (cause) {
    throw report.error('invalid_request', { cause }, ['the body cannot be read']);
  }
}

function limitsOf(settings: Settings, options: SendOptions): Limits {
  const { timeoutMs = settings.timeoutMs, retries = settings.retries } = options;
  const totalMs = options.totalMs ?? settings.totalMs ?? 2 * timeoutMs;
  return { timeoutMs, totalMs, retries };
}
