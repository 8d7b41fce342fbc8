import { createVaClient, type VaClient } from '../client.js';
import { isVaError } from '../errors.js';
import type { CancelRequest } from '../operations.js';
import type { VaClientOptions } from '../options.js';
import type { ConfirmOptions } from '../confirm.js';
import { asUsage, EXIT, type Result } from './result.js';
import { startProgress, untilInterrupted } from './terminal.js';
import { answerWords, errorWords, type CallName } from './words.js';

/** One call to make. */
export interface Call {
  name: CallName;
  method: Exclude<keyof VaClient, 'api' | 'create' | 'gateway'>;
  clientOptions: VaClientOptions;
  request: CancelRequest;
  options: ConfirmOptions;
}

/** Calls the gateway; its answer or the error is the result. @throws UsageError if an option is wrong */
export async function runCall({ name, method, clientOptions, request, options }: Call): Promise<Result> {
  const client = asUsage(() => createVaClient(clientOptions));
  const { timeoutMs = 30_000, totalMs, retries } = clientOptions;
  // As long as the client will wait: several attempts share totalMs, twice timeoutMs by default.
  const single = !retries && (method === 'cancel' || method === 'inquire');
  const stopProgress = startProgress(process.stderr, single ? timeoutMs : (totalMs ?? 2 * timeoutMs));
  try {
    const answer = await untilInterrupted((signal) => client[method](request, { ...options, signal }));
    return { exitCode: EXIT.done, json: answer, text: (paint) => answerWords(name, answer, paint) };
  } catch (error) {
    if (!isVaError(error)) throw error;
    const text: Result['text'] = (paint) => errorWords(name, error, request, paint);
    return { exitCode: EXIT[error.outcome], json: error, text };
  } finally {
    stopProgress();
  }
}
