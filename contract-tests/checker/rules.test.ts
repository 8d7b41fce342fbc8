import { altered } from '../shared/altered.ts';
import { expect, test } from 'vitest';
import { createChecker } from './checker.ts';
import type { AnswerToCheck, Rule } from './checker.ts';
import { readContract, statementAt } from '../../spec/contract.ts';
import {
  answerWith,
  extra,
  failure,
  memberAdded,
  responses,
  success,
  headerRequired,
  without,
} from './test-answers.ts';
import type { ContractChange } from '../shared/altered.ts';
import { rules } from './rules.ts';

const checker = createChecker();

/** One drifted answer for each rule; `change` is what the contract needs to have for it. */
const drifts: [rule: Rule, pointer: string, answer: AnswerToCheck, change?: ContractChange][] = [
  [
    'undocumentedStatus',
    'status',
    answerWith(failure, { status: 418 }),
    (_, c) => delete responses(c)['default'],
  ],
  ['statusByDefault', 'status', answerWith({ response_code: '98' }, { status: 429 })],
  ['header', 'header:retry-after', answerWith(success), headerRequired({ type: 'integer' })],
  ['mediaType', 'header:content-type', answerWith(success, { headers: { 'content-type': 'text/json' } })],
  ['encoding', 'header:content-type', answerWith(success, { headers: latin1() })],
  ['undocumentedBody', '', answerWith(success), (_, c) => delete responses(c)['200'].content],
  ['notJson', '', answerWith('{bad')],
  [
    'duplicateMember',
    '/order_id',
    answerWith(JSON.stringify(success).replace('{', '{"order\\u005fid":"o-1",')),
  ],
  ['additionalMember', '/response_message', answerWith({ ...success, response_message: 'ok' })],
  ['echo', '/order_id', answerWith({ ...success, order_id: 'O-1' })],
  ['echoName', '/payment_channel', answerWith({ ...success, payment_channel: 'BNI' })],
  ['type', '/transaction_id', answerWith({ ...success, transaction_id: null })],
  ['enum', '/transaction_status', answerWith({ ...success, transaction_status: 'PAID' })],
  ['required', '/response_code', answerWith(without('response_code'))],
  ['pattern', '/response_code', answerWith({ response_code: '9' }, { status: 429 })],
  ['minLength', '/order_id', answerWith({ ...success, order_id: '' })],
  ['maxLength', '/payment_channel', answerWith({ ...success, payment_channel: 'B'.repeat(51) })],
  ['format', '/extra', extra('no date'), memberAdded({ type: 'string', format: 'date-time' })],
  ['minimum', '/extra', extra(0), memberAdded({ type: 'integer', minimum: 1 })],
  ['maximum', '/extra', extra(2), memberAdded({ type: 'integer', maximum: 1 })],
  [
    'exclusiveMinimum',
    '/extra',
    extra(1),
    memberAdded({ type: 'number', minimum: 1, exclusiveMinimum: true }),
  ],
  [
    'exclusiveMaximum',
    '/extra',
    extra(1),
    memberAdded({ type: 'number', maximum: 1, exclusiveMaximum: true }),
  ],
  ['multipleOf', '/extra', extra(3), memberAdded({ type: 'integer', multipleOf: 2 })],
  ['minItems', '/extra', extra([]), memberAdded({ type: 'array', minItems: 1, items: { type: 'string' } })],
  [
    'maxItems',
    '/extra',
    extra(['a', 'b']),
    memberAdded({ type: 'array', maxItems: 1, items: { type: 'string' } }),
  ],
  [
    'uniqueItems',
    '/extra',
    extra([1, 1]),
    memberAdded({ type: 'array', uniqueItems: true, items: { type: 'integer' } }),
  ],
  [
    'minProperties',
    '/extra',
    extra({}),
    memberAdded({ type: 'object', minProperties: 1, additionalProperties: true }),
  ],
  [
    'maxProperties',
    '/extra',
    extra({ a: 1 }),
    memberAdded({ type: 'object', maxProperties: 0, additionalProperties: true }),
  ],
  ['anyOf', '/extra', extra(1), memberAdded({ anyOf: [{ type: 'string' }, { type: 'boolean' }] })],
  ['oneOf', '/extra', extra(1), memberAdded({ oneOf: [{ type: 'number' }, { type: 'integer' }] })],
  ['not', '/extra', extra('a'), memberAdded({ not: { type: 'string', enum: ['a'] } })],
];

function latin1(): Record<string, string> {
  return { 'content-type': 'application/json; charset=iso-8859-1' };
}

/** What that same answer breaks beside the rule; anything more would be a finding that nobody asked for. */
const alsoBroken: Partial<Record<Rule, Rule[]>> = {
  anyOf: ['type', 'type'],
  minLength: ['echo'],
  maxLength: ['echoName'],
  pattern: ['statusByDefault'],
};

test.each(drifts)('catches a drift by the rule %s', (rule, pointer, drifted, change) => {
  const own = change ? createChecker(altered(change)) : checker;
  const others = alsoBroken[rule] ?? [];
  const findings = own.check(drifted);
  const [found] = findings.filter((one) => one.rule === rule);
  expect(found).toMatchObject({ pointer, breaking: rules[rule].breaking });
  const rest = findings.filter((one) => one !== found).map((one) => one.rule);
  expect(rest).toEqual(others);
  expect(statementAt(change ? altered(change) : readContract(), found!.where).pointer).toBe(found!.where);
});

test('there is a drift for every rule', () => {
  expect(drifts.map(([rule]) => rule).sort()).toEqual(Object.keys(rules).sort());
});

test('only what a client written to the contract cannot notice is not breaking', () => {
  const harmless = Object.entries(rules).filter(([, { breaking }]) => !breaking);
  expect(harmless.map(([rule]) => rule)).toEqual([
    'statusByDefault',
    'undocumentedBody',
    'additionalMember',
    'echoName',
  ]);
});
