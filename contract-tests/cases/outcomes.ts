import { asObject, join, objectAt } from '../../spec/contract.ts';
import { rightRequest } from './request.ts';
import type { Subject } from './subject.ts';
import type { CaseContext, ContractCase, RawRequest } from './types.ts';

/** Cases whose request is right: what is answered depends on the virtual account that it names. */
export function outcomeCases(subject: Subject): ContractCase[] {
  const success = subject.outcome('00');
  return [
    subject.make('outcome', {
      ...{ id: 'outcome.success', expect: success.expect, statement: success.statement },
      needs: { state: 'active' },
    }),
    ...channelCases(subject),
    ...(subject.creates ? [] : [...notFoundCases(subject), ...openQuestions(subject)]),
    ...(subject.operation.id === 'cancelVirtualAccount' ? stateQuestions(subject) : []),
  ];
}

function channelCases(subject: Subject): ContractCase[] {
  const at = '/components/schemas/KnownPaymentChannel/enum';
  const names = asObject(objectAt(subject.contract, '/components/schemas/KnownPaymentChannel'))['enum'];
  return (names as string[]).map((name) =>
    subject.make('channel', {
      ...{ id: `channel.${name}`, expect: 'accepted', topic: 'channels' },
      statement: subject.statement(at, name),
      needs: { with: { payment_channel: name } },
    }),
  );
}

/** No virtual account has these ids: they are nobody's, another merchant's, or those of two. */
function notFoundCases(subject: Subject): ContractCase[] {
  const refusal = subject.outcome('02');
  const mixed = (member: 'external_id' | 'order_id'): ContractCase =>
    subject.make('outcome', {
      ...{ ...refusal, id: `outcome.notFound.${member}OfAnother`, needs: { state: 'active' } },
      needsOther: true,
      build: (context) => changed(subject, context, { [member]: context.other[member] }),
    });
  return [
    subject.make('outcome', {
      ...refusal,
      id: 'outcome.notFound.unknown',
      needs: { state: 'unknown' },
      question: 4,
    }),
    subject.make('outcome', {
      ...{ ...refusal, id: 'outcome.notFound.foreign' },
      needs: { state: 'active', owner: 'foreign' },
    }),
    subject.make('outcome', {
      ...{ ...refusal, id: 'outcome.notFound.subMerchants' },
      needs: { state: 'active', owner: 'subMerchant' },
      inapplicable: ({ alternates }) =>
        alternates.subMerchant ? undefined : 'no sub-merchant is known here',
    }),
    mixed('external_id'),
    mixed('order_id'),
    subject.make('outcome', {
      ...{ ...refusal, id: 'outcome.notFound.transactionIdLonger', needs: { state: 'active' } },
      build: (context) => changed(subject, context, { transaction_id: `${context.va.transaction_id}0` }),
    }),
  ];
}

function openQuestions(subject: Subject): ContractCase[] {
  const statement = subject.statement(join(subject.bodyPointer, 'properties', 'payment_channel'));
  const make = (
    id: string,
    question: number,
    expect: ContractCase['expect'],
    channel: (name: string) => string,
  ): ContractCase =>
    subject.make('open', {
      ...{ id: `open.channel.${id}`, expect, kind: 'open', question, statement },
      needs: { state: 'active' },
      build: (context) => changed(subject, context, { payment_channel: channel(context.va.payment_channel) }),
    });
  return [
    make('lowerCase', 6, 'accepted', (name) => name.toLowerCase()),
    make('mismatch', 8, subject.outcome('02').expect, (name) => (name === 'MANDIRI' ? 'PERMATA' : 'MANDIRI')),
  ];
}

/** What cancelling means for a virtual account that cannot be cancelled any more; nobody documents it. */
function stateQuestions(subject: Subject): ContractCase[] {
  const refused = { ...subject.outcome('01'), kind: 'open' as const };
  const right = (context: CaseContext): RawRequest => rightRequest(subject.shape, context);
  return [
    subject.make('open', {
      ...{ ...refused, id: 'open.state.twice', question: 2 },
      ...{ needs: { state: 'active' }, before: right, build: right },
    }),
    ...(['paid', 'expired', 'canceled'] as const).map((state) =>
      subject.make('open', {
        ...{ ...refused, id: `open.state.${state}`, needs: { state } },
        question: state === 'canceled' ? 2 : 3,
      }),
    ),
  ];
}

function changed(subject: Subject, context: CaseContext, members: Record<string, string>): RawRequest {
  return rightRequest(subject.shape, context, { body: { ...context.va, ...members } });
}
