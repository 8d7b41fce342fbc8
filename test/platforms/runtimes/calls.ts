/** The calls of the matrix: what each meets, and what is asked of the probe. */
import { tcpAnswer, failure, html, says, success, credentials, echoOf, request } from '../../faults/http.ts';
import { backlogFull, noSuchHost, nobodyListens, redirects, shows, turnBad } from '../../faults/servers.ts';
import { close, inTurn, on, onConnect, pause, reset, send, vanish, type Start } from '../../faults/tcp.ts';
import type { CallRow } from './expected.ts';
import type { CancelTask } from './task.ts';
import { pageVirtualAccount, seedMerchants } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../../contract-tests/sandbox/server.ts';

const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
const { external_id, order_id, transaction_id, payment_channel } = pageVirtualAccount;

/** What the sandbox's first merchant has. */
export const sandboxCredentials = {
  merchantId: merchant_id,
  secretUnboundId: secret_unbound_id,
  hashKey: hash_key,
};

/** Cancels what every new sandbox holds, active. */
export const sandboxRequest = {
  external_id,
  order_id,
  transaction_id,
  payment_method: 'BANK_TRANSFER',
  payment_channel,
} as const;

/** A new sandbox. What it saw are the requests that it answered. */
export const sandbox: Start = async () => {
  const { url, requests, close } = await startSandbox();
  const seen = () => ({ connections: 0, open: 0, requests: requests.length, writtenBytes: 0, strayed: 0 });
  return { baseUrl: url, seen, stop: close };
};

/** Changes of the usual task: the credentials and the request of test/faults, once, createVaClient. */
type Changes = Partial<Omit<CancelTask, 'options'>> & { options?: Partial<CancelTask['options']> };

/** One call, or several in a row. */
export interface RuntimeCall {
  start: Start;
  task?: Changes;
}

/** The usual task at that base URL, with these changes. */
export function taskFor(task: Changes = {}, baseUrl: string): CancelTask {
  const { options, ...rest } = task;
  return {
    kind: 'cancel',
    client: 'createVaClient',
    requests: [request],
    ...rest,
    options: { ...credentials, baseUrl, timeoutMs: 10_000, ...options } as CancelTask['options'],
  };
}

const done = send(tcpAnswer(200, success()));
const cut = send(tcpAnswer(200, '{"response_code":"00",', { 'content-length': 500 }));
const noise = send(({ headers }) => `${echoOf(headers)}\r\n\r\n`);
const plain = tcpAnswer(400, '<h1>The plain HTTP request was sent to HTTPS port</h1>');
const oldTls = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
const clientCertificate = { requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' } as const;
const twice = { requests: [request, request] };
/** Where nothing can be connected; what must be read first has longer. */
const impatient = { options: { timeoutMs: 1_000 } };
const classBased = { client: 'createVirtualAccountApi' } as const;

const unheardOf = { ...sandboxRequest, transaction_id: 'unheard-of' };

function atSandbox({ options, ...rest }: Changes = {}): RuntimeCall {
  const task = { requests: [sandboxRequest], ...rest, options: { ...sandboxCredentials, ...options } };
  return { start: sandbox, task };
}

/** The same server, called https. */
const asHttps =
  (start: Start): Start =>
  async () => {
    const server = await start();
    return { ...server, baseUrl: server.baseUrl.replace('http:', 'https:') };
  };

/** What each call of the matrix meets. */
export const calls: Record<CallRow, RuntimeCall> = {
  'done at the sandbox': atSandbox(),
  'done with the class-based client': atSandbox(classBased),
  'done with signedFetch': atSandbox({ client: 'signedFetch' }),
  'refused: no such virtual account': atSandbox({ requests: [unheardOf] }),
  'refused: a wrong hash key': atSandbox({ options: { hashKey: 'fake-hash-key-of-somebody-else' } }),
  'refused, with the class-based client': atSandbox({ ...classBased, requests: [unheardOf] }),

  'a host name that does not exist': { start: noSuchHost },
  'nobody listens': { start: nobodyListens },
  'nobody listens, with TLS': { start: asHttps(nobodyListens) },
  'a good certificate (the control)': { start: shows('good') },
  'a self-signed certificate': { start: shows('selfSigned') },
  'an expired certificate': { start: shows('expired') },
  "another host's certificate": { start: shows('wrongHost') },
  'a certificate of an unknown issuer': { start: shows('unknownIssuer') },
  'a request that breaks the contract': {
    start: on(done),
    task: { requests: [{ ...request, external_id: 'not allowed' }] },
  },
  'aborted before sending': { start: on(done), task: { abortAfterMs: 0 } },

  'connecting that stalls': { start: backlogFull, task: impatient },
  'aborted while connecting': { start: backlogFull, task: { abortAfterMs: 500 } },
  'a TLS handshake that stalls': { start: asHttps(onConnect()), task: impatient },
  'aborted in the TLS handshake': { start: asHttps(onConnect()), task: { abortAfterMs: 500 } },
  'a TLS handshake that is reset': { start: asHttps(onConnect(pause(30), reset)) },
  'a TLS handshake that is closed': { start: asHttps(onConnect(pause(30), close)) },
  'a TLS alert in the handshake': { start: shows('good', oldTls) },
  'plain HTTP where TLS is expected': { start: asHttps(onConnect(send(plain))) },
  'a missing client certificate, TLS 1.3': { start: shows('good', clientCertificate) },
  'an answer that never comes': { start: on(), task: { options: { timeoutMs: 5_000 } } },
  'aborted while waiting': { start: on(), task: { abortAfterMs: 5_000 } },
  'a reset after the request was read': { start: on(reset) },
  'a close after the request was read': { start: on(close) },
  'TLS that breaks after it was read': {
    start: shows('good', {}, { onRequest: [[(socket) => void socket.destroy()]] }),
  },
  'HTTP 500 with code 98': { start: says(500, failure('98')) },
  'HTTP 502 with HTML': { start: says(502, html) },
  'success cut short': { start: on(cut, pause(50), close) },
  'HTTP 421, which must not be repeated': { start: says(421, html) },
  'a 302 to another origin': { start: redirects(302) },
  'a 307 to another origin': { start: redirects(307) },

  'a connection used again': { start: inTurn([done]), task: twice },
  'used again: reset after it was read': { start: inTurn([done], [reset]), task: twice },
  'used again: closed after it was read': { start: inTurn([done], [close]), task: twice },
  // Who sends again is refused now, and would take the request that was read for one that never left.
  'used again: closed, then nobody listens': { start: inTurn([done], [vanish]), task: twice },
  'used again: closed, then a bad certificate': {
    start: shows('good', {}, { onRequest: [[done], [turnBad]] }),
    task: twice,
  },

  'an answer that echoes every secret': { start: says(403, failure('98')) },
  'noise that echoes every secret': { start: on(noise, close) },
};
