import { readFileSync } from 'node:fs';
import * as util from 'node:util';
import type { CredentialOptions } from '../credentials.js';
import type { VaClientOptions } from '../options.js';
import { UsageError } from './result.js';

/** Variables by name. */
export type Environment = Record<string, string | undefined>;

/** A file's bytes in UTF-8: PowerShell writes UTF-16, which begins with a mark, or with half of an ASCII character. */
export function asUtf8(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  if (bytes.length < 2 || !(isLittle || isBig)) return bytes;
  return new TextEncoder().encode(new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes));
}

/** The variables that hold the credentials, by the client's option. */
export const CREDENTIALS = {
  merchantId: 'IFORTEPAY_MERCHANT_ID',
  secretUnboundId: 'IFORTEPAY_SECRET_UNBOUND_ID',
  hashKey: 'IFORTEPAY_HASH_KEY',
} as const;

/**
 * The process's variables, and beneath them those of `--env-from`. Not called `--env-file`: Node looks for that one
 * in the arguments of scripts too, and ends with its own words and code 9 if the file is missing.
 *
 * @throws UsageError naming the file
 */
export function readEnvironment(envFrom: string | undefined): Environment {
  if (envFrom === undefined) return process.env;
  if (!util.parseEnv) throw new UsageError('--env-from needs Node 20.12 or newer');
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(envFrom);
  } catch (error) {
    throw new UsageError(`--env-from ${envFrom} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  // Without the mark of its encoding, if it has one.
  return { ...util.parseEnv(new TextDecoder().decode(asUtf8(bytes))), ...process.env };
}

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

/** Where to send to. What the two may be, and that they exclude each other, is for the client to say. */
export function readGateway({ IFORTEPAY_ENV, IFORTEPAY_BASE_URL }: Environment) {
  return { environment: IFORTEPAY_ENV || undefined, baseUrl: IFORTEPAY_BASE_URL || undefined };
}

/** The client's options from the environment. @throws UsageError naming every variable that is missing */
export function readClientOptions(env: Environment): VaClientOptions {
  const gateway = readGateway(env);
  const nowhere =
    gateway.environment || gateway.baseUrl
      ? []
      : ['IFORTEPAY_ENV (staging or production), or IFORTEPAY_BASE_URL'];
  return { ...readCredentials(env, nowhere), ...gateway } as VaClientOptions;
}
