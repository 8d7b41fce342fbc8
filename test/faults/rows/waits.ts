import { tcpAnswer, failure, html, says } from '../http.ts';
import type { FaultRow } from '../row.ts';
import { on, pause, reset, send } from '../steps.ts';

const date = (inMs: number) => new Date(Date.now() + inMs).toUTCString();
const later = (status: number, value: string, body = failure('98')) =>
  says(status, body, { 'retry-after': value });
const TWO_MINUTES = { retryAfterMs: [120_000, 120_000] } as const;
const broken = (status: number, value: string) =>
  on(send(tcpAnswer(status, html, { 'retry-after': value, 'content-length': 9000 })), pause(50), reset);

/** Answers that ask to wait. */
export const waits: FaultRow[] = [
  ['429', says(429, failure('98')), 'unknown', 'gateway_failed', 429, 1],
  ['429 for 7 seconds', later(429, '7'), 'unknown', 'gateway_failed', 429, 1, { retryAfterMs: [7000, 7000] }],
  [
    '429 with HTML for 7 seconds',
    later(429, '7', html),
    'unknown',
    'answer_unreadable',
    429,
    1,
    { retryAfterMs: [7000, 7000] },
  ],
  [
    '429 until a date',
    later(429, date(3_600_000)),
    'unknown',
    'gateway_failed',
    429,
    1,
    { retryAfterMs: [3_000_000, 3_600_000] },
  ],
  ['503', says(503, failure('03')), 'unknown', 'gateway_failed', 503, 1],
  ['503 for no time', later(503, '0'), 'unknown', 'gateway_failed', 503, 1, { retryAfterMs: [0, 0] }],
  [
    '503 for 2 minutes',
    later(503, '120'),
    'unknown',
    'gateway_failed',
    503,
    1,
    { retryAfterMs: [120_000, 120_000] },
  ],
  [
    '503 until a date',
    later(503, date(600_000)),
    'unknown',
    'gateway_failed',
    503,
    1,
    { retryAfterMs: [500_000, 600_000] },
  ],
  [
    '503 until a date that is past',
    later(503, date(-600_000)),
    'unknown',
    'gateway_failed',
    503,
    1,
    { retryAfterMs: [0, 0] },
  ],
  [
    '503 for 2 minutes, and a body that breaks',
    broken(503, '120'),
    'unknown',
    'connection_failed',
    503,
    1,
    TWO_MINUTES,
  ],
  ['a redirect after 2 minutes', later(302, '120', html), 'unknown', 'redirected', 302, 1, TWO_MINUTES],
  ['503 for nobody knows how long', later(503, 'try 5'), 'unknown', 'gateway_failed', 503, 1],
  ['503 for less than no time', later(503, '-5'), 'unknown', 'gateway_failed', 503, 1],
];
