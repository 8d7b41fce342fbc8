import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
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
  // With or without the head of zlib: servers differ, and fetch takes both.
  deflate: (bytes) => (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, { maxOutputLength: MAX_BYTES }),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: MAX_BYTES }),
  zstd: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MAX_BYTES }),
};
const isZlib = ([first = 0]: Uint8Array): boolean => (first & 0x0f) === 8;

/** The body with its content encodings undone as fetch does it, or why that cannot be. One that it does not know it leaves. */
export function plainBody({ body, headers }: Pick<Exchange, 'body' | 'headers'>): Uint8Array | string {
  if (body === undefined) return `the answer is longer than ${MAX_BYTES} bytes`;
  const encodings = (valuesByName(headers).get('content-encoding') ?? []).flatMap((value) =>
    value.split(','),
  );
  const known = encodings.map((name) => name.trim().toLowerCase());
  if (!known.every((name) => name in decoders)) return body;
  let plain = body;
  for (const encoding of known.reverse()) {
    try {
      plain = decoders[encoding]!(plain);
    } catch {
      return `its content-encoding ${encoding} cannot be undone`;
    }
  }
  return plain;
}
