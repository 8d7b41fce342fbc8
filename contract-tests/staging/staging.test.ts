import { afterEach, describe, expect, test } from 'vitest';
import { basicToken, sign } from '../cases/signature.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { asObject } from '../../spec/contract.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import type { SandboxServerOptions } from '../sandbox/server.ts';
import { payer } from './accounts.ts';
import { enough, pose } from './posing.ts';
import type { Ended, Posing } from './posing.ts';

const endings: Posing['close'][] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function posing(options?: SandboxServerOptions, stock?: Partial<typeof enough>): Promise<Posing> {
  const made = await pose(options, stock);
  endings.push(made.close);
  return made;
}
const run = async (...given: Parameters<typeof posing>): Promise<Ended> => (await posing(...given)).run();

const markdown = ({ reports }: Ended): string => reports['staging.md'] ?? '';
/** The verdict column of a guess. */
const verdictOf = (ended: Ended, key: string): string | undefined =>
  markdown(ended)
    .split('\n')
    .find((line) => line.startsWith(`| \`${key}\` |`))
    ?.split(' | ')
    .at(-2);
const everything = ({ output, reports }: Ended): string => output + Object.values(reports).join('\n');
const withBody = (answer: Answer, more: Record<string, unknown>): Answer => ({
  ...answer,
  body: { ...asObject(answer.body), ...more },
});

/** What must be seen nowhere: the secrets, and everything about every virtual account of the sandbox. */
function canariesOf({ sandbox }: Posing): string[] {
  const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
  const accounts = sandbox.state.virtualAccounts().filter(({ external_id }) => external_id.startsWith('ct-'));
  const ofAccounts = accounts.flatMap(({ external_id, order_id, transaction_id, va_number }) => [
    ...[external_id, order_id, transaction_id, sign(hashKey, external_id, order_id)],
    ...(va_number === undefined ? [] : [va_number]),
  ]);
  const token = basicToken(merchantId, secretUnboundId);
  return [merchantId, secretUnboundId, hashKey, token, ...Object.values(payer), ...ofAccounts];
}
const seenIn = (ended: Ended, canaries: string[]): string[] =>
  canaries.filter((canary) => everything(ended).toLowerCase().includes(canary.toLowerCase()));

describe('against a compliant gateway', () => {
  test('ends with 0, with guesses confirmed, questions answered, and nothing secret anywhere', async () => {
    const gateway = await posing();
    const ended = await gateway.run();
    expect(ended.output).not.toMatch(/^(fail|not run|refuted)/m);
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
    expect(canaries.length).toBeGreaterThan(60);
    expect(seenIn(ended, canaries)).toEqual([]);
  });

  test('cancels no virtual account with a request that should be refused', async () => {
    const gateway = await posing();
    await gateway.run();
    const { requests } = gateway.sandbox;
    const canceled = requests.filter((one) => one.path === '/va/cancel' && one.answer === 'canceled').length;
    const gone = gateway.sandbox.state.virtualAccounts().filter((va) => va.transaction_status === 'CANCELED');
    // outcome.success, open.channel.lowerCase and open.state.twice; and the sandbox's own seed and the one given.
    expect([canceled, gone.length]).toEqual([3, 3 + 2]);
  });

  test('creates nothing unless told to', async () => {
    const gateway = await posing();
    await gateway.run();
    expect(gateway.sandbox.requests.length).toBeGreaterThan(500);
    expect(gateway.sandbox.requests.filter((one) => one.path === '/va')).toEqual([]);
  });

  test('creates virtual accounts if told to, and says what it could not run without others', async () => {
    const gateway = await posing({}, {});
    const ended = await gateway.run({ IFORTEPAY_TEST_CREATE: '1' });
    expect(ended.output.match(/^not run: \S+ \S+/gm)).toEqual([
      'not run: cancelVirtualAccount open.state.paid:',
      'not run: cancelVirtualAccount open.state.expired:',
    ]);
    expect(ended.code).toBe(4);
    const key = '/components/schemas/CreatedPaymentDetails/properties/va_number';
    expect(verdictOf(ended, key)).toBe('confirmed');
    const canaries = canariesOf(gateway);
    expect(canaries.some((canary) => /^\d{12}$/.test(canary))).toBe(true);
    expect(seenIn(ended, canaries)).toEqual([]);
  });

  test('says which cases virtual accounts ran out for, and ends with 4', async () => {
    const ended = await run({}, { active: 2 });
    expect(ended.code).toBe(4);
    const left = ended.output.match(/^not run: cancelVirtualAccount .*no virtual account is left.*$/gm) ?? [];
    expect(left.length).toBeGreaterThan(5);
    expect(ended.output).toContain(`notRun ${left.length}`);
    expect(markdown(ended)).toContain(`## Not run: ${left.length} cases`);
    expect(ended.reports['staging.xml']).toContain('<skipped message="not run: no virtual account is left');
  });

  test('asks first, and takes no virtual account for active that no longer is', async () => {
    const gateway = await posing({}, { active: 1 });
    gateway.sandbox.state.virtualAccounts().at(-1)!.transaction_status = 'CANCELED';
    const ended = await gateway.run();
    expect(ended.output).toContain('entry 1 of IFORTEPAY_TEST_VAS is not active: the gateway says canceled');
    expect(ended.output).not.toMatch(/^fail/m);
    expect(ended.code).toBe(4);
  });
});

