/**
 * A gateway to cancel many at, of its own: it shares no code with src/, nor with the sandbox. It keeps a journal of what
 * reached it for each virtual account, from which it is judged whether anybody cancelled blindly.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an account is before anybody does anything. */
export type AccountStatus = 'ACTIVE' | 'PAID' | 'EXPIRED' | 'CANCELED' | 'PROCESSING';

/** Something that happened to an account, in the order in which it did. */
export interface JournalEntry {
  what: 'cancel came' | 'canceled' | 'cancel ended' | 'inquiry came' | 'inquiry answered';
  at: number;
  /** Which cancel, or what the inquiry said. */
  which: string;
  /** Milliseconds between the client's last check and the arrival, if the client said so. */
  lag?: number;
}

/** How a request goes wrong. `late`: held, then carried out, long after its client has gone. */
export type Fault = 'drop before' | 'drop after' | 'html after' | 'busy' | 'garbage after' | 'slow' | 'late';

/** The invented credentials that it takes. */
export const CREDENTIALS = {
  merchantId: 'FAKE-MERCHANT-BULK',
  secretUnboundId: 'fake-secret-unbound-bulk',
  hashKey: 'fake-hash-key-bulk',
};

/** Longer than any of a client's own steps takes, shorter than any stop of a process that matters. */
const STALLED_MS = 1_000;

/** What is wrong with what was done to the accounts, by name. Each lists transaction ids. */
export interface GatewayVerdict {
  /** A second cancel came, and nobody had asked since the one before. */
  blind: string[];
  /** A second cancel came after an inquiry, but while the gateway still held the one before: no client can know. */
  heldTooLong: string[];
  /** As `blind`, but the request had stood still between its client's last check and the socket: no engine can know. */
  stalled: string[];
}

