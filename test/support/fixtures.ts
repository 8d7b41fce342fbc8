/** What the suites over src/ share: invented credentials, the page's request, and stand-ins for `fetch`. */
import type { Middleware } from 'openapi-fetch';
import { isVaError, type VaError } from '../../src/errors.ts';
import type { CancelRequest, CancelSuccess, CreateRequest } from '../../src/operations.ts';
import type { FetchLike } from '../../src/runtime.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { createVaClient } from '../../src/client.ts';

const first = signatureVectors[0]!;

/** The invented credentials of the first vector, which the sandbox knows too. */
export const credentials = {
  merchantId: first.merchant_id,
  secretUnboundId: first.secret_unbound_id,
  hashKey: first.hash_key,
};

/** The credentials, and a gateway that nothing listens for: every test brings its own `fetch` or base URL. */
export const options = { ...credentials, baseUrl: 'https://gateway.invalid' };

/** Where `options` sends its cancel. */
export const cancelUrl = `${options.baseUrl}/va/cancel`;

/** The gateway page's own request. */
export const pageRequest: CancelRequest = {
  external_id: first.external_id,
  order_id: first.order_id,
  transaction_id: first.transaction_id,
  payment_method: 'BANK_TRANSFER',
  payment_channel: 'BCA-POLYTRON',
};

/** The gateway page's own answer to it. */
export const pageSuccess: CancelSuccess = {
  ...pageRequest,
  payment_method: 'BANK_TRANSFER',
  transaction_status: 'CANCELED',
  response_code: '00',
};

/** A creation with the page's own ids, all else invented. */
export const creation: CreateRequest = {
  external_id: first.external_id,
  order_id: first.order_id,
  currency: 'IDR',
  payment_method: 'bank_transfer',
  payment_channel: 'BCA-POLYTRON',
  payment_details: {
    billing_name: 'Fake Payer',
    payment_system: 'CLOSED',
    is_multi_use: false,
    amount: 150_000,
    transaction_description: 'Invented order',
  },
  customer_details: { email: 'payer@example.com', full_name: 'Fake Payer' },
  callback_url: 'https://merchant.example.com/callback',
};

/** What the page's request carries. */
export const { authorization, x_req_signature: signature } = first;

/** Everything that must never be seen outside a request: the raw secrets, the Basic value, the signature. */
export const canaries = [
  credentials.secretUnboundId,
  credentials.hashKey,
  authorization.slice('Basic '.length),
  signature,
];

/** A JSON answer. */
export function jsonResponse(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const all = { 'content-type': 'application/json', ...headers };
  return new Response(JSON.stringify(body), { status, headers: all });
}

/** A stand-in for `fetch` and what it was called with. */
export interface StubFetch extends FetchLike {
  calls: { url: string; init: RequestInit & { headers: Record<string, string>; body: string } }[];
}

/** A `fetch` that answers each call with what `answer` makes of it, and counts. */
export function stubFetch(
  answer: (url: string, init: RequestInit) => Response | Promise<Response> = () => jsonResponse(pageSuccess),
): StubFetch {
  const calls: StubFetch['calls'] = [];
  const fetch: FetchLike = async (url, init) => {
    calls.push({ url, init: init as StubFetch['calls'][number]['init'] });
    return answer(url, init);
  };
  return Object.assign(fetch, { calls });
}

/** The `VaError` with which `promise` rejects. Throws if it resolves, or rejects with anything else. */
export async function vaErrorFrom(promise: Promise<unknown>): Promise<VaError> {
  const error = await thrownBy(promise);
  if (!isVaError(error)) throw new Error('not a VaError', { cause: error });
  return error;
}

/** What `promise` rejects with. Throws if it resolves. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`resolved to ${JSON.stringify(value)}`);
}

/** A client with that middleware. `answers` are given in turn, the last one over and over. */
export function clientWith(middleware: Middleware, ...answers: StubAnswer[]) {
  let next = 0;
  const fetch = stubFetch(() => answers[Math.min(next++, answers.length - 1)]!());
  const client = createVaClient({ ...options, fetch, timeoutMs: 5_000 });
  client.api.use(middleware);
  return { client, fetch };
}

export const done = () => jsonResponse(pageSuccess);
export const refused = () => jsonResponse({ response_code: '01', response_message: 'no' }, 400);
export const broken = () => jsonResponse({ response_code: '98', response_message: 'System error' }, 500);
export const reset = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }));
export const notConnected = () =>
  Promise.reject(
    new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
  );

/** One answer. */
export type StubAnswer = () => Response | Promise<Response>;

/** An inquiry's answer with that status. */
export const says =
  (transaction_status: string): StubAnswer =>
  () =>
    jsonResponse({ ...pageSuccess, transaction_status });

/** A client of a gateway that answers cancels and inquiries in turn; `seen` is the paths, in order. */
export function gateway(turns: { cancel?: StubAnswer[]; inquiry?: StubAnswer[] }, changes: object = {}) {
  const seen: string[] = [];
  const left = { cancel: [...(turns.cancel ?? [])], inquiry: [...(turns.inquiry ?? [])] };
  const fetch = stubFetch((url) => {
    const name = url.endsWith('/va/cancel') ? 'cancel' : 'inquiry';
    seen.push(name);
    const turn = left[name].shift();
    if (!turn) throw new Error(`one ${name} too many`);
    return turn();
  });
  return { client: createVaClient({ ...options, fetch, timeoutMs: 5_000, ...changes }), seen, fetch };
}
