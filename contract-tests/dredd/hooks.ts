/** What Dredd does around each transaction: arrange it, attach the schema, judge the answer, and put it on record. */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createChecker } from '../checker/checker.ts';
import type { Checker } from '../checker/checker.ts';
import { readMediaType } from '../checker/headers.ts';
import { passOf } from './documents.ts';
import { lookAtHooks } from './hook-survey.ts';
import type { DreddHooks, Transaction } from './hook-survey.ts';
import { isAwake, judgeAnswer } from './judge-answer.ts';
import { keyOf } from './plan.ts';
import { fingerprint, ORDERS } from './record.ts';
import type { Entry, Orders } from './record.ts';

/** Registers every hook. Dredd waits for none that is async: these are not. Throws if the orders are missing. */
export function register(hooks: DreddHooks, given?: Pick<Checker, 'check' | 'bodySchema'>): void {
  const orders = JSON.parse(readFileSync(process.env[ORDERS]!, 'utf8')) as Orders;
  const checker = given ?? createChecker(orders.contract);
  const write = (entry: Entry): void => appendFileSync(orders.record, `${JSON.stringify(entry)}\n`);
  const plannedOf = (key: string) => orders.planned.find((one) => one.key === key);

  hooks.beforeAll((transactions) => {
    write({
      did: 'begin',
      keys: transactions.map(keyOfTransaction),
      hooks: lookAtHooks(hooks, transactions),
    });
  });
  hooks.beforeEach((transaction) => {
    const key = keyOfTransaction(transaction);
    if (plannedOf(key)) arrange(transaction, key, orders);
    else transaction.fail = `${key} was not planned`;
    write({ did: 'arrange', key });
  });
  hooks.beforeEachValidation((transaction) => {
    const key = keyOfTransaction(transaction);
    const planned = plannedOf(key)!;
    const schema = checker.bodySchema(planned.operation, planned.status);
    if (schema) transaction.expected.bodySchema = schema;
    allowParameters(transaction);
    write({ did: 'attach', key });
  });
  hooks.afterEach((transaction) => {
    const key = keyOfTransaction(transaction);
    const planned = plannedOf(key);
    const faults = [
      ...(planned ? judgeAnswer(checker, planned, transaction) : [`${key} was not planned`]),
      // What Dredd says for itself; its first line, since the rest repeats the request.
      ...(transaction.test?.valid === false ? dreddsOwn(transaction.test.message) : []),
    ];
    if (faults.length > 0) transaction.fail = faults.join('; ');
    const schema = fingerprint(transaction.expected.bodySchema);
    const checkerAwake = planned !== undefined && isAwake(checker, planned);
    const emptyHeaders = Object.entries(transaction.request.headers).flatMap(([name, value]) =>
      value === '' ? [name] : [],
    );
    const status = transaction.real?.statusCode;
    write({ did: 'judge', key, status, schema, faults, checkerAwake, emptyHeaders });
  });
  // The canary: Dredd calls this one only if it got through to the end.
  hooks.afterAll((_transactions) => write({ did: 'end' }));
}

function keyOfTransaction({ origin, request, expected }: Transaction): string {
  return keyOf(passOf(origin.apiName), request.method, request.uri, expected.statusCode);
}

function arrange({ request }: Transaction, key: string, { arrangements, credentials }: Orders): void {
  const { body, wrong } = arrangements[key]!;
  const { merchant_id, secret_unbound_id, hash_key } = credentials;
  // Written apart from src/ and the sandbox (gateway docs, /payment-gateway/securities).
  const signed = createHash('sha256').update(`${hash_key}${body['external_id']}${body['order_id']}`, 'utf8');
  const secret = wrong === 'secret' ? 'fake-wrong-secret' : secret_unbound_id;
  request.headers['Authorization'] =
    `Basic ${Buffer.from(`${merchant_id}:${secret}`, 'utf8').toString('base64')}`;
  request.headers['x-req-signature'] = wrong === 'signature' ? '0'.repeat(64) : signed.digest('hex');
  for (const [name, value] of Object.entries(request.headers)) {
    // Dredd sends optional headers empty.
    if (value === '') Reflect.deleteProperty(request.headers, name);
  }
  request.body = JSON.stringify(body);
}

/** Dredd compares the whole Content-Type; parameters such as charset are the checker's to judge. */
function allowParameters({ expected, real }: Transaction): void {
  const type = real?.headers['content-type'] ?? '';
  const name = Object.keys(expected.headers).find((one) => one.toLowerCase() === 'content-type');
  if (name && readMediaType(type)?.essence === expected.headers[name]) expected.headers[name] = type;
}

function dreddsOwn(message: string): string[] {
  const lines = message.split('\n').filter((line) => line !== '');
  return lines.map((line) => `Dredd: ${line}`);
}
