import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { basicToken, sign } from '../cases/request.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { asObject } from '../../spec/contract.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import { seedMerchants } from '../sandbox/seeds.ts';
import type { SandboxServerOptions } from '../sandbox/server.ts';
import { payer } from './accounts.ts';
import { enough, startStagingSandbox } from './over-tls.ts';
import type { Ended, StagingSandbox } from './over-tls.ts';

// A thousand requests each, and a start of Dredd.
vi.setConfig({ testTimeout: 120_000 });

const endings: StagingSandbox['close'][] = [];
afterAll(async () => {
  for (const end of endings) await end();
});

async function sandboxOverTls(
  options?: SandboxServerOptions,
  stock?: Partial<typeof enough>,
): Promise<StagingSandbox> {
  const made = await startStagingSandbox(options, stock);
  endings.push(made.close);
  return made;
}
const run = async (
  options?: SandboxServerOptions,
  stock?: Partial<typeof enough>,
  args: string[] = [],
): Promise<Ended> => (await sandboxOverTls(options, stock)).run({}, args);

const markdown = ({ reports }: Ended): string => reports['staging.md'] ?? '';
/** The verdict column of a guess. */
const verdictOf = (ended: Ended, key: string): string | undefined =>
  markdown(ended)
    .split('## Guesses')[1]
    ?.split('\n')
    .find((line) => line.startsWith(`| \`${key}\` |`))
    ?.split(' | ')
    .at(-2);
const everything = ({ output, reports }: Ended): string => output + Object.values(reports).join('\n');
const withBody = (answer: Answer, more: Record<string, unknown>): Answer => ({
  ...answer,
  body: { ...asObject(answer.body), ...more },
});

/** What must be seen nowhere: the secrets, and everything about every virtual account of the sandbox. */
function canariesOf({ sandbox }: StagingSandbox): string[] {
  const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
  const accounts = sandbox.state.virtualAccounts().filter(({ external_id }) => external_id.startsWith('ct-'));
  const ofAccounts = accounts.flatMap(({ external_id, order_id, transaction_id, va_number }) => [
    external_id,
    order_id,
    transaction_id,
    sign(hashKey, external_id, order_id),
    ...(va_number === undefined ? [] : [va_number]),
  ]);
  const token = basicToken(merchantId, secretUnboundId);
  // Shorter ones would be found everywhere: an external_id of one letter is created too.
  return [merchantId, secretUnboundId, hashKey, token, ...Object.values(payer), ...ofAccounts].filter(
    ({ length }) => length >= 4,
  );
}
const seenIn = (ended: Ended, canaries: string[]): string[] =>
  canaries.filter((canary) => everything(ended).toLowerCase().includes(canary.toLowerCase()));

