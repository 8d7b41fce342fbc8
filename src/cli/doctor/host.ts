import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { BLOCKED } from '../../runtime.js';
import { fail, ok, warn, type Check } from './check.js';

/** Whether the host can be reached, step by step; a failure ends it. Nothing signed is sent. */
export async function checkHost(baseUrl: string, timeoutMs: number): Promise<Check[]> {
  const url = new URL(baseUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const checks: Check[] = [];
  const steps = [() => checkDns(host, timeoutMs), () => checkTcp(host, port, timeoutMs)];
  if (url.protocol === 'https:') steps.push(() => checkTls(host, port, timeoutMs));
  steps.push(() => checkClock(baseUrl, timeoutMs));
  for (const step of steps) {
    const check = await step();
    checks.push(check);
    if (check.state === 'FAIL') break;
  }
  return checks;
}

async function checkDns(host: string, timeoutMs: number): Promise<Check> {
  if (isIP(host)) return ok('DNS', `not needed for ${host}`);
  try {
    const addresses = await within(lookup(host, { all: true }), timeoutMs);
    return ok('DNS', `${host} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    return fail('DNS', `${host}: ${reason(error)}`, 'Check the name, and the network of this machine.');
  }
}

async function checkTcp(host: string, port: number, timeoutMs: number): Promise<Check> {
  const socket = connectTcp({ host, port });
  try {
    await within(once(socket, 'connect'), timeoutMs);
    return ok('TCP', `port ${port} answers`);
  } catch (error) {
    return fail(
      'TCP',
      `port ${port}: ${reason(error)}`,
      'Check the port, a firewall, a proxy, or who listens.',
    );
  } finally {
    socket.destroy();
  }
}

const DAY_MS = 86_400_000;

async function checkTls(host: string, port: number, timeoutMs: number): Promise<Check> {
  const socket: TLSSocket = connectTls({ host, port, servername: isIP(host) ? '' : host });
  try {
    await within(once(socket, 'secureConnect'), timeoutMs);
    const ends = new Date(socket.getPeerCertificate().valid_to);
    const days = Math.floor((ends.getTime() - Date.now()) / DAY_MS);
    const says = `certificate good until ${ends.toISOString().slice(0, 10)}`;
    if (days >= 14) return ok('TLS', says);
    return warn('TLS', `${says}, ${days} days left`, 'Nothing yet; the host should renew it.');
  } catch (error) {
    const todo =
      'Check the host and the clock. Do not switch the check off; NODE_EXTRA_CA_CERTS adds an authority.';
    return fail('TLS', reason(error), todo);
  } finally {
    socket.destroy();
  }
}

const MOST_SKEW_S = 300;

/** One HEAD without credentials: whether HTTP gets through, and what time it is there. */
async function checkClock(baseUrl: string, timeoutMs: number): Promise<Check> {
  try {
    const init = { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) } as const;
    const { status, headers } = await fetch(`${baseUrl}/`, init);
    const there = Date.parse(headers.get('date') ?? '');
    const says = `answers (HTTP ${status} to an unsigned HEAD)`;
    if (Number.isNaN(there)) return ok('http', `${says}; it does not tell the time`);
    const skew = Math.round(Math.abs(Date.now() - there) / 1000);
    if (skew <= MOST_SKEW_S) return ok('http', `${says}; the clocks agree`);
    const todo = 'Set the clock: requests carry no time, but certificates and expired_time depend on it.';
    return warn('http', `${says}; this clock is off by ${skew} s`, todo);
  } catch (error) {
    const words = reason(error);
    const todo =
      words === BLOCKED
        ? 'fetch sends nothing to this port, whoever listens there: choose another.'
        : 'Something in between, or the host, does not speak HTTP here.';
    return fail('http', words, todo);
  }
}

function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The system's code and its words, of the innermost cause. */
function reason(error: unknown): string {
  const { cause, errors, code, message, name } = error as Error & { code?: string; errors?: unknown[] };
  if (name === 'TimeoutError') return 'no answer in time';
  if (errors?.[0]) return reason(errors[0]);
  if (cause) return reason(cause);
  return code && !message.includes(code) ? `${message} (${code})` : message;
}
