import { describe, expect, it } from 'vitest';
import { createVaClient } from '../../src/client.ts';
import type { CancelRequest } from '../../src/operations.ts';
import { signedFetch } from '../../src/signed-fetch.ts';
import { cancelUrl, options, pageRequest, stubFetch, thrownBy, vaErrorFrom } from '../support/fixtures.ts';

const OPT_OUT = { dangerouslyAllowIdsBeyondDocumentedLimits: true };
const LETTERS = 'must hold only ASCII letters, digits and dashes';
const PRINTABLE = 'must be printable text that does not begin with a space';

/** Cancels with a body that is wrong; returns the message once it is sure that nothing was sent. */
async function refusal(body: unknown, callOptions: object = {}): Promise<string> {
  const fetch = stubFetch();
  const client = createVaClient({ ...options, fetch });
  const error = await vaErrorFrom(client.cancel(body as CancelRequest, callOptions));
  expect(fetch.calls).toEqual([]);
  expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent', operation: 'cancel' });
  return error.message;
}

/** Cancels with a body that must pass. */
async function sent(changes: object, callOptions: object = {}): Promise<unknown> {
  const fetch = stubFetch((_, init) => {
    const ids = JSON.parse(init.body as string) as object;
    return Response.json({ ...ids, transaction_status: 'CANCELED', response_code: '00' });
  });
  await createVaClient({ ...options, fetch }).cancel({ ...pageRequest, ...changes }, callOptions);
  expect(fetch.calls).toHaveLength(1);
  return JSON.parse(fetch.calls[0]!.init.body);
}

const wrong = (changes: object, callOptions?: object) => refusal({ ...pageRequest, ...changes }, callOptions);

describe('before anything is sent', () => {
  it.each([
    ['external_id', 64, 'e'],
    ['order_id', 25, 'o'],
    ['transaction_id', 128, 't'],
    ['payment_channel', 50, 'c'],
    ['payment_channel', 50, '\u{1F511}'],
  ])('%s may have %i characters, and one more is refused naming the limit', async (member, limit, letter) => {
    const longest = { [member]: letter.repeat(limit) };
    await expect(sent(longest)).resolves.toMatchObject(longest);
    expect(await wrong({ [member]: letter.repeat(limit + 1) })).toContain(
      `${member} must have at most ${limit} characters`,
    );
  });

  it.each(['external_id', 'order_id'])('%s is letters, digits and dashes', async (member) => {
    for (const character of [' ', '_', '.', '/', 'é', 'Ａ', '٣', '\0', '\n', '\u007F', '\uD800']) {
      expect(await wrong({ [member]: `a${character}1` })).toContain(`${member} ${LETTERS}`);
      expect(await wrong({ [member]: `a1${character}` })).toContain(`${member} ${LETTERS}`);
    }
  });

  it.each(['transaction_id', 'payment_channel'])('%s is printable', async (member) => {
    for (const value of ['a\0', 'a\n', '\ta', 'a\u007F', 'a\u0085', ' a', '\u00A0a', '\uD800', 'a\uDC00']) {
      expect(await wrong({ [member]: value })).toContain(`${member} ${PRINTABLE}`);
    }
    await expect(sent({ [member]: 'BCA é/_ 密' })).resolves.toMatchObject({ [member]: 'BCA é/_ 密' });
  });

  it('a member __proto__ is one too many', async () => {
    const own = JSON.parse('{"__proto__": "a"}') as object;
    const body = Object.assign(own, pageRequest);
    expect(await refusal(body)).toContain('__proto__ is not a member of this request');
  });

  it('every problem is told at once', async () => {
    const message = await wrong({ external_id: '', order_id: 'a b', transaction_id: undefined, amount: 1 });
    for (const name of ['external_id', 'order_id', 'transaction_id', 'amount'])
      expect(message).toContain(name);
  });

  it('the body must be an object', async () => {
    for (const body of [undefined, null, 'text', 7, [], [pageRequest], () => pageRequest, Symbol('a')]) {
      expect(await refusal(body)).toContain('the body must be an object');
    }
  });

  it('the body must be something that JSON can say', async () => {
    const circular: Record<string, unknown> = { ...pageRequest };
    circular.self = circular;
    expect(await refusal(circular)).toContain('the body cannot be written as JSON');
    expect(await wrong({ order_id: 1n })).toContain('the body cannot be written as JSON');
  });

  it.each(['', '{bad', 'null', '"text"', '{"external_id":"1"}'])(
    'signedFetch refuses the text %j',
    async (body) => {
      const fetch = stubFetch();
      const thrown = await thrownBy(signedFetch({ ...options, fetch })(cancelUrl, { method: 'POST', body }));
      expect(thrown).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
      expect(fetch.calls).toEqual([]);
    },
  );
});

