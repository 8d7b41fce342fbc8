/** The ways to cancel that are compared. Each throws unless the answer says done. */
import { createHash } from 'node:crypto';

/** Cancels one. */
export type BenchCancel = (exchange: BenchExchange) => Promise<void>;

/** The same limit for whoever has one, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** For the proof that the gate looks: as much as a fetch costs. */
const SLOWNESS_MS = 0.25;

function burn(ms: number): undefined {
  for (const end = performance.now() + ms; performance.now() < end;);
}

/** Makes this Node look like one without undici, so that this package asks no witness (src/witness.ts). */
function hideUndici(): void {
  const versions = { ...process.versions, undici: undefined };
  Object.defineProperty(process, 'versions', { value: versions });
}

/** What is measured is what is shipped: dist/, which has the types of src/. */
async function built<Name extends keyof Entries>(name: Name): Promise<Entries[Name]> {
  return (await import(new URL(`../dist/${name}.js`, import.meta.url).href)) as Entries[Name];
}

interface Entries {
  index: typeof import('../src/index.ts');
  undici: typeof import('../src/undici.ts');
}

/** Each prepared for a server; only what a variant needs is imported. */
export const variants: Record<string, (origin: string) => Promise<BenchCancel>> = {
  fetch: async (origin) => async (exchange) => {
    check(await readJson(await fetch(`${origin}/va/cancel`, init(exchange))));
  },
  'fetch + deadline': async (origin) => async (exchange) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
    try {
      const options = { ...init(exchange), signal: controller.signal };
      check(await readJson(await fetch(`${origin}/va/cancel`, options)));
    } finally {
      clearTimeout(timer);
    }
  },
  'ifortepay-va': async (origin) => {
    const { createVaClient } = await built('index');
    const client = createVaClient({ ...credentials, baseUrl: origin, timeoutMs: TIMEOUT_MS });
    return async (exchange) => void (await client.cancel(exchange.request));
  },
  'ifortepay-va, no witness': async (origin) => {
    hideUndici();
    return variants['ifortepay-va']!(origin);
  },
  'fetch, after a call of ifortepay-va': async (origin) => {
    const cancel = await variants['ifortepay-va']!(origin);
    await cancel(exchanges[0]!);
    return variants.fetch!(origin);
  },
  'ifortepay-va, slowed by a middleware': async (origin) => {
    const { createVaClient } = await built('index');
    const client = createVaClient({ ...credentials, baseUrl: origin, timeoutMs: TIMEOUT_MS });
    client.api.use({ onRequest: () => burn(SLOWNESS_MS) });
    return async (exchange) => void (await client.cancel(exchange.request));
  },
  'ifortepay-va over undici': async (origin) => {
    const { createVaClient } = await built('index');
    const { undiciFetch } = await built('undici');
    const fetch = undiciFetch();
    const client = createVaClient({ ...credentials, baseUrl: origin, timeoutMs: TIMEOUT_MS, fetch });
    return async (exchange) => void (await client.cancel(exchange.request));
  },
  'ifortepay-va over undici, no witness': async (origin) => {
    hideUndici();
    const { createVaClient } = await built('index');
    const { undiciFetch } = await built('undici');
    const send = undiciFetch();
    // Only undiciFetch itself is watched, nothing around it.
    const fetch: typeof send = (url, init) => send(url, init);
    const client = createVaClient({ ...credentials, baseUrl: origin, timeoutMs: TIMEOUT_MS, fetch });
    return async (exchange) => void (await client.cancel(exchange.request));
  },
  'axios + js-sha256': async (origin) => {
    const { default: axios } = await import('axios');
    const { default: hash } = await import('js-sha256');
    const { merchantId: username, secretUnboundId: password, hashKey } = credentials;
    return async ({ request }) => {
      const signature = hash.sha256(hashKey + request.external_id + request.order_id);
      const headers = { 'x-version': 'v3', 'x-req-signature': signature };
      const options = { headers, auth: { username, password }, timeout: TIMEOUT_MS };
      check((await axios.post(`${origin}/va/cancel`, request, options)).data);
    };
  },
  'undici.request': async (origin) => {
    const { request } = await import('undici');
    return async (exchange) => {
      const { statusCode, body } = await request(`${origin}/va/cancel`, init(exchange));
      const answer = await body.json();
      if (statusCode !== 200) throw new Error(JSON.stringify(answer));
      check(answer);
    };
  },
};

function init({ body, headers }: BenchExchange) {
  return { method: 'POST' as const, body, headers };
}

async function readJson(response: Response): Promise<unknown> {
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}

function check(answer: unknown): void {
  const { transaction_status: status } = answer as { transaction_status?: unknown };
  if (status !== 'CANCELED') throw new Error(`not cancelled: ${String(status)}`);
}

/** Invented. */
export const credentials = {
  merchantId: 'fake-merchant',
  secretUnboundId: 'fake-secret-unbound-id',
  hashKey: 'fake-hash-key',
};

/** One virtual account: what is sent for it, and what comes back. */
export interface BenchExchange {
  request: {
    external_id: string;
    order_id: string;
    transaction_id: string;
    payment_method: 'BANK_TRANSFER';
    payment_channel: string;
  };
  body: string;
  headers: Record<string, string>;
  answer: string;
}

const basic = Buffer.from(`${credentials.merchantId}:${credentials.secretUnboundId}`).toString('base64');

/** Enough of them that no variant lives off a remembered one. */
export const exchanges: BenchExchange[] = Array.from({ length: 1024 }, (_, index) => {
  const request = {
    external_id: `EXT-${10_000_000 + index}`,
    order_id: `ORDER-${10_000_000 + index}`,
    transaction_id: `604b987e-8e51-4470-9a18-${String(index).padStart(12, '0')}`,
    payment_method: 'BANK_TRANSFER' as const,
    payment_channel: 'BCA-POLYTRON',
  };
  const signed = credentials.hashKey + request.external_id + request.order_id;
  return {
    request,
    body: JSON.stringify(request),
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      'x-version': 'v3',
      'x-req-signature': createHash('sha256').update(signed).digest('hex'),
    },
    answer: JSON.stringify({ ...request, transaction_status: 'CANCELED', response_code: '00' }),
  };
});
