import { refuse } from '../answer.ts';
import { behaviour } from '../assumptions.ts';
import type { RefusalName } from '../assumptions.ts';
import { lookUp } from '../look-up.ts';
import { play } from '../scripts.ts';
import type { VirtualAccountStatus } from '../state.ts';
import type { Operation } from './operation.ts';
import { success } from './success.ts';

const refusedStatuses: Record<Exclude<VirtualAccountStatus, 'ACTIVE'>, RefusalName> = {
  PAID: 'already_paid',
  PROCESSING: 'in_process',
  EXPIRED: 'already_expired',
  CANCELED: 'already_canceled',
};

/** POST /va/cancel. */
export const cancel: Operation = {
  operationId: 'cancelVirtualAccount',
  respond(exchange) {
    const found = lookUp(exchange);
    if (typeof found === 'string') return refuse(found);
    const { transaction_status: status } = found;
    if (status !== 'ACTIVE' && exchange.checks.cancelable) {
      return refuse(refusedStatuses[status], `The virtual account is ${status}`);
    }
    const scripted = play(found, 'cancel');
    if (scripted && !scripted.carriedOut) return scripted;
    found.transaction_status = 'CANCELED';
    const answer = success(behaviour.success_status.value, exchange, found);
    return scripted ?? { name: 'canceled', answer };
  },
};
