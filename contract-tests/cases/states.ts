/** Cases whose request is right: what is answered depends on the virtual account that it names, and its state. */
import { join, objectAt } from '../../spec/contract.ts';
import { refusals } from '../sandbox/assumptions.ts';
import { sandboxOperations } from '../sandbox/operations.ts';
import type { SandboxOperation } from '../sandbox/operations.ts';
import type { CaseParts, TestedOperation } from './operation.ts';
import { rightBody, rightRequest } from './request.ts';
import type { Body } from './request.ts';
import type { CaseContext, ContractCase, RawRequest } from './types.ts';

/** The success, the channels that are known, what no virtual account is, and what nobody documents of states. */
export function stateCases(op: TestedOperation): ContractCase[] {
  const success = op.outcome('00');
  const { refuses } = sandboxOperations.find(({ operationId }) => operationId === op.operation.id) ?? {};
  return [
    op.make('outcome', { ...success, id: 'outcome.success', needs: { state: 'active' } }),
    ...channelCases(op),
    ...(op.creates ? [] : [...notFoundCases(op), ...channelQuestions(op)]),
    ...(refuses ? stateQuestions(op, refuses) : []),
  ];
}

/** The id of the case about a payment channel that is known. */
export const channelId = (name: string): string => `channel.${name}`;

/** Names of payment channels met in public. */
export function knownChannels(contract: TestedOperation['contract']): string[] {
  return objectAt(contract, '/components/schemas/KnownPaymentChannel')['enum'] as string[];
}

function channelCases(op: TestedOperation): ContractCase[] {
  return knownChannels(op.contract).map((name) =>
    op.make('channel', {
      id: channelId(name),
      expect: 'accepted',
      topic: 'channels',
      statement: op.statement('/components/schemas/KnownPaymentChannel/enum', name),
      needs: { with: { payment_channel: name } },
    }),
  );
}

const changed =
  ({ shape }: TestedOperation, members: (context: CaseContext) => Body) =>
  (context: CaseContext) =>
    rightRequest(shape, context, { body: { ...rightBody(shape, context.va), ...members(context) } });

/** No virtual account has these ids: they are nobody's, another merchant's, or those of two. */
function notFoundCases(op: TestedOperation): ContractCase[] {
  const refusal = op.outcome('02');
  const make = (id: string, parts: Partial<CaseParts>): ContractCase =>
    op.make('outcome', { ...refusal, needs: { state: 'active' }, ...parts, id: `outcome.notFound.${id}` });
  const mixed = (member: 'external_id' | 'order_id'): ContractCase =>
    make(`${member}OfAnother`, {
      check: 'ids',
      needsOther: true,
      build: changed(op, ({ other }) => ({ [member]: other[member] })),
    });
  return [
    make('unknown', { check: 'exists', needs: { state: 'unknown' }, question: 4 }),
    make('foreign', { check: 'owner', needs: { state: 'active', owner: 'foreign' } }),
    make('subMerchants', {
      check: 'owner',
      needs: { state: 'active', owner: 'subMerchant' },
      inapplicable: ({ alternates }) =>
        alternates.subMerchant ? undefined : 'no sub-merchant is known here',
    }),
    mixed('external_id'),
    mixed('order_id'),
    make('transactionIdLonger', {
      check: 'exists',
      // Whether anything but a UUID is looked up at all no document says.
      orCodes: ['01'],
      build: changed(op, ({ va }) => ({ transaction_id: `${va.transaction_id}0` })),
    }),
  ];
}

function channelQuestions(op: TestedOperation): ContractCase[] {
  const { pointer } = op.members.find(({ name }) => name === 'payment_channel')!;
  const make = (id: string, parts: Partial<CaseParts>, channel: (name: string) => string): ContractCase =>
    op.make('open', {
      expect: 'accepted',
      ...parts,
      id: `open.channel.${id}`,
      kind: 'open',
      statement: op.statement(pointer),
      needs: { state: 'active' },
      build: changed(op, ({ va }) => ({ payment_channel: channel(va.payment_channel) })),
    });
  return [
    make('lowerCase', { question: 6 }, (name) => name.toLowerCase()),
    make('mismatch', { question: 8, check: 'paymentChannel', expect: op.outcome('02').expect }, (name) =>
      name === 'MANDIRI' ? 'PERMATA' : 'MANDIRI',
    ),
  ];
}

