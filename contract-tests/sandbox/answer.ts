import { refusals } from './assumptions.ts';
import type { RefusalName } from './assumptions.ts';

/** An answer before it is serialised. A string or bytes as body go out as they are, anything else as JSON. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  /** Instead of answering: never answer, or drop the connection. */
  connection?: 'stall' | 'drop';
}

/** An answer and what it is called: a refusal, a script, `canceled`, `created`, or the status inquired. */
export interface NamedAnswer {
  name: string;
  answer: Answer;
}

/** What `tamper` is told about an answer. The ids are as the request had them, empty where it had none. */
export interface AnswerContext {
  operation: string;
  name: string;
  ids: { transaction_id: string; external_id: string; order_id: string };
}

/** Changes an answer on its way out, to make a gateway that answers wrongly. */
export type Tamper = (answer: Answer, context: AnswerContext) => Answer | Promise<Answer>;

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body };
}

/** The refusal or failure of that name. `error` says more, in the member of that name. */
export function refuse(name: RefusalName, error?: string): NamedAnswer {
  const { status, response_code, response_message } = refusals[name].value;
  const body = { response_code, response_message, ...(error === undefined ? {} : { error }) };
  return { name, answer: jsonAnswer(status, body) };
}

/** The response that carries an answer. Throws a RangeError on a status outside 200 to 599. */
export function toResponse({ status, headers, body }: Answer): Response {
  const bodiless = status === 204 || status === 205 || status === 304 || body === undefined;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = raw ? Buffer.from(body as string) : Buffer.from(bodiless ? '' : JSON.stringify(body));
  return new Response(bodiless ? null : bytes, { status, headers });
}
