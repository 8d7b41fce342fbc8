import { join } from '../../spec/contract.ts';
import { rightBody, rightRequest } from './request.ts';
import type { Body } from './request.ts';
import type { Subject } from './subject.ts';
import type { CaseContext, ContractCase, Expectation } from './types.ts';

/**
 * Cases that create two: external_id is unique per channel and order_id is not unique (gateway docs). That a
 * taken one is refused as any parameter that is not valid is a guess, as is every pairing with a status.
 */
export function creationCases(subject: Subject): ContractCase[] {
  if (!subject.creates) return [];
  const { shape, bodyPointer } = subject;
  const make = (id: string, expect: Expectation, member: string, change: Change): ContractCase =>
    subject.make('create', {
      ...{ id: `create.${id}`, expect, needsOther: true },
      statement: subject.statement(join(bodyPointer, 'properties', member)),
      before: (context) => rightRequest(shape, context),
      build: (context) =>
        rightRequest(shape, context, { body: change(rightBody(shape, context.va), context) }),
    });
  return [
    make('externalId.taken', subject.outcome('01').expect, 'external_id', anotherOrder),
    make('externalId.otherChannel', 'accepted', 'external_id', (body, context) => ({
      ...anotherOrder(body, context),
      payment_channel: 'FAKE-OTHER',
    })),
    make('orderId.again', 'accepted', 'order_id', (body, { other }) => ({
      ...body,
      external_id: other.external_id,
    })),
  ];
}

type Change = (body: Body, context: CaseContext) => Body;

const anotherOrder: Change = (body, { other }) => ({ ...body, order_id: other.order_id });
