import { describe, expect, it } from 'vitest';
import { judgeFailure } from '../../src/runtime.ts';

describe('a failure of fetch', () => {
  const node = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  const bun = (code: string) => Object.assign(new Error('Unable to connect'), { code });

  it.each([
    ['ENOTFOUND', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
    ['ECONNREFUSED', 'connection_refused'],
    ['CERT_HAS_EXPIRED', 'certificate_rejected'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_rejected'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_rejected'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate_rejected'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_rejected'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate_rejected'],
    ['CERT_NOT_YET_VALID', 'certificate_rejected'],
  ])('%s is proof that nothing left, as Node and as Bun show it', (code, expected) => {
    expect(judgeFailure(node(code))).toBe(expected);
    expect(judgeFailure(bun(code))).toBe(expected);
  });

  it.each([
    ['ENOTFOUND', 'getaddrinfo', 'dns_failed'],
    ['EAI_AGAIN', 'getaddrinfo', 'dns_failed'],
    ['ECONNREFUSED', 'connect', 'connection_refused'],
    ['CERT_HAS_EXPIRED', 'any', 'certificate_rejected'],
    ['EHOSTUNREACH', 'connect', 'not_connected'],
    ['ENETUNREACH', 'connect', 'not_connected'],
    ['ETIMEDOUT', 'connect', 'not_connected'],
    ['ECONNRESET', 'connect', 'not_connected'],
    ['UND_ERR_CONNECT_TIMEOUT', undefined, 'not_connected'],
  ])('%s of %s is proof', (code, syscall, expected) => {
    const cause = Object.assign(new Error('x'), { code, syscall });
    expect(judgeFailure(new TypeError('fetch failed', { cause }))).toBe(expected);
  });

  it.each([
    ['ECONNREFUSED', 'read'],
    ['ECONNREFUSED', 'write'],
    ['ENOTFOUND', 'connect'],
    ['EAI_AGAIN', 'connect'],
    ['EHOSTUNREACH', 'read'],
    ['ENETUNREACH', 'write'],
    ['ETIMEDOUT', 'read'],
    ['ECONNRESET', 'read'],
  ])('%s of %s is not the system call that would prove it', (code, syscall) => {
    const cause = Object.assign(new Error('x'), { code, syscall });
    expect(judgeFailure(new TypeError('fetch failed', { cause }))).toBe('connection_failed');
  });

  const refusal = (code: string) => Object.assign(new Error('x'), { code, syscall: 'connect' });
  const each = (...codes: string[]) =>
    new TypeError('fetch failed', {
      cause: Object.assign(new AggregateError(codes.map(refusal)), { code: 'ECONNREFUSED' }),
    });
  it('of a host with several addresses is proof only if every address failed to connect', () => {
    expect(judgeFailure(each('ECONNREFUSED', 'ECONNREFUSED'))).toBe('connection_refused');
    expect(judgeFailure(each('ECONNREFUSED', 'ETIMEDOUT'))).toBe('not_connected');
    expect(judgeFailure(each('EHOSTUNREACH', 'ENETUNREACH'))).toBe('not_connected');
    expect(judgeFailure(each('ECONNREFUSED', 'EPIPE'))).toBe('connection_failed');
    expect(judgeFailure(each())).toBe('connection_failed');
  });

  // As Deno 2.9 says it; measured.
  const deno = (text: string) =>
    new TypeError('x', { cause: new Error(`error sending request for url (https://a.example/va): ${text}`) });
  it.each([
    ['client error (Connect): dns error: failed to lookup address information: …', 'dns_failed'],
    [
      'client error (Connect): tcp connect error: Connection refused (os error 111): Connection refused (os error 111)',
      'connection_refused',
    ],
    ['client error (Connect): invalid peer certificate: Expired', 'certificate_rejected'],
    ['client error (Connect): tls handshake eof', 'not_connected'],
    ['client error (Connect): received fatal alert: ProtocolVersion', 'not_connected'],
    ['client error (Connect): tcp connect error: No route to host (os error 113)', 'not_connected'],
    ['client error (SendRequest): connection closed before message completed', 'connection_failed'],
  ])('Deno: %s', (text, expected) => {
    expect(judgeFailure(deno(text), true)).toBe(expected);
    // With a client of the user's own, Deno may have sent the request before.
    expect(judgeFailure(deno(text), false)).toBe('connection_failed');
    expect(judgeFailure(deno(text))).toBe('connection_failed');
  });

  it('Deno: no permission for the host', () => {
    const refused = Object.assign(new Error('Requires net access to "a.example:443"'), {
      name: 'NotCapable',
    });
    expect(judgeFailure(refused, true)).toBe('not_connected');
    expect(judgeFailure(refused)).toBe('connection_failed');
  });

  it('a port that the Fetch Standard blocks, as this runtime says it', async () => {
    const failure: unknown = await fetch('http://127.0.0.1:9/').catch((error: unknown) => error);
    expect(judgeFailure(failure)).toBe('not_connected');
    expect(judgeFailure(new Error('bad port'))).toBe('connection_failed');
  });

  it.each(['client error (Connect): dns error: failed', 'received fatal alert: CertificateRequired'])(
    'Deno: words without its prefix prove nothing: %s',
    (words) => {
      const cause = new Error(words);
      expect(judgeFailure(new TypeError('x', { cause }), true)).toBe('connection_failed');
    },
  );

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_SOCKET',
    'UND_ERR_HEADERS_TIMEOUT',
    'ERR_SSL_X',
    '',
  ])('%s proves nothing', (code) => {
    expect(judgeFailure(node(code))).toBe('connection_failed');
    expect(judgeFailure(bun(code))).toBe('connection_failed');
  });

  const throwing = Object.defineProperty(new Error('x'), 'code', {
    get() {
      throw new Error('a getter');
    },
  });
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'ECONNREFUSED'],
    ['a number', 7],
    ['a symbol as code', { code: Symbol('ECONNREFUSED') }],
    ['a message that only mentions it', new Error('upstream said ECONNREFUSED')],
    ['a getter that throws', throwing],
    ['a revoked proxy', revoked()],
  ])('%s proves nothing, and breaks nothing', (_, thrown) => {
    expect(judgeFailure(thrown)).toBe('connection_failed');
  });
});

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
