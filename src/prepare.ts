/** A request before it is sent: checked against the contract, and signed. */
import type { paths } from '../generated/schema.js';
import type { Examples, Problem, Rules as ContractRules } from '../generated/validators/validator.js';
import { cancelVirtualAccount, isTransactionId } from '../generated/validators/virtualAccount.js';
import type { Attempt } from './attempt.js';
import type { Signer } from './credentials.js';
import type { RequestBody } from './errors.js';
import { isPromise, proxyOnTheWay, takesNoStore } from './runtime.js';

/** What a request has to be, and an answer that says done. */
export interface Rules extends ContractRules<unknown, unknown> {
  /** The members of a request that keep the contract to the letter and cannot be: a time that does not exist. */
  impossible?: ((request: any) => string[]) | undefined;
}

/** An operation of the contract, as a call needs it. */
export interface ClientOperation {
  /** The client's method. */
  name: string;
  path: keyof paths;
  /** Whether it only reads, so that repeating it can do no harm. */
  readOnly: boolean;
  rules(): Rules | Promise<Rules>;
}

/** Of a client's settings, what is needed to sign. */
interface Signing {
  credentials: Signer;
  /** Whether nobody but loopback may read what is sent: http, and no option that lets it go further. */
  staysOnLoopback: boolean;
  /** Whether the runtime's own fetch is used, which may be missing. */
  isFetchGlobal: boolean;
}

/** A call of one of the contract's operations, as an adapter hands it on. */
export interface Call {
  operation: ClientOperation;
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
  // As on the gateway's page.
  'x-version': 'v3',
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
  settings: Signing,
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
  settings: Signing,
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
  // Not when the client is made: a test's setup may bring one later.
  if (settings.isFetchGlobal && typeof globalThis.fetch !== 'function') {
    throw attempt.error('invalid_request', {}, [
      'there is no global fetch here; give one as the option fetch',
    ]);
  }
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
 * ```ts
 * import { requestProblems } from 'ifortepay-va';
 *
 * requestProblems({ external_id: 'ORDER 1' }); // ['order_id is missing', …]
 * ```
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
  const read = readRequest(
    cancelVirtualAccount,
    text,
    options.dangerouslyAllowIdsBeyondDocumentedLimits === true,
  );
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
  const problems = rules.isRequest(checked)
    ? []
    : rules.isRequest.errors!.map((problem) => describe(problem, rules.examples));
  if (liftIdLimits) problems.push(...wildIdProblems(body));
  const impossible = problems.length === 0 ? (rules.impossible?.(body) ?? []) : [];
  problems.push(
    ...impossible.map((pointer) => `${nameOf(pointer)} must exist${suchAs(rules.examples[pointer])}`),
  );
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
  return OWN_IDS.filter((name) => typeof body[name] === 'string' && !isTransactionId(body[name])).map(
    (name) => `${name} must be 1 to 128 printable characters and not begin with a space, whatever its limits`,
  );
}

/** What a type, and a pattern of the contract, asks for. A new one needs its words: a test goes through them all. */
const WORDS: Readonly<Record<string, string>> = {
  string: 'be a string',
  integer: 'be a whole number',
  boolean: 'be true or false',
  object: 'be an object, as JSON',
  '^[A-Za-z0-9-]+$': 'hold only ASCII letters, digits and dashes',
  '^[^\\x00-\\x20\\x7F-\\xA0\\uD800-\\uDFFF][^\\x00-\\x1F\\x7F-\\x9F\\uD800-\\uDFFF]*$':
    'be printable text that does not begin with a space',
  '^https?://[!-~]+$': 'be a URL of http or https in ASCII, without a space',
  '^[0-9]+$': 'hold only digits',
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}\\+07:00$':
    "be a time with milliseconds in Jakarta's time, +07:00",
  '^[^@\\s]+@[^@\\s]+$': 'be an e-mail address, with one @ and no space',
  '^[0-9]{8,15}$': 'be 8 to 15 digits, without + or spaces',
};

function describe({ instancePath, keyword, params }: Problem, examples: Examples): string {
  const own = OWN_IDS.some((name) => `/${name}` === instancePath);
  const lift = own ? ' (limits of the documentation; see dangerouslyAllowIdsBeyondDocumentedLimits)' : '';
  const must = (what: string) => {
    const told = ['maxLength', 'pattern'].includes(keyword) ? lift : '';
    return `${nameOf(instancePath)} must ${what}${suchAs(examples[instancePath])}${told}`;
  };
  const { limit } = params as { limit: number };
  switch (keyword) {
    case 'required': {
      const missing = `${instancePath}/${params.missingProperty}`;
      return `${nameOf(missing)} is missing${suchAs(examples[missing])}`;
    }
    case 'additionalProperties':
      return `${nameOf(`${instancePath}/${params.additionalProperty}`)} is not a member of this request; remove it`;
    case 'minLength':
      return must(limit === 1 ? 'not be empty' : `have at least ${limit} characters`);
    case 'maxLength':
      return must(`have at most ${limit} characters`);
    case 'minimum':
      return must(`be at least ${limit}`);
    case 'maximum':
      return must(`be at most ${limit}`);
    case 'enum':
      return must(`be ${(params.allowedValues as string[]).join(' or ')}`);
    default:
      return must(WORDS[String(params[keyword])] ?? `keep the contract's ${keyword}`);
  }
}

const nameOf = (pointer: string): string => pointer.slice(1).replaceAll('/', '.') || 'the body';

const suchAs = (example: unknown): string =>
  example === undefined ? '' : `, such as ${JSON.stringify(example)}`;
