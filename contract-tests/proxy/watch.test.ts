import { afterEach, describe, expect, test } from 'vitest';
import { createChecker } from '../checker/checker.ts';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { createSender } from '../cases/sender.ts';
import { basicToken, sign } from '../cases/request.ts';
import type { RawRequest } from '../cases/types.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';
import { pageVirtualAccount } from '../sandbox/seeds.ts';
import { startSandbox } from '../sandbox/server.ts';
import { cancelRequest, changed, difficult } from './difficult.ts';
import { judgeExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { fromRecord } from './record.ts';
import type { TrafficRecord } from './record.ts';
import { startProxy } from './server.ts';
import { createTally, createWatch, replay } from './watch.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const { transaction_id, external_id, order_id, payment_method, payment_channel } = pageVirtualAccount;
const page = cancelRequest({ transaction_id, external_id, order_id, payment_method, payment_channel });

/** One request through the proxy to a sandbox that answers so. */
async function pass(tamper?: Tamper, request: RawRequest = page) {
  const sandbox = await startSandbox(tamper ? { tamper } : {});
  const [lines, records, tally] = [[] as string[], [] as TrafficRecord[], createTally()];
  const watch = createWatch({ log: (line) => lines.push(line), record: (one) => records.push(one), tally });
  let seen: (exchange: Exchange) => void;
  const exchanged = new Promise<Exchange>((resolve) => (seen = resolve));
  const onExchange = (exchange: Exchange): void => {
    watch(exchange);
    seen(exchange);
  };
  const proxy = await startProxy({ target: sandbox.url, onExchange, onBroken: () => tally.broken() });
  endings.push(sandbox.close, proxy.close);
  const sender = createSender({ baseUrl: proxy.url });
  await sender.send(request);
  sender.close();
  const exchange = await exchanged;
  return { lines, records, tally, exchange, findings: judgeExchange(createChecker(), exchange).findings };
}

const unspoilt = 'its record is judged otherwise';

test('finds nothing in a compliant answer', async () => {
  const { lines, records, tally } = await pass();
  expect(lines).toEqual(['POST /va/cancel 200: 0 findings']);
  expect([records.length, tally.exitCode()]).toEqual([1, 0]);
  expect(tally.summary()).toBe('1 answers checked, 0 not, 0 of no operation of the contract; 0 findings');
});

const broken =
  (status: number, body: unknown, headers: Record<string, string> = {}): Tamper =>
  (answer: Answer) => ({ ...answer, status, body, headers: { ...answer.headers, ...headers } });
const text = (json: string): Tamper => broken(200, json);
const success = JSON.stringify({
  transaction_id,
  external_id,
  order_id,
  payment_method,
  payment_channel,
  transaction_status: 'CANCELED',
  response_code: '00',
});

const drifts: [says: string, tamper: Tamper, rule: string][] = [
  ['another status name', changed({ transaction_status: 'CANCELLED' }), 'enum'],
  ['another code', changed({ response_code: '05' }), 'enum'],
  ['a code of three digits', changed({ response_code: '000' }), 'enum'],
  ['a member more', changed({ va_number: '8808123456789012' }), 'additionalMember'],
  ['a member more called by a number', changed({ '8808123456789012': 1 }), 'additionalMember'],
  ['a member less', changed({ transaction_status: undefined }), 'required'],
  ['null', changed({ payment_channel: null }), 'type'],
  ['a number', changed({ order_id: 13499387088062 }), 'type'],
  ['an empty text', changed({ payment_channel: '' }), 'minLength'],
  ['a text too long', changed({ payment_channel: 'B'.repeat(51) }), 'maxLength'],
  ['a line break', changed({ payment_channel: 'BCA\n' }), 'pattern'],
  ['a blank in front', changed({ payment_channel: ' BCA-POLYTRON' }), 'pattern'],
  ['another id', changed({ order_id: '13499387088063' }), 'echo'],
  ['an id in another letter case', changed({ transaction_id: transaction_id.toUpperCase() }), 'echo'],
  ['an id with a letter more', changed({ external_id: `${external_id}\u00E9` }), 'echo'],
  ['another channel', changed({ payment_channel: 'MANDIRI' }), 'echoName'],
  ['a member twice', text(success.replace('{', '{"order_id":"x",')), 'duplicateMember'],
  ['a code with another status', broken(404, { response_code: '01', response_message: 'x' }), 'enum'],
  ['a status of its own', broken(501, { response_code: '98' }), 'statusByDefault'],
  ['HTML', broken(502, '<h1>Bad</h1>', { 'content-type': 'text/html' }), 'mediaType'],
  ['no media type', broken(200, success, { 'content-type': 'json' }), 'mediaType'],
  [
    'another charset',
    broken(200, success, { 'content-type': 'application/json;charset=latin1' }),
    'encoding',
  ],
  ['half an answer', text(success.slice(0, -1)), 'notJson'],
  ['a number with a leading zero', text('007'), 'notJson'],
  ['an array', text('[1,2.50,-3e2]'), 'type'],
  ['nothing', text(''), 'notJson'],
  ...Object.entries(difficult)
    .filter(([name]) => ['not UTF-8', 'a byte order mark'].includes(name))
    .map(([name, tamper]): [string, Tamper, string] => [name, tamper, 'encoding']),
  ['Latin-1', broken(200, Buffer.from(success.replace('BCA', 'B\u00C7A'), 'latin1')), 'encoding'],
];

describe('a drift is found, and in its record again', () => {
  test.each(drifts)('%s', async (_, tamper, rule) => {
    const { lines, records, tally, findings } = await pass(tamper);
    expect(findings.map((one) => one.rule)).toContain(rule);
    expect(lines.join('\n')).toContain(`: ${rule} at `);
    expect(lines.join('\n')).not.toContain(unspoilt);
    const [again, count] = [[] as string[], createTally()];
    replay(`${JSON.stringify(records[0])}\n`, { log: (line) => again.push(line), tally: count });
    expect([count.summary(), count.exitCode()]).toEqual([tally.summary(), tally.exitCode()]);
    const [first = '', ...more] = lines;
    const counted = more.filter((line) => !line.includes('not counted'));
    expect(first).toContain(`: ${counted.length} findings`);
    expect(tally.summary()).toContain(`; ${counted.length} findings`);
    const rules = (all: string[]) => all.map((line) => line.replace(/at \S+ /, ''));
    expect(rules(again)).toEqual(rules(lines));
  });

  test('the test above notices a mask that breaks a record', () => {
    const record = {
      headers: [],
      findings: [],
      operation: 'x',
      method: 'POST',
      path: '/va/cancel',
      status: 200,
    };
    const bare = { ...record, requestHeaders: [], request: '', body: Buffer.from('{}').toString('base64') };
    const [lines, tally] = [[] as string[], createTally()];
    replay(JSON.stringify(bare), { log: (line) => lines.push(line), tally });
    expect(lines.join('\n')).toContain('when it was recorded, 0 findings');
    expect(tally.exitCode()).toBe(1);
  });
});

test('records and lines hold nothing secret and nothing of a person', async () => {
  const { merchantId, secretUnboundId, hashKey } = sandboxCredentials;
  const personal = {
    full_name: 'Fake Canary Person',
    email: 'fake.canary@example.com',
    phone: '081234567890',
    va_number: '8808123456789012',
    amount: 9876543,
    [merchantId]: 1,
    '8808000011112222': [{ name: 'Nama Palsu \u00E9\u5BC6' }],
    error: `no such merchant ${merchantId}`,
    payment_system: merchantId,
  };
  const request: RawRequest = {
    ...page,
    headers: [...page.headers, ['sub-merchant-id', 'FAKE-SUB-CANARY'], ['Cookie', 'fake-cookie']],
  };
  for (const tamper of [changed(personal), broken(502, `<p>${JSON.stringify(personal)}</p>`)]) {
    const { lines, records } = await pass(tamper, request);
    const decoded = records.flatMap(({ request: sent, body }) =>
      [sent, body].map((base64) => Buffer.from(base64, 'base64').toString()),
    );
    const everything = [...lines, JSON.stringify(records), ...decoded].join('\n').toLowerCase();
    const canaries = [
      merchantId,
      secretUnboundId,
      hashKey,
      basicToken(merchantId, secretUnboundId),
      sign(hashKey, external_id, order_id),
      transaction_id,
      external_id,
      order_id,
      'Canary',
      'Palsu',
      '\u5BC6',
      '081234567890',
      '8808123456789012',
      '9876543',
      '8808000011112222',
      'FAKE-SUB-CANARY',
      'fake-cookie',
    ];
    expect(canaries.filter((canary) => everything.includes(canary.toLowerCase()))).toEqual([]);
    expect(records.length).toBe(1);
    expect(everything).not.toContain(unspoilt);
  }
});

test('a merchant id that looks like a harmless name is masked wherever it comes back', async () => {
  const authorization = `Basic ${basicToken('FAKE-CANARY', 'fake-canary-secret')}`;
  const headers = page.headers.map(([name, value]): [string, string] =>
    name === 'authorization' ? [name, authorization] : [name, value],
  );
  const back = changed({ payment_channel: 'FAKE-CANARY', 'FAKE-CANARY': 1, 'of-FAKE-CANARY': 2 });
  const { lines, records } = await pass(back, { ...page, headers });
  const body = Buffer.from(records[0]!.body, 'base64').toString();
  expect([...lines, JSON.stringify(records), body].join('\n')).not.toContain('CANARY');
});

test('two records of the same request cannot be joined by their ids', async () => {
  const [one, other] = [await pass(), await pass()];
  expect(one.records[0]!.request).not.toBe(other.records[0]!.request);
});

test('what cannot be checked is said and counted', async () => {
  const foreign = await pass(undefined, { ...page, path: '/fake-canary/8808123456789012?x=1' });
  expect(foreign.lines).toEqual([
    'POST (29 characters of path) 404: not checked: no operation of the contract',
  ]);
  expect([foreign.records, foreign.tally.exitCode()]).toEqual([[], 4]);
  expect(foreign.tally.summary()).toContain(
    '1 of no operation of the contract; 0 findings; nothing was checked',
  );
  const garbled = await pass(difficult['gzip that is none']!);
  expect(garbled.lines[0]).toContain('not checked: its content-encoding gzip cannot be undone');
  expect([garbled.records, garbled.tally.exitCode()]).toEqual([[], 4]);
});

test.each([
  ['a guess', changed({ more: 1 }), 3],
  ['what is known', changed({ transaction_status: 'CANCELLED' }), 1],
  ['what `default` says', broken(501, { response_code: '98' }), 0],
])('an answer that breaks %s', async (_, tamper, code) => {
  expect((await pass(tamper)).tally.exitCode()).toBe(code);
});

test('a line that is no record is named by its number alone', () => {
  const options = { log: () => undefined, tally: createTally() };
  expect(() => replay('\n{"fake-canary":1}', options)).toThrow(/^line 2 is no record$/);
});

test('a record holds what it was made of, masked', async () => {
  const { records, exchange } = await pass();
  const back = fromRecord(records[0]!);
  expect(back.request!.length).toBe(exchange.request!.length);
  expect(back.status).toBe(200);
});
