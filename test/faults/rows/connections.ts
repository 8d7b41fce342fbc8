/** Faults of a connection: before it is made, once the request was read, and answers that are no HTTP or never end. */
import { tcpAnswer, failure, success, says, echoOf, chunked } from '../http.ts';
import { STALL, type FaultRow } from '../clients.ts';
import { backlogFull, neverAccepts, noSuchHost, nobodyListens, shows, turnBad } from '../servers.ts';
import {
  close,
  drop,
  onConnect,
  pause,
  reset,
  send,
  startFaultServer,
  inTurn,
  on,
  vanish,
  type TcpRequest,
  drip,
  flood,
} from '../tcp.ts';

const plain = tcpAnswer(400, '<h1>The plain HTTP request was sent to HTTPS port</h1>');
const asHttps = (start: ReturnType<typeof onConnect>) => async () => {
  const server = await start();
  return { ...server, baseUrl: server.baseUrl.replace('http:', 'https:') };
};
const clientCertificate = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } as const;
const oldTls = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;

const ABORT = { abortAfterMs: 100 };
const UNREAD = { requests: 0 };

/** What goes wrong before an answer begins: name, connection, certificate. */
export const connecting: FaultRow[] = [
  ['a host name that does not exist', noSuchHost, 'not_sent dns_failed'],
  ['connection refused', nobodyListens, 'not_sent connection_refused'],
  ['connection refused, with TLS', asHttps(nobodyListens), 'not_sent connection_refused'],
  ['connecting stalls', backlogFull, 'not_sent not_connected', STALL],
  ['a connection that nobody accepts', neverAccepts, 'unknown timeout', { timeoutMs: 1500, requests: 0 }],
  // On loopback the reset is there before connecting ends, which then fails itself.
  ['reset as soon as connected', onConnect(reset), 'not_sent not_connected'],
  ['closed as soon as connected', onConnect(drop), 'unknown connection_failed', UNREAD],
  ['reset while nothing is read', () => unread(), 'unknown connection_failed', UNREAD],

  ['a good certificate (the control)', shows('good'), 'done'],
  ['a certificate of another host', shows('wrongHost'), 'not_sent certificate_rejected'],
  ['an expired certificate', shows('expired'), 'not_sent certificate_rejected'],
  ['a certificate of the future', shows('notYetValid'), 'not_sent certificate_rejected'],
  ['a self-signed certificate', shows('selfSigned'), 'not_sent certificate_rejected'],
  ['an unknown issuer', shows('unknownIssuer'), 'not_sent certificate_rejected'],
  ['a certificate is asked for', shows('good', clientCertificate), 'unknown connection_failed', UNREAD],
  ['only TLS 1.1', shows('good', oldTls), 'not_sent not_connected'],
  ['a TLS handshake that stalls', asHttps(onConnect()), 'not_sent not_connected', STALL],
  ['connecting, until the abort', backlogFull, 'not_sent aborted_before_sending', ABORT],
  [
    'a TLS handshake, until the caller aborts',
    asHttps(onConnect()),
    'not_sent aborted_before_sending',
    ABORT,
  ],
  ['a TLS handshake that is reset', asHttps(onConnect(pause(20), reset)), 'not_sent not_connected'],
  ['a TLS handshake that is closed', asHttps(onConnect(pause(20), close)), 'not_sent not_connected'],
  ['plain HTTP where TLS is expected', asHttps(onConnect(send(plain))), 'not_sent not_connected'],
  ['TLS, broken once it was read', shows('good', {}, { onRequest: [[drop]] }), 'unknown connection_failed'],
];

/** Resets after a while, with the request lying unread in the socket. */
const unread = () => startFaultServer({ onConnect: [(socket) => void socket.pause(), pause(50), reset] });

const done = send(tcpAnswer(200, success()));
const refused = send(tcpAnswer(404, failure('02')));
const HALF_HEAD = 'HTTP/1.1 200 OK\r\ncontent-ty';
const halfBody = tcpAnswer(200, '{"response_code":"00",', { 'content-length': 500 });
const closing = { connection: 'close' };
const two = { calls: 2 };
const badThen = { onRequest: [[done], [turnBad]] };

/** What happens to the connection once the request was read. */
export const connection: FaultRow[] = [
  ['reset after the request was read', on(reset), 'unknown connection_failed'],
  ['closed after the request was read', on(close), 'unknown connection_failed'],
  ['gone after the request was read', on(vanish), 'unknown connection_failed'],
  ['reset in the headers', on(send(HALF_HEAD), pause(50), reset), 'unknown connection_failed'],
  ['closed in the headers', on(send(HALF_HEAD), close), 'unknown connection_failed'],
  ['reset in the body', on(send(halfBody), pause(50), reset), 'unknown connection_failed 200'],
  ['closed in the body', on(send(halfBody), pause(50), close), 'unknown connection_failed 200'],

  ['a reused connection, reset', inTurn([done], [reset]), 'unknown connection_failed', two],
  ['a reused connection, closed', inTurn([done], [close]), 'unknown connection_failed', two],
  // Who sends again here is refused, and would take the request that was read for one that never left.
  ['a reused connection, gone', inTurn([done], [vanish]), 'unknown connection_failed', two],
  ['reused, gone, then a bad certificate', shows('good', {}, badThen), 'unknown connection_failed', two],
  ['a connection closed after each answer', on(send(tcpAnswer(200, success(), closing)), close), 'done', two],
  // The first request's leftovers must not answer the second.
  ['two answers at once', inTurn([done, done], [refused]), 'refused not_found 404', two],
  ['an answer, then noise', inTurn([done, send('noise\r\n\r\n')], [refused]), 'refused not_found 404', two],
];

