/**
 * Every operation against the sandbox, which remembers, through every client. What each makes of a documented failure is
 * held in mock.test.ts, of silence in retries.test.ts, of a wrong request in ../unit/words.test.ts.
 */
import type { CancelRequest } from '../../src/operations.ts';
import {
  freshVirtualAccount,
  testRequest,
  inventVirtualAccount,
} from '../../contract-tests/sandbox/test-requests.ts';
import { fakeSubMerchant, pageVirtualAccount, seedMerchants } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { leaks } from '../support/canaries.ts';
import { clients, callers } from '../support/clients.ts';
import { credentials, thrownBy } from '../support/fixtures.ts';
import { createVirtualAccountApi, outcomeOf, vaErrorOf } from '../../src/class-client.ts';
import { refusals } from '../../contract-tests/sandbox/assumptions.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { seedName } from '../../contract-tests/sandbox/scripts.ts';

const sandbox = await startSandbox();
afterAll(() => sandbox.close());

const fresh = (rest: Partial<VirtualAccount> = {}) => freshVirtualAccount(sandbox.state, rest);
const inquiryOf = (va: VirtualAccount) => testRequest(va, 'inquireVirtualAccount').body;
const creationOf = (rest: Partial<VirtualAccount> = {}) =>
  testRequest(inventVirtualAccount(rest), 'createVirtualAccount').body;
const refused = (code: string, status: number, responseCode: string) => ({
  outcome: 'refused',
  error: { code, status, responseCode },
});

const WRONG_CREDENTIALS = [
  ['another secret', { secretUnboundId: 'fake-wrong-secret' }, 'unauthorized', '04'],
  ['another hash key', { hashKey: 'fake-wrong-hash-key' }, 'invalid_signature', '99'],
] as const;

function requestFor(va: VirtualAccount, changes: Partial<CancelRequest> = {}): CancelRequest {
  const { external_id, order_id, transaction_id, payment_channel } = va;
  return {
    external_id,
    order_id,
    transaction_id,
    payment_method: 'BANK_TRANSFER',
    payment_channel,
    ...changes,
  };
}

const { status, response_code: responseCode } = refusals.already_paid.value;
/** How the sandbox refuses what can be cancelled no more. */
const SETTLED = { status, responseCode };

const stored = (request: CancelRequest) => sandbox.state.find(request.transaction_id)?.transaction_status;

/** The seed of that name; see sandbox/seeds.ts. */
const seeded = (name: string) =>
  requestFor(sandbox.state.virtualAccounts().find(({ external_id }) => external_id === `sandbox-${name}`)!);

