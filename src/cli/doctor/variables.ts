import { createCredentials } from '../../credentials.js';
import { readOptions, type VaClientOptions } from '../../options.js';
import { CREDENTIALS, readGateway, type Environment } from '../environment.js';
import { fail, ok, warn, type Check } from './check.js';

const SUB_MERCHANT = 'IFORTEPAY_SUB_MERCHANT_ID';
const GATEWAY = ['IFORTEPAY_ENV', 'IFORTEPAY_BASE_URL'];
const KNOWN: string[] = [...Object.values(CREDENTIALS), SUB_MERCHANT, ...GATEWAY];

// For checking one option at a time by the client's own rules.
const STAND_INS = { merchantId: 'x', secretUnboundId: 'x', hashKey: 'x' };

/** Every variable of the command, and those that look like a misspelt one. */
export function checkVariables(env: Environment): Check[] {
  const credentials = Object.entries(CREDENTIALS).map(([option, name]) =>
    checkCredential(option, name, env[name]),
  );
  const { [SUB_MERCHANT]: subMerchant } = env;
  const others = [...checkSame(env), ...checkUnknown(env)];
  if (!subMerchant) return [...credentials, ok(SUB_MERCHANT, 'not set, right unless you are one'), ...others];
  return [...credentials, checkCredential('subMerchantId', SUB_MERCHANT, subMerchant), ...others];
}

function checkCredential(option: string, name: string, value: string | undefined): Check {
  if (!value) return fail(name, 'is not set', 'Set it, or name the file that does: --env-from .env');
  const refusal = refusalOf(() => createCredentials({ ...STAND_INS, [option]: value }));
  if (refusal)
    return fail(name, refusal.replace(option, 'it'), 'Copy the value again, and nothing around it.');
  const suspicion = SUSPICIONS.find(([pattern]) => pattern.test(value));
  if (suspicion) return warn(name, suspicion[1], suspicion[2]);
  return ok(name, 'set, and well formed');
}

const AGAIN = 'Copy it again from the gateway, unless it really is so.';

const SUSPICIONS: [RegExp, string, string][] = [
  [/^["'`‘’“”]|["'`‘’“”]$/u, 'has a quote at an end', 'Take the quotes away: docker --env-file keeps them.'],
  [/^\s|\s$/u, 'has a blank at an end', 'Take it away.'],
  [/^basic |^bearer /i, 'begins like a header', 'Set the bare value.'],
  [/^\$|^<.*>$|^\{.*\}$/, 'looks like a template that was not filled in', 'Set the real value.'],
  [
    /^(x{3,}|\.{3}|\*{3,}|changeme|change[-_]me|todo|tbd|secret|password|your[-_ ].*|example|placeholder|null|undefined)$/i,
    'looks like a placeholder',
    'Set the real value.',
  ],
  [/\s/u, 'holds a blank inside', AGAIN],
  [/[^ -~]/u, 'holds a character that is not ASCII, perhaps one that cannot be seen', AGAIN],
  [/^(.{0,5}|.{257,})$/, 'is unusually short or long; perhaps not all, or too much, was copied', AGAIN],
];

function checkSame(env: Environment): Check[] {
  const { [CREDENTIALS.secretUnboundId]: secret, [CREDENTIALS.hashKey]: hashKey } = env;
  if (!secret || secret !== hashKey) return [];
  return [
    warn(CREDENTIALS.hashKey, 'is the same as the secret_unbound_id', 'They are two; copy both again.'),
  ];
}

function checkUnknown(env: Environment): Check[] {
  // IFORTEPAY_TEST_… belong to the contract checks, IFORTEPAY_SUB_… to those too.
  const strange = Object.keys(env).filter(
    (name) =>
      /^IFORTEPAY_/i.test(name) && !KNOWN.includes(name) && !/^IFORTEPAY_(TEST|SUB|DREDD)_/.test(name),
  );
  return strange.map((name) =>
    warn(name, 'is no variable of this command', `There are ${KNOWN.join(', ')}.`),
  );
}

/** Where requests go, by the client's own rules: the check, and the base URL if there is one. */
export function checkGateway(env: Environment): { check: Check; baseUrl?: string } {
  const { environment, baseUrl } = readGateway(env);
  let used = '';
  const refusal = refusalOf(() => {
    used = readOptions({ ...STAND_INS, environment, baseUrl } as VaClientOptions).baseUrl;
  });
  const name = baseUrl ? 'IFORTEPAY_BASE_URL' : 'IFORTEPAY_ENV';
  if (refusal) return { check: fail(name, refusal, 'Set IFORTEPAY_ENV to staging or production.') };
  const real = used === 'https://api.ifortepay.id' ? ' (production: real virtual accounts)' : '';
  return { check: ok(name, `requests go to ${used}${real}`), baseUrl: used };
}

function refusalOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