const statusNeeds = { PAID: 'paid', EXPIRED: 'expired', CANCELED: 'canceled' } as const;

/**
 * By operation: the open question about it in each state. Of another state than these no target has a virtual account.
 * `twice` is asked of one that leaves the account CANCELED.
 */
const questions: Readonly<Record<string, Record<keyof typeof statusNeeds, number> & { twice?: number }>> = {
  cancelVirtualAccount: { PAID: 3, EXPIRED: 3, CANCELED: 2, twice: 2 },
};

/**
 * What the operation means for a virtual account that it cannot be carried out on any more; nobody documents it. Throws an
 * Error if nobody asks either.
 */
function stateQuestions(
  op: TestedOperation,
  refuses: NonNullable<SandboxOperation['refuses']>,
): ContractCase[] {
  const { id } = op.operation;
  const asked = questions[id];
  if (!asked) throw new Error(`contract-tests/cases/states.ts has no questions about the states of ${id}`);
  // An open question, so there is one guess of it, the sandbox's.
  const refused = (status: keyof typeof statusNeeds) => ({
    ...op.outcome(refusals[refuses[status]].value.response_code),
    kind: 'open' as const,
    check: 'cancelable' as const,
    question: asked[status],
  });
  const right = (context: CaseContext) => rightRequest(op.shape, context);
  const twice = op.make('open', {
    ...refused('CANCELED'),
    id: 'open.state.twice',
    needs: { state: 'active' },
    before: right,
    build: right,
  });
  const states = (['PAID', 'EXPIRED', 'CANCELED'] as const).map((status) => {
    const state = statusNeeds[status];
    return op.make('open', { ...refused(status), id: `open.state.${state}`, needs: { state } });
  });
  return asked.twice === undefined ? states : [{ ...twice, question: asked.twice }, ...states];
}

/**
 * Cases that create two: external_id is unique per channel and order_id is not unique (gateway docs). That a
 * taken one is refused as any parameter that is not valid is a guess, as is every pairing with a status.
 */
export function creationCases(op: TestedOperation): ContractCase[] {
  if (!op.creates) return [];
  const { shape, body } = op;
  const make = (id: string, member: string, parts: Partial<CaseParts>, change: Change): ContractCase =>
    op.make('create', {
      expect: 'accepted',
      before: (context) => rightRequest(shape, context),
      ...parts,
      id: `create.${id}`,
      needsOther: true,
      statement: op.statement(join(body.pointer, 'properties', member)),
      build: (context) =>
        rightRequest(shape, context, { body: { ...rightBody(shape, context.va), ...change(context) } }),
    });
  const refused = { expect: op.outcome('01').expect, check: 'uniqueExternalId' as const };
  const anotherOrder: Change = ({ other }) => ({ order_id: other.order_id });
  return [
    make('externalId.taken', 'external_id', refused, anotherOrder),
    // The other channel goes first: where this merchant has it not, nothing is taken yet, and nothing is judged.
    make('externalId.otherChannel', 'external_id', { before: onChannel(shape) }, anotherOrder),
    make('orderId.again', 'order_id', {}, ({ other }) => ({ external_id: other.external_id })),
  ];
}

const onChannel =
  (shape: TestedOperation['shape']) =>
  (context: CaseContext): RawRequest => {
    const payment_channel = context.va.payment_channel === 'MANDIRI' ? 'PERMATA' : 'MANDIRI';
    return rightRequest(shape, context, { body: { ...rightBody(shape, context.va), payment_channel } });
  };

type Change = (context: CaseContext) => Body;