describe.each(clients)('%s against the sandbox', (_, cancel) => {
  const run = (request: CancelRequest, changes: object = {}) =>
    cancel({ ...credentials, baseUrl: sandbox.url, timeoutMs: 5_000, ...changes }, request);

  it('is done for an active virtual account, which then is cancelled', async () => {
    const request = requestFor(fresh());
    const answered = sandbox.requests.length;
    const { outcome, data } = await run(request);
    expect(outcome).toBe('done');
    expect(data).toEqual({ ...request, transaction_status: 'CANCELED', response_code: '00' });
    expect(stored(request)).toBe('CANCELED');
    expect(sandbox.requests.slice(answered).map(({ answer }) => answer)).toEqual(['canceled']);
  });

  it('is done with each of the invented merchants, whatever is in their secrets', async () => {
    for (const { merchant_id, secret_unbound_id, hash_key } of seedMerchants) {
      const secrets = { merchantId: merchant_id, secretUnboundId: secret_unbound_id, hashKey: hash_key };
      const { outcome } = await run(requestFor(fresh({ merchant_id })), secrets);
      expect(outcome).toBe('done');
    }
  });

  it('is done for a sub-merchant that signs with its own hash key', async () => {
    const { submerchant_name, hash_key } = fakeSubMerchant;
    const request = requestFor(fresh({ submerchant_name }));
    const wrongKey = await run(request, { subMerchantId: submerchant_name });
    expect(wrongKey).toMatchObject({ outcome: 'refused', error: { code: 'invalid_signature', status: 401 } });
    const right = await run(request, { subMerchantId: submerchant_name, hashKey: hash_key });
    expect(right.outcome).toBe('done');
  });

  it('is done for a channel in another letter case', async () => {
    const request = requestFor(fresh(), { payment_channel: 'bca-polytron' });
    expect(await run(request)).toMatchObject({ outcome: 'done', data: { payment_channel: 'bca-polytron' } });
  });

  it.each(['paid', 'expired', 'canceled'])('is refused for one that is %s', async (name) => {
    expect(await run(seeded(name))).toMatchObject({ outcome: 'refused', error: SETTLED });
  });

  it('is refused the second time', async () => {
    const request = requestFor(fresh());
    expect((await run(request)).outcome).toBe('done');
    expect(await run(request)).toMatchObject({ outcome: 'refused', error: SETTLED });
  });

  it('is refused for ids that are not those of one virtual account', async () => {
    const va = fresh();
    const others: Partial<CancelRequest>[] = [
      { transaction_id: '00000000-0000-4000-8000-999999999999' },
      { external_id: 'other' },
      { order_id: 'other' },
      { payment_channel: 'BNI' },
    ];
    for (const other of others) {
      const error = { code: 'not_found', status: 404, responseCode: '02', responseMessage: 'Data not found' };
      expect(await run(requestFor(va, other))).toMatchObject({ outcome: 'refused', error });
    }
    expect(stored(requestFor(va))).toBe('ACTIVE');
  });

  it.each([
    ...WRONG_CREDENTIALS,
    ['another merchant id', { merchantId: 'FAKE9999999999' }, 'unauthorized', '04'],
    ['a sub-merchant that there is not', { subMerchantId: 'FAKE-OTHER' }, 'unauthorized', '04'],
  ] as const)('is refused with %s', async (_name, changes, code, responseCode) => {
    const request = requestFor(fresh());
    const ending = await run(request, changes);
    expect(ending).toMatchObject({ outcome: 'refused', error: { code, responseCode, status: 401, request } });
    expect(
      leaks(
        ending,
        Object.values<string>(changes).filter((value) => value.startsWith('fake-wrong')),
      ),
    ).toEqual([]);
    expect(stored(request)).toBe('ACTIVE');
  });

  it('is unknown when the connection drops, though the virtual account is cancelled', async () => {
    const request = requestFor(fresh({ script: 'cancel-drop' }));
    expect(await run(request)).toMatchObject({ outcome: 'unknown', error: { code: 'connection_failed' } });
    expect(stored(request)).toBe('CANCELED');
  });

  it('is not sent for a body that is not valid', async () => {
    const answered = sandbox.requests.length;
    const ending = await run(requestFor(pageVirtualAccount, { order_id: 'o'.repeat(26) }));
    expect(ending).toMatchObject({ outcome: 'not_sent', error: { code: 'invalid_request' } });
    expect(sandbox.requests).toHaveLength(answered);
  });

  it('is not sent when nothing listens', async () => {
    const gone = await startSandbox();
    await gone.close();
    const ending = await run(requestFor(pageVirtualAccount), { baseUrl: gone.url });
    expect(ending).toMatchObject({ outcome: 'not_sent', error: { code: 'connection_refused' } });
  });
});

describe('what the class-based client throws', () => {
  const api = createVirtualAccountApi({ ...credentials, baseUrl: sandbox.url });

  it('is a ResponseError for an error status, and still leads to the VaError', async () => {
    const thrown = await thrownBy(api.cancelVirtualAccount({ cancelRequest: seeded('paid') }));
    expect(thrown).toMatchObject({ name: 'ResponseError', response: { status } });
    expect(vaErrorOf(thrown)).toMatchObject(SETTLED);
    expect(await (thrown as { response: Response }).response.json()).toMatchObject({
      response_code: responseCode,
    });
  });

  it('is a FetchError for everything else, and still leads to the VaError', async () => {
    const thrown = await thrownBy(api.cancelVirtualAccount({ cancelRequest: seeded('bad-json') }));
    expect(thrown).toMatchObject({ name: 'FetchError', cause: { name: 'VaError' } });
    expect(vaErrorOf(thrown)).toMatchObject({ code: 'answer_unreadable', status: 200 });
  });

  it('is a RequiredError without a request, and then nothing was sent', async () => {
    const answered = sandbox.requests.length;
    const thrown = await thrownBy(api.cancelVirtualAccount({ cancelRequest: undefined as never }));
    expect(thrown).toMatchObject({ name: 'RequiredError' });
    expect(outcomeOf(thrown)).toBe('not_sent');
    expect(sandbox.requests).toHaveLength(answered);
  });
});

