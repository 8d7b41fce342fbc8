import { afterEach, expect, test, vi } from 'vitest';
import { basicToken, sign } from '../cases/request.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { planTransactions } from '../dredd/plan.ts';
import type { SandboxServerOptions } from '../sandbox/server.ts';
import { asObject, readContract } from '../../spec/contract.ts';
import { maskOutput } from './dredd.ts';
import { enough, startStagingSandbox } from './over-tls.ts';
import type { Ended, StagingSandbox } from './over-tls.ts';

vi.setConfig({ testTimeout: 120_000 });

const endings: StagingSandbox['close'][] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function sandboxOverTls(
  options?: SandboxServerOptions,
  stock: Partial<typeof enough> = enough,
): Promise<StagingSandbox> {
  const made = await startStagingSandbox(options, stock);
  endings.push(made.close);
  return made;
}

/** Dredd alone; the plain right requests come with it. */
const run = (gateway: StagingSandbox, env?: Record<string, string>): Promise<Ended> =>
  gateway.run(env, ['--only', 'dredd']);

/** The rows of the report's section: example, result, why. */
function rowsOf({ reports }: Ended): string[][] {
  const [, section = ''] = (reports['staging.md'] ?? '').split('## Dredd');
  const lines = section
    .split('## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}
const resultOf = (ended: Ended, key: string): string | undefined =>
  rowsOf(ended).find(([name]) => name === key)?.[1];

test('every example is in the report, by name: held, or not exercised and why', async () => {
  const gateway = await sandboxOverTls();
  const ended = await run(gateway);
  expect(ended.code).toBe(0);
  const rows = rowsOf(ended);
  expect(rows.map(([key]) => key).sort()).toEqual(
    planTransactions(readContract())
      .map(({ key }) => key)
      .sort(),
  );
  const left = rows.filter(([, result]) => result !== 'pass');
  expect(new Set(left.map(([, result]) => result))).toEqual(new Set(['not exercised']));
  const isLeft = /^create|VirtualAccount (5\d\d|default) /;
  expect(left.map(([key]) => key)).toEqual(rows.map(([key]) => key).filter((key) => isLeft.test(key!)));
  expect(ended.output).toContain(
    `Dredd: ${rows.length - left.length} of ${rows.length - left.length} examples`,
  );
  expect(ended.reports['staging.xml']).toContain('name="dredd.200.canceled"/>');
  // One virtual account was asked after, cancelled, and asked after again; nothing was created.
  const { requests } = gateway.sandbox;
  expect(requests.filter(({ path }) => path === '/va')).toEqual([]);
});

test('what Dredd prints of a failing one is masked, and the failure is weighed as any other', async () => {
  const person = { payer: 'Siti Rahayu', phone: '081234567890', contact: { email: 'siti@example.com' } };
  const gateway = await sandboxOverTls({
    tamper: (answer, { name }) => {
      if (name === 'wrong_secret')
        return { ...answer, headers: { 'content-type': 'text/html' }, body: '<b>Siti Rahayu</b>' };
      const status = name === 'canceled' ? { transaction_status: 'CANCELLED' } : {};
      return { ...answer, body: { ...asObject(answer.body), ...person, ...status } };
    },
  });
  const ended = await run(gateway);
  const text = ended.reports['staging-dredd.txt']!;
  expect(text).toMatch(/^fail: POST \(200\) \/va\/cancel/m);
  expect(text).toContain('"transaction_status": "CANCELLED"');
  expect(text).toContain('    x-version: v3');
  expect(text).toContain('    Authorization: ***'.toLowerCase());
  const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
  const accounts = gateway.sandbox.state
    .virtualAccounts()
    .filter(({ order_id }) => order_id.startsWith('ct-'));
  const canaries = [
    merchantId,
    secretUnboundId,
    hashKey,
    basicToken(merchantId, secretUnboundId),
    ...accounts.flatMap(({ external_id, order_id, transaction_id }) => [
      external_id,
      order_id,
      transaction_id,
      sign(hashKey, external_id, order_id),
    ]),
    'Siti',
    'Rahayu',
    '081234567890',
    'siti@example.com',
  ];
  const everything = ended.output + Object.values(ended.reports).join('\n');
  expect(canaries.filter((canary) => everything.includes(canary))).toEqual([]);
  // Signatures of made-up ids too: they would let a hash key be guessed.
  expect(everything.match(/Basic [A-Za-z0-9+/=]{8}|\b[0-9a-f]{64}\b/g)).toBeNull();
  expect(ended.output).toMatch(
    /REFUTED, page:\s+\/components\/schemas\/CancelSuccess\/properties\/transaction_status/,
  );
  expect(ended.code).toBe(1);
  expect(resultOf(ended, 'cancelVirtualAccount 200 canceled')).toBe('fail');
});

test('nothing of it is run where a plain right request is refused', async () => {
  const gateway = await sandboxOverTls();
  const ended = await run(gateway, { IFORTEPAY_SECRET_UNBOUND_ID: 'fake-wrong' });
  expect(ended.code).toBe(2);
  expect(gateway.sandbox.requests).toHaveLength(1);
  const refusing = await sandboxOverTls({
    tamper: (answer) => ({ ...answer, status: 400, body: { response_code: '01', response_message: 'fake' } }),
  });
  const refused = await run(refusing);
  expect(new Set(rowsOf(refused).map(([, result, why]) => `${result}: ${why}`))).toEqual(
    new Set(['not judged: the plain right request is refused']),
  );
  expect(refused.reports['staging-dredd.txt']).toBe('');
});

test('what needs a virtual account says so where there is none', async () => {
  const gateway = await sandboxOverTls({}, {});
  const ended = await run(gateway);
  expect(ended.code).toBe(0);
  expect(resultOf(ended, 'cancelVirtualAccount 200 canceled')).toBe('needs account');
  expect(resultOf(ended, 'inquireVirtualAccount 200 canceled')).toBe('needs account');
  expect(resultOf(ended, 'cancelVirtualAccount 401 wrong_signature')).toBe('pass');
});

test('what something else answered, or nothing did, is sent again', async () => {
  let page = 0;
  let drop = 0;
  const gateway = await sandboxOverTls({
    tamper: (answer, { name }) => {
      if (name === 'wrong_secret' && page++ === 0) {
        return { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>firewall</h1>' };
      }
      return name === 'paid' && drop++ === 1 ? { ...answer, connection: 'drop' } : answer;
    },
  });
  const ended = await run(gateway);
  expect(ended.code).toBe(0);
  expect(resultOf(ended, 'inquireVirtualAccount 401 wrong_credentials')).toBe('pass');
  expect(resultOf(ended, 'inquireVirtualAccount 200 paid')).toBe('pass');
  expect([page, drop]).toEqual([3, 3]);
});

test('a gateway that looks up first is asked about virtual accounts that exist', async () => {
  const asked = new Map<string, boolean[]>();
  const gateway = await sandboxOverTls({
    tamper: (answer, { operation, name, ids }) => {
      if (!['wrong_secret', 'wrong_signature', 'wrong_version'].includes(name)) return answer;
      const key = `${operation} ${name}`;
      const isFirst = !asked.has(key);
      // Before the body is read the sandbox knows no ids.
      const isKnown = gateway.sandbox.state.find(ids.transaction_id) !== undefined;
      asked.set(key, [...(asked.get(key) ?? []), isKnown]);
      const body = { response_code: '02', response_message: 'fake' };
      return isFirst ? { ...answer, status: 404, body } : answer;
    },
  });
  const ended = await run(gateway);
  expect(ended.code).toBe(0);
  expect(asked.get('cancelVirtualAccount wrong_signature')).toEqual([false, true]);
  expect(asked.get('inquireVirtualAccount wrong_signature')).toEqual([false, true]);
  expect(rowsOf(ended).filter(([, result]) => !['pass', 'not exercised'].includes(result!))).toEqual([]);
});

test('masking leaves no value of a header or a body that is not of the contract, however it is printed', () => {
  const exchanged = [
    {
      headers: [
        ['authorization', 'Basic ZmFrZQ=='],
        ['x-secret', 'fake'],
        ['content-type', 'application/json'],
      ] as [string, string][],
      body: Buffer.from(
        '{"payer":"Siti Rahayu","ids":[{"0812345":null}],"amount":987654321987,"response_code":"00","transaction_status":"PAID"}',
      ),
    },
    { headers: [], body: Buffer.from('<b>M\u00FCller at 081234567890</b>') },
  ];
  const forms = [
    'body: At /payer No enum match for: "Siti Rahayu"',
    'headers={authorization=[Basic ZmFrZQ==], x-secret=[fake], Content-Type=[application/json]}',
    "payer: 'Siti'\n  amount: 987654321987 0812345",
    '%7B%22payer%22%3A%22Siti%20Rahayu M\\u00fcller, 081234567890',
    '"response_code": "00", "transaction_status": "PAID" statusCode: 200',
  ];
  const masked = maskOutput(forms.join('\n'), exchanged, ['payer']);
  for (const secret of ['Siti', 'Rahayu', 'ZmFrZQ', 'fake', '987654321987', '0812', 'ller'])
    expect(masked).not.toContain(secret);
  for (const kept of ['At /payer', 'application/json', '"00"', '"PAID"', 'statusCode: 200'])
    expect(masked).toContain(kept);
});
