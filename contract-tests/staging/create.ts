import { randomUUID } from 'node:crypto';
import { asObject, operationOf } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import { rightRequest } from '../cases/request.ts';
import { readSubject } from '../cases/subject.ts';
import type { Credentials, RawAnswer, RawRequest, VaIds } from '../cases/types.ts';
import { makeUp } from './store.ts';
import type { Create } from './store.ts';

/** The payer of a created virtual account. Invented. */
export const payer = {
  email: 'fake-contract-payer@example.com',
  full_name: 'Fake Contract Payer',
  phone: '081200000000',
};

/** What creating needs. */
export interface CreateContext {
  contract: Contract;
  credentials: Credentials;
  channel: string;
  send: (request: RawRequest) => Promise<RawAnswer>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const JAKARTA_MS = 7 * 60 * 60 * 1000;
/** At the most so many in a run, and none any more once so many in a row were refused. */
const [MOST, REFUSALS] = [100, 3];

/**
 * Creates single closed virtual accounts of 10 000 rupiah that expire in a day, through POST /va (request:
 * gateway docs, /payment-gateway/virtual-account/create; its answer is a guess). Experimental.
 */
export function createCreate(context: CreateContext, log: (line: string) => void): Create {
  let [made, refused] = [0, 0];
  return async () => {
    if (made >= MOST || refused >= REFUSALS) return undefined;
    const va = await createOne(context).catch(() => undefined);
    [made, refused] = va ? [made + 1, 0] : [made, refused + 1];
    if (refused === REFUSALS) log(`POST /va gave no virtual account ${REFUSALS} times: no more are created`);
    if (made === MOST) log(`${MOST} virtual accounts were created: no more are`);
    return va;
  };
}

async function createOne({
  contract,
  credentials,
  channel,
  send,
}: CreateContext): Promise<VaIds | undefined> {
  const { method, path } = operationOf(contract, 'createVirtualAccount');
  const { fixedHeaders } = readSubject(contract, 'cancelVirtualAccount').shape;
  const shape = { method, path, fixedHeaders };
  const ids = makeUp({ channel });
  const nobody = { va: ids, other: ids, exists: false, alternates: {}, credentials };
  const answer = await send(rightRequest(shape, nobody, { body: bodyFor(ids) }));
  const { transaction_id, response_code } = asObject(parseJson(decodeBody(answer.body).text));
  const done = answer.status >= 200 && answer.status < 300 && response_code === '00';
  return done && typeof transaction_id === 'string' ? { ...ids, transaction_id } : undefined;
}

function bodyFor({ external_id, order_id, payment_channel }: VaIds): Record<string, unknown> {
  const tomorrow = new Date(Date.now() + DAY_MS + JAKARTA_MS).toISOString();
  return {
    ...{ external_id, order_id, currency: 'IDR', payment_method: 'bank_transfer', payment_channel },
    payment_details: {
      billing_name: payer.full_name,
      payment_system: 'CLOSED',
      is_multi_use: false,
      amount: 10_000,
      expired_time: tomorrow.replace('Z', '+07:00'),
      transaction_description: `Contract check ${randomUUID().slice(0, 8)}`,
    },
    customer_details: payer,
    callback_url: 'https://merchant.example.com/callback',
  };
}