const raw = (head: string) => on(send(`${head}\r\ncontent-length: 2\r\n\r\n{}`), close);
const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const manyHeaders = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x-${n}`, 'x']));
const noise = send(({ headers }: TcpRequest) => `${echoOf(headers)}\r\n\r\n`);
const echoingReason = ({ headers }: TcpRequest) =>
  `HTTP/1.1 200 ${echoOf(headers).replaceAll(/[^ -~]/g, '?')}\r\ncontent-length: 2\r\n\r\n{}`;

/** Answers that are no HTTP, and requests that would not be. */
export const malformed: FaultRow[] = [
  ['no HTTP at all', on(noise, close), 'unknown connection_failed'],
  ['a status line without a number', raw('HTTP/1.1 OK'), 'unknown connection_failed'],
  ['a status of four digits', raw('HTTP/1.1 2000 OK'), 'unknown connection_failed'],
  ['a reason that echoes', on(send(echoingReason)), 'unknown answer_unexpected 200'],
  ['a huge header', says(200, success(), { 'x-huge': 'x'.repeat(100_000) }), 'unknown connection_failed'],
  ['many headers', says(200, success(), manyHeaders), 'unknown connection_failed'],
  ['a header with a NUL', raw('HTTP/1.1 200 OK\r\nx-echo: \0'), 'unknown connection_failed'],
  ['a header with a lone CR', raw('HTTP/1.1 200 OK\r\nx-echo: a\rb'), 'unknown connection_failed'],
  ['a header without a colon', raw('HTTP/1.1 200 OK\r\nx-echo'), 'unknown connection_failed'],
  ['two content-lengths', raw('HTTP/1.1 200 OK\r\ncontent-length: 1'), 'unknown connection_failed'],
  ['a length and chunks', raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked'), 'unknown connection_failed'],
  ['a wrong chunk size', on(send(`${CHUNKED_HEAD}zz\r\n{}\r\n`), close), 'unknown connection_failed 200'],
  ...['external_id', 'order_id', 'transaction_id', 'payment_channel'].map((name): FaultRow => [
    `a line break within ${name}`,
    says(200, success()),
    'not_sent invalid_request',
    { request: { [name]: 'x\r\nx-injected: y' } },
  ]),
];

const head = (rest = '') => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${rest}`;
const HINT = 'HTTP/1.1 103 Early Hints\r\n\r\n';
// Once it was read, on a busy machine too.
const LATE_ABORT = { abortAfterMs: 1_000 };
const SLOW = { timeoutMs: 1500 };
const longer = { 'content-length': 9 };
const CHUNKED = { 'transfer-encoding': 'chunked' };
const chunkedSuccess = (received: TcpRequest) => chunked(success()(received));

/** An answer that does not come, or does not end. */
export const stalls: FaultRow[] = [
  ['headers that stall at once', on(), 'unknown timeout', STALL],
  ['headers that stall halfway', on(send(HALF_HEAD)), 'unknown timeout', STALL],
  ['a body that stalls at once', on(send(head('content-length: 9\r\n\r\n'))), 'unknown timeout 200', STALL],
  ['a body that stalls halfway', on(send(halfBody)), 'unknown timeout 200', STALL],
  ['a body that stalls, with 502', on(send(tcpAnswer(502, 'x', longer))), 'unknown timeout 502', STALL],
  [
    'a last chunk that never comes',
    on(send(tcpAnswer(200, chunkedSuccess, CHUNKED))),
    'unknown timeout 200',
    STALL,
  ],
  ['headers, a byte at a time', on(drip(head(), 50)), 'unknown timeout', STALL],
  ['a body, a byte at a time', on(send(halfBody), drip('    '.repeat(99), 50)), 'unknown timeout 200', STALL],
  ['a body, a byte a second', on(send(halfBody), drip('    ', 1000)), 'unknown timeout 200', SLOW],
  ['headers that stall until the abort', on(), 'unknown aborted', LATE_ABORT],
  ['a body that stalls until the abort', on(send(halfBody)), 'unknown aborted 200', LATE_ABORT],
  ['a caller that has aborted before', on(done), 'not_sent aborted_before_sending', { abortAfterMs: 0 }],
];

const ENDLESS = { timeoutMs: 3000 };
const endless = (status: number) => on(send(tcpAnswer(status, '', CHUNKED)), flood(chunked('  '.repeat(9))));

/** An answer without an end, as fast as it is read. */
export const floods: FaultRow[] = [
  ['an endless body', endless(200), 'unknown answer_too_large 200', ENDLESS],
  ['an endless body of a failure', endless(500), 'unknown answer_too_large 500', ENDLESS],
  ['an endless body of a redirect', endless(302), 'unknown redirected 302', ENDLESS],
  ['one without a length', on(send(head('\r\n')), flood(' ')), 'unknown answer_too_large 200', ENDLESS],
  ['an endless header', on(send(head('x-endless: ')), flood('x')), 'unknown connection_failed', ENDLESS],
  ['endless headers', on(send(head()), flood('x-endless: x\r\n')), 'unknown connection_failed', ENDLESS],
  ['endless early hints', on(drip(HINT.repeat(999), 20, HINT.length)), 'unknown timeout', STALL],
];
