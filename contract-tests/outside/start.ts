/** Starts one of the ordinary gateways, as a program of its own, and what may stand in front of it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { pairsOf } from '../cases/sender.ts';
import type { RawAnswer, RawRequest, VaIds } from '../cases/types.ts';
import { listen } from '../shared/http-server.ts';
import type { Listening } from '../shared/http-server.ts';
import type { GivenVa, VaState } from '../staging/accounts.ts';
import { toolNode } from '../shared/processes.ts';

/** The three, each on a stack of its own. */
export const gateways = ['express.js', 'fastify.js', 'gateway.py'] as const;

/** The file of an ordinary gateway. */
export type GatewayFile = (typeof gateways)[number];

/** What a gateway is told to do otherwise than the contract guesses or states. Its own switches, no code of ours. */
export interface Setup {
  /** Status and response code by refusal: parameter, credentials, signature, unknown, closed. */
  answers?: Record<string, [status: number, code: string]>;
  /** What a second cancel is answered with. */
  twice?: '00';
  /** Checks that are not made: version, type, credentials, signature. */
  skip?: string[];
  /** Rules of members that are otherwise, in the words of that gateway. */
  rules?: Record<string, object>;
  /** The lie that it tells: each knows one. */
  lie?: true;
}

/** What stands in front of a gateway, `n` counting requests from 1. */
export interface GatewayFront {
  /** Answers in its place, or drops the connection. */
  instead?: (request: RawRequest, n: number) => RawAnswer | 'drop' | undefined;
  request?: (request: RawRequest) => RawRequest;
  /** `cut`: it breaks off. */
  answer?: (answer: RawAnswer, request: RawRequest) => RawAnswer | 'cut';
}

/** A gateway that listens. */
export interface Started {
  url: string;
  given: GivenVa[];
  credentials: { merchantId: string; secretUnboundId: string; hashKey: string };
  close: () => Promise<void>;
}

const credentials = {
  merchantId: 'FAKE-MERCHANT',
  secretUnboundId: 'fake-secret:unbound',
  hashKey: 'fake-hash-key',
};

/** Starts a gateway with so many active virtual accounts, and one paid, one expired, one cancelled. */
export async function startGateway(
  which: GatewayFile,
  setup: Setup = {},
  front?: GatewayFront,
  active = 12,
): Promise<Started> {
  const states = [...Array<VaState>(active).fill('active'), 'paid', 'expired', 'canceled'] as VaState[];
  const given = active === 0 ? [] : states.map((state): GivenVa => ({ state, va: makeAccount() }));
  const told = {
    ...setup,
    merchant: credentials.merchantId,
    secret: credentials.secretUnboundId,
    hashKey: credentials.hashKey,
    accounts: given.map(({ state, va }) => ({ ...va, status: state.toUpperCase() })),
  };
  const file = fileURLToPath(new URL(`gateways/${which}`, import.meta.url));
  const program = which.endsWith('.py') ? 'python3' : toolNode();
  const child = spawn(program, [file, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), exited.then(() => undefined)]);
  if (!first) throw new Error(`${which} does not start: npm ci --prefix contract-tests/outside/gateways`);
  const own = `http://127.0.0.1:${Number(String(first[0]))}`;
  const relay = front && (await startFront(own, front));
  return {
    url: relay?.url ?? own,
    given,
    credentials,
    close: async () => {
      await relay?.close();
      child.kill();
      await exited;
    },
  };
}

function makeAccount(): VaIds {
  return {
    external_id: randomUUID(),
    order_id: randomUUID().slice(0, 24),
    transaction_id: randomUUID(),
    payment_method: 'BANK_TRANSFER',
    payment_channel: 'BCA',
  };
}

function startFront(target: string, front: GatewayFront): Promise<Listening> {
  let n = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      n += 1;
      const headers = pairsOf(incoming.rawHeaders).map(([name, value]): [string, string] => [
        name.toLowerCase(),
        value,
      ]);
      const raw: RawRequest = {
        method: incoming.method ?? 'POST',
        path: incoming.url ?? '/',
        headers: headers.filter(([name]) => !['host', 'content-length', 'connection'].includes(name)),
        body: Buffer.concat(chunks),
      };
      const instead = front.instead?.(raw, n);
      if (instead === 'drop') return void incoming.socket.destroy();
      const sent = front.request?.(raw) ?? raw;
      const own = instead ?? (await pass(target, sent));
      const answer = instead ? own : (front.answer?.(own, raw) ?? own);
      if (answer === 'cut') {
        outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' });
        return void outgoing.write('{', () => incoming.socket.destroy());
      }
      outgoing.writeHead(answer.status, answer.headers.flat()).end(answer.body);
    })().catch(() => incoming.socket.destroy());
  });
  return listen(server);
}

function pass(target: string, { method, path, headers, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const flat = [['Host', new URL(target).host], ...headers, ['Content-Length', String(body.length)]].flat();
    const sent = httpRequest(new URL(path, target), { method, headers: flat }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const kept = pairsOf(answer.rawHeaders).filter(
          ([name]) => !/^(content-length|connection|keep-alive|transfer-encoding)$/i.test(name),
        );
        resolve({ status: answer.statusCode ?? 0, headers: kept, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject).end(body);
  });
}
