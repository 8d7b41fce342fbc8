import type { NamedAnswer } from '../answer.ts';
import type { Exchange } from '../exchange.ts';

/** One operation of the gateway: what it answers once every shared gate is passed. */
export interface Operation {
  /** As in the contract; path, method and request rules are read there. */
  operationId: string;
  respond: (exchange: Exchange) => NamedAnswer;
}
