import { randomUUID } from 'node:crypto';
import { operationOf, readContract } from '../../spec/contract.ts';
import { sign } from '../cases/request.ts';
import { pageVirtualAccount, seedMerchants, signatureVectors } from './seeds.ts';
import type { OperationId } from './scripts.ts';
import type { SandboxState, VirtualAccount } from './state.ts';

/** A request of the sandbox's own tests: right at first, then changed. */
export interface TestRequest {
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** Default: /va/cancel. */
  path?: string;
  /** Sent instead of `body`. */
  raw?: Uint8Array<ArrayBuffer>;
}

/** What came back. `json` is undefined if the body is none. */
export interface TestAnswer {
  status: number;
  contentType: string | null;
  text: string;
  json: Record<string, unknown> | undefined;
}

export const merchant = seedMerchants[0]!;
export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const contract = readContract();

/** A right request for that virtual account, by the first merchant; one that creates it leaves out its status. */
export function testRequest(
  va: VirtualAccount,
  operation: OperationId = 'cancelVirtualAccount',
): TestRequest {
  const { external_id, order_id, transaction_id, payment_method, payment_channel } = va;
  const named = { external_id, order_id, transaction_id, payment_method, payment_channel };
  return {
    path: operationOf(contract, operation).path,
    headers: {
      authorization: signatureVectors[0]!.authorization,
      'content-type': 'application/json',
      'x-req-signature': sign(merchant.hash_key, external_id, order_id),
      'x-version': 'v3',
    },
    body: operation === 'createVirtualAccount' ? creation(va) : named,
  };
}

function creation({ external_id, order_id, payment_channel }: VirtualAccount): Record<string, unknown> {
  return {
    external_id,
    order_id,
    currency: 'IDR',
    payment_method: 'bank_transfer',
    payment_channel,
    payment_details: {
      billing_name: 'Fake Payer',
      amount: 150000,
      transaction_description: 'Invented order',
    },
    customer_details: { email: 'payer@example.com', full_name: 'Fake Payer' },
    callback_url: 'https://merchant.example.com/callback',
  };
}

/** A new active virtual account of the first merchant, in no sandbox. */
export function inventVirtualAccount(rest: Partial<VirtualAccount> = {}): VirtualAccount {
  const id = randomUUID();
  const ids = { transaction_id: id, external_id: `ext-${id}`, order_id: `ord-${id.slice(0, 8)}` };
  return { ...pageVirtualAccount, ...ids, ...rest };
}

/** A new active virtual account of the first merchant in the sandbox. */
export function freshVirtualAccount(state: SandboxState, rest: Partial<VirtualAccount> = {}): VirtualAccount {
  return state.add(inventVirtualAccount(rest));
}

/** Sends the request with plain fetch, giving up after 5 s. */
export async function post(
  url: string,
  { headers, body, raw, path = '/va/cancel' }: TestRequest,
): Promise<TestAnswer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers,
    body: raw ?? bytes(JSON.stringify(body)),
    signal: AbortSignal.timeout(5000),
  });
  const text = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    text,
    json: tryJson(text),
  };
}

function tryJson(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Names other ids than those of the virtual account, and signs them rightly. */
export function resigned(request: TestRequest, external_id: string, order_id: string): void {
  Object.assign(request.body, { external_id, order_id });
  request.headers['x-req-signature'] = sign(merchant.hash_key, external_id, order_id);
}
