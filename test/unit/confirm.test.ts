import { describe, expect, it } from 'vitest';
import type { ConfirmOptions } from '../../src/options.ts';
import { VaError } from '../../src/errors.ts';
import type { CancelRequest } from '../../src/operations.ts';
import { leaks } from '../support/canaries.ts';
import {
  jsonResponse,
  options,
  pageRequest,
  pageSuccess,
  vaErrorFrom,
  broken,
  notConnected,
  refused,
  reset,
  gateway,
  says,
  type StubAnswer,
} from '../support/fixtures.ts';

/** What each status comes to when nothing more may be tried. */
const SETTLED: [status: string, confirm: ConfirmOptions, code: string, outcome: string][] = [
  ['ACTIVE', {}, 'still_active', 'unknown'],
  ['REQUEST', {}, 'still_active', 'unknown'],
  ['PAID', { singleUse: true }, 'already_paid', 'refused'],
  ['SUCCESS', { singleUse: true }, 'already_paid', 'refused'],
  ['PAID', {}, 'paid_not_final', 'unknown'],
  ['PAID', { singleUse: false }, 'paid_not_final', 'unknown'],
  ['PAID', { singleUse: undefined }, 'paid_not_final', 'unknown'],
  ['SUCCESS', {}, 'paid_not_final', 'unknown'],
  ['EXPIRED', {}, 'already_expired', 'refused'],
  ['EXPIRED', { singleUse: true }, 'already_expired', 'refused'],
  ...['PROCESSING', 'FAILED', 'REFUNDED', 'VOID', 'UNKNOWN', 'NEED_REVIEW'].map(
    (status) => [status, { singleUse: true }, 'unsettled', 'unknown'] as [string, object, string, string],
  ),
];

const told = ([status, , code]: (typeof SETTLED)[number]) => ({ code, transactionStatus: status });

it.each(SETTLED)('confirm, of an inquiry that says %s, with %j, says %s: %s', async (...row) => {
  const [status, confirm, , outcome] = row;
  const { client, seen } = gateway({ inquiry: [says(status)] });
  const error = await vaErrorFrom(client.confirm(pageRequest, confirm));
  expect(error).toMatchObject({ ...told(row), outcome, request: pageRequest, operation: 'confirm' });
  expect(error).not.toHaveProperty('history');
  expect(seen).toEqual(['inquiry']);
});

it.each(SETTLED.filter(([, , code]) => code !== 'still_active'))(
  'cancelAndConfirm, of an inquiry that says %s, with %j, says %s: %s',
  async (...row) => {
    const [status, confirm, , outcome] = row;
    const { client, seen } = gateway({ cancel: [broken], inquiry: [says(status)] });
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest, confirm));
    expect(error).toMatchObject({ ...told(row), outcome, request: pageRequest });
    expect(error.history).toMatchObject([{ code: 'gateway_failed', operation: 'cancel' }]);
    expect(error.cause).toMatchObject({ message: expect.stringContaining('the gateway failed') });
    expect(seen).toEqual(['cancel', 'inquiry']);
  },
);

