import { tcpAnswer, chunked, success } from '../http.ts';
import { none, STALL, type FaultRow } from '../row.ts';
import { drip, flood, on, send } from '../steps.ts';
import type { TcpRequest } from '../tcp.ts';

const done = send(tcpAnswer(200, success()));
const HALF_HEAD = 'HTTP/1.1 200 OK\r\ncontent-ty';
const head = (rest = '') => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${rest}`;
const HINT = 'HTTP/1.1 103 Early Hints\r\n\r\n';
const halfBody = tcpAnswer(200, '{"response_code":"00",', { 'content-length': 500 });
const CHUNKED = { 'transfer-encoding': 'chunked' };
const chunkedSuccess = (received: TcpRequest) => chunked(success()(received));

/** An answer that does not come, or does not end. */
export const stalls: FaultRow[] = [
  ['headers that stall at once', on(), 'unknown', 'timeout', none, 1, STALL],
  ['headers that stall halfway', on(send(HALF_HEAD)), 'unknown', 'timeout', none, 1, STALL],
  [
    'a body that stalls at once',
    on(send(head('content-length: 9\r\n\r\n'))),
    'unknown',
    'timeout',
    200,
    1,
    STALL,
  ],
  ['a body that stalls halfway', on(send(halfBody)), 'unknown', 'timeout', 200, 1, STALL],
  [
    'a body that stalls, with 502',
    on(send(tcpAnswer(502, 'x', { 'content-length': 9 }))),
    'unknown',
    'timeout',
    502,
    1,
    STALL,
  ],
  [
    'a last chunk that never comes',
    on(send(tcpAnswer(200, chunkedSuccess, CHUNKED))),
    'unknown',
    'timeout',
    200,
    1,
    STALL,
  ],
  ['headers, a byte at a time', on(drip(head(), 50)), 'unknown', 'timeout', none, 1, STALL],
  [
    'a body, a byte at a time',
    on(send(halfBody), drip('    '.repeat(99), 50)),
    'unknown',
    'timeout',
    200,
    1,
    STALL,
  ],
  [
    'a body, a byte a second',
    on(send(halfBody), drip('    ', 1000)),
    'unknown',
    'timeout',
    200,
    1,
    { timeoutMs: 1500 },
  ],
  ['headers that stall until the caller aborts', on(), 'unknown', 'aborted', none, 1, { abortAfterMs: 100 }],
  [
    'a body that stalls until the caller aborts',
    on(send(halfBody)),
    'unknown',
    'aborted',
    200,
    1,
    { abortAfterMs: 100 },
  ],
  [
    'a caller that has aborted before',
    on(done),
    'not_sent',
    'aborted_before_sending',
    none,
    0,
    { abortAfterMs: 0 },
  ],
];

const ENDLESS = { timeoutMs: 3000 };
const endless = (status: number) => on(send(tcpAnswer(status, '', CHUNKED)), flood(chunked('  '.repeat(9))));

/** An answer without an end, as fast as it is read. */
export const floods: FaultRow[] = [
  ['an endless body', endless(200), 'unknown', 'answer_too_large', 200, 1, ENDLESS],
  ['an endless body of a failure', endless(500), 'unknown', 'answer_too_large', 500, 1, ENDLESS],
  ['an endless body of a redirect', endless(302), 'unknown', 'redirected', 302, 1, ENDLESS],
  [
    'an endless body without a length',
    on(send(head('\r\n')), flood(' ')),
    'unknown',
    'answer_too_large',
    200,
    1,
    ENDLESS,
  ],
  [
    'an endless header',
    on(send(head('x-endless: ')), flood('x')),
    'unknown',
    'connection_failed',
    none,
    1,
    ENDLESS,
  ],
  [
    'endless headers',
    on(send(head()), flood('x-endless: x\r\n')),
    'unknown',
    'connection_failed',
    none,
    1,
    ENDLESS,
  ],
  ['endless early hints', on(drip(HINT.repeat(999), 20, HINT.length)), 'unknown', 'timeout', none, 1, STALL],
];
