import { randomInt, randomUUID } from 'node:crypto';
import { refuse } from '../answer.ts';
import { behaviour } from '../assumptions.ts';
import { member, objectMember } from '../exchange.ts';
import type { Exchange } from '../exchange.ts';
import { sameName } from '../look-up.ts';
import { play, scriptsFor, seedName } from '../scripts.ts';
import type { ScriptName } from '../scripts.ts';
import type { VirtualAccount } from '../state.ts';
import type { Operation } from './operation.ts';
import { success } from './success.ts';

/** POST /va. Nothing beyond the schema is checked but that external_id is new, va_number and amount neither. */
export const create: Operation = {
  operationId: 'createVirtualAccount',
  respond(exchange) {
    if (exchange.checks.uniqueExternalId && isTaken(exchange)) {
      return refuse('external_id_taken', 'external_id is taken on this payment_channel');
    }
    const scripted = play({ script: scriptFor(member(exchange, 'order_id')) }, 'create');
    if (scripted && !scripted.carriedOut) return scripted;
    const created = exchange.state.add(newVirtualAccount(exchange));
    const { amount } = objectMember(exchange, 'payment_details');
    const more = { payment_details: { va_number: created.va_number, amount } };
    const answer = success(behaviour.creation_status.value, exchange, created, more);
    return scripted ?? { name: 'created', answer };
  },
};

function isTaken(exchange: Exchange): boolean {
  return exchange.state
    .virtualAccounts()
    .some(
      (stored) =>
        stored.merchant_id === exchange.merchant.merchant_id &&
        stored.external_id === member(exchange, 'external_id') &&
        sameName(stored, exchange, 'payment_channel'),
    );
}

function scriptFor(orderId: string): ScriptName | undefined {
  return scriptsFor('create').find((name) => seedName(name) === orderId);
}

function newVirtualAccount(exchange: Exchange): VirtualAccount {
  const { va_number } = objectMember(exchange, 'payment_details');
  return {
    transaction_id: randomUUID(),
    external_id: member(exchange, 'external_id'),
    order_id: member(exchange, 'order_id'),
    payment_method: behaviour.stored_payment_method.value,
    payment_channel: member(exchange, 'payment_channel'),
    transaction_status: 'ACTIVE',
    merchant_id: exchange.merchant.merchant_id,
    submerchant_name: exchange.subMerchant?.submerchant_name,
    va_number: typeof va_number === 'string' ? va_number : inventNumber(behaviour.va_number_digits.value),
    request: exchange.body,
  };
}

function inventNumber(digits: number): string {
  return String(randomInt(10 ** (digits - 1), 10 ** digits));
}
