/** Where a run goes, and with what: the environment's settings, and the hosts that may be called. */
import type { Credentials } from '../cases/types.ts';
import { UsageError } from '../shared/command.ts';

export { UsageError };

/** Why a URL must not be called. Its message holds the host, nothing else of the URL. */
export class NotAllowed extends UsageError {}

const staging = ['api-stage.ifortepay.id', 'api-stage.mcpayment.id'];
const loopback = ['127.0.0.1', '[::1]', 'localhost'];

/**
 * Throws `NotAllowed` unless the URL is that of staging over https (both names: gateway page, its SDKs), or of
 * loopback. A list of what is allowed, not of what is not: production has more names than we know.
 */
export function assertAllowed({ protocol, hostname, username, password }: URL): void {
  const isLoopback = loopback.includes(hostname);
  if (!isLoopback && !staging.includes(hostname)) {
    throw new NotAllowed(`${hostname} is not allowed: only ${staging.join(', ')} and loopback are`);
  }
  if (protocol !== 'https:' && !(isLoopback && protocol === 'http:')) {
    throw new NotAllowed(`${hostname} must be called over https`);
  }
  if (username || password) throw new NotAllowed('credentials do not belong in a URL');
}

/** The URL of that text. Throws `NotAllowed` as `assertAllowed` does, and on what is no URL. */
export function allowedUrl(text: string): URL {
  if (!URL.canParse(text)) throw new NotAllowed('it is no URL');
  const url = new URL(text);
  assertAllowed(url);
  return url;
}

/** What a run needs to know. */
export interface StagingSettings {
  baseUrl: string;
  credentials: Credentials;
  /** Path of the JSON file with virtual accounts, if there is one. */
  vasFile?: string;
  /** Whether virtual accounts may be created. */
  create: boolean;
  /** The payment channel of those that are created or made up. */
  channel: string;
  /** At the least this long between two requests. */
  paceMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The host that is called unless told otherwise (gateway page). */
export const DEFAULT_BASE_URL = 'https://api-stage.ifortepay.id';

/** Every variable that is read, for --help and docs/contract-checks.md. */
export const variables: readonly [name: string, says: string][] = [
  ['IFORTEPAY_MERCHANT_ID', 'required'],
  ['IFORTEPAY_SECRET_UNBOUND_ID', 'required'],
  ['IFORTEPAY_HASH_KEY', "required; with a sub-merchant, the sub-merchant's"],
  ['IFORTEPAY_SUB_MERCHANT_ID', 'sent as sub-merchant-id'],
  ['IFORTEPAY_BASE_URL', `default ${DEFAULT_BASE_URL}; other hosts than staging and loopback are refused`],
  ['IFORTEPAY_TEST_VAS', 'path of a JSON file with virtual accounts that may be cancelled'],
  ['IFORTEPAY_TEST_CREATE', '1: create virtual accounts through POST /va (experimental)'],
  ['IFORTEPAY_TEST_CHANNEL', 'payment channel of those; default BCA-POLYTRON'],
  ['IFORTEPAY_TEST_PACE_MS', 'milliseconds between two requests; default 500'],
  ['NODE_EXTRA_CA_CERTS', 'path of a PEM file with an authority to trust too (read by Node)'],
];

/** Reads the settings. Throws a `UsageError` that names all that is missing or wrong, not the first only. */
export function readSettings(env: Environment): StagingSettings {
  const problems: string[] = [];
  const need = (name: string): string => {
    const value = env[name] ?? '';
    if (value.trim() === '') problems.push(`${name} is missing`);
    return value;
  };
  const credentials = {
    merchantId: need('IFORTEPAY_MERCHANT_ID'),
    secretUnboundId: need('IFORTEPAY_SECRET_UNBOUND_ID'),
    hashKey: need('IFORTEPAY_HASH_KEY'),
    ...(env['IFORTEPAY_SUB_MERCHANT_ID'] ? { subMerchantId: env['IFORTEPAY_SUB_MERCHANT_ID'] } : {}),
  };
  const settings = {
    credentials,
    baseUrl: readUrl(env, problems),
    ...readVirtualAccounts(env, problems),
    paceMs: readPace(env, problems),
  };
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return settings;
}

function readUrl(env: Environment, problems: string[]): string {
  const text = env['IFORTEPAY_BASE_URL'] || DEFAULT_BASE_URL;
  try {
    return allowedUrl(text).href;
  } catch (error) {
    problems.push(`IFORTEPAY_BASE_URL: ${(error as Error).message}`);
    return '';
  }
}

function readVirtualAccounts(
  env: Environment,
  problems: string[],
): Pick<StagingSettings, 'vasFile' | 'create' | 'channel'> {
  const { IFORTEPAY_TEST_VAS: vasFile, IFORTEPAY_TEST_CREATE: create = '' } = env;
  if (!['', '0', '1'].includes(create)) problems.push('IFORTEPAY_TEST_CREATE is neither 0 nor 1');
  const channel = env['IFORTEPAY_TEST_CHANNEL'] || 'BCA-POLYTRON';
  return { ...(vasFile ? { vasFile } : {}), create: create === '1', channel };
}

function readPace(env: Environment, problems: string[]): number {
  const text = env['IFORTEPAY_TEST_PACE_MS'] || '500';
  if (!/^\d{1,5}$/.test(text)) problems.push('IFORTEPAY_TEST_PACE_MS is no whole number of milliseconds');
  return Number(text);
}
