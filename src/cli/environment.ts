import type { CredentialOptions } from '../credentials.js';
import type { VaClientOptions } from '../options.js';

type Environment = Record<string, string | undefined>;

/** Something the user of the command has to correct; shown without a stack, exit code 2. */
export class UsageError extends Error {}

const CREDENTIALS = {
  merchantId: 'IFORTEPAY_MERCHANT_ID',
  secretUnboundId: 'IFORTEPAY_SECRET_UNBOUND_ID',
  hashKey: 'IFORTEPAY_HASH_KEY',
} as const;

/** The credentials in the environment. @throws UsageError naming every variable that is missing */
export function readCredentials(env: Environment, alsoMissing: string[] = []): CredentialOptions {
  const missing = [...Object.values(CREDENTIALS).filter((name) => !env[name]), ...alsoMissing];
  if (missing.length > 0) {
    throw new UsageError(`missing in the environment:\n${missing.map((name) => `  ${name}\n`).join('')}`);
  }
  return {
    merchantId: env[CREDENTIALS.merchantId]!,
    secretUnboundId: env[CREDENTIALS.secretUnboundId]!,
    hashKey: env[CREDENTIALS.hashKey]!,
    subMerchantId: env.IFORTEPAY_SUB_MERCHANT_ID || undefined,
  };
}

/** The client's options from the environment. @throws UsageError naming every variable that is missing */
export function readClientOptions(env: Environment): VaClientOptions {
  const { IFORTEPAY_ENV: environment, IFORTEPAY_BASE_URL: baseUrl } = env;
  const nowhere =
    environment || baseUrl ? [] : ['IFORTEPAY_ENV (staging or production), or IFORTEPAY_BASE_URL'];
  const credentials = readCredentials(env, nowhere);
  // What the two may be, and that they exclude each other, is for the client to say.
  return {
    ...credentials,
    environment: environment || undefined,
    baseUrl: baseUrl || undefined,
  } as VaClientOptions;
}
