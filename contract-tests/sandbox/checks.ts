/**
 * The checks that a request must pass: their names, and those that every operation makes, stage by stage: who asks, for
 * whom, how, with what, and signed by whom. A check more is a name and its place in a stage, or in operations.ts.
 */
import { parseDocument } from 'yaml';
import { refuse } from './answer.ts';
import type { NamedAnswer } from './answer.ts';
import { behaviour } from './assumptions.ts';
import { decodeUtf8, readBasic, requestSignature, sameText } from './credentials.ts';
import type { RequestRules } from './request-schema.ts';
import type { Merchant, SandboxState, SubMerchant } from './state.ts';

/**
 * Each can be switched off, to make a gateway with exactly one thing wrong. A check that is off lets its own fault
 * through; every other check still holds, but that `signatureValue` holds all others on the signature's content. Where
 * the fault leaves a merchant unknown, the first one stands in.
 */
export const checkNames = [
  /** off: no Authorization header is taken */
  'authorizationPresent',
  /** off: any scheme, Bearer say, is taken before the same Base64 */
  'authorizationScheme',
  /** off: sloppy Base64 (no padding, URL alphabet, blanks) is decoded */
  'authorizationEncoding',
  /** off: an unknown merchant id passes, with the first merchant's secret and hash key */
  'merchant',
  /** off: any secret passes */
  'secret',
  /** off: an unknown sub-merchant-id is ignored */
  'subMerchant',
  /** off: any x-version, or none */
  'version',
  /** off: any content type, or none */
  'contentType',
  /** off: invalid UTF-8 is read with replacement characters */
  'utf8',
  /** off: JSON is read as loosely as YAML: trailing commas, single quotes; what is no object counts as {} */
  'json',
  /** off: the last of two members of one name counts */
  'duplicateMembers',
  /** off: any JSON object passes the schema */
  'body',
  /** off: a request without signature passes; a wrong one does not */
  'signaturePresent',
  /** off: any signature passes, if there is one */
  'signatureValue',
  /** off: a signature with the hash key left out, or with any known one, passes */
  'signatureHashKey',
  /** off: a signature with the external id left out, or with that of any known VA, passes */
  'signatureCoversExternalId',
  /** off: a signature with the order id left out, or with that of any known VA, passes */
  'signatureCoversOrderId',
  /** off: upper-case hex passes */
  'signatureLowerCase',
  /** off: an unknown transaction_id passes, as if there were such a VA */
  'exists',
  /** off: another merchant's or sub-merchant's VA may be cancelled or asked after */
  'owner',
  /** off: external_id and order_id need not be those of the VA */
  'ids',
  /** off: any payment_channel passes */
  'paymentChannel',
  /** off: any payment_method that the schema allows passes */
  'paymentMethod',
  /** off: what is refused in the VA's state is carried out: a paid or a cancelled one is cancelled (again), say */
  'cancelable',
  /** off: an external_id that is taken creates another VA */
  'uniqueExternalId',
] as const;

/** The name of one check. */
export type CheckName = (typeof checkNames)[number];

/** Which checks are made. */
export type Checks = Record<CheckName, boolean>;

/** All checks on but those switched off. Throws a TypeError on an unknown name, lest a typo do nothing. */
export function allChecksBut(switches: Partial<Checks> = {}): Checks {
  for (const name of Object.keys(switches)) {
    if (!checkNames.includes(name as CheckName)) throw new TypeError(`No such check: ${name}`);
  }
  const all = Object.fromEntries(checkNames.map((name) => [name, true])) as Checks;
  return { ...all, ...switches };
}

/** One request on its way through the checks; they fill in what they learn. */
export interface SandboxExchange {
  headers: Headers;
  bytes: Uint8Array;
  rules: RequestRules;
  checks: Checks;
  state: SandboxState;
  merchant: Merchant;
  subMerchant?: SubMerchant;
  body: Record<string, unknown>;
}

