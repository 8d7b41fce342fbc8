import { MIMEType } from 'node:util';

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
