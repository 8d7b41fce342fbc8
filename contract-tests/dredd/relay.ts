/** Stands between Dredd and the gateway: passes on what was planned, each once, and nothing else. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pairsOf } from '../cases/sender.ts';
import type { RawAnswer, RawRequest } from '../cases/types.ts';
import { listen } from '../shared/http-server.ts';
import type { Listening } from '../shared/http-server.ts';

/** A request that may pass, and who waits for its answer. */
export interface ExpectedRequest {
  key: string;
  request: RawRequest;
  /** Called once, before Dredd has the answer; undefined if the gateway gave none. */
  answered: (answer: RawAnswer | undefined, error?: unknown) => void;
}

/** A relay on 127.0.0.1. */
export interface Relay extends Listening {
  /** Keys of what was passed on, in that order. */
  seen: string[];
  /** What came and was not passed on. Holds nothing secret. */
  refused: string[];
  /** Milliseconds since anything was under way; 0 if something is. */
  idleMs: () => number;
}

/** Every connection has its own (RFC 9110 section 7.6.1), or they are the sender's to add. */
const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'content-length'];

/**
 * Starts a relay. `send` holds the allowed hosts and the pace; it gets the planned request, with which what Dredd
 * sent agrees to the byte, Host, Content-Length and Connection excepted.
 */
export async function startRelay(
  expected: readonly ExpectedRequest[],
  send: (request: RawRequest, key: string) => Promise<RawAnswer>,
): Promise<Relay> {
  const left = [...expected];
  const seen: string[] = [];
  const refused: string[] = [];
  let [busy, since] = [0, Date.now()];
  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const at = left.findIndex(({ request }) => isSame(request, incoming, body));
    const [one] = at < 0 ? [] : left.splice(at, 1);
    if (!one) {
      refused.push(`${incoming.method} ${incoming.url} is not as planned, or came again`);
      response.writeHead(502, { 'content-type': 'text/plain' }).end('not planned\n');
      return;
    }
    seen.push(one.key);
    const answer = await send(one.request, one.key).catch((error: unknown) => one.answered(undefined, error));
    if (!answer) return void response.destroy();
    one.answered(answer);
    const headers = answer.headers.filter(([name]) => !ofConnection.includes(name.toLowerCase()));
    response.sendDate = false;
    response.writeHead(answer.status, headers.flat()).end(answer.body);
  };
  const server = createServer((incoming, response) => {
    busy += 1;
    pass(incoming, response)
      .catch(() => response.destroy())
      .finally(() => {
        busy -= 1;
        since = Date.now();
      });
  });
  const idleMs = (): number => (busy > 0 ? 0 : Date.now() - since);
  return { ...(await listen(server)), seen, refused, idleMs };
}

function isSame(request: RawRequest, { method, url, rawHeaders }: IncomingMessage, body: Buffer): boolean {
  return (
    method === request.method &&
    url === request.path &&
    body.equals(request.body) &&
    listed(pairsOf(rawHeaders)) === listed(request.headers)
  );
}

function listed(headers: readonly [name: string, value: string][]): string {
  const own = headers.filter(([name]) => ![...ofConnection, 'host'].includes(name.toLowerCase()));
  return own
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .sort()
    .join('\n');
}
