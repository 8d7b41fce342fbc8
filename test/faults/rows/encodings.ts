import { brotliCompressSync, gzipSync } from 'node:zlib';
import { failure, html, says, changed, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';

const type = (value: string) => ({ 'content-type': value });
const coded = (encoding: string) => ({ 'content-encoding': encoding });
const latin1 = (json: string) => Buffer.from(json.replace('{', '{"name":"é",'), 'latin1');
const shortGzip = (json: string) => gzipSync(json).subarray(0, 90);

/** A body in other words than plain JSON in UTF-8. */
export const encodings: FaultRow[] = [
  ['HTML with 200', says(200, html, type('text/html')), 'unknown', 'answer_unreadable', 200, 1],
  ['HTML with 404', says(404, html, type('text/html')), 'unknown', 'answer_unreadable', 404, 1],
  ['HTML with 502', says(502, html, type('text/html')), 'unknown', 'gateway_failed', 502, 1],
  ['HTML that says it is JSON', says(200, html), 'unknown', 'answer_unreadable', 200, 1],
  ['JSON as text', says(200, success(), type('text/plain')), 'done', none, none, 1],
  ['JSON as HTML', says(200, success(), type('text/html')), 'done', none, none, 1],
  ['a refusal as text', says(404, failure('02'), type('text/plain')), 'refused', 'not_found', 404, 1],
  ['JSON without a type', says(200, success(), type('')), 'done', none, none, 1],
  [
    'UTF-8 that says it is UTF-16',
    says(200, success(), type('application/json;charset=utf-16')),
    'done',
    none,
    none,
    1,
  ],
  [
    'UTF-16',
    says(
      200,
      changed((json) => Buffer.from(json, 'utf16le')),
    ),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  [
    'Latin-1',
    says(200, changed(latin1), type('application/json;charset=latin1')),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  ['Latin-1 that says it is UTF-8', says(404, changed(latin1)), 'unknown', 'answer_unreadable', 404, 1],
  [
    'a byte order mark',
    says(
      200,
      changed((json) => `\uFEFF${json}`),
    ),
    'done',
    none,
    none,
    1,
  ],
  ['gzip', says(200, changed(gzipSync), coded('gzip')), 'done', none, none, 1],
  ['Brotli', says(200, changed(brotliCompressSync), coded('br')), 'done', none, none, 1],
  ['corrupt gzip', says(200, success(), coded('gzip')), 'unknown', 'connection_failed', 200, 1],
  ['gzip cut short', says(200, changed(shortGzip), coded('gzip')), 'unknown', 'answer_unreadable', 200, 1],
  ['gzip that is not said', says(200, changed(gzipSync)), 'unknown', 'answer_unreadable', 200, 1],
];
