/** Runs inside each runtime, in the project that has the tarball installed. Imports nothing but the package. */
import {
  basicAuthorization,
  callbackSignature,
  CallbackError,
  createVaClient,
  outcomeOf,
  requestSignature,
  signedFetch,
  vaErrorOf,
  verifyCallback,
  type CancelRequest,
} from 'ifortepay-va';
import { createVirtualAccountApi } from 'ifortepay-va/client';
import type { CancelTask, RuntimeEnding, Reports, Task } from '../task.ts';

/** Does what is asked, with the package as it was installed. */
export async function performTask(task: Task): Promise<Reports[Task['kind']]> {
  if (task.kind === 'who') return whoAmI();
  if (task.kind === 'sign') return sign(task.vectors);
  if (task.kind === 'callback') return verify(task.input);
  const call = clients[task.client](task);
  const endings: RuntimeEnding[] = [];
  for (const request of task.requests) {
    endings.push(await endOf(call, request, task));
    await turn();
  }
  return endings;
}

/**
 * A turn of the event loop. Node's fetch gives a connection back one turn after its answer; a call made at once
 * would take a new one, and here it is to be the same.
 */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Each of them also claims to be a Node, so that comes last. */
function whoAmI(): Reports['who'] {
  const { Deno, Bun, process, navigator } = globalThis as Record<string, any>;
  if (Deno) return { name: 'deno', version: Deno.version.deno };
  if (Bun) return { name: 'bun', version: Bun.version };
  if (navigator?.userAgent === 'Cloudflare-Workers') return { name: 'workerd', version: '' };
  return { name: 'node', version: process.versions.node };
}

function sign(vectors: Extract<Task, { kind: 'sign' }>['vectors']): Promise<Reports['sign']> {
  return Promise.all(
    vectors.map(async (vector) => ({
      authorization: basicAuthorization(vector.merchant_id, vector.secret_unbound_id),
      x_req_signature: await requestSignature(vector.hash_key, vector),
      mcp_signature: await callbackSignature(vector.hash_key, vector),
    })),
  );
}

async function verify(input: Extract<Task, { kind: 'callback' }>['input']): Promise<Reports['callback']> {
  try {
    return { ids: (await verifyCallback(input)).ids };
  } catch (error) {
    return { thrown: error instanceof CallbackError ? `${error.name} ${error.code}` : String(error) };
  }
}

type Cancel = (request: CancelRequest, signal: AbortSignal | undefined) => Promise<unknown>;

const clients: Record<CancelTask['client'], (task: CancelTask) => Cancel> = {
  createVaClient: ({ options }) => {
    const client = createVaClient(options);
    return (request, signal) => client.cancel(request, { signal });
  },
  createVirtualAccountApi: ({ options }) => {
    const api = createVirtualAccountApi(options);
    return (cancelRequest, signal) => api.cancelVirtualAccount({ cancelRequest }, { signal: signal ?? null });
  },
  signedFetch: ({ options }) => {
    const send = signedFetch(options);
    return async (request, signal) => {
      const body = JSON.stringify(request);
      const init = { method: 'POST', body, signal: signal ?? null };
      const response = await send(`${options.baseUrl}/va/cancel`, init);
      if (!response.ok) throw response;
      return response.json();
    };
  },
};

async function endOf(call: Cancel, request: CancelRequest, task: CancelTask): Promise<RuntimeEnding> {
  try {
    return { outcome: 'done', data: await call(request, abortIn(task.abortAfterMs)) };
  } catch (thrown) {
    if (task.print) console.error(thrown, `\n${task.print}`);
    const { code, status } = vaErrorOf(thrown) ?? {};
    return { outcome: outcomeOf(thrown), code, status, texts: textsIn(thrown) };
  }
}

function abortIn(ms: number | undefined): AbortSignal | undefined {
  if (ms === undefined) return undefined;
  return ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms);
}

/** Every text within reach of a value, by whatever its runtime keeps it in: what a log could show of it. */
export function textsIn(root: unknown): string[] {
  const seen = new Set<unknown>();
  const queue: unknown[] = [root];
  const texts = [String(root), asJson(root)];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value === 'string') texts.push(value);
    if (value instanceof Uint8Array) texts.push(new TextDecoder().decode(value));
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) queue.push(String(key), read(value, key));
    if (value instanceof Response) queue.push(value.headers);
    if (value instanceof Headers) queue.push([...value]);
  }
  return texts;
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined; // a getter that wants another `this`
  }
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return ''; // it goes in circles
  }
}

/** How workerd is asked: a task per request. http.ts is for the others. */
export default {
  async fetch(request: Request): Promise<Response> {
    try {
      return Response.json(await performTask((await request.json()) as Task));
    } catch (error) {
      return new Response(String((error as Error).stack), { status: 500 });
    }
  },
};
