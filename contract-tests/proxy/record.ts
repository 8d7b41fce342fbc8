import type { Finding } from '../checker/checker.ts';
import { readMediaType } from '../checker/json.ts';
import { plainBody } from './exchange.ts';
import type { Exchange, JudgedExchange } from './exchange.ts';
import { maskBody } from '../shared/mask.ts';
import { createMask, maskPointer } from '../shared/mask.ts';
import type { Mask } from '../shared/mask.ts';

/** One line of a traffic file: an exchange, masked of secrets and personal data, and what was found in it. */
export interface TrafficRecord {
  /** ISO 8601, UTC. */
  at: string;
  operation: string;
  method: string;
  path: string;
  status: number;
  requestHeaders: [name: string, value: string][];
  headers: [name: string, value: string][];
  /** Base64, as not every body is text; masked. Content encodings are undone. */
  request: string;
  body: string;
  /** Rule, masked pointer and statement of each finding. */
  findings: string[];
}

/**
 * The record of an exchange that was checked; undefined of one that was not. Each is masked with a key of its
 * own that nobody keeps, so that equal ids are equal within a record only.
 */
export function toRecord(exchange: Exchange, judged: JudgedExchange, at: Date): TrafficRecord | undefined {
  const { operation, findings, unchecked } = judged;
  const plain = plainBody(exchange);
  const { request, method, path, status, requestHeaders, headers } = exchange;
  if (!operation || unchecked !== undefined || typeof plain === 'string' || !request) return undefined;
  const mask = createMask();
  const secrets = secretsOf(exchange);
  const hide = (bytes: Uint8Array): string => Buffer.from(maskBody(bytes, mask, secrets)).toString('base64');
  return {
    at: at.toISOString(),
    operation,
    method,
    path,
    status,
    requestHeaders: requestHeaders.map(([name, value]) => [name, maskHeader(name, value, mask)]),
    // What is undone is not said any more, or it would be undone again.
    headers: headers
      .filter(([name]) => !['content-encoding', 'content-length'].includes(name.toLowerCase()))
      .map(([name, value]) => [name, maskHeader(name, value, mask)]),
    request: hide(request),
    body: hide(plain),
    findings: findings.map((one) => briefOf(one, mask, secrets)),
  };
}

/** The exchange that a record stands for. */
export function fromRecord(record: TrafficRecord): Exchange {
  const { method, path, status, requestHeaders, headers, request, body } = record;
  const bodies = { request: Buffer.from(request, 'base64'), body: Buffer.from(body, 'base64') };
  return { method, path, status, requestHeaders, headers, ...bodies };
}

/** A finding as records and lines have it. Without a mask, its pointer is masked beyond telling. */
export function briefOf(
  { rule, pointer, where }: Finding,
  mask?: Mask,
  secrets: readonly string[] = [],
): string {
  const isSecret = secrets.some((secret) => secret !== '' && pointer.includes(secret));
  const masked =
    isSecret && mask
      ? pointer
          .split('/')
          .map((name) => name && mask(name))
          .join('/')
      : pointer;
  return `${rule} at ${maskPointer(masked, mask) || 'the body'} (${where})`;
}

/** The merchant id and the secret that a request authorizes itself with. */
export function secretsOf({ requestHeaders }: Pick<Exchange, 'requestHeaders'>): string[] {
  return requestHeaders
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => {
      const token = value.replace(/^\S+\s+/, '');
      const text = Buffer.from(token, 'base64').toString('utf8');
      const colon = text.indexOf(':');
      return [token, ...(colon < 0 ? [] : [text.slice(0, colon), text.slice(colon + 1)])];
    })
    .filter(({ length }) => length >= 4);
}

const readable = ['accept', 'accept-encoding', 'content-length', 'date', 'retry-after', 'x-version'];
const shaped = /^[\w ,;:*/.=+-]{0,60}$/;

/** No rule of the contract is about any but documented headers: those are the media type, and none of these. */
function maskHeader(name: string, value: string, mask: Mask): string {
  const key = name.toLowerCase();
  if (key === 'content-type') return maskMediaType(value);
  if (readable.includes(key) && shaped.test(value)) return value;
  const isSecret = /auth|sign|cookie|secret|token|key|merchant/.test(key);
  return isSecret ? '***' : mask(value);
}

/** The type and the charset, the rest left out; what is no media type stays none. */
function maskMediaType(value: string): string {
  const type = readMediaType(value);
  if (!type) return 'masked';
  return type.essence + (type.charset === undefined ? '' : `; charset="${type.charset}"`);
}