describe('against a compliant gateway', () => {
  test('ends with 0, with guesses confirmed, questions answered, and nothing secret anywhere', async () => {
    const gateway = await sandboxOverTls({}, { ...enough, active: 6 });
    const ended = await gateway.run();
    expect(ended.output).not.toMatch(/refuted,|REFUTED/);
    expect(ended.output.split('\n').length).toBeLessThan(8);
    expect(ended.code).toBe(0);
    for (const key of [
      '/components/schemas/OrderId/x-known-parts/letters-mean-ASCII',
      '/components/schemas/OrderId/minLength',
      '/components/schemas/InquirySuccess',
      '/components/responses/NotFoundFailure',
      '/paths/~1va~1cancel/post/responses/404 02',
      '/paths/~1va~1cancel/post/responses/401 99',
      '/paths/~1va~1inquiry/post/responses/200/content/application~1json/examples/canceled',
    ]) {
      expect([key, verdictOf(ended, key)]).toEqual([key, 'confirmed']);
    }
    expect(verdictOf(ended, '/paths/~1va~1cancel/post/responses/503 03')).toBe('not exercised');
    expect(markdown(ended)).toContain('| 2 | What does cancelling a second time answer? | 400 with 01');
    expect(markdown(ended)).not.toContain('not answered');
    expect(ended.reports['staging.xml']).toContain('failures="0" errors="0"');
    const canaries = canariesOf(gateway);
    expect(canaries.length).toBeGreaterThan(30);
    expect(seenIn(ended, canaries)).toEqual([]);
    // It cancels none with a request that should be refused, and gives back what it did not use.
    const { requests } = gateway.sandbox;
    const canceled = requests.filter((one) => one.path === '/va/cancel' && one.answer === 'canceled').length;
    const gone = gateway.sandbox.state.virtualAccounts().filter((va) => va.transaction_status === 'CANCELED');
    // By Dredd, a case for each thing that is taken, and two open questions; then the sandbox's own seed and the one
    // given.
    expect([canceled, gone.length, ended.code]).toEqual([6, 6 + 2, 0]);
    expect(markdown(ended)).toContain('9 given, 0 created; 6 used up by this run.');
    expect(requests.filter((one) => one.path === '/va')).toEqual([]);
  });

  test('creates virtual accounts if told to, exercises creating, and says what needs others', async () => {
    const gateway = await sandboxOverTls({}, {});
    const ended = await gateway.run({ IFORTEPAY_TEST_CREATE: '1' });
    expect(ended.output.trim().split('\n').at(-1)).toMatch(
      /^4 cases need virtual accounts: IFORTEPAY_TEST_VAS/,
    );
    expect(ended.code).toBe(0);
    for (const key of [
      '/components/schemas/CreatedPaymentDetails/properties/va_number',
      '/components/schemas/PaymentDetails/properties/billing_name/minLength',
      '/paths/~1va/post/responses/401 99',
    ]) {
      expect([key, verdictOf(ended, key)]).toEqual([key, 'confirmed']);
    }
    const canaries = canariesOf(gateway);
    expect(canaries.some((canary) => /^\d{12}$/.test(canary))).toBe(true);
    expect(seenIn(ended, canaries)).toEqual([]);
  });

  test('without virtual accounts the rest decides, and the last line counts what needs them', async () => {
    const gateway = await sandboxOverTls({}, {});
    const { submerchant_name, hash_key } = seedMerchants[0]!.sub_merchants![0]!;
    const asSub = { IFORTEPAY_SUB_MERCHANT_ID: submerchant_name, IFORTEPAY_HASH_KEY: hash_key };
    const ended = await gateway.run(asSub, ['--only', 'outcome']);
    expect(ended.code).toBe(0);
    expect(verdictOf(ended, '/components/parameters/SubMerchantId/schema/pattern')).toBe('confirmed');
    expect(ended.output.trim().split('\n').at(-1)).toMatch(
      /^\d+ cases need virtual accounts: IFORTEPAY_TEST_VAS or/,
    );
  });

  test('says which cases virtual accounts ran out for, and ends with 4', async () => {
    const ended = await run({}, { active: 1 }, ['--only', 'open']);
    expect(ended.code).toBe(4);
    expect(markdown(ended)).toContain('no more virtual accounts that are active');
    expect(ended.reports['staging.xml']).toContain('<skipped message="not run: no more virtual accounts');
  });

  test('asks first, and takes no virtual account for active that no longer is', async () => {
    const gateway = await sandboxOverTls({}, { active: 1 });
    gateway.sandbox.state.virtualAccounts().at(-1)!.transaction_status = 'CANCELED';
    const ended = await gateway.run({}, ['--only', 'outcome']);
    expect(ended.output).toContain(
      'Entries of IFORTEPAY_TEST_VAS in another state: 1 (active, but canceled)',
    );
    expect(ended.output).not.toMatch(/refuted,|REFUTED/);
    expect(ended.code).toBe(4);
  });

  test('Ctrl-C ends it: what was run so far is reported, with 4', async () => {
    const gateway = await sandboxOverTls();
    const { requests } = gateway.sandbox;
    const pace = { IFORTEPAY_TEST_PACE_MS: '50' };
    const ended = await gateway.run(pace, ['--only', 'header'], (kill) => {
      void (async () => {
        while (requests.length < 20) await sleep(20);
        kill('SIGINT');
      })();
    });
    expect(ended.code).toBe(4);
    expect(ended.output).toContain('STOPPED: interrupted');
    expect(markdown(ended)).toMatch(/\d+ of \d+ cases came out/);
    expect(markdown(ended)).toContain('| interrupted |');
  });
});