describe('against a gateway that has drifted', () => {
  test('02 with 400 refutes guesses only, and ends with 3', async () => {
    const tamper: Tamper = (answer, { name }) =>
      ['not_found', 'ids_disagree', 'not_owner'].includes(name) ? { ...answer, status: 400 } : answer;
    const ended = await run({ tamper });
    expect(ended.output).not.toContain('REFUTED');
    expect(ended.code).toBe(3);
    expect(verdictOf(ended, '/paths/~1va~1cancel/post/responses/404 02')).toBe('refuted');
    expect(verdictOf(ended, '/components/responses/NotFoundFailure')).toBe('refuted');
    expect(verdictOf(ended, '/paths/~1va~1cancel/post/responses/401 04')).toBe('confirmed');
    expect(markdown(ended)).toContain('400 with 02 in outcome.notFound.unknown');
  });

  test('an extra member taken is reported, since no document forbids it, and ends with 0', async () => {
    const { altered } = await import('../cases/draft.ts');
    const contract = altered((schemas) => delete schemas['CancelRequest']!['additionalProperties']);
    const ended = await run({ contract }, { ...enough, active: 20 });
    expect(verdictOf(ended, '/components/schemas/CancelRequest/additionalProperties')).not.toBe('refuted');
    expect(markdown(ended)).toContain(
      'cancelVirtualAccount body.extraMember.text | expected 400 with 01, got',
    );
    expect(ended.code).toBe(0);
  });

  test('another spelling of CANCELED refutes the page, and ends with 1', async () => {
    const tamper: Tamper = (answer, { name }) =>
      name === 'canceled' ? withBody(answer, { transaction_status: 'CANCELLED' }) : answer;
    const ended = await run({ tamper });
    const statement = '/components/schemas/CancelSuccess/properties/transaction_status/enum';
    expect(ended.output).toContain(`REFUTED, page: ${statement}`);
    expect(ended.code).toBe(1);
    expect(ended.reports['staging.xml']).toMatch(new RegExp(`name="${statement}">\\s*<failure`));
  });

  test('any signature accepted refutes the docs, and ends with 1', async () => {
    const ended = await run({ checks: { signatureValue: false } }, { ...enough, active: 60 });
    expect(ended.output).toContain(
      'fail: cancelVirtualAccount signature.madeUp: expected 401 with 99, got 200 with 00',
    );
    expect(ended.output).toContain('REFUTED, docs: /components/securitySchemes/requestSignature');
    expect(ended.code).toBe(1);
  });

  test('without virtual accounts a signature that is not looked at is no pass either', async () => {
    const ended = await run({ checks: { signatureValue: false } }, {});
    expect(ended.output).toContain('fail: cancelVirtualAccount signature.madeUp');
    expect(ended.output).toContain('a request is judged before the virtual account is looked up');
    expect(ended.code).toBe(4);
  });

  test('members more are named without what they hold, refute an assumption, and end with 3', async () => {
    const leaked = { va_number: '8808123456789012', holder: 'Fake Canary Person', '8808999988887777': 'x' };
    const tamper: Tamper = (answer, { name }) => (name === 'canceled' ? withBody(answer, leaked) : answer);
    const ended = await run({ tamper });
    expect(markdown(ended)).toContain('/va_number with 200');
    expect(seenIn(ended, ['8808123456789012', 'Fake Canary Person', '8808999988887777'])).toEqual([]);
    expect(ended.code).toBe(3);
  });

  test('an id that comes back changed refutes the page, and is not printed', async () => {
    const tamper: Tamper = (answer, { name }) =>
      name === 'canceled' ? withBody(answer, { order_id: 'fake-canary-order' }) : answer;
    const ended = await run({ tamper });
    expect(ended.output).toContain('REFUTED, page: /components/schemas/EchoedId');
    expect(seenIn(ended, ['fake-canary-order'])).toEqual([]);
    expect(ended.code).toBe(1);
  });

  test('a gateway that stops answering is not taken for one that answers wrongly; requests are paced', async () => {
    let answered = 0;
    const tamper: Tamper = (answer) => (++answered > 40 ? { ...answer, connection: 'drop' } : answer);
    const gateway = await posing({ tamper });
    const from = performance.now();
    const ended = await gateway.run({ IFORTEPAY_TEST_PACE_MS: '100' });
    // 40 answered and 5 more, paced.
    expect(performance.now() - from).toBeGreaterThan(44 * 100);
    expect(ended.output).toContain('the gateway gave no answer 5 times in a row');
    expect(ended.output).not.toContain('REFUTED');
    expect(ended.code).toBe(4);
  });
});
