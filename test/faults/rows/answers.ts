/** Faults that are in an answer: its words, its bytes, its length, its status. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { credentials, echoOf, failure, says, success, html, changed, tcpAnswer, chunked } from '../http.ts';
import type { FaultRow } from '../clients.ts';
import { type TcpRequest, close, on, send, pause, reset, vanish } from '../tcp.ts';
import { MAX_ANSWER_BYTES } from '../../../src/answer.ts';
import { bombs, redirects } from '../servers.ts';

/** Each response code, with the status that it is expected with, and with odd ones. */
export const codes: FaultRow[] = [
  ['00 with 200', says(200, success()), 'done'],
  ['00 with 201', says(201, success()), 'done'],
  ['00 with 400', says(400, success()), 'unknown answer_unexpected 400'],
  ['00 with 404', says(404, success()), 'unknown answer_unexpected 404'],
  ['00 with 500', says(500, success()), 'unknown gateway_failed 500'],
  ['01 with 400', says(400, failure('01')), 'refused invalid_parameter 400'],
  ['01 with 200', says(200, failure('01')), 'refused invalid_parameter 200'],
  ['01 with 500', says(500, failure('01')), 'unknown gateway_failed 500'],
  ['02 with 404', says(404, failure('02')), 'refused not_found 404'],
  ['02 with 200', says(200, failure('02')), 'refused not_found 200'],
  ['02 with 502', says(502, failure('02')), 'unknown gateway_failed 502'],
  ['03 with 503', says(503, failure('03')), 'unknown gateway_failed 503'],
  ['03 with 200', says(200, failure('03')), 'unknown gateway_failed 200'],
  ['03 with 400', says(400, failure('03')), 'unknown gateway_failed 400'],
  ['04 with 401', says(401, failure('04')), 'refused unauthorized 401'],
  ['04 with 200', says(200, failure('04')), 'refused unauthorized 200'],
  ['04 with 504', says(504, failure('04')), 'unknown gateway_failed 504'],
  ['98 with 500', says(500, failure('98')), 'unknown gateway_failed 500'],
  ['98 with 200', says(200, failure('98')), 'unknown gateway_failed 200'],
  ['98 with 401', says(401, failure('98')), 'unknown gateway_failed 401'],
  ['99 with 401', says(401, failure('99')), 'refused invalid_signature 401'],
  ['99 with 400', says(400, failure('99')), 'unknown gateway_failed 400'],
  ['99 with 200', says(200, failure('99')), 'unknown gateway_failed 200'],
  ['99 with 500', says(500, failure('99')), 'unknown gateway_failed 500'],
  ['an unlisted code with 200', says(200, failure('77')), 'unknown answer_unexpected 200'],
  ['an unlisted code with 401', says(401, failure('77')), 'unknown answer_unexpected 401'],
  ['a code that is a number', says(404, failure(2)), 'unknown answer_unexpected 404'],
  ['a code of one digit', says(404, failure('2')), 'unknown answer_unexpected 404'],
  ['no code', says(404, failure(undefined)), 'unknown answer_unexpected 404'],
  ['02 that says CANCELED', says(404, success({ response_code: '02' })), 'unknown answer_unexpected 404'],
  [
    '00 that is ACTIVE',
    says(200, success({ transaction_status: 'ACTIVE' })),
    'unknown answer_unexpected 200',
  ],
  ['00 of no status', says(200, success({ transaction_status: undefined })), 'unknown answer_unexpected 200'],
  ['CANCELED of no code', says(200, success({ response_code: undefined })), 'unknown answer_unexpected 200'],
];

/** An answer about something else than was asked. */
export const ids: FaultRow[] = [
  ...(['external_id', 'order_id', 'transaction_id'] as const).flatMap((id): FaultRow[] => [
    [`another ${id}`, says(200, success({ [id]: 'other' })), 'unknown answer_about_other_ids 200'],
    [`no ${id}`, says(200, success({ [id]: undefined })), 'unknown answer_unexpected 200'],
  ]),
  ['an id as a number', says(200, success({ order_id: 134 })), 'unknown answer_about_other_ids 200'],
  ['a refusal of others', says(404, failure('02', { order_id: 'x' })), 'unknown answer_about_other_ids 404'],
];

