/** What the gateway does once every check is passed: cancels, says the state, creates. An operation more is a row more. */
import { randomInt, randomUUID } from 'node:crypto';
import { jsonAnswer, refuse } from './answer.ts';
import type { Answer, NamedAnswer } from './answer.ts';
import { behaviour } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';
import { member, objectMember, requestIds } from './checks.ts';
import type { SandboxExchange } from './checks.ts';
import { play, scriptsFor, seedName } from './scripts.ts';
import type { OperationId, ScriptName } from './scripts.ts';
import type { VirtualAccount, VirtualAccountStatus } from './state.ts';

/** One operation of the gateway: what it answers once every shared check is passed. */
export interface SandboxOperation {
  /** As in the contract; path, method and request rules are read there. */
  operationId: OperationId;
  /** What it is refused with in each state but the active one, if it looks at the state. */
  refuses?: Record<Exclude<VirtualAccountStatus, 'ACTIVE'>, RefusalName>;
  respond: (exchange: SandboxExchange) => NamedAnswer;
}

/** The virtual account that a request means, or the name of the refusal. Found by transaction_id. */
function lookUp(exchange: SandboxExchange): VirtualAccount | RefusalName {
  const { checks, merchant, subMerchant, state } = exchange;
  const ids = requestIds(exchange);
  const stored = state.find(ids.transaction_id) ?? (checks.exists ? undefined : imagine(exchange));
  if (!stored) return 'not_found';
  const owned =
    stored.merchant_id === merchant.merchant_id && stored.submerchant_name === subMerchant?.submerchant_name;
  if (checks.owner && !owned) return 'not_owner';
  const sameIds = stored.external_id === ids.external_id && stored.order_id === ids.order_id;
  if (checks.ids && !sameIds) return 'ids_disagree';
  if (checks.paymentMethod && !sameName(stored, exchange, 'payment_method')) return 'method_disagrees';
  if (checks.paymentChannel && !sameName(stored, exchange, 'payment_channel')) return 'channel_disagrees';
  return stored;
}

/** Whether the request has that name as it is stored, in the letter case that is assumed to matter. */
function sameName(
  stored: VirtualAccount,
  exchange: SandboxExchange,
  name: 'payment_method' | 'payment_channel',
): boolean {
  const [left, right] = [stored[name], member(exchange, name)];
  if (behaviour.stored_letter_case.value === 'exact') return left === right;
  return left.toLowerCase() === right.toLowerCase();
}

/** A virtual account made up from the request, for a gateway that does not notice that there is none. */
function imagine(exchange: SandboxExchange): VirtualAccount {
  return {
    ...requestIds(exchange),
    payment_method: member(exchange, 'payment_method'),
    payment_channel: member(exchange, 'payment_channel'),
    transaction_status: 'ACTIVE',
    merchant_id: exchange.merchant.merchant_id,
    submerchant_name: exchange.subMerchant?.submerchant_name,
  };
}

/** The name that goes out for a stored status: the gateway's appendix has two for some. */
export function statusName(status: VirtualAccountStatus): string {
  const names: Partial<Record<VirtualAccountStatus, string>> = behaviour.status_names.value;
  return names[status] ?? status;
}

/**
 * A success answer: the seven members of the gateway page's, in its order, with the stored status. `more` goes
 * before response_code.
 */
function success(
  status: number,
  exchange: SandboxExchange,
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

/** An operation on a virtual account that is there, and in a state that it can be carried out in. */
function onExisting(
  operationId: OperationId,
  carryOut: (found: VirtualAccount, exchange: SandboxExchange) => NamedAnswer,
  refuses?: SandboxOperation['refuses'],
): SandboxOperation {
  const respond = (exchange: SandboxExchange): NamedAnswer => {
    const found = lookUp(exchange);
    if (typeof found === 'string') return refuse(found);
    const { transaction_status: status } = found;
    if (refuses && status !== 'ACTIVE' && exchange.checks.cancelable) {
      return refuse(refuses[status], `The virtual account is ${status}`);
    }
    return play(found, operationId, () => carryOut(found, exchange));
  };
  return { operationId, respond, ...(refuses && { refuses }) };
}

/** What a cancel is refused with. */
export const refusedStatuses = {
  PAID: 'already_paid',
  PROCESSING: 'in_process',
  EXPIRED: 'already_expired',
  CANCELED: 'already_canceled',
} as const;

/** POST /va/cancel. */
const cancel = onExisting(
  'cancelVirtualAccount',
  (found, exchange) => {
    found.transaction_status = 'CANCELED';
    return { name: 'canceled', answer: success(behaviour.success_status.value, exchange, found) };
  },
  refusedStatuses,
);

/** POST /va/inquiry. A success is called by its stored status, `active` say. */
const inquire = onExisting('inquireVirtualAccount', (found, exchange) => ({
  name: found.transaction_status.toLowerCase(),
  answer: success(behaviour.inquiry_status.value, exchange, found),
}));

/** POST /va. Nothing beyond the schema is checked but that external_id is new, va_number and amount neither. */
const create: SandboxOperation = {
  operationId: 'createVirtualAccount',
  respond(exchange) {
    if (exchange.checks.uniqueExternalId && isTaken(exchange)) {
      return refuse('external_id_taken', 'external_id is taken on this payment_channel');
    }
    const script = scriptFor(member(exchange, 'order_id'));
    return play({ script }, 'createVirtualAccount', () => {
      const created = exchange.state.add(newVirtualAccount(exchange));
      const { amount } = objectMember(exchange, 'payment_details');
      const more = { payment_details: { va_number: created.va_number, amount } };
      return { name: 'created', answer: success(behaviour.creation_status.value, exchange, created, more) };
    });
  },
};

function isTaken(exchange: SandboxExchange): boolean {
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
  return scriptsFor('createVirtualAccount').find((name) => seedName(name) === orderId);
}

function newVirtualAccount(exchange: SandboxExchange): VirtualAccount {
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

/** What the gateway can do. */
export const sandboxOperations: readonly SandboxOperation[] = [cancel, inquire, create];
