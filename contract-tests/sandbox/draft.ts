import { createHash, randomUUID } from 'node:crypto';
import { pageVirtualAccount, seedMerchants, signatureVectors } from './seeds.ts';
import type { SandboxState, VirtualAccount } from './state.ts';

/** A cancel request in the making, for the sandbox's own tests: right at first, then spoiled. */
export interface Draft {
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** Sent instead of `body`. */
  raw?: Uint8Array<ArrayBuffer>;
}

/** What came back. `json` is undefined if the body is none. */
export interface Received {
  status: number;
  contentType: string | null;
  text: string;
  json: Record<string, unknown> | undefined;
}

export const merchant = seedMerchants[0]!;
export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Hex of SHA-256 over the joined parts: written apart from the sandbox's own, which it tests. */
export function sign(...parts: string[]): string {
  return createHash('sha256')
    .update(Buffer.from(parts.join('')))
    .digest('hex');
}

/** A right cancel request for that virtual account, by the first merchant. */
export function draftFor(va: VirtualAccount, hashKey = merchant.hash_key): Draft {
  const { external_id, order_id, transaction_id, payment_method, payment_channel } = va;
  return {
    headers: {
      authorization: signatureVectors[0]!.authorization,
      'content-type': 'application/json',
      'x-req-signature': sign(hashKey, external_id, order_id),
      'x-version': 'v3',
    },
    body: { external_id, order_id, transaction_id, payment_method, payment_channel },
  };
}

/** A new active virtual account of the first merchant in the sandbox. */
export function freshVirtualAccount(state: SandboxState, rest: Partial<VirtualAccount> = {}): VirtualAccount {
  const id = randomUUID();
  return state.add({
    ...pageVirtualAccount,
    transaction_id: id,
    external_id: `ext-${id}`,
    order_id: `ord-${id.slice(0, 8)}`,
    ...rest,
  });
}

/** Sends the draft with plain fetch, giving up after 5 s. */
export async function post(url: string, { headers, body, raw }: Draft): Promise<Received> {
  const response = await fetch(`${url}/va/cancel`, {
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
