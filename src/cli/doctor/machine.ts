import type { Environment } from '../environment.js';
import { fail, ok, warn, type Check } from './check.js';

/** The Node that runs, and the variables that change what its fetch does. */
export function checkMachine(env: Environment): Check[] {
  return [checkNode(process.versions.node), checkTrust(env), ...checkProxy(env)];
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20) return fail('Node', `is ${version}`, 'Install Node 20 or newer.');
  if (major === 20 && minor < 12)
    return warn('Node', `is ${version}: no --env-from and no colours`, 'Install a newer 20, or 22, or 24.');
  return ok('Node', `is ${version}`);
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
  if (env.NODE_USE_ENV_PROXY === '1' || process.execArgv.includes('--use-env-proxy')) {
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
