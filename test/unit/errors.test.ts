import { describe, expect, it } from 'vitest';
import { isVaError, VaError, outcomeOf, vaErrorOf } from '../../src/errors.ts';
import { callbackSignature } from '../../src/credentials.ts';

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('isVaError', () => {
  it('knows an error of another copy of this package by its registered symbol', () => {
    expect(isVaError({ [Symbol.for('ifortepay-va.VaError')]: true })).toBe(true);
    expect(isVaError({ [Symbol.for('ifortepay-va.VaError')]: 'yes' })).toBe(false);
  });

  it.each([undefined, null, 0, 'VaError', Symbol('x'), new Error('x'), { name: 'VaError' }, revoked])(
    'is false, not undefined, of anything else (%#)',
    (value) => {
      expect(isVaError(value === revoked ? revoked() : value)).toBe(false);
    },
  );
});

describe('a VaError', () => {
  it('has a cause only if there is one', () => {
    expect(Object.hasOwn(new VaError('timeout', 'x'), 'cause')).toBe(false);
    const cause = new Error('underneath');
    expect(new VaError('timeout', 'x', { cause })).toHaveProperty('cause', cause);
  });

  it('has no member for a detail that is not known', () => {
    const error = new VaError('timeout', 'x', { status: undefined, attemptId: 'fake-id' });
    expect(Object.keys(error).sort()).toEqual(['attemptId', 'code', 'name', 'outcome']);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'VaError',
      message: 'x',
      code: 'timeout',
      outcome: 'unknown',
      attemptId: 'fake-id',
    });
  });

  it('cannot be changed in what it says', () => {
    const error = new VaError('timeout', 'x', { status: 504 });
    expect(() => Object.assign(error, { status: 200 })).toThrow(TypeError);
  });
});

describe('vaErrorOf', () => {
  const wrapped = (levels: number): unknown =>
    levels === 0 ? new VaError('timeout', 'x') : new Error('around', { cause: wrapped(levels - 1) });

  it('looks through seven wrappings, and no further', () => {
    expect(vaErrorOf(wrapped(7))?.code).toBe('timeout');
    expect(vaErrorOf(wrapped(8))).toBeUndefined();
  });

  it.each([undefined, null, 'text', 7, new Error('x'), new Response(), revoked])(
    'finds nothing in what is not ours (%#)',
    (given) => {
      const value = given === revoked ? revoked() : given;
      expect(vaErrorOf(value)).toBeUndefined();
      expect(outcomeOf(value)).toBe('unknown');
    },
  );

  it('ends with causes that go round', () => {
    const round = new Error('x');
    round.cause = round;
    expect(vaErrorOf(round)).toBeUndefined();
  });

  it('takes a RequiredError for not sent, but not what only looks like one', () => {
    expect(outcomeOf(Object.assign(new Error('x'), { name: 'RequiredError' }))).toBe('not_sent');
    expect(outcomeOf({ name: 'RequiredError' })).toBe('unknown');
    expect(outcomeOf(Object.assign(new Error('x'), { name: 'requirederror' }))).toBe('unknown');
  });
});

it('callbackSignature names the id that is missing', async () => {
  const ids = { external_id: '1', order_id: '2', transaction_id: '' };
  await expect(callbackSignature('fake-key', ids)).rejects.toThrow('transaction_id must not be empty');
});
