import type { AnswerBodyLike } from './options.js';

/** More than any documented answer by a factor of hundreds; a longer one is not read to its end. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** The answer is longer than `MAX_ANSWER_BYTES`. */
export class TooLarge extends Error {}

/** Reads a body once, from its beginning. */
export type BodyReader = ReturnType<AnswerBodyLike['getReader']>;

/**
 * The body of an answer as bytes, after decompression.
 *
 * @throws TooLarge as soon as the limit is passed, so that a compressed bomb is never held
 */
export async function readBytes(reader: BodyReader): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done || !value) return concat(chunks, size);
    size += value.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new TooLarge(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(value);
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
  try {
    const text = decoder.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // Of a member that is written twice only one is held.
    return stringsWritten(text, bytes) === stringsHeld(value)
      ? { body: value as AnswerBody, text }
      : undefined;
  } catch {
    return undefined;
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

/** `value` with every string in it passed through `change`. */
export function mapStrings<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change)) as T;
  // fromEntries makes own members even of a name like __proto__.
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [change(name), mapStrings(member, change)]),
  ) as T;
}
