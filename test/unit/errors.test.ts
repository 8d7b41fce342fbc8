import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { CallbackError } from '../../src/callback.ts';
import { callbackSignature } from '../../src/credentials.ts';
import {
  IfortepayError,
  isVaError,
  OUTCOMES,
  outcomeOf,
  VaError,
  vaErrorOf,
  type VaErrorCode,
  type VaErrorDetails,
} from '../../src/errors.ts';

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

const codes = Object.keys(OUTCOMES) as VaErrorCode[];
const before = new VaError('gateway_failed', 'before', { status: 502, operation: 'cancel' }).toJSON();
// One of each detail, so that none can be forgotten on the way.
const full: Required<Omit<VaErrorDetails, 'cause'>> = {
  operation: 'confirm',
  status: 200,
  responseCode: '01',
  responseMessage: 'fake words',
  responseError: 'payment_channel BCA is not active',
  transactionStatus: 'ACTIVE',
  history: [before],
  attemptId: 'fake-id',
  durationMs: 12,
  retryAfterMs: 0,
  request: { external_id: 'e', order_id: 'o', transaction_id: 't' },
};

/** Every way that plain data is passed on. */
const PASSAGES: [name: string, pass: (value: unknown) => unknown][] = [
  ['JSON', (value) => JSON.parse(JSON.stringify(value))],
  ['structuredClone', (value) => structuredClone(value)],
  [
    'postMessage',
    async (value) => {
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(value);
      const [received] = await once(port2, 'message');
      port1.close();
      return received;
    },
  ],
];

describe.each(PASSAGES)('an error as JSON, through %s', (_, pass) => {
  it('is without what a logger or a framework has put on the error', async () => {
    const error = new VaError('timeout', 'what happened', full);
    const json = error.toJSON();
    const added = {
      level: 'error',
      [Symbol.for('level')]: 'error',
      req: { authorization: 'fake' },
      next() {},
    };
    expect(await pass(Object.assign(error, added).toJSON())).toEqual(json);
    expect(Reflect.ownKeys(error.toJSON())).toEqual(Reflect.ownKeys(json));
  });

  it.each(codes)('comes back whole: %s', async (code) => {
    const error = new VaError(code, 'what happened', full);
    const json = await pass(error.toJSON());
    const back = VaError.from(json);
    expect(back).toBeInstanceOf(VaError);
    expect(back.toJSON()).toEqual(error.toJSON());
    expect(back.toJSON()).toEqual({
      name: 'VaError',
      message: 'what happened',
      code,
      outcome: OUTCOMES[code],
      ...full,
    });
    expect(outcomeOf(json)).toBe(OUTCOMES[code]);
  });

  it('comes back whatever its request held', async () => {
    const circle: Record<string, unknown> = { external_id: 'e' };
    circle.self = circle;
    for (const odd of [
      { external_id: 1n },
      circle,
      { external_id: () => 'e' },
      { external_id: Symbol('e') },
    ]) {
      const error = new VaError('unsettled', 'x', { request: odd as never });
      const back = VaError.from(await pass(error.toJSON()));
      expect(back).toMatchObject({ code: 'unsettled', outcome: 'unknown' });
      expect(back.request ?? {}).toEqual({});
    }
  });
});

describe('VaError.from', () => {
  const right = new VaError('timeout', 'x', full).toJSON();

  it('hands back an error as it is', () => {
    const error = new VaError('timeout', 'x');
    expect(VaError.from(error)).toBe(error);
  });

  it('leaves out what it does not know, a member that a later version has say', () => {
    const json = JSON.parse(
      '{"name":"VaError","message":"x","code":"timeout","outcome":"unknown","new":1,"__proto__":{"status":7}}',
    );
    const error = VaError.from(json);
    expect(error.toJSON()).toEqual({ name: 'VaError', message: 'x', code: 'timeout', outcome: 'unknown' });
    expect(error.status).toBeUndefined();
  });

  const wrongs: [member: string, values: unknown[]][] = [
    ['name', [undefined, 'Error']],
    ['message', [undefined, 7]],
    ['code', [undefined, null, 'a_code_of_a_later_version', 'toString', '__proto__', ['timeout']]],
    ['outcome', [undefined, 'done', 'refused', 'not_sent', ['unknown']]],
    ['operation', [null, 7]],
    ['status', [null, '200', NaN]],
    ['responseCode', [1]],
    ['responseMessage', [{}]],
    ['responseError', [['a']]],
    ['transactionStatus', [true]],
    ['attemptId', [1]],
    ['durationMs', ['1']],
    ['retryAfterMs', [Infinity]],
    ['request', [null, 'text', []]],
    ['history', [{}, 'text']],
  ];

  it('has a row of wrong values for every member', () => {
    expect(wrongs.map(([member]) => member).sort()).toEqual(Object.keys(right).sort());
  });

  it.each(wrongs.flatMap(([member, values]) => values.map((value) => [member, value] as const)))(
    'refuses a wrong %s (%j), naming it; its outcome is unknown',
    (member, value) => {
      const wrong = { ...right, [member]: value };
      expect(() => VaError.from(wrong)).toThrow(TypeError);
      expect(() => VaError.from(wrong)).toThrow(`its member ${member} is`);
      expect(outcomeOf(wrong)).toBe('unknown');
      const inHistory = { ...right, history: [before, wrong] };
      expect(() => VaError.from(inHistory)).toThrow(
        `it.history[1] is no VaError as JSON: its member ${member} is`,
      );
    },
  );

  it.each([undefined, null, 7, 'timeout', JSON.stringify(right), [right], new Error('x'), () => right])(
    'refuses what is no object, or no error of ours (%#)',
    (wrong) => {
      expect(() => VaError.from(wrong)).toThrow(TypeError);
      expect(outcomeOf(wrong)).toBe('unknown');
    },
  );

  it('never promotes an outcome: not_sent needs a code that says so', () => {
    for (const code of codes.filter((code) => OUTCOMES[code] !== 'not_sent')) {
      expect(outcomeOf({ ...right, code, outcome: 'not_sent' })).toBe('unknown');
    }
  });
});

it('both errors are an IfortepayError with a code', () => {
  for (const error of [new VaError('timeout', 'x'), new CallbackError('malformed', 'x')]) {
    expect(error).toBeInstanceOf(IfortepayError);
    expect(error).toBeInstanceOf(Error);
    expect(typeof error.code).toBe('string');
  }
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