/** A member of the body as text; empty if it is no string, which only happens with the body check off. */
export function member({ body }: SandboxExchange, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

/** A member of the body that is an object; empty if it is none. */
export function objectMember({ body }: SandboxExchange, name: string): Record<string, unknown> {
  const value = body[name];
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/** The three ids of the request, empty where it has none: a creation has no transaction_id. */
export function requestIds(exchange: SandboxExchange): {
  transaction_id: string;
  external_id: string;
  order_id: string;
} {
  return {
    transaction_id: member(exchange, 'transaction_id'),
    external_id: member(exchange, 'external_id'),
    order_id: member(exchange, 'order_id'),
  };
}

type Stage = (typeof behaviour.order_of_checks.value)[number];

const stages: Record<Stage, (exchange: SandboxExchange) => NamedAnswer | undefined> = {
  basic,
  subMerchant,
  version,
  contentType,
  json,
  body,
  signature,
};

/** The refusal of the first stage that refuses, in the assumed order. */
export function passChecks(exchange: SandboxExchange): NamedAnswer | undefined {
  for (const name of behaviour.order_of_checks.value) {
    const refusal = stages[name](exchange);
    if (refusal) return refusal;
  }
  return undefined;
}

function basic(exchange: SandboxExchange): NamedAnswer | undefined {
  const { checks, state } = exchange;
  const header = exchange.headers.get('authorization');
  if (header === null) return checks.authorizationPresent ? refuse('missing_authorization') : undefined;
  const [, scheme = '', token = ''] = /^(\S*) ?(.*)$/.exec(header) ?? [];
  if (checks.authorizationScheme && !isBasic(scheme)) return refuse('wrong_scheme');
  const given = readBasic(token, !checks.authorizationEncoding);
  if (!given) return refuse('malformed_basic');
  const merchant = state.merchants.find(({ merchant_id }) => merchant_id === given.merchantId);
  if (!merchant && checks.merchant) return refuse('unknown_merchant');
  exchange.merchant = merchant ?? exchange.merchant;
  const rightSecret = sameText(given.secret, exchange.merchant.secret_unbound_id);
  return rightSecret || !checks.secret ? undefined : refuse('wrong_secret');
}

function isBasic(scheme: string): boolean {
  return behaviour.scheme_letter_case.value === 'any' ? scheme.toLowerCase() === 'basic' : scheme === 'Basic';
}

function subMerchant(exchange: SandboxExchange): NamedAnswer | undefined {
  const name = exchange.headers.get('sub-merchant-id');
  if (name === null) return undefined;
  exchange.subMerchant = exchange.merchant.sub_merchants?.find(
    ({ submerchant_name }) => submerchant_name === name,
  );
  return exchange.subMerchant || !exchange.checks.subMerchant ? undefined : refuse('unknown_sub_merchant');
}

function version({ headers, rules, checks }: SandboxExchange): NamedAnswer | undefined {
  const fault = rules.version(headers.get('x-version'));
  return fault !== undefined && checks.version ? refuse('wrong_version', fault) : undefined;
}

function contentType({ headers, rules, checks }: SandboxExchange): NamedAnswer | undefined {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const right = rules.mediaTypes.includes(mediaType) || !checks.contentType;
  return right
    ? undefined
    : refuse('wrong_content_type', `content-type is not ${rules.mediaTypes.join(', ')}`);
}

function json(exchange: SandboxExchange): NamedAnswer | undefined {
  const { checks } = exchange;
  const text = decodeUtf8(exchange.bytes, !checks.utf8);
  if (text === undefined) return refuse('invalid_utf8', 'The body is not UTF-8');
  const parsed = parseObject(text, !checks.json);
  if (!parsed) return refuse('malformed_json', 'The body is not a JSON object');
  if (checks.duplicateMembers && hasDuplicates(text))
    return refuse('duplicate_member', 'A member is given twice');
  exchange.body = parsed;
  return undefined;
}

function parseObject(text: string, lenient: boolean): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = lenient ? parseDocument(text, { uniqueKeys: false, logLevel: 'error' }).toJS() : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value))
    return value as Record<string, unknown>;
  return lenient ? {} : undefined;
}

// JSON is YAML in all that matters here; the YAML parser notices a name given twice, JSON.parse does not.
function hasDuplicates(text: string): boolean {
  return parseDocument(text).errors.some(({ code }) => code === 'DUPLICATE_KEY');
}

function body(exchange: SandboxExchange): NamedAnswer | undefined {
  const fault = exchange.rules.body(exchange.body);
  return fault !== undefined && exchange.checks.body ? refuse('invalid_body', fault) : undefined;
}

/** Refuses a request whose x-req-signature is missing, or not that of its merchant and ids. */
function signature(exchange: SandboxExchange): NamedAnswer | undefined {
  const { checks, headers } = exchange;
  const header = headers.get('x-req-signature');
  if (header === null) return checks.signaturePresent ? refuse('missing_signature') : undefined;
  if (!checks.signatureValue) return undefined;
  const anyCase = behaviour.signature_letter_case.value === 'any' || !checks.signatureLowerCase;
  const given = anyCase ? header.toLowerCase() : header;
  return acceptable(exchange).some((right) => sameText(given, right)) ? undefined : refuse('wrong_signature');
}

/** The right signature, alone unless a check is off; then also those with that part left out or another's. */
function acceptable(exchange: SandboxExchange): string[] {
  const { checks, merchant, subMerchant, state } = exchange;
  const ids = requestIds(exchange);
  const known = state.virtualAccounts();
  const keys = state.merchants.flatMap((m) => [
    m.hash_key,
    ...(m.sub_merchants ?? []).map((s) => s.hash_key),
  ]);
  const hashKeys = parts((subMerchant ?? merchant).hash_key, checks.signatureHashKey, keys);
  const externals = parts(
    ids.external_id,
    checks.signatureCoversExternalId,
    known.map((va) => va.external_id),
  );
  const orders = parts(
    ids.order_id,
    checks.signatureCoversOrderId,
    known.map((va) => va.order_id),
  );
  return hashKeys.flatMap((key) =>
    externals.flatMap((external) => orders.map((order) => requestSignature(key, external, order))),
  );
}

function parts(right: string, checked: boolean, others: string[]): string[] {
  return checked ? [right] : [right, '', ...others];
}
