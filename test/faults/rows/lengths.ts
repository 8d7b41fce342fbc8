import { MAX_ANSWER_BYTES } from '../../../src/answer.ts';
import { tcpAnswer, chunked, says, changed, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';
import { bombs } from '../servers.ts';
import { close, on, send } from '../steps.ts';
import type { TcpRequest } from '../tcp.ts';

const half = (text: string) => text.slice(0, text.length / 2);
const long = (bytes: number) => changed((json) => json + ' '.repeat(bytes - Buffer.byteLength(json)));
const CHUNKED = { 'transfer-encoding': 'chunked' };
const chunks = (received: TcpRequest) => chunked(success()(received));
// Without a length or chunks, the end of the connection is the end of the body.
const unclosed = { connection: 'close', 'transfer-encoding': 'identity' };
/** The success, with a length that is wrong by so many bytes. */
const lied = (by: number) => (received: TcpRequest) => {
  const length = Buffer.byteLength(success()(received)) + by;
  return tcpAnswer(200, success(), { 'content-length': length })(received);
};

/** A body whose length is not what it should be. */
export const lengths: FaultRow[] = [
  ['an empty 200', says(200), 'unknown', 'answer_unreadable', 200, 1],
  ['an empty 204', says(204), 'unknown', 'answer_unreadable', 204, 1],
  ['an empty 404', says(404), 'unknown', 'answer_unreadable', 404, 1],
  ['an empty 500', says(500), 'unknown', 'gateway_failed', 500, 1],
  ['a body with 204', says(204, success()), 'unknown', 'answer_unreadable', 204, 1],
  ['a body with 205', says(205, success()), 'unknown', 'answer_unreadable', 205, 1],
  ['a content-length too long', on(send(lied(9)), close), 'unknown', 'connection_failed', 200, 1],
  ['a content-length too short', on(send(lied(-9))), 'unknown', 'answer_unreadable', 200, 1],
  [
    'a content-length of 0',
    says(200, success(), { 'content-length': 0 }),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  [
    'a last chunk missing',
    on(send(tcpAnswer(200, chunks, CHUNKED)), close),
    'unknown',
    'connection_failed',
    200,
    1,
  ],
  ['a body ended by closing', on(send(tcpAnswer(200, success(), unclosed)), close), 'done', none, none, 1],
  [
    'JSON cut by closing',
    on(send(tcpAnswer(200, changed(half), unclosed)), close),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  ['as long as may be', says(200, long(MAX_ANSWER_BYTES)), 'done', none, none, 1],
  ['a byte too long', says(200, long(MAX_ANSWER_BYTES + 1)), 'unknown', 'answer_too_large', 200, 1],
  ['a gzip bomb', bombs('gzip'), 'unknown', 'answer_too_large', 200, 1],
  ['a Brotli bomb', bombs('br'), 'unknown', 'answer_too_large', 200, 1],
];