describe('the opt-out of the documented limits', () => {
  it.each(['external_id', 'order_id'])('lifts those of %s up to 128 printable characters', async (member) => {
    for (const value of ['a_b/c', 'x'.repeat(128), 'é ', '\u{1F511}'.repeat(128)]) {
      await expect(sent({ [member]: value }, OPT_OUT)).resolves.toMatchObject({ [member]: value });
      expect(await wrong({ [member]: value })).toContain(Object.keys(OPT_OUT)[0]);
    }
    for (const value of ['', ' a', 'a\n', 'x'.repeat(129), '\uD800']) {
      expect(await wrong({ [member]: value }, OPT_OUT)).toContain(`${member} must be 1 to 128 printable`);
    }
    expect(await wrong({ [member]: 7 }, OPT_OUT)).toContain(`${member} must be a string`);
    expect(await wrong({ [member]: undefined }, OPT_OUT)).toContain(`${member} is missing`);
  });

  it('lifts no other limit', async () => {
    expect(await wrong({ transaction_id: 'x'.repeat(129) }, OPT_OUT)).toContain('at most 128');
    expect(await wrong({ payment_channel: 'x'.repeat(51) }, OPT_OUT)).toContain('at most 50');
    expect(await wrong({ payment_method: 'CASH' }, OPT_OUT)).toContain('must be BANK_TRANSFER');
    expect(await wrong({ amount: 1 }, OPT_OUT)).toContain('amount is not a member');
    expect(await refusal(null, OPT_OUT)).toContain('the body must be an object');
  });

  it('is off unless it is true itself', async () => {
    for (const value of [false, undefined, 'true', 1]) {
      const callOptions = { dangerouslyAllowIdsBeyondDocumentedLimits: value };
      expect(await wrong({ external_id: 'a_b' }, callOptions)).toContain(`external_id ${LETTERS}`);
    }
  });
});

describe('what one call may override', () => {
  it('names an option that there is not', async () => {
    expect(await refusal(pageRequest, { timeout: 5 })).toContain('timeout is not an option of this call');
  });

  it.each(['cancel', 'inquire', 'create'] as const)(
    'knows no singleUse of %s, true or not',
    async (method) => {
      const fetch = stubFetch();
      const client = createVaClient({ ...options, fetch });
      for (const singleUse of [true, false, undefined]) {
        const call = client[method](pageRequest as never, { singleUse } as never);
        const error = await vaErrorFrom(call);
        expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
        expect(error.message).toContain('singleUse is not an option of this call; there are signal');
      }
      expect(fetch.calls).toEqual([]);
    },
  );

  it('names a timeoutMs that no timer can wait', async () => {
    for (const timeoutMs of [0, -1, NaN, Infinity, '5', null]) {
      expect(await refusal(pageRequest, { timeoutMs })).toContain('timeoutMs must be a number');
    }
  });

  it('names a signal that is none', async () => {
    expect(await refusal(pageRequest, { signal: 'stop' })).toContain('signal must be an AbortSignal');
  });

  it('takes no options but an object', async () => {
    for (const callOptions of [null, 5000, 'fast']) {
      expect(await refusal(pageRequest, callOptions as never)).toContain('options must be an object');
    }
  });
});
