import { says, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';
import { echoOf } from '../secrets.ts';
import { close, on, send } from '../steps.ts';
import type { TcpRequest } from '../tcp.ts';

const raw = (head: string) => on(send(`${head}\r\ncontent-length: 2\r\n\r\n{}`), close);
const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const manyHeaders = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x-${n}`, 'x']));
const echoingReason = ({ headers }: TcpRequest) =>
  `HTTP/1.1 200 ${echoOf(headers).replaceAll(/[^ -~]/g, '?')}\r\ncontent-length: 2\r\n\r\n{}`;

/** Answers that are no HTTP, and requests that would not be. */
export const malformed: FaultRow[] = [
  [
    'no HTTP at all',
    on(
      send(({ headers }) => `${echoOf(headers)}\r\n\r\n`),
      close,
    ),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  ['a status line without a number', raw('HTTP/1.1 OK'), 'unknown', 'connection_failed', none, 1],
  ['a status of four digits', raw('HTTP/1.1 2000 OK'), 'unknown', 'connection_failed', none, 1],
  ['a reason that echoes', on(send(echoingReason)), 'unknown', 'answer_unexpected', 200, 1],
  [
    'a huge header',
    says(200, success(), { 'x-huge': 'x'.repeat(100_000) }),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  ['many headers', says(200, success(), manyHeaders), 'unknown', 'connection_failed', none, 1],
  ['a header with a NUL', raw('HTTP/1.1 200 OK\r\nx-echo: \0'), 'unknown', 'connection_failed', none, 1],
  [
    'a header with a lone CR',
    raw('HTTP/1.1 200 OK\r\nx-echo: a\rb'),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  ['a header without a colon', raw('HTTP/1.1 200 OK\r\nx-echo'), 'unknown', 'connection_failed', none, 1],
  [
    'two content-lengths',
    raw('HTTP/1.1 200 OK\r\ncontent-length: 1'),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  [
    'a length and chunks',
    raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked'),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  [
    'a chunk size that is none',
    on(send(`${CHUNKED_HEAD}zz\r\n{}\r\n`), close),
    'unknown',
    'connection_failed',
    200,
    1,
  ],
  ...['external_id', 'order_id', 'transaction_id', 'payment_channel'].map((name): FaultRow => [
    `a line break within ${name}`,
    says(200, success()),
    'not_sent',
    'invalid_request',
    none,
    0,
    { request: { [name]: 'x\r\nx-injected: y' } },
  ]),
];
