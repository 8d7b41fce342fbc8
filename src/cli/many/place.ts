import { createVaClient, type VaClient } from '../../client.js';
import type { LedgerPlace, RunIdentity, WorkOptions } from '../../bulk/index.js';
import { readClientOptions, type Environment } from '../environment.js';
import { printable } from '../../redact.js';
import { asUsage, UsageError } from '../result.js';
import { isUnderNpm } from '../terminal.js';
import { quoted } from '../words.js';
import type { PlaceFlags, SendFlags } from './flags.js';

// What the place is called by.
const PG_VARIABLES = {
  PGHOST: 'host',
  PGPORT: 'port',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGDATABASE: 'database',
} as const;

/** Where the ledger is. An option beats the environment. @throws UsageError if nothing says where */
export function readPlace({ ledger, database }: PlaceFlags, env: Environment): LedgerPlace {
  if (ledger !== undefined && database !== undefined)
    throw new UsageError('--ledger and --database exclude each other; give one');
  if (ledger !== undefined) {
    // In memory it would forget what it sent.
    if (ledger === ':memory:' || ledger === '') throw new UsageError('--ledger must be the path of a file');
    return { ledger };
  }
  const url = database ?? env.IFORTEPAY_DATABASE;
  if (url) return { database: checkedUrl(url) };
  if (env.PGHOST || env.PGDATABASE) {
    // PGSSLMODE, say, pg reads from its process alone.
    for (const name of Object.keys(env)) if (name.startsWith('PG')) process.env[name] ??= env[name];
    const set = Object.entries(PG_VARIABLES).filter(([name]) => env[name]);
    return { database: Object.fromEntries(set.map(([name, option]) => [option, env[name]])) };
  }
  throw new UsageError(
    'where is the run to be remembered? --ledger FILE, or --database postgres://… (or IFORTEPAY_DATABASE, or PGHOST…)',
  );
}

function checkedUrl(url: string): string {
  // The value is not repeated, for it may hold a password.
  if (!/^postgres(ql)?:\/\//.test(url)) throw new UsageError('--database must begin with postgres://');
  return url;
}

/** The place in words, without a password. */
export function placeWords(place: LedgerPlace): string {
  if (place.ledger !== undefined) return printable(place.ledger);
  const { host, database } = typeof place.database === 'string' ? partsOf(place.database) : place.database;
  const of = database ? `, database ${printable(String(database))}` : '';
  return `PostgreSQL at ${printable(String(host || 'localhost'))}${of}`;
}

function partsOf(url: string): { host: string; database: string } {
  const { host = '', pathname = '' } = withoutPassword(url) ?? {};
  return { host, database: pathname.slice(1) };
}

function withoutPassword(text: string): URL | undefined {
  try {
    const url = new URL(text);
    url.password = '';
    url.searchParams.delete('password');
    return url;
  } catch {
    return undefined; // postgres:///name, say, which pg takes
  }
}

/** The options that name the run, for a command that goes on. A password is left out. */
export function placeArgs({ ledger, database, run }: PlaceFlags): string {
  const url = database === undefined ? '' : (withoutPassword(database)?.href ?? 'postgres://…');
  const where = ledger !== undefined ? ` --ledger ${quoted(ledger)}` : url && ` --database ${quoted(url)}`;
  return `${where}${run === 'default' ? '' : ` --run ${quoted(run)}`}`;
}

/** A client for many calls, and what it is bound to. */
export interface BoundClient {
  client: VaClient;
  identity: RunIdentity;
  /** `api-stage.ifortepay.id (staging)`. */
  host: string;
  /** `https://api-stage.ifortepay.id (staging)`. */
  url: string;
}

/**
 * The client of the environment.
 *
 * @throws UsageError naming what is missing; or, at production, that `--production` is
 */
export function readGatewayFor(flags: SendFlags, env: Environment, sends: boolean): BoundClient {
  const client = asUsage(() => createVaClient(readClientOptions(env)));
  const { baseUrl, merchantId, subMerchantId } = client.gateway;
  const url = new URL(baseUrl);
  const production = isProduction(url.hostname);
  if (production && sends && !flags.production)
    throw new UsageError(
      `${url.host} is production: virtual accounts of real payers. Add --production if that is meant. Nothing was sent.`,
    );
  const kind = production ? ' (production)' : isTheirs(url.hostname) ? ' (staging)' : '';
  return {
    client,
    identity: { baseUrl, merchantId, subMerchantId },
    host: `${url.host}${kind}`,
    url: `${baseUrl}${kind}`,
  };
}

const nameOf = (hostname: string) => hostname.toLowerCase().replace(/\.$/, '');
const isTheirs = (hostname: string) => /(^|\.)(ifortepay\.id|mcpayment\.id)$/.test(nameOf(hostname));

/** Every host of the gateway that is not known to be staging: of a new one nobody knows. */
function isProduction(hostname: string): boolean {
  return isTheirs(hostname) && !/^api-stage\./.test(nameOf(hostname));
}

/** The options of the library for these flags. */
export function workOptions(flags: SendFlags, { client }: BoundClient, place: LedgerPlace): WorkOptions {
  const { run, rate, concurrency, timeoutMs, singleUse, acceptNotFound } = flags;
  const { dangerouslyAllowIdsBeyondDocumentedLimits } = flags;
  return {
    ...place,
    client,
    run,
    rate,
    concurrency,
    timeoutMs,
    singleUse,
    acceptNotFound,
    dangerouslyAllowIdsBeyondDocumentedLimits,
  };
}

/**
 * The command that goes on where this one ended: the same again, but nothing is read from stdin or put back a second
 * time, and no password is in it.
 */
export function commandAgain(args: readonly string[]): string {
  const words = args.map((arg) =>
    arg.replace(/postgres(ql)?:\/\/.*/, (url) => withoutPassword(url)?.href ?? 'postgres://…'),
  );
  const retries = words.indexOf('many') !== -1 && words.indexOf('retry') === words.indexOf('many') + 1;
  if (retries) words.splice(words.indexOf('many'), 2, 'cancel-many', '--resume');
  const stdin = words.indexOf('-');
  if (stdin !== -1) words[stdin] = '--resume';
  return command(words.map(quoted).join(' '));
}

/** A command of ours, as it was called: npx has put it into no PATH. */
export const command = (words: string): string => `${isUnderNpm() ? 'npx ' : ''}ifortepay-va ${words}`;
