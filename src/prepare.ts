import type { Problem } from '../generated/validators/validator.js';
import { validateTransactionId } from '../generated/validators/virtualAccount.js';
import type { Attempt } from './attempt.js';
import { API_VERSION, cancelRules, type Operation, type RequestBody, type Rules } from './operations.js';
import type { Settings } from './options.js';
import { isPromise, proxyOnTheWay, takesNoStore } from './runtime.js';

/** A call of one of the contract's operations, as an adapter hands it on. */
export interface Call {
  operation: Operation;
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal | null | undefined;
  /** The body, if it is text; at once or as a promise. */
  body: unknown;
}

/** A request as it will be sent, checked and signed, and the rules to judge its answer by. */
export interface Prepared {
  url: string;
  init: RequestInit;
  rules: Rules;
}

const FIXED_HEADERS = Object.freeze({
  'content-type': 'application/json',
  accept: 'application/json',
  'x-version': API_VERSION,
});

/**
 * Checks the body and signs it: the very bytes that are sent, after every middleware. Once for all attempts, and at
 * once where nothing has to be waited for: each promise would cost as much as the checks do.
 *
 * @param liftIdLimits whether the merchant's own ids may break their documented limits, see `CallOptions`
 * @param attempt the first; learns the request and its signature
 * @throws VaError, or rejects with it
 */
export function prepare(
  settings: Settings,
  call: Call,
  liftIdLimits: boolean,
  attempt: Attempt,
): Prepared | Promise<Prepared> {
  const rules = call.operation.rules();
  if (!isPromise(rules) && !isPromise(call.body)) {
    return sign(settings, call, call.body, rules, liftIdLimits, attempt);
  }
  return Promise.all([loadRules(rules, attempt), readBody(call.body, attempt)]).then(([loaded, body]) =>
    sign(settings, call, body, loaded, liftIdLimits, attempt),
  );
}

/** They may be a file of their own, which a bundle has lost or a disk cannot read. */
async function loadRules(rules: Rules | Promise<Rules>, attempt: Attempt): Promise<Rules> {
  try {
    return await rules;
  } catch (cause) {
    throw attempt.error('signing_failed', { cause }, ['the rules of this call could not be loaded']);
  }
}

async function readBody(body: unknown, attempt: Attempt): Promise<unknown> {
  try {
    return await body;
  } catch (cause) {
    throw attempt.error('invalid_request', { cause }, ['the body cannot be read']);
  }
}

function sign(
  settings: Settings,
  call: Call,
  body: unknown,
  rules: Rules,
  liftIdLimits: boolean,
  attempt: Attempt,
): Prepared | Promise<Prepared> {
  const request = readRequest(rules, body, liftIdLimits);
  if (Array.isArray(request)) throw attempt.error('invalid_request', {}, request);
  attempt.request = request;
  const proxy = settings.staysOnLoopback ? proxyOnTheWay(new URL(call.url)) : undefined;
  if (proxy) throw attempt.error('url_not_allowed', {}, [proxy]);
  const finish = (signed: Record<string, string>): Prepared => {
    attempt.signature = signed['x-req-signature'];
    const headers = { ...call.headers, ...FIXED_HEADERS, ...signed };
    // Not 'error', though it would spare Node a copy of the request, a seventh of a call's CPU: the status of a
    // redirect would be lost, and after a 421 Node would send the signature once more, without the body.
    const init: RequestInit = { method: 'POST', body: body as string, headers, redirect: 'manual' };
    if (takesNoStore()) init.cache = 'no-store';
    return { url: call.url, init, rules };
  };
  const fail = (cause: unknown) => {
    throw attempt.error('signing_failed', { cause });
  };
  try {
    const signing = settings.credentials.headersFor(request);
    return isPromise(signing) ? signing.then(finish, fail) : finish(signing);
  } catch (cause) {
    return fail(cause);
  }
}

const OWN_IDS = ['external_id', 'order_id'] as const;

/**
 * What is wrong with a request to cancel or to inquire, as sentences that name the member; empty if nothing is. The
 * very check that every call makes before it sends, for whoever stores requests to send them later.
 *
 * @param options.dangerouslyAllowIdsBeyondDocumentedLimits as for a call
 * @example
 * requestProblems({ external_id: 'ORDER 1' }); // ['order_id is missing', …]
 */
export function requestProblems(
  request: unknown,
  options: { dangerouslyAllowIdsBeyondDocumentedLimits?: boolean | undefined } = {},
): string[] {
  let text: string | undefined;
  try {
    text = JSON.stringify(request);
  } catch {
    return ['the request cannot be written as JSON'];
  }
  const read = readRequest(cancelRules, text, options.dangerouslyAllowIdsBeyondDocumentedLimits === true);
  return Array.isArray(read) ? read : [];
}

/**
 * Reads the body that is about to be sent and checks it against the contract.
 *
 * @param liftIdLimits see `prepare`
 * @returns the body, or every problem it has, as sentences
 */
export function readRequest(rules: Rules, text: unknown, liftIdLimits: boolean): RequestBody | string[] {
  const body = parse(text);
  const checked = liftIdLimits ? withTameIds(body) : body;
  const problems = rules.isRequest(checked) ? [] : rules.isRequest.errors!.map(describe);
  if (liftIdLimits) problems.push(...wildIdProblems(body));
  return problems.length > 0 ? problems : (body as RequestBody);
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body with stand-ins for the merchant's own ids, so that all else is still checked. */
function withTameIds(body: unknown): unknown {
  if (!isObject(body)) return body;
  const standIns = OWN_IDS.filter((name) => typeof body[name] === 'string').map((name) => [name, '0']);
  return { ...body, ...Object.fromEntries(standIns) };
}

/** Ids without their documented limits are still held to what is asked of a transaction id. */
function wildIdProblems(body: unknown): string[] {
  if (!isObject(body)) return [];
  return OWN_IDS.filter((name) => typeof body[name] === 'string' && !validateTransactionId(body[name])).map(
    (name) => `${name} must be 1 to 128 printable characters and not begin with a space, whatever its limits`,
  );
}

function describe({ instancePath, keyword, params }: Problem): string {
  const member = instancePath.slice(1) || 'the body';
  const own = OWN_IDS.some((name) => name === member);
  const lift = own ? ' (limits of the documentation; see dangerouslyAllowIdsBeyondDocumentedLimits)' : '';
  switch (keyword) {
    case 'required':
      return `${params.missingProperty} is missing`;
    case 'additionalProperties':
      return `${params.additionalProperty} is not a member of this request; remove it`;
    case 'type':
      return `${member} must be ${params.type === 'object' ? 'an object, as JSON' : `a ${params.type}`}`;
    case 'minLength':
      return `${member} must not be empty`;
    case 'maxLength':
      return `${member} must have at most ${params.limit} characters${lift}`;
    case 'enum':
      return `${member} must be ${(params.allowedValues as string[]).join(' or ')}`;
    default:
      return own
        ? `${member} must hold only ASCII letters, digits and dashes${lift}`
        : `${member} must be printable text that does not begin with a space`;
  }
}
