import { refuse } from '../answer.ts';
import { behaviour } from '../assumptions.ts';
import { lookUp } from '../look-up.ts';
import { play } from '../scripts.ts';
import type { Operation } from './operation.ts';
import { success } from './success.ts';

/** POST /va/inquiry. A success is called by its stored status, `active` say. */
export const inquire: Operation = {
  operationId: 'inquireVirtualAccount',
  respond(exchange) {
    const found = lookUp(exchange);
    if (typeof found === 'string') return refuse(found);
    const answer = success(behaviour.inquiry_status.value, exchange, found);
    return play(found, 'inquiry') ?? { name: found.transaction_status.toLowerCase(), answer };
  },
};