// One waits long for a gateway to come back.
describe.concurrent('against a gateway that has drifted', () => {
  test('02 with 400 refutes guesses only, and ends with 3', async () => {
    const tamper: Tamper = (answer, { name }) =>
      ['not_found', 'ids_disagree', 'not_owner'].includes(name) ? { ...answer, status: 400 } : answer;
    const ended = await run({ tamper }, enough, ['--only', 'authorization']);
    expect(ended.output).not.toContain('REFUTED');
    expect(ended.code).toBe(3);
    expect(verdictOf(ended, '/paths/~1va~1cancel/post/responses/404 02')).toBe('refuted');
    expect(verdictOf(ended, '/paths/~1va~1cancel/post/responses/401 04')).toBe('confirmed');
    expect(markdown(ended)).toContain('400 with 02 in outcome.notFound.unknown');
  });

  test('an extra member taken is described, since no document forbids it, and ends with 0', async () => {
    const { altered } = await import('../shared/altered.ts');
    const contract = altered((schemas) => delete schemas['CancelRequest']!['additionalProperties']);
    const ended = await run({ contract }, enough, ['--only', 'extraMember']);
    expect(verdictOf(ended, '/components/schemas/CancelRequest/additionalProperties')).toBe('otherwise');
    expect(markdown(ended)).toContain('cancelVirtualAccount body.extraMember.text (otherwise: 404 with 02)');
    expect(ended.code).toBe(0);
  });

  test('another spelling of CANCELED refutes the page, shows what was found, and ends with 1', async () => {
    const tamper: Tamper = (answer, { name }) =>
      name === 'canceled' ? withBody(answer, { transaction_status: 'CANCELLED' }) : answer;
    const ended = await run({ tamper }, enough, ['--only', 'outcome']);
    const statement = '/components/schemas/CancelSuccess/properties/transaction_status/enum';
    expect(ended.output.split('\n').slice(0, 3).join('\n')).toContain(statement);
    expect(ended.output).toContain('/transaction_status is CANCELLED');
    expect(ended.code).toBe(1);
    expect(ended.reports['staging.xml']).toMatch(new RegExp(`name="${statement}">\\s*<failure`));
  });

  test('any signature accepted refutes the docs, and ends with 1', async () => {
    const ended = await run({ checks: { signatureValue: false } }, enough, ['--only', 'signature']);
    expect(ended.output).toContain('REFUTED, docs: /components/securitySchemes/requestSignature');
    expect(ended.code).toBe(1);
  });

  test('without virtual accounts a signature that is not looked at is no pass either', async () => {
    const ended = await run({ checks: { signatureValue: false } }, {}, ['--only', 'signature']);
    expect(ended.output).toContain('cases need virtual accounts');
    expect(markdown(ended)).toMatch(/looked up first; no virtual account that is active .*signature/);
    expect(ended.code).toBe(0);
  });

  test('members more are named without what they hold, and are not judged', async () => {
    const leaked = { va_number: '8808123456789012', holder: 'Fake Canary Person', '8808999988887777': 'x' };
    const tamper: Tamper = (answer, { name }) => (name === 'canceled' ? withBody(answer, leaked) : answer);
    const ended = await run({ tamper }, enough, ['--only', 'outcome']);
    expect(markdown(ended)).toContain('/va_number with 200');
    expect(seenIn(ended, ['8808123456789012', 'Fake Canary Person', '8808999988887777'])).toEqual([]);
    expect(ended.code).toBe(0);
  });

  test('an id that comes back changed refutes the page, and is not printed', async () => {
    const tamper: Tamper = (answer, { name }) =>
      name === 'canceled' ? withBody(answer, { order_id: 'fake-canary-order' }) : answer;
    const ended = await run({ tamper }, enough, ['--only', 'outcome']);
    expect(ended.output).toContain('REFUTED, page: /components/schemas/EchoedId');
    expect(seenIn(ended, ['fake-canary-order'])).toEqual([]);
    expect(ended.code).toBe(1);
  });

  test('a gateway that stops answering is not taken for one that answers wrongly; requests are paced', async () => {
    let answered = 0;
    const tamper: Tamper = (answer) => (++answered > 40 ? { ...answer, connection: 'drop' } : answer);
    const gateway = await sandboxOverTls({ tamper });
    const from = performance.now();
    const ended = await gateway.run({ IFORTEPAY_TEST_PACE_MS: '100' });
    // 40 answered and more, paced.
    expect(performance.now() - from).toBeGreaterThan(44 * 100);
    expect(ended.output).toContain('STOPPED: the gateway gives no answer any more');
    expect(ended.output).not.toContain('REFUTED');
    expect(ended.code).toBe(4);
  });
});
