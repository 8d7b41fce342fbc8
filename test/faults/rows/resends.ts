import { tcpAnswer, failure, html, says } from '../http.ts';
import type { FaultRow } from '../row.ts';
import { on, send, vanish } from '../steps.ts';

/**
 * What Node's fetch itself would send again, as the fetch standard wants it (HTTP-network-or-cache fetch, status 421),
 * were it to see that status. In the last row a second attempt would be refused, and pass for not sent.
 */
export const resends: FaultRow[] = [
  ['421', says(421, html), 'unknown', 'answer_unreadable', 421, 1],
  ['421 with a refusal', says(421, failure('02')), 'refused', 'not_found', 421, 1],
  ['421, then gone', on(send(tcpAnswer(421, html)), vanish), 'unknown', 'answer_unreadable', 421, 1],
];
