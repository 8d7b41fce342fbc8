import { describe, expect, it } from 'vitest';
import { judgeFailure } from '../../src/outcome.ts';

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
  ])('%s is proof that nothing left, as Node and as Bun show it', (code, expected) => {
    expect(judgeFailure(node(code))).toBe(expected);
    expect(judgeFailure(bun(code))).toBe(expected);
  });

  it('Bun has a word of its own for a refused connection', () => {
    expect(judgeFailure(bun('ConnectionRefused'))).toBe('connection_refused');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'ERR_SSL_X', ''])(
    '%s proves nothing',
    (code) => {
      expect(judgeFailure(node(code))).toBe('connection_failed');
      expect(judgeFailure(bun(code))).toBe('connection_failed');
    },
  );

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
