/** An answer: read within a cap, parsed one way only, and judged. */
import type { Attempt } from './attempt.js';
import { REFUSALS, type RequestBody, type VaError, type VaErrorCode, type VaErrorDetails } from './errors.js';
import type { Rules } from './prepare.js';
import { redactAnswer } from './redact.js';
import { bytesOf, type AnswerLike } from './runtime.js';

const encoder = new TextEncoder();

/** More than any documented answer by a factor of hundreds; a longer one is not read to its end. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** The answer is longer than `MAX_ANSWER_BYTES`. */
export class TooLarge extends Error {}

/** Reads a body once, from its beginning. */
export interface BodyReader {
  read(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  cancel(): Promise<unknown>;
}

const NOTHING: BodyReader = { read: async () => ({ done: true }), cancel: async () => {} };

/**
 * What reads the body of an answer: by whichever of its ways the fetch at hand offers, for node-fetch's and the imitations
 * of tests have no stream of the web.
 *
 * @throws TypeError if it offers none
 */
export function readerOf(response: AnswerLike): BodyReader {
  const { body } = response;
  if (body === null) return NOTHING;
  if (body && 'getReader' in body) return body.getReader();
  if (body && Symbol.asyncIterator in body) return fromIterable(body);
  if (response.arrayBuffer) return fromWhole(() => response.arrayBuffer!());
  if (response.text) return fromWhole(() => response.text!());
  if (!body) return NOTHING;
  throw new TypeError(
    'the body of what fetch resolved to cannot be read: it has no getReader(), no async iterator, and the answer neither ' +
      'arrayBuffer() nor text(). Give a fetch that resolves to a Response',
  );
}

/** Reads what is iterated over, a stream of Node's above all. */
export function fromIterable(body: AsyncIterable<unknown>): BodyReader {
  const pieces = body[Symbol.asyncIterator]();
  return {
    read: () => pieces.next(),
    cancel: async () => {
      // Not by the iterator: while a read is under way it would wait for that.
      const { destroy } = body as { destroy?: () => void };
      if (destroy) destroy.call(body);
      else await pieces.return?.();
    },
  };
}

function fromWhole(readWhole: () => Promise<unknown>): BodyReader {
  let isRead = false;
  const read = async () => {
    if (isRead) return { done: true };
    isRead = true;
    return { value: await readWhole() };
  };
  return { read, cancel: async () => {} };
}

/**
 * The body of an answer as bytes, after decompression.
 *
 * @throws TooLarge as soon as the limit is passed, so that a compressed bomb is never held
 */
export async function readBytes(reader: BodyReader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return concat(chunks, size);
    // Of a stream with an encoding the pieces are texts.
    const chunk = typeof value === 'string' ? encoder.encode(value) : bytesOf(value);
    if (!chunk) throw new TypeError('a piece of the body is neither bytes nor text');
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new TooLarge(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
}

function concat(chunks: Uint8Array[], size: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** An answer's JSON object. */
export type AnswerBody = Record<string, unknown>;

/** An answer's JSON object, and the text that it was read from. */
export interface ParsedAnswer {
  body: AnswerBody;
  text: string;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in `bytes`; undefined if it is none, is not UTF-8, is nested absurdly deep, or names a
 * member twice, for then two readers could take it for two different answers.
 */
export function parseAnswer(bytes: Uint8Array): ParsedAnswer | undefined {
  const text = attempted(() => decoder.decode(bytes), TypeError);
  if (text === undefined) return undefined;
  const value: unknown = attempted(() => JSON.parse(text), SyntaxError);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // Of a member that is written twice only one is held.
  const held = attempted(() => stringsHeld(value), RangeError);
  return stringsWritten(text, bytes) === held ? { body: value as AnswerBody, text } : undefined;
}

/** What `read` makes; undefined if it throws what an answer can make it throw. All else is a failure of ours. */
function attempted<T>(read: () => T, expected: ErrorConstructor): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as Error).name === expected.name) return undefined;
    throw error;
  }
}

const QUOTE = 0x22;

