/** What the bytes and headers of a message say: text, JSON, members given twice, media types. */
import { MIMEType } from 'node:util';
import { visit } from 'jsonc-parser';
import { join } from '../../spec/contract.ts';

/** A body as text, or why it is none. A byte order mark is a fault: RFC 8259 section 8.1. */
export function decodeBody(body: Uint8Array | string): { text: string; fault?: string } {
  const text = typeof body === 'string' ? body : decode(body);
  if (text === undefined) return { text: decode(body as Uint8Array, false)!, fault: 'is not UTF-8' };
  if (text.startsWith('\uFEFF')) return { text: text.slice(1), fault: 'begins with a byte order mark' };
  return { text };
}

function decode(bytes: Uint8Array, fatal = true): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The value that a JSON text holds; undefined if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** JSON pointers of every member that its object has already, in a text that is JSON. */
export function duplicateMembers(text: string): string[] {
  const found: string[] = [];
  const names: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void names.push(new Set()),
    onObjectEnd: () => void names.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, pathOf) => {
      const own = names.at(-1)!;
      if (own.has(name)) found.push(join('', ...pathOf(), name));
      own.add(name);
    },
  });
  return found;
}

/** Headers as any HTTP library hands them over: pairs (Headers, Map too), or by name. */
export type HeadersLike =
  Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;

/** All values of each header, by lower-case name. */
export function valuesByName(headers: HeadersLike): Map<string, string[]> {
  const isPairs = Symbol.iterator in headers;
  const entries = isPairs ? [...headers] : Object.entries(headers);
  const values = new Map<string, string[]>();
  for (const [name, value] of entries as [string, string | string[] | undefined][]) {
    const key = name.toLowerCase();
    if (value !== undefined) values.set(key, [...(values.get(key) ?? []), ...[value].flat()]);
  }
  return values;
}

/** A media type without its parameters, lower-case, and its charset, lower-case. Undefined if it is none. */
export function readMediaType(value: string): { essence: string; charset?: string } | undefined {
  try {
    const { essence, params } = new MIMEType(value);
    const charset = params.get('charset')?.toLowerCase();
    return { essence, ...(charset === undefined ? {} : { charset }) };
  } catch {
    return undefined;
  }
}
