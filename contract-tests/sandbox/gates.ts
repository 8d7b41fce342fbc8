import { parseDocument } from 'yaml';
import type { NamedAnswer } from './answer.ts';
import { refuse } from './answer.ts';
import { behaviour } from './assumptions.ts';
import { decodeUtf8, readBasic, sameText } from './credentials.ts';
import type { Exchange } from './exchange.ts';
import { signatureGate } from './signature-gate.ts';

/** One stage of the checks that every operation shares: a refusal, or undefined to go on. */
export type Gate = (exchange: Exchange) => NamedAnswer | undefined;

type GateName = (typeof behaviour.order_of_gates.value)[number];

const gates: Record<GateName, Gate> = {
  basic,
  subMerchant,
  version,
  contentType,
  json,
  body,
  signature: signatureGate,
};

/** The refusal of the first gate that refuses, in the assumed order. */
export function passGates(exchange: Exchange): NamedAnswer | undefined {
  for (const name of behaviour.order_of_gates.value) {
    const refusal = gates[name](exchange);
    if (refusal) return refusal;
  }
  return undefined;
}

function basic(exchange: Exchange): NamedAnswer | undefined {
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

function subMerchant(exchange: Exchange): NamedAnswer | undefined {
  const name = exchange.headers.get('sub-merchant-id');
  if (name === null) return undefined;
  exchange.subMerchant = exchange.merchant.sub_merchants?.find(
    ({ submerchant_name }) => submerchant_name === name,
  );
  return exchange.subMerchant || !exchange.checks.subMerchant ? undefined : refuse('unknown_sub_merchant');
}

function version({ headers, rules, checks }: Exchange): NamedAnswer | undefined {
  const fault = rules.version(headers.get('x-version'));
  return fault !== undefined && checks.version ? refuse('wrong_version', fault) : undefined;
}

function contentType({ headers, rules, checks }: Exchange): NamedAnswer | undefined {
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const right = rules.mediaTypes.includes(mediaType) || !checks.contentType;
  return right
    ? undefined
    : refuse('wrong_content_type', `content-type is not ${rules.mediaTypes.join(', ')}`);
}

function json(exchange: Exchange): NamedAnswer | undefined {
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

function body(exchange: Exchange): NamedAnswer | undefined {
  const fault = exchange.rules.body(exchange.body);
  return fault !== undefined && exchange.checks.body ? refuse('invalid_body', fault) : undefined;
}
