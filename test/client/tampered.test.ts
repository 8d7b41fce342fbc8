/** The sandbox, answering what a gateway should not: nothing of it may pass as done, in any client. */
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualAccountApi } from '../../src/class-client.ts';
import { createVaClient } from '../../src/client.ts';
import { outcomeOf, vaErrorOf } from '../../src/errors.ts';
import type { Answer, Tamper } from '../../contract-tests/sandbox/answer.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import { clients } from '../support/clients.ts';
import { credentials, pageRequest, pageSuccess, thrownBy } from '../support/fixtures.ts';

let sandbox: SandboxServer | undefined;
afterEach(() => sandbox?.close());

async function start(tamper: Tamper) {
  sandbox = await startSandbox({ tamper });
  return { ...credentials, baseUrl: sandbox.url };
}

/** The sandbox's own success with other members or another status. */
const success =
  (changes: object, status = 200): Tamper =>
  (answer): Answer => ({ ...answer, status, body: { ...(answer.body as object), ...changes } });

const failure =
  (response_code: string, status: number): Tamper =>
  (answer) => ({ ...answer, status, body: { response_code, response_message: 'words' } });

describe.each(clients)('%s', (_, cancel) => {
  it.each<[string, Tamper, string, string]>([
    ['01 with 200', failure('01', 200), 'refused', 'invalid_parameter'],
    ['02 with 200', failure('02', 200), 'refused', 'not_found'],
    ['04 with 201', failure('04', 201), 'refused', 'unauthorized'],
    ['03 with 200', failure('03', 200), 'unknown', 'gateway_failed'],
    ['98 with 200', failure('98', 200), 'unknown', 'gateway_failed'],
    ['99 with 200', failure('99', 200), 'unknown', 'gateway_failed'],
    ['99 with 400', failure('99', 400), 'unknown', 'gateway_failed'],
    ['01 with 500', failure('01', 500), 'unknown', 'gateway_failed'],
    ['00 with 400', success({}, 400), 'unknown', 'answer_unexpected'],
    ['00 with 500', success({}, 500), 'unknown', 'gateway_failed'],
    ['00 alone with 200', failure('00', 200), 'unknown', 'answer_unexpected'],
    ['an unlisted code with 200', success({ response_code: '05' }), 'unknown', 'answer_unexpected'],
    ['01 that says CANCELED', success({ response_code: '01' }, 400), 'unknown', 'answer_unexpected'],
    ['ACTIVE', success({ transaction_status: 'ACTIVE' }), 'unknown', 'answer_unexpected'],
    ['another external_id', success({ external_id: 'other' }), 'unknown', 'answer_about_other_ids'],
    ['another order_id', success({ order_id: 'other' }), 'unknown', 'answer_about_other_ids'],
    ['another transaction_id', success({ transaction_id: 'other' }), 'unknown', 'answer_about_other_ids'],
    ['a refusal of other ids', success({ order_id: 'a', response_code: '01' }, 400), 'unknown', 'answer_about_other_ids'], // prettier-ignore
    ['nothing with 200', (answer) => ({ ...answer, body: '' }), 'unknown', 'answer_unreadable'],
    ['nothing with 204', (answer) => ({ ...answer, status: 204 }), 'unknown', 'answer_unreadable'],
    ['a list', (answer) => ({ ...answer, body: [answer.body] }), 'unknown', 'answer_unreadable'],
    ['a member twice', (answer) => ({ ...answer, body: twice(answer) }), 'unknown', 'answer_unreadable'],
    [
      'a redirect',
      (answer) => ({ ...answer, status: 307, headers: { location: '/' } }),
      'unknown',
      'redirected',
    ],
  ])('does not take %s for done', async (_name, tamper, outcome, code) => {
    const options = await start(tamper);
    expect(await cancel(options, pageRequest)).toMatchObject({ outcome, error: { code } });
    expect(sandbox!.requests).toHaveLength(1);
  });

  it('takes a success with more members, which it passes on', async () => {
    const options = await start(success({ issuer: 'BCA', response_message: 'Success' }));
    const ending = await cancel(options, pageRequest);
    expect(ending).toMatchObject({ outcome: 'done', data: { ...pageSuccess, issuer: 'BCA' } });
  });
});

const twice = ({ body }: Answer) => JSON.stringify(body).replace('{', '{"response_code":"00",');

describe('what the class-based client throws', () => {
  const call = async (tamper: Tamper) =>
    thrownBy(
      createVirtualAccountApi(await start(tamper)).cancelVirtualAccount({
        cancelRequest: pageRequest as never,
      }),
    );

  it('is a ResponseError for an error status, and still leads to the VaError', async () => {
    const thrown = await call(failure('02', 404));
    expect(thrown).toMatchObject({ name: 'ResponseError', response: { status: 404 } });
    expect(vaErrorOf(thrown)).toMatchObject({ code: 'not_found', responseCode: '02', status: 404 });
    const { response } = thrown as { response: Response };
    expect(await response.json()).toEqual({ response_code: '02', response_message: 'words' });
  });

  it('is a FetchError for everything else, and still leads to the VaError', async () => {
    const thrown = await call(failure('02', 200));
    expect(thrown).toMatchObject({ name: 'FetchError', cause: { name: 'VaError' } });
    expect(vaErrorOf(thrown)).toMatchObject({ code: 'not_found', responseCode: '02', status: 200 });
  });

  it('is a RequiredError without a request, and then nothing was sent', async () => {
    const api = createVirtualAccountApi(await start(success({})));
    const thrown = await thrownBy(api.cancelVirtualAccount({ cancelRequest: undefined as never }));
    expect(thrown).toMatchObject({ name: 'RequiredError' });
    expect(outcomeOf(thrown)).toBe('not_sent');
    expect(sandbox!.requests).toEqual([]);
  });
});

it('outcomeOf says unknown of what is not ours, and breaks on nothing', () => {
  const circular = new Error('a');
  circular.cause = circular;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const thrown of [
    undefined,
    null,
    1,
    'a',
    Symbol('a'),
    {},
    new Error('a'),
    circular,
    new Response(),
    proxy,
  ]) {
    expect(outcomeOf(thrown)).toBe('unknown');
    expect(vaErrorOf(thrown)).toBeUndefined();
  }
});

it('outcomeOf looks through the causes of an error that wraps ours', async () => {
  const options = await start(failure('04', 401));
  const error = await thrownBy(createVaClient(options).cancel(pageRequest));
  const wrapped = new Error('job failed', { cause: new Error('cancel failed', { cause: error }) });
  expect(outcomeOf(wrapped)).toBe('refused');
  expect(vaErrorOf(wrapped)).toBe(error);
});