describe.each(callers)('%s, inquiring', (_, call) => {
  const run = (request: object, changes: object = {}) =>
    call('inquireVirtualAccount', { ...credentials, baseUrl: sandbox.url, ...changes }, request);

  it.each(['ACTIVE', 'PAID', 'PROCESSING', 'EXPIRED', 'CANCELED'] as const)(
    'is done for one that is %s, and says so',
    async (transaction_status) => {
      const request = inquiryOf(fresh({ transaction_status }));
      const before = sandbox.requests.length;
      expect(await run(request)).toMatchObject({
        outcome: 'done',
        data: { ...request, transaction_status, response_code: '00' },
      });
      const seen = sandbox.requests.slice(before).map(({ path, answer }) => [path, answer]);
      expect(seen).toEqual([['/va/inquiry', transaction_status.toLowerCase()]]);
    },
  );

  it('changes nothing', async () => {
    const va = fresh();
    await run(inquiryOf(va));
    expect(sandbox.state.find(va.transaction_id)).toEqual(va);
  });

  it('is refused for ids that are not those of one virtual account', async () => {
    const request = inquiryOf(fresh());
    for (const name of ['external_id', 'order_id', 'transaction_id']) {
      expect(await run({ ...request, [name]: 'other' })).toMatchObject(refused('not_found', 404, '02'));
    }
  });

  it.each(WRONG_CREDENTIALS)('is refused with %s, which is not shown', async (_name, changes, code, said) => {
    const ending = await run(inquiryOf(fresh()), changes);
    expect(ending).toMatchObject(refused(code, 401, said));
    expect(leaks(ending, Object.values(changes))).toEqual([]);
  });

  it('is done for a sub-merchant that signs with its own hash key', async () => {
    const { submerchant_name: subMerchantId, hash_key: hashKey } = fakeSubMerchant;
    const request = inquiryOf(fresh({ submerchant_name: subMerchantId }));
    expect((await run(request)).outcome).toBe('refused');
    expect((await run(request, { subMerchantId, hashKey })).outcome).toBe('done');
  });
});

describe.each(callers)('%s, creating', (_, call) => {
  const run = (request: object, changes: object = {}) =>
    call('createVirtualAccount', { ...credentials, baseUrl: sandbox.url, ...changes }, request);
  const stored = (request: Record<string, unknown>) =>
    sandbox.state.virtualAccounts().filter(({ external_id }) => external_id === request.external_id);

  it('is done, and the virtual account then is there, with the id that was answered', async () => {
    const request = creationOf();
    const { outcome, data } = await run(request);
    expect(outcome).toBe('done');
    const { external_id, order_id, payment_channel } = request;
    const said = {
      external_id,
      order_id,
      payment_channel,
      transaction_status: 'ACTIVE',
      response_code: '00',
    };
    expect(data).toMatchObject(said);
    const { transaction_id } = data as { transaction_id: string };
    expect(stored(request)).toMatchObject([{ transaction_id, order_id }]);
  });

  it('what was created can be asked after and cancelled', async () => {
    const options = { ...credentials, baseUrl: sandbox.url };
    const { data } = await run(creationOf());
    const request = inquiryOf({ ...(data as VirtualAccount), payment_method: 'BANK_TRANSFER' });
    expect((await call('cancelVirtualAccount', options, request)).outcome).toBe('done');
    expect(await call('inquireVirtualAccount', options, request)).toMatchObject({
      data: { transaction_status: 'CANCELED' },
    });
  });

  it('is refused for an external_id that is taken', async () => {
    const request = creationOf();
    expect((await run(request)).outcome).toBe('done');
    expect(await run(request)).toMatchObject(refused('invalid_parameter', 400, '01'));
    expect(stored(request)).toHaveLength(1);
  });

  it.each(WRONG_CREDENTIALS)('is refused with %s, which is not shown', async (_name, changes, code, said) => {
    const request = creationOf();
    const ending = await run(request, changes);
    expect(ending).toMatchObject(refused(code, 401, said));
    expect(leaks(ending, Object.values(changes))).toEqual([]);
    expect(stored(request)).toEqual([]);
  });

  it('is unknown when the connection drops, though the virtual account is there', async () => {
    const request = creationOf({ order_id: seedName('create-drop') });
    expect(await run(request)).toMatchObject({ outcome: 'unknown', error: { code: 'connection_failed' } });
    expect(stored(request)).toHaveLength(1);
  });
});
