import { tcpAnswer, failure, html, says, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';
import { redirects } from '../servers.ts';
import { close, on, send } from '../steps.ts';

const raw = (head: string) => on(send(`${head}\r\ncontent-length: 2\r\n\r\n{}`), close);
const EARLY_HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n';

/** Redirects, informational answers, and statuses that invite to send again. */
export const statuses: FaultRow[] = [
  ...[301, 302, 303, 307, 308].map((status): FaultRow => [
    `${status} to another origin`,
    redirects(status),
    'unknown',
    'redirected',
    status,
    1,
  ]),
  [
    '307 to the same origin',
    says(307, success(), { location: '/va/cancel' }),
    'unknown',
    'redirected',
    307,
    1,
  ],
  ['300 without a location', says(300, success()), 'unknown', 'redirected', 300, 1],
  ['304', says(304), 'unknown', 'redirected', 304, 1],
  ['103, then success', on(send(EARLY_HINTS), send(tcpAnswer(200, success()))), 'done', none, none, 1],
  [
    '103, then a refusal',
    on(send(EARLY_HINTS), send(tcpAnswer(404, failure('02')))),
    'refused',
    'not_found',
    404,
    1,
  ],
  [
    '102, then success',
    on(send('HTTP/1.1 102 Processing\r\n\r\n'), send(tcpAnswer(200, success()))),
    'done',
    none,
    none,
    1,
  ],
  // Node's fetch hangs up on a 100 that it did not ask for; whoever reads on gets the success.
  [
    '100, then success',
    on(send('HTTP/1.1 100 Continue\r\n\r\n'), send(tcpAnswer(200, success()))),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  ['103, then nothing', on(send(EARLY_HINTS), close), 'unknown', 'connection_failed', none, 1],
  [
    '101',
    raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x'),
    'unknown',
    'connection_failed',
    none,
    1,
  ],
  [
    '401 with a challenge',
    says(401, html, { 'www-authenticate': 'Basic realm="x"' }),
    'unknown',
    'answer_unreadable',
    401,
    1,
  ],
  ['408', says(408, html, { connection: 'close' }), 'unknown', 'answer_unreadable', 408, 1],
  // Node's fetch hides the answer to a 407.
  ['407', says(407, failure('04')), 'unknown', 'connection_failed', none, 1],
  ['425', says(425, html), 'unknown', 'answer_unreadable', 425, 1],
  ['a status beyond 599', says(999, success()), 'unknown', 'gateway_failed', 999, 1],
  ['a status beyond 599, with a refusal', says(600, failure('02')), 'unknown', 'gateway_failed', 600, 1],
];
