/**
 * What stands before Prism in `make mock`, for what Prism says badly: a wish that cannot be met is told which there are,
 * a 400 says what was really wrong, a body that is no JSON is answered, and an answer may be slow.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { examplesOf, operationsOf, readContract, statusesOf, type Operation } from '../../spec/contract.ts';
import { listen, type Listening } from '../shared/http-server.ts';

/** Where it listens, and how slow it is. */
export interface FrontOptions {
  /** Prism. */
  mockUrl: string;
  /** Default: a free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Milliseconds before every answer. Default 0; `Prefer: wait=2` asks for seconds (RFC 7240 section 4.3). */
  delayMs?: number;
}

const LONGEST_WAIT_MS = 600_000;
const contract = readContract();
const operations = operationsOf(contract);

/** Starts the front of a mock that listens already. */
export function startFront({ mockUrl, port, host, delayMs = 0 }: FrontOptions): Promise<Listening> {
  const server = createServer((request, response) => {
    answer(request, response, mockUrl, delayMs).catch((error: Error) =>
      write(response, 502, problem(502, 'FRONT_FAILED', error.message)),
    );
  });
  return listen(server, port, host);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  mockUrl: string,
  delayMs: number,
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const body = await buffer(request);
  const operation = operations.find((each) => each.method === method && each.path === url.split('?')[0]);
  const wishes = wishesOf(request.headers.prefer?.toString() ?? '');
  const wait = Math.max(delayMs, Math.min(LONGEST_WAIT_MS, Number(wishes.get('wait') ?? 0) * 1000 || 0));
  if (wait > 0) await sleep(wait);
  const unmet = operation && unmetWish(operation, wishes);
  if (unmet) return write(response, 422, problem(422, 'NO_SUCH_EXAMPLE', unmet), request.headers.origin);
  const isBroken = operation && body.length > 0 && !isJson(body);
  // On what is no JSON Prism would hang for good: it is asked for the answer to a body that lacks everything.
  const asked = await ask(
    mockUrl + url,
    method,
    headersFor(request, wishes),
    isBroken ? Buffer.from('{}') : body,
  );
  const words = isBroken ? 'the body is not JSON' : violationsIn(asked.headers.get('sl-violations'));
  pass(response, asked, await said(asked, words));
}

/** The preferences of the header, whether `,` or `;` stands between them (Prism reads the comma only). */
function wishesOf(prefer: string): Map<string, string> {
  const pairs = [...prefer.matchAll(/([\w-]+)\s*=\s*"?([^",;\s]*)"?/g)];
  return new Map(pairs.map(([, name, value]) => [name!.toLowerCase(), value!]));
}

/** What is wrong with the wish for an example, and which there are; undefined if it can be met. */
function unmetWish(operation: Operation, wishes: Map<string, string>): string | undefined {
  const [code, example] = [wishes.get('code'), wishes.get('example')];
  if (example === undefined) return undefined;
  const statuses = statusesOf(contract, operation);
  const known = statuses.flatMap((status) =>
    examplesOf(contract, operation, status).map(({ name }) => ({ status, name })),
  );
  const status = code === undefined ? '200' : statuses.includes(code) ? code : 'default';
  if (known.some((each) => each.name === example && each.status === status)) return undefined;
  const there = known.map(
    (each) => `code=${each.status === 'default' ? '429' : each.status}, example=${each.name}`,
  );
  const under = code === undefined ? 'without a code that is of 200' : `for code=${code}`;
  return `${operation.id} has no example ${example} ${under}. There are: ${there.join('; ')}`;
}

const NOT_PASSED_ON = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'prefer',
  'keep-alive',
];

function headersFor({ headers }: IncomingMessage, wishes: Map<string, string>): Headers {
  const passed = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (!NOT_PASSED_ON.includes(name)) passed.set(name, String(value));
  }
  const prefer = ['code', 'example', 'dynamic'].filter((name) => wishes.has(name));
  if (prefer.length > 0) passed.set('prefer', prefer.map((name) => `${name}=${wishes.get(name)}`).join(', '));
  return passed;
}

function ask(url: string, method: string, headers: Headers, body: Buffer): Promise<Response> {
  const mayHaveBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  return fetch(url, {
    method,
    headers,
    redirect: 'manual',
    ...(mayHaveBody && { body: new Uint8Array(body) }),
  });
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

/** What Prism found, in a sentence: its header `sl-violations`. */
function violationsIn(header: string | null): string | undefined {
  if (header === null) return undefined;
  const found = JSON.parse(header) as { message: string }[];
  return found
    .map(({ message }) => message.replace(/^Request (body |header )?(property |parameter )?/, ''))
    .join('; ');
}

/** The answer's body; where it has words about what was wrong, the right ones. */
async function said(asked: Response, words: string | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(await asked.arrayBuffer());
  if (words === undefined || asked.status !== 400) return bytes;
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  return 'error' in body ? new TextEncoder().encode(JSON.stringify({ ...body, error: words })) : bytes;
}

function pass(response: ServerResponse, { status, headers }: Response, body: Uint8Array): void {
  for (const [name, value] of headers) {
    if (
      !['connection', 'keep-alive', 'content-length', 'transfer-encoding', 'content-encoding'].includes(name)
    )
      response.setHeader(name, value);
  }
  response.writeHead(status).end(body);
}

function problem(status: number, name: string, detail: string): object {
  return {
    type: `https://stoplight.io/prism/errors#${name}`,
    title: "The mock's own answer",
    status,
    detail,
  };
}

function write(response: ServerResponse, status: number, body: object, origin = '*'): void {
  const headers = { 'content-type': 'application/problem+json', 'access-control-allow-origin': origin };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