const type = (value: string) => ({ 'content-type': value });
const coded = (encoding: string) => ({ 'content-encoding': encoding });
const latin1 = (json: string) => Buffer.from(json.replace('{', '{"name":"é",'), 'latin1');
const utf16 = (json: string) => Buffer.from(json, 'utf16le');
const marked = (json: string) => `\uFEFF${json}`;
const shortGzip = (json: string) => gzipSync(json).subarray(0, 90);

/** A body in other words than plain JSON in UTF-8. */
export const encodings: FaultRow[] = [
  ['HTML with 200', says(200, html, type('text/html')), 'unknown answer_unreadable 200'],
  ['HTML with 404', says(404, html, type('text/html')), 'unknown answer_unreadable 404'],
  ['HTML with 502', says(502, html, type('text/html')), 'unknown gateway_failed 502'],
  ['HTML that says it is JSON', says(200, html), 'unknown answer_unreadable 200'],
  ['JSON as text', says(200, success(), type('text/plain')), 'done'],
  ['JSON as HTML', says(200, success(), type('text/html')), 'done'],
  ['a refusal as text', says(404, failure('02'), type('text/plain')), 'refused not_found 404'],
  ['JSON without a type', says(200, success(), type('')), 'done'],
  ['UTF-8 that says it is UTF-16', says(200, success(), type('application/json;charset=utf-16')), 'done'],
  ['UTF-16', says(200, changed(utf16)), 'unknown answer_unreadable 200'],
  ['Latin-1', says(200, changed(latin1), type('text/plain;charset=latin1')), 'unknown answer_unreadable 200'],
  ['Latin-1 that says it is UTF-8', says(404, changed(latin1)), 'unknown answer_unreadable 404'],
  ['a byte order mark', says(200, changed(marked)), 'done'],
  ['gzip', says(200, changed(gzipSync), coded('gzip')), 'done'],
  ['Brotli', says(200, changed(brotliCompressSync), coded('br')), 'done'],
  ['corrupt gzip', says(200, success(), coded('gzip')), 'unknown connection_failed 200'],
  ['gzip cut short', says(200, changed(shortGzip), coded('gzip')), 'unknown answer_unreadable 200'],
  ['gzip that is not said', says(200, changed(gzipSync)), 'unknown answer_unreadable 200'],
];

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
  ['an empty 200', says(200), 'unknown answer_unreadable 200'],
  ['an empty 204', says(204), 'unknown answer_unreadable 204'],
  ['an empty 404', says(404), 'unknown answer_unreadable 404'],
  ['an empty 500', says(500), 'unknown gateway_failed 500'],
  ['a body with 204', says(204, success()), 'unknown answer_unreadable 204'],
  ['a body with 205', says(205, success()), 'unknown answer_unreadable 205'],
  ['a content-length too long', on(send(lied(9)), close), 'unknown connection_failed 200'],
  ['a content-length too short', on(send(lied(-9))), 'unknown answer_unreadable 200'],
  ['a content-length of 0', says(200, success(), { 'content-length': 0 }), 'unknown answer_unreadable 200'],
  ['a last chunk missing', on(send(tcpAnswer(200, chunks, CHUNKED)), close), 'unknown connection_failed 200'],
  ['a body ended by closing', on(send(tcpAnswer(200, success(), unclosed)), close), 'done'],
  [
    'JSON cut by closing',
    on(send(tcpAnswer(200, changed(half), unclosed)), close),
    'unknown answer_unreadable 200',
  ],
  ['as long as may be', says(200, long(MAX_ANSWER_BYTES)), 'done'],
  ['a byte too long', says(200, long(MAX_ANSWER_BYTES + 1)), 'unknown answer_too_large 200'],
  ['a gzip bomb', bombs('gzip'), 'unknown answer_too_large 200'],
  ['a Brotli bomb', bombs('br'), 'unknown answer_too_large 200'],
];

const raw = (head: string) => on(send(`${head}\r\ncontent-length: 2\r\n\r\n{}`), close);
const successful = send(tcpAnswer(200, success()));
const CHALLENGE = { 'www-authenticate': 'Basic realm="x"' };
const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n';

const echoingPlace = (received: TcpRequest) =>
  tcpAnswer(307, html, { location: `/?${encodeURIComponent(echoOf(received.headers))}` })(received);

