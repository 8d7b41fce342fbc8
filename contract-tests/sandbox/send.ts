import { once } from 'node:events';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { toResponse } from './answer.ts';
import type { Answer, NamedAnswer } from './answer.ts';

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
export async function send(
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
