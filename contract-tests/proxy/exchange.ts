import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Checker, Finding } from '../checker/checker.ts';
import { valuesByName } from '../checker/json.ts';

/** A request and its answer, as they went through. */
export interface Exchange {
  method: string;
  /** Without the query. */
  path: string;
  requestHeaders: [name: string, value: string][];
  /** Undefined if it was too long to be kept. */
  request: Uint8Array | undefined;
  status: number;
  headers: [name: string, value: string][];
  /** As it came, its content encoding not undone; undefined if it was too long to be kept. */
  body: Uint8Array | undefined;
}

/** What the checker says of an exchange, or why it was not asked. */
export interface JudgedExchange {
  /** The operationId; undefined if the contract has none for the request. */
  operation?: string;
  findings: Finding[];
  unchecked?: string;
}

/** No body is kept or decoded beyond this many bytes. */
export const MAX_BYTES = 1_000_000;

/** Holds the answer of an exchange against the contract. */
export function judgeExchange(checker: Checker, exchange: Exchange): JudgedExchange {
  const { method, path, status, headers, request } = exchange;
  const operation = checker.operationFor(method, path);
  if (operation === undefined) return { findings: [], unchecked: 'no operation of the contract' };
  if (request === undefined) return { operation, findings: [], unchecked: 'the request is too long' };
  const body = plainBody(exchange);
  if (typeof body === 'string') return { operation, findings: [], unchecked: body };
  return {
    operation,
    findings: checker.check({ operation, status, headers, body, request: { body: request } }),
  };
}

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BYTES }),
  'x-gzip': (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BYTES }),
  deflate: (bytes) => inflateSync(bytes, { maxOutputLength: MAX_BYTES }),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: MAX_BYTES }),
  identity: (bytes) => bytes,
};

/** The body with its content encodings undone, or why that cannot be. */
export function plainBody({ body, headers }: Pick<Exchange, 'body' | 'headers'>): Uint8Array | string {
  if (body === undefined) return `the answer is longer than ${MAX_BYTES} bytes`;
  const encodings = (valuesByName(headers).get('content-encoding') ?? []).flatMap((value) =>
    value.split(','),
  );
  let plain = body;
  for (const encoding of encodings.reverse().map((name) => name.trim().toLowerCase())) {
    const decode = decoders[encoding];
    if (!decode) return 'its content-encoding is not known';
    try {
      plain = decode(plain);
    } catch {
      return `its content-encoding ${encoding} cannot be undone`;
    }
  }
  return plain;
}

/** Headers as Node hands them over raw, in pairs. */
export function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const names = rawHeaders.filter((_, i) => i % 2 === 0);
  return names.map((name, i) => [name, rawHeaders[2 * i + 1]!]);
}