/** Redirects, informational answers, and statuses that invite to send again. */
export const statuses: FaultRow[] = [
  ...[301, 302, 303, 307, 308].map((status): FaultRow => [
    `${status} to another origin`,
    redirects(status),
    `unknown redirected ${status}`,
  ]),
  ['307 to the same origin', says(307, success(), { location: '/va/cancel' }), 'unknown redirected 307'],
  ['307 to a place that echoes', on(send(echoingPlace)), 'unknown redirected 307'],
  ['300 without a location', says(300, success()), 'unknown redirected 300'],
  ['304', says(304), 'unknown redirected 304'],
  ['103, then success', on(send(EARLY_HINTS), successful), 'done'],
  [
    '103, then a refusal',
    on(send(EARLY_HINTS), send(tcpAnswer(404, failure('02')))),
    'refused not_found 404',
  ],
  ['102, then success', on(send('HTTP/1.1 102 Processing\r\n\r\n'), successful), 'done'],
  // Node's fetch hangs up on a 100 that it did not ask for; whoever reads on gets the success.
  ['100, then success', on(send('HTTP/1.1 100 Continue\r\n\r\n'), successful), 'unknown connection_failed'],
  ['103, then nothing', on(send(EARLY_HINTS), close), 'unknown connection_failed'],
  ['101', raw('HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x'), 'unknown connection_failed'],
  ['401 with a challenge', says(401, html, CHALLENGE), 'unknown answer_unreadable 401'],
  ['408', says(408, html, { connection: 'close' }), 'unknown answer_unreadable 408'],
  // Node's fetch hides the answer to a 407.
  ['407', says(407, failure('04')), 'unknown connection_failed'],
  ['425', says(425, html), 'unknown answer_unreadable 425'],
  ['a status beyond 599', says(999, success()), 'unknown gateway_failed 999'],
  ['a status beyond 599, with a refusal', says(600, failure('02')), 'unknown gateway_failed 600'],
];

const date = (inMs: number) => new Date(Date.now() + inMs).toUTCString();
const later = (status: number, value: string, body = failure('98')) =>
  says(status, body, { 'retry-after': value });
const wait = (least: number, most = least) => ({ retryAfterMs: [least, most] as const });
const broken = (status: number, value: string) =>
  on(send(tcpAnswer(status, html, { 'retry-after': value, 'content-length': 9000 })), pause(50), reset);

/** Answers that ask to wait. */
export const waits: FaultRow[] = [
  ['429', says(429, failure('98')), 'unknown gateway_failed 429'],
  ['429 for 7 seconds', later(429, '7'), 'unknown gateway_failed 429', wait(7_000)],
  ['429 with HTML for 7 seconds', later(429, '7', html), 'unknown answer_unreadable 429', wait(7_000)],
  ['429 until a date', later(429, date(3_600_000)), 'unknown gateway_failed 429', wait(3_000_000, 3_600_000)],
  ['503', says(503, failure('03')), 'unknown gateway_failed 503'],
  ['503 for no time', later(503, '0'), 'unknown gateway_failed 503', wait(0)],
  ['503 for 2 minutes', later(503, '120'), 'unknown gateway_failed 503', wait(120_000)],
  ['503 until a date', later(503, date(600_000)), 'unknown gateway_failed 503', wait(500_000, 600_000)],
  ['503 until a date that is past', later(503, date(-600_000)), 'unknown gateway_failed 503', wait(0)],
  ['503 for a time, and then broken', broken(503, '120'), 'unknown connection_failed 503', wait(120_000)],
  ['a redirect after 2 minutes', later(302, '120', html), 'unknown redirected 302', wait(120_000)],
  ['503 for an echo', later(503, credentials.secretUnboundId), 'unknown gateway_failed 503'],
  ['503 for nobody knows how long', later(503, 'try 5'), 'unknown gateway_failed 503'],
  ['503 for less than no time', later(503, '-5'), 'unknown gateway_failed 503'],
];

/**
 * What Node's fetch itself would send again, as the fetch standard wants it (HTTP-network-or-cache fetch, status 421),
 * were it to see that status. In the last row a second attempt would be refused, and pass for not sent.
 */
export const resends: FaultRow[] = [
  ['421', says(421, html), 'unknown answer_unreadable 421'],
  ['421 with a refusal', says(421, failure('02')), 'refused not_found 421'],
  ['421, then gone', on(send(tcpAnswer(421, html)), vanish), 'unknown answer_unreadable 421'],
];
