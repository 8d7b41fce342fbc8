import { Hono } from 'hono';
import type { Context } from 'hono';
import type { NamedAnswer, Tamper } from './answer.ts';
import { behaviour } from './assumptions.ts';
import { allChecksBut } from './checks.ts';
import type { Checks } from './checks.ts';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { requestIds } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { passGates } from './gates.ts';
import { cancel } from './operations/cancel.ts';
import { create } from './operations/create.ts';
import { inquire } from './operations/inquire.ts';
import type { Operation } from './operations/operation.ts';
import { compileRules } from './request-schema.ts';
import { seedMerchants, seedVirtualAccounts } from './seeds.ts';
import { send } from './send.ts';
import type { RequestRecord, SandboxBindings } from './send.ts';
import { createState } from './state.ts';
import type { Merchant, SandboxState, VirtualAccount } from './state.ts';

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

/** What the gateway can do; an operation more is one file more, named here. */
const operations: Operation[] = [cancel, inquire, create];

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
  for (const operation of operations) {
    const { operation: described, rules } = compileRules(contract, operation.operationId);
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
  common: Pick<Exchange, 'checks' | 'state' | 'rules'>,
): Promise<Exchange> {
  const bytes = new Uint8Array(await req.arrayBuffer());
  // A merchant until the Basic gate knows better, for sandboxes whose checks are off.
  const merchant = common.state.merchants[0]!;
  return { ...common, headers: req.raw.headers, bytes, merchant, body: {} };
}

async function answerTo(operation: Operation, exchange: Exchange, tamper?: Tamper): Promise<NamedAnswer> {
  const { name, answer } = passGates(exchange) ?? operation.respond(exchange);
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
