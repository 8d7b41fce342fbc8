import { tcpAnswer, failure, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';
import { close, inTurn, on, pause, reset, send, vanish } from '../steps.ts';
import { shows, turnBad } from '../tls.ts';

const done = send(tcpAnswer(200, success()));
const refused = send(tcpAnswer(404, failure('02')));
const HALF_HEAD = 'HTTP/1.1 200 OK\r\ncontent-ty';
const halfBody = tcpAnswer(200, '{"response_code":"00",', { 'content-length': 500 });
const closing = { connection: 'close' };
const two = { calls: 2 };

/** What happens to the connection once the request was read. */
export const connection: FaultRow[] = [
  ['reset after the request was read', on(reset), 'unknown', 'connection_failed', none, 1],
  ['closed after the request was read', on(close), 'unknown', 'connection_failed', none, 1],
  ['gone after the request was read', on(vanish), 'unknown', 'connection_failed', none, 1],
  ['reset in the headers', on(send(HALF_HEAD), pause(50), reset), 'unknown', 'connection_failed', none, 1],
  ['closed in the headers', on(send(HALF_HEAD), close), 'unknown', 'connection_failed', none, 1],
  ['reset in the body', on(send(halfBody), pause(50), reset), 'unknown', 'connection_failed', 200, 1],
  ['closed in the body', on(send(halfBody), pause(50), close), 'unknown', 'connection_failed', 200, 1],

  ['a reused connection, reset', inTurn([done], [reset]), 'unknown', 'connection_failed', none, 2, two],
  ['a reused connection, closed', inTurn([done], [close]), 'unknown', 'connection_failed', none, 2, two],
  // Who sends again here is refused, and would take the request that was read for one that never left.
  ['a reused connection, gone', inTurn([done], [vanish]), 'unknown', 'connection_failed', none, 2, two],
  [
    'a reused connection, gone, then a bad certificate',
    shows('good', {}, { onRequest: [[done], [turnBad]] }),
    'unknown',
    'connection_failed',
    none,
    2,
    two,
  ],
  [
    'a connection closed after each answer',
    on(send(tcpAnswer(200, success(), closing)), close),
    'done',
    none,
    none,
    2,
    two,
  ],
  // The first request's leftovers must not answer the second.
  ['two answers at once', inTurn([done, done], [refused]), 'refused', 'not_found', 404, 2, two],
  [
    'an answer, then noise',
    inTurn([done, send('noise\r\n\r\n')], [refused]),
    'refused',
    'not_found',
    404,
    2,
    two,
  ],
];