/** How many strings stand in valid JSON, member names among them. */
function stringsWritten(text: string, bytes: Uint8Array): number {
  if (text.includes('\\')) return text.match(/"[^"\\]*(?:\\.[^"\\]*)*"/g)?.length ?? 0;
  // Without a backslash every quote begins or ends one.
  let quotes = 0;
  for (let index = 0; index < bytes.length; index++) if (bytes[index] === QUOTE) quotes++;
  return quotes / 2;
}

// Far deeper than any documented answer, far shallower than any stack.
const MAX_DEPTH = 32;

/** How many strings a value holds, member names among them. */
function stringsHeld(value: unknown, depth = 0): number {
  if (typeof value === 'string') return 1;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= MAX_DEPTH) throw new RangeError('nested too deeply');
  const names = Object.keys(value);
  let count = Array.isArray(value) ? 0 : names.length;
  for (const name of names) count += stringsHeld((value as AnswerBody)[name], depth + 1);
  return count;
}

/** A readable answer: done, or with the error that it amounts to. Credentials that it echoes are blotted out. */
export interface Answered {
  status: number;
  /** The `Retry-After` header, if there is one. */
  retryAfter: string | undefined;
  data: AnswerBody;
  error: VaError | undefined;
}

/**
 * What an answer amounts to.
 *
 * @param parsed undefined if its body cannot be read one way only
 * @throws VaError if there is nothing to hand on
 */
export function readAnswer(
  rules: Rules,
  response: AnswerLike,
  parsed: ParsedAnswer | undefined,
  attempt: Attempt,
): Answered {
  const answer = parsed?.body;
  const { status, headers } = response;
  const verdict = judgeAnswer(rules, attempt.request!, status, answer);
  const error = verdict === 'done' ? undefined : attempt.error(verdict, describe(response, answer));
  // A Response can be made of no status above 599, yet one may arrive.
  if (!parsed || status > 599) throw error!;
  const redact = (text: string) => attempt.redact(text);
  const data = attempt.isClean(parsed.text)
    ? parsed.body
    : redactAnswer(parsed.body, attempt.request!, redact);
  const retryAfter = headers.get('retry-after');
  return { status, retryAfter: retryAfter ? redact(retryAfter) : undefined, data, error };
}

const IDS = ['external_id', 'order_id', 'transaction_id'] as const;

const FAILURES = ['03', '98', '99'];

/**
 * What an answer says about the request: done, or the code of the error that it is.
 * When unsure, that code's outcome is `unknown`.
 */
export function judgeAnswer(
  rules: Rules,
  asked: RequestBody,
  status: number,
  answer: AnswerBody | undefined,
): 'done' | VaErrorCode {
  if (status >= 500) return 'gateway_failed';
  if (!answer) return 'answer_unreadable';
  if (IDS.some((id) => id in asked && id in answer && answer[id] !== asked[id]))
    return 'answer_about_other_ids';
  if (status >= 200 && status < 300 && rules.isSuccess(answer)) return 'done';
  const code = answer.response_code;
  if (typeof code !== 'string') return 'answer_unexpected';
  // A refusal that says the virtual account is cancelled, however it spells it, contradicts itself.
  if (/^cancell?ed$/i.test(String(answer.transaction_status))) return 'answer_unexpected';
  // Which HTTP status comes with which code is a guess, so the status may only turn a refusal into unknown, never the
  // other way round.
  const refusal = REFUSALS.get(code);
  if (refusal) return refusal;
  // 99 also means "unknown error": only with 401 is it the signature.
  if (code === '99' && status === 401) return 'invalid_signature';
  return FAILURES.includes(code) ? 'gateway_failed' : 'answer_unexpected';
}

/** What is known of an answer before its body. */
export function headOf({ status, headers }: AnswerLike): VaErrorDetails {
  return { status, retryAfterMs: retryAfterMs(headers.get('retry-after')) };
}

function describe(response: AnswerLike, answer: AnswerBody | undefined): VaErrorDetails {
  const { response_code: code, response_message: message, error, transaction_status: state } = answer ?? {};
  return {
    ...headOf(response),
    responseCode: typeof code === 'string' && /^\d{2}$/.test(code) ? code : undefined,
    responseMessage: typeof message === 'string' ? message : undefined,
    responseError: typeof error === 'string' || error === undefined ? error : JSON.stringify(error),
    transactionStatus: typeof state === 'string' && /^[A-Z_ ]{1,32}$/.test(state) ? state : undefined,
  };
}

/** Milliseconds in a `Retry-After` header (RFC 9110 section 10.2.3), be it seconds or a date. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return finite(Number(header) * 1000);
  // Every form of date begins with a day; Date.parse alone finds one in `-5` and in `try 5` too.
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? finite(Date.parse(header) - Date.now()) : undefined;
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
