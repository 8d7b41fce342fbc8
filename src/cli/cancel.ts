import { createVaClient } from '../client.js';
import { isVaError } from '../errors.js';
import type { CallOptions } from '../perform.js';
import type { CancelRequest } from '../operations.js';
import type { FetchLike, VaClientOptions } from '../options.js';
import type { Terminal } from './terminal.js';

/** Exit codes. 1 is left to crashes of the runtime, so that no crash passes for a refusal. */
export const EXIT = { done: 0, usage: 2, refused: 3, not_sent: 4, unknown: 5 } as const;

/** Cancels, prints the answer (or the error) as JSON and says what it means. @returns the exit code */
export async function runCancel(
  clientOptions: VaClientOptions,
  request: CancelRequest,
  options: CallOptions,
  terminal: Terminal,
): Promise<number> {
  const client = createVaClient(clientOptions);
  try {
    const answer = await client.cancel(request, options);
    terminal.json(answer);
    terminal.say(`done: the virtual account ${request.transaction_id} is cancelled.`);
    return EXIT.done;
  } catch (error) {
    if (!isVaError(error)) throw error;
    terminal.json(error);
    terminal.say(`${error.outcome.replace('_', ' ')}: ${error.message}`);
    return EXIT[error.outcome];
  }
}

const SECRET_HEADERS = ['authorization', 'x-req-signature'];

/** Prints the request that would be sent, secrets masked. Nothing is sent. @returns the exit code */
export async function runDryRun(
  clientOptions: VaClientOptions,
  request: CancelRequest,
  options: CallOptions,
  terminal: Terminal,
): Promise<number> {
  let shown: object | undefined;
  // The real transport up to its last step, so that what is shown is what would be sent.
  const fetch: FetchLike = async (url, { method, headers, body }) => {
    const masked = Object.entries(headers as Record<string, string>).map(([name, value]) => [
      name,
      SECRET_HEADERS.includes(name) ? mask(value) : value,
    ]);
    shown = { method, url, headers: Object.fromEntries(masked), body: JSON.parse(body as string) };
    throw new Error('dry run');
  };
  const code = await runCancel({ ...clientOptions, fetch }, request, options, {
    json: (value) => terminal.json(shown ?? value),
    say: (words) => terminal.say(shown ? 'dry run: nothing was sent; secrets are masked.' : words),
  });
  return shown ? EXIT.done : code;
}

/** Only the scheme and the length stay. */
export function mask(value: string): string {
  const scheme = value.startsWith('Basic ') ? 'Basic ' : '';
  return `${scheme}${'*'.repeat(value.length - scheme.length)}`;
}
