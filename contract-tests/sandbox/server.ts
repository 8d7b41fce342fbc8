/** The sandbox: a gateway whose checks can be switched off one by one, and a server for it. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { listen } from '../shared/http-server.ts';
import type { Listening } from '../shared/http-server.ts';
import { toResponse } from './answer.ts';
import type { Answer, NamedAnswer, Tamper } from './answer.ts';
import { behaviour } from './assumptions.ts';
import { allChecksBut, passChecks, requestIds } from './checks.ts';
import type { Checks, SandboxExchange } from './checks.ts';
import { sandboxOperations } from './operations.ts';
import type { SandboxOperation } from './operations.ts';
import { rulesOf } from './request-schema.ts';
import { seedMerchants, seedVirtualAccounts } from './seeds.ts';
import { createState } from './state.ts';
import type { Merchant, SandboxState, VirtualAccount } from './state.ts';

/** What was received and answered; nothing secret. */
export interface RequestRecord {
  method: string;
  /** Percent-encoded, as it came. */
  path: string;
  status: number | 'stall' | 'drop';
  response_code?: string;
  /** What the answer is called, see `NamedAnswer`. */
  answer: string;
}

/** The bindings of Hono's Node server: the sockets, for stalling and dropping. */
export type SandboxBindings = { Bindings: HttpBindings };

/** Sends an answer, or stalls, or drops the connection, after telling `onRequest` of it. */
async function send(
  context: Context<SandboxBindings>,
  named: NamedAnswer,
  onRequest: ((record: RequestRecord) => void) | undefined,
): Promise<Response> {
  const { answer } = named;
  const response = toResponse(answer);
  onRequest?.(toRecord(context, named));
  if (!answer.connection) return response;
  const { incoming, outgoing } = context.env;
  if (answer.connection === 'drop') incoming.socket.destroy();
  else await once(outgoing, 'close');
  return RESPONSE_ALREADY_SENT;
}

function toRecord(context: Context<SandboxBindings>, { name, answer }: NamedAnswer): RequestRecord {
  return {
    method: context.req.method,
    // Not context.req.path: that is percent-decoded, and a record may be printed on a terminal.
    path: new URL(context.req.url).pathname,
    status: answer.connection ?? answer.status,
    ...responseCode(answer),
    answer: name,
  };
}

function responseCode({ body }: Answer): { response_code?: string } {
  const code = (body as { response_code?: unknown } | null | undefined)?.response_code;
  return typeof code === 'string' ? { response_code: code } : {};
}

/** Options of a sandbox; without any it is the compliant one, with the seeds. */
export interface SandboxOptions {
  /** A parsed OpenAPI document, to relax or tighten a request rule. Default: spec/openapi.yaml. */
  contract?: Contract;
  merchants?: readonly Merchant[];
  virtualAccounts?: readonly VirtualAccount[];
  /** Checks to switch off. */
  checks?: Partial<Checks>;
  /** Changes what an operation answers. Other paths are not the contract's and are left alone. */
  tamper?: Tamper;
  /** Told of every request, before the answer goes out. */
  onRequest?: (record: RequestRecord) => void;
}

/** A sandbox without a server. Stalling and dropping need the server. */
export interface Sandbox {
  app: Hono<SandboxBindings>;
  state: SandboxState;
}

/**
 * Builds a sandbox. Throws if the contract lacks an operation or holds a request rule that cannot be checked,
 * and a TypeError on an unknown check or unusable seeds.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const state = createState(
    options.merchants ?? seedMerchants,
    options.virtualAccounts ?? seedVirtualAccounts,
  );
  const checks = allChecksBut(options.checks);
  const contract = options.contract ?? readContract();
  const app = new Hono<SandboxBindings>();
  for (const operation of sandboxOperations) {
    const { operation: described, rules } = rulesOf(contract, operation.operationId);
    const common = { checks, state, rules };
    app.on(described.method, described.path, async (context) => {
      const exchange = await readExchange(context, common);
      return send(context, await answerTo(operation, exchange, options.tamper), options.onRequest);
    });
  }
  app.notFound((context) => send(context, unknownRoute(), options.onRequest));
  app.onError((error, context) => send(context, sandboxFault(error), options.onRequest));
  return { app, state };
}

async function readExchange(
  { req }: Context,
  common: Pick<SandboxExchange, 'checks' | 'state' | 'rules'>,
): Promise<SandboxExchange> {
  const bytes = new Uint8Array(await req.arrayBuffer());
  // A merchant until it is known who asks, for sandboxes whose checks are off.
  const merchant = common.state.merchants[0]!;
  return { ...common, headers: req.raw.headers, bytes, merchant, body: {} };
}

async function answerTo(
  operation: SandboxOperation,
  exchange: SandboxExchange,
  tamper?: Tamper,
): Promise<NamedAnswer> {
  const { name, answer } = passChecks(exchange) ?? operation.respond(exchange);
  if (!tamper) return { name, answer };
  const context = { operation: operation.operationId, name, ids: requestIds(exchange) };
  return { name, answer: await tamper(answer, context) };
}

function unknownRoute(): NamedAnswer {
  const status = behaviour.unknown_route.value;
  return {
    name: 'unknown_route',
    answer: { status, headers: { 'content-type': 'text/html' }, body: `<h1>${status}</h1>\n` },
  };
}

/** A fault of the sandbox itself, or of a `tamper`: told apart from every answer of the gateway. */
function sandboxFault(error: Error): NamedAnswer {
  const headers = { 'content-type': 'text/plain' };
  return {
    name: 'sandbox_fault',
    answer: { status: 500, headers, body: `sandbox fault: ${error.message}\n` },
  };
}

/** Options of a sandbox server. */
export interface SandboxServerOptions extends SandboxOptions {
  /** Default 0: any free port. */
  port?: number;
  /** PEM texts; given, the sandbox speaks https. */
  tls?: { key: string; cert: string };
}

/** A sandbox that listens on 127.0.0.1. */
export interface SandboxServer extends Listening {
  state: SandboxState;
  /** What was received so far, oldest first. */
  requests: RequestRecord[];
}

/** Starts a sandbox. Rejects if the port is taken (`code` EADDRINUSE). */
export async function startSandbox(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  const requests: RequestRecord[] = [];
  const onRequest = (record: RequestRecord): void => {
    requests.push(record);
    options.onRequest?.(record);
  };
  const { app, state } = createSandbox({ ...options, onRequest });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = options.tls ? createHttpsServer(options.tls, listener) : createHttpServer(listener);
  return { ...(await listen(server, options.port)), state, requests };
}