/** The gateway. `listen` again after `close` keeps port, accounts and journal. */
export class BulkGateway {
  /** By transaction id. Who is not in here is ACTIVE, unless `unknownIds`. */
  readonly accounts = new Map<string, AccountStatus>();
  readonly journal = new Map<string, JournalEntry[]>();
  credentials: { merchantId: string; secretUnboundId: string; hashKey: string } = { ...CREDENTIALS };
  /** Ids that it does not know. */
  isMissing: (id: string) => boolean = () => false;
  /** Asked for each request; undefined: all is well. */
  fault: (path: string, id: string) => Fault | undefined = () => undefined;
  /** Milliseconds that every request takes. */
  latencyMs = 0;
  /** Milliseconds that `slow` and `late` take. */
  slowMs = 400;
  lateMs = 4_000;
  /** Requests a second that it takes; more are told 429. */
  limit = Infinity;
  keepsJournal = true;
  requests = 0;
  throttled = 0;
  #windowAt = 0;
  #inWindow = 0;
  #cancels = 0;
  #port = 0;
  #server: Server | undefined;
  readonly #late = new Set<Promise<void>>();

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<this> {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Down: nobody listens, and every connection is gone. */
  async close(): Promise<void> {
    const closed = once(this.#server!, 'close');
    this.#server!.close();
    this.#server!.closeAllConnections();
    await closed;
  }

  /** Waits for what it still holds. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late);
  }

  statusOf(id: string): AccountStatus {
    return this.accounts.get(id) ?? 'ACTIVE';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, string>;
    this.requests++;
    const path = request.url!;
    const id = body.transaction_id!;
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    if (this.#isTooMany()) {
      this.throttled++;
      response.setHeader('retry-after', '1');
      return send(response, 429, { response_code: '98', response_message: 'Too many requests' });
    }
    const refusal = this.#refusal(request, body);
    if (refusal) return send(response, 401, refusal);
    const which = path === '/va/cancel' ? String(++this.#cancels) : '';
    const began = Number(request.headers['x-began'] ?? Date.now());
    this.#note(id, path === '/va/cancel' ? 'cancel came' : 'inquiry came', which, Date.now() - began);
    await this.#carryOut(path, id, body, which, response);
  }

  async #carryOut(
    path: string,
    id: string,
    body: Record<string, string>,
    which: string,
    response: ServerResponse,
  ): Promise<void> {
    const isCancel = path === '/va/cancel';
    const end = () => isCancel && this.#note(id, 'cancel ended', which);
    const fault = this.fault(path, id);
    if (fault === 'busy') {
      end();
      response.setHeader('retry-after', '1');
      return send(response, 503, { response_code: '98', response_message: 'Busy' });
    }
    if (fault === 'drop before') {
      end();
      return void response.destroy();
    }
    if (fault === 'slow') await sleep(this.slowMs);
    if (fault === 'late') {
      const held = sleep(this.lateMs).then(() => {
        this.#process(isCancel, id, body);
        end();
      });
      this.#late.add(held);
      void held.then(() => this.#late.delete(held));
      return;
    }
    const answer = this.#process(isCancel, id, body);
    end();
    if (!isCancel)
      this.#note(id, 'inquiry answered', String(answer.transaction_status ?? answer.response_code));
    if (fault === 'drop after') return void response.destroy();
    if (fault === 'html after') return void response.writeHead(502).end('<html>Bad gateway</html>');
    if (fault === 'garbage after') return void response.writeHead(200).end('{"transaction_status":"CANC');
    send(response, answer.response_code === '00' ? 200 : 400, answer);
  }

  #process(isCancel: boolean, id: string, body: Record<string, string>): Record<string, unknown> {
    if (this.isMissing(id)) return { response_code: '02', response_message: 'Data not found' };
    const ids = {
      transaction_id: id,
      external_id: body.external_id,
      order_id: body.order_id,
      payment_method: body.payment_method,
      payment_channel: body.payment_channel,
    };
    const status = this.statusOf(id);
    if (!isCancel) return { ...ids, transaction_status: status, response_code: '00' };
    if (status !== 'ACTIVE') return { response_code: '01', response_message: `Virtual account is ${status}` };
    this.accounts.set(id, 'CANCELED');
    this.#note(id, 'canceled', '');
    return { ...ids, transaction_status: 'CANCELED', response_code: '00' };
  }

  #refusal(request: IncomingMessage, body: Record<string, string>): Record<string, string> | undefined {
    const { merchantId, secretUnboundId, hashKey } = this.credentials;
    const basic = `Basic ${Buffer.from(`${merchantId}:${secretUnboundId}`).toString('base64')}`;
    if (request.headers.authorization !== basic) {
      return { response_code: '04', response_message: 'Unauthorized merchant credential' };
    }
    const signature = createHash('sha256')
      .update(`${hashKey}${body.external_id}${body.order_id}`)
      .digest('hex');
    if (request.headers['x-req-signature'] === signature) return undefined;
    return { response_code: '99', response_message: 'Invalid signature' };
  }

  #isTooMany(): boolean {
    const now = Date.now();
    if (now - this.#windowAt >= 1000) {
      this.#windowAt = now;
      this.#inWindow = 0;
    }
    return ++this.#inWindow > this.limit;
  }

  #note(id: string, what: JournalEntry['what'], which: string, lag = 0): void {
    if (!this.keepsJournal) return;
    const entries = this.journal.get(id);
    const entry = { what, at: Date.now(), which, lag };
    if (entries) entries.push(entry);
    else this.journal.set(id, [entry]);
  }

  /** Reads the journal. */
  verdict(): GatewayVerdict {
    const verdict: GatewayVerdict = { blind: [], heldTooLong: [], stalled: [] };
    for (const [id, entries] of this.journal) {
      let asked = true;
      const open = new Set<string>();
      for (const { what, which, lag = 0 } of entries) {
        if (what === 'inquiry answered') asked = true;
        if (what === 'cancel ended') open.delete(which);
        if (what !== 'cancel came') continue;
        if (!asked) (lag > STALLED_MS ? verdict.stalled : verdict.blind).push(id);
        else if (open.size > 0) verdict.heldTooLong.push(id);
        asked = false;
        open.add(which);
      }
    }
    return verdict;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = '';
  for await (const chunk of request.setEncoding('utf8')) whole += chunk as string;
  return whole;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** An invented account for the gateway, number `n`. */
export function bulkAccount(n: number) {
  return {
    external_id: `FAKE-${n}`,
    order_id: `ORDER-${n}`,
    transaction_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    payment_channel: 'BCA-POLYTRON',
  };
}

/** What a command needs in its environment to call that gateway. */
export const environmentOf = ({ url }: BulkGateway) => ({
  IFORTEPAY_MERCHANT_ID: CREDENTIALS.merchantId,
  IFORTEPAY_SECRET_UNBOUND_ID: CREDENTIALS.secretUnboundId,
  IFORTEPAY_HASH_KEY: CREDENTIALS.hashKey,
  IFORTEPAY_BASE_URL: url,
});
