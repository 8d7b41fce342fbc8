import type { Answer } from '../answer.ts';
import { jsonAnswer } from '../answer.ts';
import { behaviour } from '../assumptions.ts';
import { member, requestIds } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import type { VirtualAccount, VirtualAccountStatus } from '../state.ts';

/** The name that goes out for a stored status: the gateway's appendix has two for some. */
export function statusName(status: VirtualAccountStatus): string {
  const names: Partial<Record<VirtualAccountStatus, string>> = behaviour.status_names.value;
  return names[status] ?? status;
}

/**
 * A success answer: the seven members of the gateway page's, in its order, with the stored status. `more` goes
 * before response_code.
 */
export function success(
  status: number,
  exchange: Exchange,
  stored: VirtualAccount,
  more: Record<string, unknown> = {},
): Answer {
  const sent = behaviour.echo.value === 'sent';
  const { transaction_id, external_id, order_id } = requestIds(exchange);
  return jsonAnswer(status, {
    // A creation sends none.
    transaction_id: transaction_id || stored.transaction_id,
    external_id,
    order_id,
    payment_method: sent ? member(exchange, 'payment_method') : stored.payment_method,
    payment_channel: sent ? member(exchange, 'payment_channel') : stored.payment_channel,
    transaction_status: statusName(stored.transaction_status),
    ...more,
    response_code: '00',
    ...behaviour.success_extra_members.value,
  });
}
