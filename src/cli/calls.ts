import { createVaClient } from '../client.js';
import { isVaError } from '../errors.js';
import type { CancelRequest } from '../operations.js';
import type { ConfirmOptions, VaClientOptions } from '../options.js';
import type { FetchLike } from '../runtime.js';
import { asUsage, EXIT, spoken, type Result } from './result.js';
import { startProgress, untilInterrupted } from './terminal.js';
import { answerWords, errorWords, type CallName } from './words.js';

/** One call to make. */
export interface CommandCall {
  name: CallName;
  method: 'cancel' | 'inquire' | 'confirm' | 'cancelAndConfirm';
  clientOptions: VaClientOptions;
  request: CancelRequest;
  options: ConfirmOptions;
}

/** Calls the gateway; its answer or the error is the result. @throws UsageError if an option is wrong */
export async function runCall({
  name,
  method,
  clientOptions,
  request,
  options,
}: CommandCall): Promise<Result> {
  const client = asUsage(() => createVaClient(clientOptions));
  const { timeoutMs = 30_000, totalTimeoutMs, maxRetries } = clientOptions;
  // As long as the client will wait: several attempts share totalTimeoutMs, twice timeoutMs by default.
  const single = !maxRetries && (method === 'cancel' || method === 'inquire');
  const longest = Math.ceil((single ? timeoutMs : (totalTimeoutMs ?? 2 * timeoutMs)) / 1000);
  const stopProgress = startProgress(
    process.stderr,
    (seconds) => `waiting for the gateway, ${seconds} s of ${longest} s`,
  );
  try {
    const answer = await untilInterrupted((signal) => client[method](request, { ...options, signal }));
    return { exitCode: EXIT.done, json: answer, text: (paint) => answerWords(name, answer, paint) };
  } catch (error) {
    if (!isVaError(error)) throw error;
    const text: Result['text'] = (paint) => errorWords(name, error, request, paint);
    const json = { ...error.toJSON(), message: spoken(error.message) };
    return { exitCode: EXIT[error.outcome], json, text };
  } finally {
    stopProgress();
  }
}

const SECRET_HEADERS = ['authorization', 'x-req-signature'];

interface Shown {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Shows the first request that the call would send, secrets masked, and sends nothing. */
export async function runDry(call: CommandCall): Promise<Result> {
  let shown: Shown | undefined;
  // The real transport up to its last step, so that what is shown is what would be sent.
  const fetch: FetchLike = async (url, { method = '', headers, body }) => {
    shown = { method, url, headers: maskAll(headers as Shown['headers']), body: JSON.parse(body as string) };
    throw new Error('dry run');
  };
  const method = call.name === 'cancel' ? 'cancel' : 'inquire';
  const { singleUse: _, ...options } = call.options;
  const clientOptions = { ...call.clientOptions, maxRetries: 0, fetch };
  const result = await runCall({ ...call, method, options, clientOptions });
  if (!shown) return result;
  const request = shown;
  return {
    exitCode: EXIT.done,
    json: { dryRun: true, ...request },
    text: () => asHttp(request),
    note: 'dry run: nothing was sent; secrets are masked.',
  };
}

function maskAll(headers: Record<string, string>): Record<string, string> {
  const masked = Object.entries(headers).map(([name, value]) => [name, mask(name, value)]);
  return Object.fromEntries(masked);
}

/** Only the scheme of a secret header stays, not even its length; other headers stay as they are. */
export function mask(name: string, value: string): string {
  if (!SECRET_HEADERS.includes(name)) return value;
  return value.startsWith('Basic ') ? 'Basic ********' : '********';
}

function asHttp({ method, url, headers, body }: Shown): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, '', JSON.stringify(body, null, 2)].join('\n');
}
