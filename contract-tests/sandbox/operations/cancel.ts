import type { NamedAnswer } from '../answer.ts';
import { jsonAnswer, refuse } from '../answer.ts';
import { behaviour } from '../assumptions.ts';
import type { RefusalName } from '../assumptions.ts';
import { member, requestIds } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import { lookUp } from '../look-up.ts';
import { scripts } from '../scripts.ts';
import type { Script } from '../scripts.ts';
import type { VirtualAccount, VirtualAccountStatus } from '../state.ts';
import type { Operation } from './operation.ts';

const refusedStatuses: Record<Exclude<VirtualAccountStatus, 'ACTIVE'>, RefusalName> = {
  PAID: 'already_paid',
  EXPIRED: 'already_expired',
  CANCELED: 'already_canceled',
};

/** POST /va/cancel. */
export const cancel: Operation = {
  operationId: 'cancelVirtualAccount',
  respond(exchange) {
    const found = lookUp(exchange);
    if (typeof found === 'string') return refuse(found);
    const { transaction_status: status, script } = found;
    if (status !== 'ACTIVE' && exchange.checks.cancelable) {
      return refuse(refusedStatuses[status], `The virtual account is ${status}`);
    }
    if (script) return play(script, scripts[script], found);
    found.transaction_status = 'CANCELED';
    return {
      name: 'canceled',
      answer: jsonAnswer(behaviour.success_status.value, canceled(exchange, found)),
    };
  },
};

function play(name: string, script: Script, virtualAccount: VirtualAccount): NamedAnswer {
  if (script.cancels) virtualAccount.transaction_status = 'CANCELED';
  return { name, answer: structuredClone(script.answer) };
}

/** The page's success answer, its members in the page's order. */
function canceled(exchange: Exchange, stored: VirtualAccount): Record<string, unknown> {
  const sent = behaviour.echo.value === 'sent';
  const { transaction_id, external_id, order_id } = requestIds(exchange);
  return {
    transaction_id,
    external_id,
    order_id,
    payment_method: sent ? member(exchange, 'payment_method') : stored.payment_method,
    payment_channel: sent ? member(exchange, 'payment_channel') : stored.payment_channel,
    transaction_status: 'CANCELED',
    response_code: '00',
    ...behaviour.success_extra_members.value,
  };
}
