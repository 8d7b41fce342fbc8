import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawAnswer, RawRequest } from './types.ts';

/** Where and how to send. */
export interface SenderOptions {
  baseUrl: string;
  /** PEM text of the authority to trust instead of the usual ones. */
  ca?: string;
  /** At the least this long between the starts of two requests. Default 0. */
  paceMs?: number;
  /** For the whole exchange. Default 30 000. */
  timeoutMs?: number;
  /** Sees the URL of every request before anything is sent; what it throws, `send` rejects with. */
  guard?: (url: URL) => void;
}

/**
 * Sends requests exactly as they are, one connection kept alive unless the other side was seen to close it meanwhile.
 * Follows no redirect, repeats nothing.
 */
export interface Sender {
  /** Rejects on any failure to get a whole answer: refused, reset, late, broken off, or longer than a megabyte. */
  send: (request: RawRequest) => Promise<RawAnswer>;
  close: () => void;
}

const MAX_BYTES = 1_000_000;

/** An answer that is not read to its end: longer than a megabyte, or broken off before its own end. */
export class AnswerNotWhole extends Error {
  readonly why: 'too long' | 'broken off';
  /** Its status and headers, without a body. */
  readonly answer: RawAnswer;
  constructor(why: AnswerNotWhole['why'], answer: RawAnswer, cause?: unknown) {
    super(why === 'too long' ? `The answer is longer than ${MAX_BYTES} bytes` : 'The answer breaks off', {
      cause,
    });
    this.why = why;
    this.answer = answer;
  }
}

/** A sender to that base URL. `fetch` would not do: it adds, merges and refuses headers. */
export function createSender({ baseUrl, ca, paceMs = 0, timeoutMs = 30_000, guard }: SenderOptions): Sender {
  const base = new URL(baseUrl);
  const secure = base.protocol === 'https:';
  const agentOf = (keepAlive: boolean): HttpAgent =>
    secure ? new HttpsAgent({ keepAlive, ca }) : new HttpAgent({ keepAlive });
  let agent = agentOf(true);
  let turn: Promise<unknown> = Promise.resolve();
  const exchange = (request: RawRequest): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      const open = secure ? httpsRequest : httpRequest;
      const signal = AbortSignal.timeout(timeoutMs);
      const options = { agent, method: request.method, signal };
      const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
      guard?.(url);
      const sent = open(url, { ...options, headers: wireHeaders(request, base.host) }, (answer) => {
        read(answer).then(resolve, reject);
      });
      sent.on('error', (error) => {
        // Closed while it was idle: with another that soon closes what is idle it would be so again and again.
        if (sent.reusedSocket && !signal.aborted) agent = agentOf(false);
        reject(error);
      });
      sent.end(request.body);
    });
  return {
    send: async (request) => {
      const mine = turn;
      turn = paceMs > 0 ? mine.then(() => sleep(paceMs)) : turn;
      await mine;
      return exchange(request);
    },
    close: () => agent.destroy(),
  };
}

// An array is sent as it stands: doubled names, their letter case and order kept, nothing added.
function wireHeaders({ headers, body }: RawRequest, host: string): string[] {
  return [['Host', host], ...headers, ['Content-Length', String(body.length)]].flat();
}

/** Headers as Node hands them over raw, in pairs. */
export function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const names = rawHeaders.filter((_, i) => i % 2 === 0);
  return names.map((name, i) => [name, rawHeaders[2 * i + 1]!]);
}

async function read(answer: IncomingMessage): Promise<RawAnswer> {
  const { rawHeaders, statusCode = 0 } = answer;
  const head = { status: statusCode, headers: pairsOf(rawHeaders) };
  const chunks: Buffer[] = [];
  let length = 0;
  const nothing = { ...head, body: Buffer.of() };
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) throw new AnswerNotWhole('too long', nothing);
    }
  } catch (error) {
    // The deadline is no word of the answer's.
    const { name } = error as Error;
    if (error instanceof AnswerNotWhole || name === 'TimeoutError' || name === 'AbortError') throw error;
    throw new AnswerNotWhole('broken off', nothing, error);
  }
  return { ...head, body: Buffer.concat(chunks) };
}