describe('client.confirm', () => {
  it('is done when the inquiry says CANCELED', async () => {
    const { client, seen } = gateway({ inquiry: [says('CANCELED')] });
    await expect(client.confirm(pageRequest)).resolves.toEqual(pageSuccess);
    expect(seen).toEqual(['inquiry']);
  });

  it.each([
    ['refused', refused, 'invalid_parameter'],
    ['not sent', notConnected, 'connection_refused'],
    ['unknown', broken, 'gateway_failed'],
    ['a status that there is not', says('NEW_STATUS'), 'answer_unexpected'],
    ['a status that only looks like one', says('canceled'), 'answer_unexpected'],
    ['other ids', () => jsonResponse({ ...pageSuccess, transaction_id: 'other' }), 'answer_about_other_ids'],
  ])('stays unknown when the inquiry itself is %s, and tells of it', async (_, turn, code) => {
    const { client, seen } = gateway({ inquiry: [turn] });
    const error = await vaErrorFrom(client.confirm(pageRequest));
    expect(error).toMatchObject({ code: 'unsettled', outcome: 'unknown', request: pageRequest });
    expect(error.history).toMatchObject([{ code, operation: 'inquire' }]);
    expect(seen).toEqual(['inquiry']);
  });

  const failed = async () => vaErrorFrom(gateway({ cancel: [reset] }).client.cancel(pageRequest));

  it('takes the error itself, wrapped or not, and the error as JSON', async () => {
    const error = await failed();
    const wrapped = new Error('around', { cause: error });
    for (const given of [error, error.toJSON(), JSON.parse(JSON.stringify(error)), wrapped as never]) {
      const { client, fetch } = gateway({ inquiry: [says('CANCELED')] });
      await expect(client.confirm(given)).resolves.toEqual(pageSuccess);
      expect(JSON.parse(fetch.calls[0]!.init.body)).toEqual(pageRequest);
    }
  });

  it('asks with the members that an inquiry may hold, whatever else the cancel had', async () => {
    const request = { ...pageRequest, reason: 'fake reason of a later contract' };
    const error = new VaError('timeout', 'x', { request });
    for (const given of [request, error, error.toJSON()]) {
      const { client, fetch } = gateway({ inquiry: [says('CANCELED')] });
      await expect(client.confirm(given)).resolves.toEqual(pageSuccess);
      expect(JSON.parse(fetch.calls[0]!.init.body)).toEqual(pageRequest);
    }
    const { client } = gateway({ inquiry: [says('ACTIVE')] });
    expect(await vaErrorFrom(client.confirm(error))).toMatchObject({ code: 'still_active', request });
  });

  it.each<[string, unknown, string]>([
    ['an error without a request', new VaError('timeout', 'x'), 'no member request'],
    ['such an error as JSON', new VaError('timeout', 'x').toJSON(), 'no member request'],
    ['an error of another kind', new TypeError('x'), 'no VaError'],
    ['a clone of an error', structuredClone(new VaError('timeout', 'x', { request: pageRequest })), 'toJSON'],
    [
      'an error as JSON that was tampered with',
      { ...new VaError('timeout', 'x', { request: pageRequest }).toJSON(), outcome: 'not_sent' },
      'its member outcome',
    ],
  ])('sends nothing for %s, and says what to give', async (_, given, words) => {
    const { client, seen } = gateway({});
    const error = await vaErrorFrom(client.confirm(given as never));
    expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent', operation: 'confirm' });
    expect(error.message).toContain(words);
    expect(seen).toEqual([]);
  });

  it('can be tried again with the request of its own error, stored as JSON', async () => {
    const { client } = gateway({ cancel: [reset], inquiry: [reset, broken, says('CANCELED')] });
    const stored = async (call: Promise<unknown>) =>
      JSON.parse(JSON.stringify(await vaErrorFrom(call))) as VaError & { request: CancelRequest };
    const first = await stored(client.cancelAndConfirm(pageRequest));
    expect(first).toMatchObject({ code: 'unsettled', outcome: 'unknown', request: pageRequest });
    const second = await stored(client.confirm(first.request));
    expect(second.history).toMatchObject([{ code: 'gateway_failed' }]);
    await expect(client.confirm(second.request)).resolves.toEqual(pageSuccess);
  });

  it('asks after ids beyond the documented limits if told so', async () => {
    const wild = { ...pageRequest, order_id: 'order_with_underscores_beyond_25' };
    const answer = () => jsonResponse({ ...pageSuccess, ...wild });
    const { client } = gateway({ inquiry: [answer] });
    const lifted = { dangerouslyAllowIdsBeyondDocumentedLimits: true };
    await expect(client.confirm(wild, lifted)).resolves.toMatchObject(wild);
    const error = await vaErrorFrom(client.confirm(wild));
    expect(error.history).toMatchObject([{ code: 'invalid_request' }]);
  });
});

describe.each(['confirm', 'cancelAndConfirm'] as const)('%s', (method) => {
  it.each([
    ['null', null, 'options must be an object'],
    ['a text as singleUse', { singleUse: 'false' }, 'singleUse must be true or false'],
    ['a bad timeoutMs', { timeoutMs: 0 }, 'timeoutMs must be'],
    ['an option that there is not', { totalms: 1 }, 'totalms is not an option'],
    ['a signal that is none', { signal: {} }, 'signal must be an AbortSignal'],
  ])('sends nothing with %s, and names it', async (_, wrong, words) => {
    const { client, seen } = gateway({});
    const error = await vaErrorFrom(client[method](pageRequest, wrong as never));
    expect(error).toMatchObject({ code: 'invalid_request', outcome: 'not_sent' });
    expect(error.message).toContain(words);
    expect(seen).toEqual([]);
  });

  it('shows no secret that the gateway echoes, in its history neither', async () => {
    const echo: StubAnswer = () =>
      jsonResponse({ response_code: '98', response_message: JSON.stringify(options) }, 500, {
        'retry-after': '3',
      });
    const { client } = gateway({ cancel: [echo], inquiry: [echo] });
    const error = await vaErrorFrom(client[method](pageRequest));
    expect(error.history!.length).toBeGreaterThan(0);
    expect(error.history!.at(-1)).toMatchObject({ responseMessage: expect.stringContaining('[redacted]') });
    expect(leaks(error)).toEqual([]);
  });
});
