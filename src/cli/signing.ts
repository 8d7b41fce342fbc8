/** The subcommands that need no gateway: `sign` and `verify-callback`. */
import { CallbackError, verifyCallback } from '../callback.js';
import { createCredentials } from '../credentials.js';
import { mask } from './calls.js';
import { CREDENTIALS, readCredentials, type Environment } from './environment.js';
import { readFileOrStdin } from './request.js';
import { printable } from '../redact.js';
import { asUsage, beside, EXIT, spoken, UsageError, wrap, type Result } from './result.js';

/** The options of `sign`. */
export interface SignFlags {
  externalId: string;
  orderId: string;
  reveal?: true;
}

/** The headers that sign a request about these ids, for a curl of one's own; masked unless revealed. */
export async function signCommand(
  { externalId, orderId, reveal }: SignFlags,
  env: Environment,
): Promise<Result> {
  const credentials = asUsage(() => createCredentials(readCredentials(env)));
  // Throws, not rejects, for an id that is empty or half a character: it is checked before anything is hashed.
  const signed = await asUsage(() => credentials.headersFor({ external_id: externalId, order_id: orderId }));
  const shown = Object.entries(signed).map(([name, value]) => [name, reveal ? value : mask(name, value)]);
  const headers = Object.fromEntries([['content-type', 'application/json'], ['x-version', 'v3'], ...shown]);
  return {
    exitCode: EXIT.done,
    json: { revealed: reveal === true, headers },
    text: () => Object.entries(headers).map(asCurl).join('\n'),
    note: reveal ? undefined : 'Masked; --reveal prints the credentials.',
  };
}

function asCurl([name, value]: [string, unknown]): string {
  return `--header '${`${name}: ${value}`.replaceAll("'", `'\\''`)}' \\`;
}

/** The options of `verify-callback`. */
export interface CallbackFlags {
  header: string;
  file: string;
}

/** Whether a callback's signature is right. It vouches for the three ids only, and the result says so. */
export async function verify({ header, file }: CallbackFlags, env: Environment): Promise<Result> {
  const hashKey = env[CREDENTIALS.hashKey];
  if (!hashKey) throw new UsageError(`missing in the environment:\n  ${CREDENTIALS.hashKey}`);
  const body = await readFileOrStdin(
    file,
    (words) => new UsageError(`${file === '-' ? 'stdin' : file}: ${words}`),
  );
  try {
    // A whole line copied out of a log is taken too.
    const signature = header.replace(/^mcp-signature:\s*/i, '').trim();
    const { ids, unverified } = await verifyCallback({ hashKey, signature, body });
    const rows = Object.entries(ids).map(([name, id]) => beside(`  ${name.padEnd(16)}`, printable(id)));
    const caution =
      'The signature covers these ids only, not the status or the amount: confirm those by inquiry before you act.';
    const text: Result['text'] = (paint) =>
      [`${paint('green', 'done')}: the signature is right for`, '', ...rows, '', wrap(caution)].join('\n');
    return { exitCode: EXIT.done, json: { ids, unverified }, text };
  } catch (error) {
    if (error instanceof CallbackError) return refusal(error);
    throw error instanceof TypeError ? new UsageError(spoken(error.message)) : error; // the hash key is wrong
  }
}

function refusal({ code, message }: CallbackError): Result {
  const next =
    code === 'malformed'
      ? 'Pass the body as it came, and the value of the header mcp-signature.'
      : "Is it this merchant's hash key (a sub-merchant has its own), of this environment? If so, do not believe it.";
  const text: Result['text'] = (paint) =>
    `${paint('red', 'refused')}${wrap(`refused: ${message}.`).slice('refused'.length)}\n\n${wrap(next)}`;
  return { exitCode: EXIT.refused, json: { code, outcome: 'refused', message }, text };
}
