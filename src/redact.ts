/**
 * The one place where credentials are blotted out, of texts, answers, causes and URLs, before anybody sees them; and where
 * the text of others is made harmless.
 */

/** What blots out a set of secrets. */
export interface Redaction {
  /** `text` with every secret, and the signature if given, blotted out. */
  redact(text: string, signature?: string): string;
  /** Whether none of them is in this JSON, so that there is nothing to redact. When unsure, false. */
  isAbsentFrom(json: string, signature?: string): boolean;
}

const MARK = '[redacted]';

/** Blots out `secrets`, however JSON, a URL or HTML would spell them. */
export function createRedaction(secrets: string[]): Redaction {
  const needles = spellings(secrets);
  // A backslash may spell any character of a secret.
  const suspicious = [...needles, '\\'];
  return {
    redact(text, signature) {
      const unsigned = signature ? text.replace(new RegExp(signature, 'gi'), MARK) : text;
      return needles.reduce((left, needle) => left.replaceAll(needle, MARK), unsigned);
    },
    isAbsentFrom: (json, signature = '\\') =>
      !suspicious.some((text) => json.includes(text)) && !json.toLowerCase().includes(signature),
  };
}

/** Each secret as it is and as JSON, a URL or HTML would spell it; longer ones first. */
function spellings(secrets: string[]): string[] {
  const all = secrets.flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

type Redact = (text: string) => string;
type JsonObject = Record<string, unknown>;

/**
 * An answer with its strings redacted. An echo of what was asked, and the words that were judged, stay as they are
 * even if a credential happens to be a part of them.
 */
export function redactAnswer(answer: JsonObject, asked: JsonObject, redact: Redact): JsonObject {
  const keep = (name: string, value: unknown) =>
    value === asked[name] ||
    (name === 'transaction_status' && /^[A-Z_ ]{1,32}$/.test(String(value))) ||
    (name === 'response_code' && /^\d{2}$/.test(String(value)));
  const entries = Object.entries(answer).map(([name, value]) =>
    keep(name, value) ? [name, value] : [redact(name), mapStrings(value, redact)],
  );
  // fromEntries makes own members even of a name like __proto__.
  return Object.fromEntries(entries);
}

/** `value` with every string in it passed through `change`. */
function mapStrings(value: unknown, change: Redact): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [change(name), mapStrings(member, change)]),
  );
}

/**
 * A copy of a cause: name, message, code and stack, down to a few levels. Not the cause itself, for an error of a
 * custom fetch can hold a whole request, headers and all.
 */
export function redactCause(cause: unknown, redact: Redact, depth = 0): unknown {
  try {
    if (!isErrorLike(cause)) return redact(String(cause));
    const inner =
      cause.cause === undefined || depth > 3 ? undefined : redactCause(cause.cause, redact, depth + 1);
    const copy = new Error(redact(String(cause.message)), inner === undefined ? undefined : { cause: inner });
    copy.name = redact(String(cause.name));
    copy.stack = redact(String(cause.stack ?? ''));
    const { code } = cause as { code?: unknown };
    return typeof code === 'string' ? Object.assign(copy, { code: redact(code) }) : copy;
  } catch {
    return 'something that cannot be read'; // a proxy, or getters that throw
  }
}

/** By its shape: an error may come from another realm, as in Jest's. */
const isErrorLike = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && typeof (value as Error).message === 'string';

/** A URL for a message: without user name, password, query and fragment, where others may keep secrets. */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed ? parsed.origin + parsed.pathname : '(not a URL)';
}

/** Text of others made harmless: what could move a terminal's cursor, end or reverse a line is shown as an escape. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped);
}

/** A sign as a JSON escape. */
export function escaped(sign: string): string {
  return `\\u${sign.codePointAt(0)!.toString(16).padStart(4, '0')}`;
}
