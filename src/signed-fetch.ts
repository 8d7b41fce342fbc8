import { mapStrings, parseAnswer, readBody, TooLarge, type AnswerBody } from './answer.js';
import { readCall, type Call } from './call.js';
import { startDeadline, type Deadline } from './deadline.js';
import type { VaError, VaErrorDetails } from './errors.js';
import { API_VERSION, operations, type Operation } from './operations.js';
import { readOptions, type Settings, type VaClientOptions } from './options.js';
import { judgeAnswer, judgeFailure } from './outcome.js';
import { remember } from './outcome-of.js';
import { retryAfterMs, startReport, type Report } from './report.js';
import { readRequest } from './request.js';

/** What one call may ask for beyond its request. */
export interface SendOptions {
  timeoutMs?: number | undefined;
  liftIdLimits?: boolean | undefined;
}

/** A readable answer: done, or with the error that it amounts to. Credentials that it echoes are blotted out. */
export interface Answered {
  response: Response;
  data: AnswerBody;
  error: VaError | undefined;
}

/** Sends one request, once. Rejects with a `VaError` unless there is a readable answer. */
export type Send = (input: RequestInfo | URL, init?: RequestInit, options?: SendOptions) => Promise<Answered>;

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
    const { response, error } = await send(input as RequestInfo | URL, init, options);
    if (error && response.ok) throw error;
    return remember(response, error);
  };
}

/** The transport under both clients: one attempt, judged. */
export function createSend(settings: Settings): Send {
  const targets = new Map(operations.map((each) => [new URL(settings.baseUrl + each.path).href, each]));
  return async (input, init, options = {}) => {
    const call = callOf(settings, input, init);
    const operation = targets.get(call.url);
    const report = startReport(settings.credentials, call.url, operation?.name);
    if (!operation || call.method !== 'POST') throw report.error('url_not_allowed');
    const deadline = startDeadline(options.timeoutMs ?? settings.timeoutMs, call.signal);
    try {
      const preparing = prepare(settings, operation, call, options, report);
      const request = await deadline.within(preparing).catch((error) => {
        throw deadline.ended ? report.error('aborted_before_sending') : error;
      });
      if (deadline.ended) throw report.error('aborted_before_sending');
      const { response, answer } = await receive(settings, call.url, request, deadline, report);
      return judge(operation, response, answer, report);
    } finally {
      deadline.stop();
    }
  };
}

/** What `fetch` would throw for, a header that is none say, is a `VaError` here: nothing was sent. */
function callOf(settings: Settings, input: RequestInfo | URL, init?: RequestInit): Call {
  try {
    return readCall(input, init);
  } catch (cause) {
    throw startReport(settings.credentials, '', undefined).error('invalid_request', { cause });
  }
}

/** Checks the body and signs it: the very bytes that are sent, after every middleware. */
async function prepare(
  settings: Settings,
  operation: Operation,
  call: Call,
  options: SendOptions,
  report: Report,
) {
  const body = await call.text().catch((cause: unknown) => {
    throw report.error('invalid_request', { cause }, ['the body cannot be read']);
  });
  const request = readRequest(operation, body, options.liftIdLimits === true);
  if (Array.isArray(request)) throw report.error('invalid_request', {}, request);
  report.request = request;
  try {
    const signed = await settings.credentials.headersFor(request);
    report.signature = signed['x-req-signature'];
    const fixed = {
      'content-type': 'application/json',
      accept: 'application/json',
      'x-version': API_VERSION,
    };
    return { method: 'POST', body: body as string, headers: { ...call.headers, ...fixed, ...signed } };
  } catch (cause) {
    throw report.error('signing_failed', { cause });
  }
}

/** Calls fetch, once, and reads the whole body. After this call began, only the runtime can prove "not sent". */
async function receive(
  settings: Settings,
  url: string,
  request: RequestInit,
  deadline: Deadline,
  report: Report,
) {
  let response: Response | undefined;
  try {
    const init: RequestInit = { ...request, redirect: 'manual', signal: deadline.signal };
    response = await deadline.within(settings.fetch(url, init));
    if (isRedirect(response)) response.body?.cancel().catch(() => {});
    else return { response, answer: parseAnswer(await readBody(response, deadline)) };
  } catch (cause) {
    const beforeAnswer = response ? 'connection_failed' : judgeFailure(cause);
    const code = deadline.ended ?? (cause instanceof TooLarge ? 'answer_too_large' : beforeAnswer);
    throw report.error(code, { cause, ...(response && headOf(response)) });
  }
  throw report.error('redirected', headOf(response));
}

/** Browsers and workerd show a redirect that is not followed as an opaque answer with status 0. */
function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

function judge(
  operation: Operation,
  response: Response,
  answer: AnswerBody | undefined,
  report: Report,
): Answered {
  const { status, headers } = response;
  const verdict = judgeAnswer(operation, report.request!, status, answer);
  const error = verdict === 'done' ? undefined : report.error(verdict, describe(response, answer));
  // A Response can be made of no status above 599, yet one may arrive.
  if (!answer || status > 599) throw error!;
  const data = redactAnswer(answer, report);
  const retryAfter = headers.get('retry-after');
  const kept = {
    'content-type': 'application/json',
    ...(retryAfter && { 'retry-after': report.redact(retryAfter) }),
  };
  return { response: new Response(JSON.stringify(data), { status, headers: kept }), data, error };
}

/** What is known of an answer before its body. */
function headOf({ status, headers }: Response): VaErrorDetails {
  return { status, retryAfterMs: retryAfterMs(headers.get('retry-after')) };
}

function describe(response: Response, answer: AnswerBody | undefined): VaErrorDetails {
  const { response_code: code, response_message: message } = answer ?? {};
  return {
    ...headOf(response),
    responseCode: typeof code === 'string' && /^\d{2}$/.test(code) ? code : undefined,
    responseMessage: typeof message === 'string' ? message : undefined,
  };
}

// An echo of what was asked, and the words that were judged, stay as they are even if a credential happens to be
// a part of them.
function redactAnswer(answer: AnswerBody, report: Report): AnswerBody {
  const keep = (name: string, value: unknown) =>
    value === report.request![name] ||
    value === 'CANCELED' ||
    (name === 'response_code' && /^\d{2}$/.test(String(value)));
  const entries = Object.entries(answer).map(([name, value]) =>
    keep(name, value) ? [name, value] : Object.entries(mapStrings({ [name]: value }, report.redact))[0]!,
  );
  return Object.fromEntries(entries);
}
