/** What can be looked at without the network: Node, the variables that change its fetch, and the command's own. */
import { createVaClient } from '../../client.js';
import { createCredentials } from '../../credentials.js';
import type { VaClientOptions } from '../../options.js';
import { proxyOnTheWay } from '../../runtime.js';
import { CREDENTIALS, readGateway, type Environment } from '../environment.js';
import { witnessNow } from '../../witness.js';
import { spoken } from '../result.js';
import { fail, ok, warn, type Check } from './check.js';

/** The Node that runs, and the variables that change what its fetch does. */
export function checkMachine(env: Environment): Check[] {
  return [checkNode(process.versions.node), checkWitness(), checkTrust(env), ...checkProxy(env)];
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20) return fail('Node', `is ${version}`, 'Install Node 20 or newer.');
  if (major === 20 && minor < 12)
    return warn('Node', `is ${version}: no --env-from and no colours`, 'Install a newer 20, or 22, or 24.');
  return ok('Node', `is ${version}`);
}

function checkWitness(): Check {
  const found = witnessNow();
  if ('undici' in found)
    return ok(
      'witness',
      `undici ${found.undici} of this Node tells what was never written, so that is not sent`,
    );
  return warn(
    'witness',
    `none, for ${found.because}: a failed handshake or a deadline while connecting is unknown`,
    'Look for what sets it: setGlobalDispatcher in code that NODE_OPTIONS or --import loads.',
  );
}

function checkTrust(env: Environment): Check {
  const name = 'certificates';
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const says =
      'are not checked, for NODE_TLS_REJECT_UNAUTHORIZED is 0: anyone on the way can read the secrets';
    return fail(name, says, 'Unset it; NODE_EXTRA_CA_CERTS adds an authority of your own.');
  }
  return ok(
    name,
    `are checked${env.NODE_EXTRA_CA_CERTS ? ', NODE_EXTRA_CA_CERTS adds to the authorities' : ''}`,
  );
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

// Their values are not shown: a proxy's URL may hold a password.
function checkProxy(env: Environment): Check[] {
  const set = PROXIES.filter((name) => env[name]);
  if (set.length === 0) return [];
  const names = set.join(', ');
  if (heedsProxies(env)) {
    return [
      warn(
        'proxy',
        `${names}: fetch may use it, DNS and TLS below go direct`,
        'Believe the row "http" most.',
      ),
    ];
  }
  const todo =
    'If the host is reached only so: NODE_USE_ENV_PROXY=1 (Node 24, or 22.21), else a fetch of your own.';
  return [warn('proxy', `${names} set, but Node's fetch ignores it unless told`, todo)];
}

function heedsProxies({ NODE_USE_ENV_PROXY, NODE_OPTIONS = '' }: Environment): boolean {
  const flags = [...process.execArgv, ...NODE_OPTIONS.split(/\s+/)];
  return NODE_USE_ENV_PROXY === '1' || flags.includes('--use-env-proxy');
}

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
    return fail(name, spoken(refusal.replace(option, 'it')), 'Copy the value again, and nothing around it.');
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
    used = createVaClient({ ...STAND_INS, environment, baseUrl } as VaClientOptions).gateway.baseUrl;
  });
  const name = baseUrl ? 'IFORTEPAY_BASE_URL' : 'IFORTEPAY_ENV';
  if (refusal) return { check: fail(name, spoken(refusal), 'Set IFORTEPAY_ENV to staging or production.') };
  const proxy = used.startsWith('http:') ? proxyOnTheWay(new URL(used)) : undefined;
  if (proxy)
    return { check: fail(name, `requests would go to ${used}, but ${proxy}`, 'Nothing is sent so.') };
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
