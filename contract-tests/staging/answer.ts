/** An answer as every client reads it: which of them are the gateway's own, and what the others are. */
import { asObject, join, objectAt, operationOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { readMediaType, valuesByName, decodeBody, parseJson } from '../checker/json.ts';
import type { AnswerNotWhole } from '../cases/sender.ts';
import type { RawAnswer } from '../cases/types.ts';
import { plainBody } from '../proxy/exchange.ts';
import { maskBody } from '../shared/mask.ts';
import { createMask } from '../shared/mask.ts';

/**
 * `documented`: a JSON object with a response code of two digits, the only form that says anything of a request.
 * `shape`: a status of the contract or another 2xx, but not that form. `encoding`: a content-encoding that cannot be undone, on
 * which fetch fails. `too long` and `broken off`: not read to its end. The rest is not the gateway's word but that of what stands in front of it, or of its wreck:
 * a web page or another status without JSON, a redirect, 429, and 5xx without JSON.
 */
export type Form =
  'documented' | 'shape' | 'encoding' | AnswerNotWhole['why'] | 'page' | 'redirect' | 'rate limited' | 'down';

/** What was read of an answer. */
export interface Reading {
  form: Form;
  status: number;
  /** Absent unless it is two digits. */
  code?: string;
  /** With its content-encoding undone, as fetch does it. */
  answer: RawAnswer;
  /** What `Retry-After` asks for. */
  retryAfterMs?: number;
  /** Status, media type and the beginning of the body, masked. One line. */
  sample: string;
}

/** The forms that are not the gateway's own word. */
export const foreign: readonly Form[] = ['page', 'redirect', 'rate limited', 'down'];

const SAMPLE = 160;

/** Reads an answer to an operation of the contract. */
export function readRawAnswer(contract: Contract, operation: string, raw: RawAnswer): Reading {
  const headers = valuesByName(raw.headers);
  const plain = plainBody(raw);
  const undone =
    typeof plain === 'string' ? raw : { ...raw, headers: withoutEncoding(raw.headers), body: plain };
  const body = asObject(parseJson(decodeBody(undone.body).text));
  const code = body['response_code'];
  const isCode = typeof code === 'string' && /^\d\d$/.test(code);
  const retryAfterMs = readRetryAfter(headers.get('retry-after')?.[0]);
  const statuses = Object.keys(
    objectAt(contract, join(operationOf(contract, operation).pointer, 'responses')),
  );
  return {
    form: formOf(raw.status, typeof plain !== 'string', isCode, statuses.includes(String(raw.status))),
    status: raw.status,
    ...(isCode && { code }),
    answer: undone,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    sample: sampleOf(undone),
  };
}

/** An answer that nobody reads to its end. */
export function readInPart({ why, answer }: AnswerNotWhole): Reading {
  return { form: why, status: answer.status, answer, sample: sampleOf(answer) };
}

function formOf(status: number, isPlain: boolean, isCode: boolean, isListed: boolean): Form {
  if (status === 429) return 'rate limited';
  if (status >= 300 && status < 400) return 'redirect';
  if (!isPlain) return 'encoding';
  if (isCode) return 'documented';
  if (status >= 500) return 'down';
  return isListed || status < 300 ? 'shape' : 'page';
}

function withoutEncoding(headers: RawAnswer['headers']): RawAnswer['headers'] {
  return headers.filter(([name]) => !['content-encoding', 'content-length'].includes(name.toLowerCase()));
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). */
function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function sampleOf({ status, headers, body }: RawAnswer): string {
  const type =
    readMediaType(valuesByName(headers).get('content-type')?.[0] ?? '')?.essence ?? 'no media type';
  const masked = Buffer.from(maskBody(body, createMask())).toString('utf8').replace(/\s+/g, ' ').trim();
  const text = masked.length > SAMPLE ? `${masked.slice(0, SAMPLE)}…` : masked;
  return `${status} ${type} ${text || '(empty)'}`;
}

/** What may be shown as it is: names of the contract's own lists, and response codes. Anything else may be personal. */
export const readable = /^(?:\d\d|[A-Z][A-Z_ ]{0,31}|bank_transfer|true|false|null)$/;

/** What a JSON pointer leads to in a value; undefined if it leads nowhere. */
export function memberAt(value: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names.reduce((at, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
    return Array.isArray(at) ? (at as unknown[])[Number(key)] : asObject(at)[key];
  }, value);
}

/** The value at a JSON pointer of a body, or the header's, short, and masked unless it can only be one of a list. */
export function valueFound({ answer }: Reading, pointer: string): string {
  if (pointer.startsWith('header:')) {
    const values = valuesByName(answer.headers).get(pointer.slice('header:'.length)) ?? [];
    const isType = pointer === 'header:content-type';
    return values.map((value) => (isType ? value.slice(0, 40) : masked(value))).join(' and ') || 'none';
  }
  const value = memberAt(parseJson(decodeBody(answer.body).text), pointer);
  if (value === undefined) return pointer === '' ? `${answer.body.length} bytes` : 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value === 'string' && readable.test(text)) return text;
  if (typeof value === 'number' && /response_code$/.test(pointer)) return `the number ${text}`;
  if (typeof value !== 'string' && text.length < 8 && !/\d/.test(text)) return text;
  return typeof value === 'object' ? `${text.length} characters of JSON` : masked(text);
}

function masked(text: string): string {
  const shown = createMask()(text).slice(0, 24);
  return `${[...text].length} characters like ${JSON.stringify(shown)}`;
}
