import { describe, expect, it } from 'vitest';
import {
  jsonResponse,
  pageRequest,
  pageSuccess,
  vaErrorFrom,
  broken,
  done,
  notConnected,
  refused,
  reset,
  gateway,
  says,
  type StubAnswer,
} from '../support/fixtures.ts';

const UNKNOWN: [string, StubAnswer][] = [
  ['a reset', reset],
  ['500', broken],
  ['an answer that cannot be read', () => new Response('{bad')],
  ['a success about other ids', () => jsonResponse({ ...pageSuccess, order_id: 'other' })],
];

describe('client.cancelAndConfirm', () => {
  it('asks nothing when the cancel is done', async () => {
    const { client, seen } = gateway({ cancel: [done] });
    await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
    expect(seen).toEqual(['cancel']);
  });

  it.each([
    ['refused', refused, 'invalid_parameter', 'refused'],
    ['not sent', notConnected, 'connection_refused', 'not_sent'],
  ])('throws what is %s as it is, and asks nothing', async (_, turn, code, outcome) => {
    const { client, seen } = gateway({ cancel: [turn] });
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest));
    expect(error).toMatchObject({ code, outcome, operation: 'cancel' });
    expect(error).not.toHaveProperty('history');
    expect(seen).toEqual(['cancel']);
  });

  it('sends nothing for a request that is not valid', async () => {
    const { client, seen } = gateway({});
    const error = await vaErrorFrom(client.cancelAndConfirm({ ...pageRequest, order_id: '' }));
    expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
    expect(seen).toEqual([]);
  });

  it.each(UNKNOWN)('is done when the inquiry says so, after %s', async (_, turn) => {
    const { client, seen } = gateway({ cancel: [turn], inquiry: [says('CANCELED')] });
    await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
    expect(seen).toEqual(['cancel', 'inquiry']);
  });

  describe.each(['ACTIVE', 'REQUEST'])('if it is still %s', (status) => {
    it('cancels once more, and that may do it', async () => {
      const { client, seen } = gateway({ cancel: [reset, done], inquiry: [says(status)] });
      await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
      expect(seen).toEqual(['cancel', 'inquiry', 'cancel']);
    });

    it.each([['refused', refused], ['not sent', notConnected], ...UNKNOWN] as [string, StubAnswer][])(
      'and the second cancel ends with %s, asks again, and is done if that says so',
      async (_, second) => {
        const inquiry = [says(status), says('CANCELED')];
        const { client, seen } = gateway({ cancel: [reset, second], inquiry });
        await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
        expect(seen).toEqual(['cancel', 'inquiry', 'cancel', 'inquiry']);
      },
    );

    it('even then, says so and does not cancel a third time', async () => {
      const { client, seen } = gateway({ cancel: [reset, refused], inquiry: [says(status), says(status)] });
      const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest));
      expect(error).toMatchObject({ code: 'still_active', outcome: 'unknown', transactionStatus: status });
      expect(error.history).toMatchObject([{ code: 'connection_failed' }, { code: 'invalid_parameter' }]);
      expect(seen).toEqual(['cancel', 'inquiry', 'cancel', 'inquiry']);
    });

    it.each([
      ['PAID', { singleUse: true }, 'already_paid'],
      ['PAID', {}, 'paid_not_final'],
      ['EXPIRED', {}, 'already_expired'],
      ['PROCESSING', {}, 'unsettled'],
    ])('and by the second inquiry is %s (%j), says %s', async (then, confirm, code) => {
      const inquiry = [says(status), says(then)];
      const { client } = gateway({ cancel: [reset, refused], inquiry });
      expect(await vaErrorFrom(client.cancelAndConfirm(pageRequest, confirm))).toMatchObject({ code });
    });
  });

  it('keeps all that was learned when the second inquiry fails too', async () => {
    const { client } = gateway({ cancel: [reset, broken], inquiry: [says('ACTIVE'), broken] });
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest));
    expect(error).toMatchObject({ code: 'unsettled', outcome: 'unknown', request: pageRequest });
    expect(error.history!.map(({ operation, code }) => [operation, code])).toEqual([
      ['cancel', 'connection_failed'],
      ['cancel', 'gateway_failed'],
      ['inquire', 'gateway_failed'],
    ]);
  });

  it('passes retries on to the inquiries, which may be repeated, and not to an answered cancel', async () => {
    const { client, seen } = gateway({ cancel: [broken], inquiry: [broken, reset, says('CANCELED')] });
    await expect(client.cancelAndConfirm(pageRequest, { maxRetries: 2 })).resolves.toEqual(pageSuccess);
    expect(seen).toEqual(['cancel', 'inquiry', 'inquiry', 'inquiry']);
  });

  it('is aborted by its signal, in the inquiry too', async () => {
    const abort = new AbortController();
    const never = () => {
      setTimeout(() => abort.abort(), 20);
      return new Promise<Response>(() => {});
    };
    const { client, seen } = gateway({ cancel: [broken], inquiry: [never] });
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'unsettled', outcome: 'unknown' });
    expect(error.history).toMatchObject([{ code: 'gateway_failed' }, { code: 'aborted' }]);
    expect(seen).toEqual(['cancel', 'inquiry']);
  });

  it('keeps half of the whole for the inquiry when the cancel stalls', async () => {
    const never = () => new Promise<Response>(() => {});
    const startedAt = performance.now();
    let askedAt = NaN;
    const canceled = () => {
      askedAt = performance.now() - startedAt;
      return says('CANCELED')();
    };
    const { client } = gateway(
      { cancel: [never], inquiry: [canceled] },
      { timeoutMs: 30_000, totalTimeoutMs: 1_200 },
    );
    await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
    expect(askedAt).toBeGreaterThan(550);
  });

  it('bounds everything by totalTimeoutMs, whatever stalls', async () => {
    const never = () => new Promise<Response>(() => {});
    const { client } = gateway({ cancel: [never], inquiry: [never] }, { timeoutMs: 30_000 });
    const startedAt = performance.now();
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest, { totalTimeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'unsettled', history: [{ code: 'timeout' }, { code: 'timeout' }] });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('works with the longest timeout there is', async () => {
    const longest = { timeoutMs: 2_147_483_647 };
    const { client } = gateway({ cancel: [broken], inquiry: [says('CANCELED')] }, longest);
    await expect(client.cancelAndConfirm(pageRequest)).resolves.toEqual(pageSuccess);
  });
});
