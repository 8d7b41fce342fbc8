import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createSender } from '../cases/sender.ts';
import type { RawAnswer } from '../cases/types.ts';
import type { Contract } from '../../spec/contract.ts';
import { toResponse } from '../sandbox/answer.ts';
import type { Tamper } from '../sandbox/answer.ts';
import { createSandbox } from '../sandbox/server.ts';
import type { RequestRecord, SandboxBindings, SandboxServer } from '../sandbox/server.ts';
import { listen } from '../shared/http-server.ts';
import type { WrongSandbox } from './types.ts';

/** One HTTP listener on 127.0.0.1 behind which one sandbox after the other is put. */
export interface Host {
  /** Puts a new sandbox in place, with its own memory, and gives it as if it were served alone. */
  mount: (wrong?: WrongSandbox) => SandboxServer;
  send: ReturnType<typeof createSender>['send'];
  close: () => Promise<void>;
}

type Fetch = (request: Request, env: SandboxBindings['Bindings']) => Promise<Response>;

/** Starts a host whose sandboxes read that contract. */
export async function startHost(contract: Contract): Promise<Host> {
  let current: Fetch = () => Promise.reject(new Error('nothing is mounted'));
  const listener = getRequestListener(
    (request, env) => current(request, env as SandboxBindings['Bindings']),
    { overrideGlobalObjects: false },
  );
  const listening = await listen(createServer(listener));
  const sender = createSender({ baseUrl: listening.url });
  const close = (): Promise<void> => {
    sender.close();
    return listening.close();
  };
  const mount = (wrong: WrongSandbox = {}): SandboxServer => {
    const { checks, remembers } = wrong;
    const tamper: Tamper | undefined = remembers ? (...told) => remembers(state)(...told) : wrong.tamper;
    const altered = wrong.contract?.(structuredClone(contract)) ?? contract;
    const requests: RequestRecord[] = [];
    const { app, state } = createSandbox({
      contract: altered,
      onRequest: (record) => requests.push(record),
      ...(checks && { checks }),
      ...(tamper && { tamper }),
    });
    current = around(wrong, async (request, env) => app.fetch(request, env));
    return { ...listening, state, requests, close: () => Promise.resolve() };
  };
  return { mount, send: sender.send, close };
}

function around({ before, after }: WrongSandbox, inner: Fetch): Fetch {
  const first: Fetch = before ? (request, env) => passOn(before, request, env, inner) : inner;
  return after ? (request, env) => sendRaw(after, request, env, first) : first;
}

async function passOn(
  before: NonNullable<WrongSandbox['before']>,
  request: Request,
  env: SandboxBindings['Bindings'],
  inner: Fetch,
): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const next = before({ headers: new Headers(request.headers), body });
  if ('answer' in next) return toResponse(next.answer);
  const { method, url } = request;
  return inner(new Request(url, { method, headers: next.headers, body: next.body as BodyInit }), env);
}

// Written past the HTTP library, which adds a content type where there is none and joins doubled headers.
async function sendRaw(
  after: NonNullable<WrongSandbox['after']>,
  request: Request,
  env: SandboxBindings['Bindings'],
  inner: Fetch,
): Promise<Response> {
  const response = await inner(request, env);
  const body = Buffer.from(await response.arrayBuffer());
  const answer: RawAnswer = { status: response.status, headers: [...response.headers], body };
  const { status, headers, body: sent } = after(answer);
  env.outgoing.writeHead(status, headers.flat()).end(sent);
  return RESPONSE_ALREADY_SENT;
}
