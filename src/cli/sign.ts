import { createCredentials } from '../credentials.js';
import { mask } from './dry-run.js';
import { readCredentials, type Environment } from './environment.js';
import { asUsage, EXIT, type Result } from './result.js';

/** The options of `sign`. */
export interface SignFlags {
  externalId: string;
  orderId: string;
  reveal?: true;
}

/** The headers that sign a request about these ids, for a curl of one's own; masked unless revealed. */
export async function sign({ externalId, orderId, reveal }: SignFlags, env: Environment): Promise<Result> {
  const credentials = asUsage(() => createCredentials(readCredentials(env)));
  // Throws, not rejects, for an id that is empty or half a character: it is checked before anything is hashed.
  const signed = await asUsage(() => credentials.headersFor({ external_id: externalId, order_id: orderId }));
  const shown = Object.entries(signed).map(([name, value]) => [name, reveal ? value : mask(name, value)]);
  const headers = Object.fromEntries([['content-type', 'application/json'], ['x-version', 'v3'], ...shown]);
  return {
    exitCode: EXIT.done,
    json: { revealed: reveal === true, headers },
    text: () => Object.entries(headers).map(asCurl).join('\n'),
    ...(reveal ? {} : { note: 'Masked; --reveal prints the credentials.' }),
  };
}

function asCurl([name, value]: [string, unknown]): string {
  return `--header '${`${name}: ${value}`.replaceAll("'", `'\\''`)}' \\`;
}
