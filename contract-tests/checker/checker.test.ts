import { altered } from '../shared/altered.ts';
import { describe, expect, test } from 'vitest';
import { readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { assertLooks, createChecker } from './checker.ts';
import type { AnswerToCheck } from './checker.ts';
import {
  answerWith,
  briefly,
  extra,
  failure,
  ids,
  json,
  operation,
  success,
  headerRequired,
  without,
} from './test-answers.ts';

const checker = createChecker();

test('finds nothing in the documented answers', () => {
  expect(checker.check(answerWith(success))).toEqual([]);
  expect(checker.check(answerWith(failure, { status: 400 }))).toEqual([]);
  expect(checker.check(answerWith({ ...failure, error: 'x' }, { status: 400 }))).toEqual([]);
});

test.each([
  [{ 'Content-Type': 'application/json' }],
  [{ 'CONTENT-TYPE': 'Application/JSON;charset="UTF-8"', 'X-Other': 'x' }],
  [new Headers(json)],
  [[['Content-type', 'application/json; charset=utf-8; profile=x']] as [string, string][]],
])('takes headers of any shape and letter case, and ignores parameters: %j', (headers) => {
  expect(checker.check(answerWith(success, { headers }))).toEqual([]);
});

test('finds all that is wrong, not just the first', () => {
  const headers = { 'content-type': 'text/html; charset=latin1' };
  const body = { ...without('order_id'), response_code: '01', payment_method: 7, more: true };
  expect(briefly(checker.check(answerWith(body, { headers }))).sort()).toEqual([
    'additionalMember /more',
    'enum /payment_method',
    'enum /response_code',
    'mediaType header:content-type',
    'required /order_id',
    'type /payment_method',
  ]);
});

describe('headers and bytes', () => {
  const header = headerRequired({ type: 'integer', minimum: 1 });
  test.each([
    [{ ...json, 'retry-after': '5' }, []],
    [{ ...json, 'Retry-After': '0' }, ['header header:retry-after']],
    [{ ...json, 'Retry-After': 'soon' }, ['header header:retry-after']],
    [{ ...json, 'Retry-After': ['1', '2'] }, ['header header:retry-after']],
  ])('holds a documented header against its schema: %j', (headers, expected) => {
    expect(briefly(createChecker(altered(header)).check(answerWith(success, { headers })))).toEqual(expected);
  });

  test.each([
    ['no content type', {}, 'mediaType header:content-type'],
    [
      'a content type given twice',
      { 'content-type': ['application/json', 'application/json'] },
      'header header:content-type',
    ],
    ['a content type that is none', { 'content-type': 'json' }, 'mediaType header:content-type'],
  ])('finds %s', (_, headers, expected) => {
    expect(briefly(checker.check(answerWith(success, { headers })))).toEqual([expected]);
  });

  test.each([
    [
      'bytes that are not UTF-8',
      Buffer.from('{"response_code":"01","response_message":"\xFF"}', 'latin1'),
      'encoding ',
    ],
    ['a byte order mark', `\uFEFF${JSON.stringify(failure)}`, 'encoding '],
    ['an empty body', '', 'notJson '],
    ['an array', [failure], 'type '],
    [
      'a member given twice, deep',
      '{"response_code":"01","response_message":"x","a":[1,{"~":1,"~":2}]}',
      'duplicateMember /a/1/~0',
    ],
  ])('finds %s', (_, body, expected) => {
    expect(briefly(checker.check(answerWith(body, { status: 400 })))).toContain(expected);
  });

  test('a proxy that answers HTML breaks everything there is to break', () => {
    const html = answerWith('<h1>502</h1>', { status: 502, headers: { 'content-type': 'text/html' } });
    expect(briefly(checker.check(html))).toEqual([
      'statusByDefault status',
      'mediaType header:content-type',
      'notJson ',
    ]);
  });
});

describe('how well a broken statement is known', () => {
  const known = (given: AnswerToCheck): string[] => checker.check(given).map((f) => `${f.rule} ${f.known}`);
  test('is that of the statement, or of the part of it', () => {
    expect(known(answerWith({ ...success, transaction_status: 'PAID' }))).toEqual(['enum page']);
    expect(known(answerWith({ ...success, payment_channel: 7 }))).toEqual(['type page']);
    expect(known(answerWith({ ...success, order_id: '' }))).toEqual(['minLength guess', 'echo page']);
  });

  test('is that of the answer where a documented code comes with another status', () => {
    expect(known(answerWith({ ...failure, response_code: '02' }, { status: 400 }))).toEqual(['enum guess']);
    expect(known(answerWith({ ...failure, response_code: '77' }, { status: 400 }))).toEqual(['enum docs']);
  });

  test('is a guess for members that nobody said there were none of', () => {
    expect(known(answerWith({ ...success, at: 1 }))).toEqual(['additionalMember guess']);
  });
});

describe('echoes', () => {
  test('of names may differ in letter case, of ids not', () => {
    const lower = { ...success, payment_channel: 'bca', payment_method: 'bank_transfer' };
    expect(checker.check(answerWith(lower))).toEqual([]);
    for (const name of Object.keys(ids)) {
      expect(briefly(checker.check(answerWith({ ...success, [name]: 'other' })))).toEqual([`echo /${name}`]);
    }
  });

  test('are not looked at when the request is not known', () => {
    expect(checker.check(answerWith({ ...success, order_id: 'other' }, { request: undefined }))).toEqual([]);
  });
});

test('takes nullable, additionalProperties and annotations as OpenAPI 3.0 means them', () => {
  const own = createChecker(
    altered((schemas) => {
      schemas['CancelSuccess']!['properties'].extra = {
        type: 'object',
        nullable: true,
        deprecated: true,
        'x-anything': 1,
        properties: { in: { type: 'object' } },
        additionalProperties: { type: 'integer' },
      };
    }),
  );
  expect(own.check(extra(null))).toEqual([]);
  expect(own.check(extra({ any: 1 }))).toEqual([]);
  expect(briefly(own.check(extra({ any: 'x', in: { more: 1 } })))).toEqual([
    'type /extra/any',
    'additionalMember /extra/in/more',
  ]);
});

test('a schema that was taken out of the check is a check that no longer finds', () => {
  const open = createChecker(altered((s) => (s['CancelSuccess']!['additionalProperties'] = true)));
  expect(open.check(answerWith({ ...success, more: 1 }))).toEqual([]);
  expect(checker.check(answerWith({ ...success, more: 1 }))).toHaveLength(1);
});

test('knows its operations, and no other', () => {
  expect(checker.operationFor('post', '/va/cancel')).toBe(operation);
  expect(checker.operationFor('GET', '/va/cancel')).toBeUndefined();
  expect(() => checker.check(answerWith(success, { operation: 'cancelVA' }))).toThrow(
    'no operation cancelVA',
  );
});

test('gives away the closed draft-07 schema of an answer', () => {
  const schema = checker.bodySchema(operation, 429)!;
  expect(schema).toMatchObject({ $schema: expect.stringContaining('draft-07'), additionalProperties: false });
  expect(JSON.stringify(schema)).not.toContain('$ref');
});

test('no finding holds a value of the answer', () => {
  const secret = 'fake-secret-value';
  const body = Object.fromEntries(Object.keys(success).map((name) => [name, `${secret}\n`]));
  const findings = checker.check(answerWith(body));
  expect(findings.length).toBeGreaterThan(4);
  expect(JSON.stringify(findings)).not.toContain(secret);
});

const contract = readContract();

/** The contract with a schema of that name that asks for nothing. One taken out altogether does not start. */
function blindTo(name: string): Contract {
  const copy = structuredClone(contract) as { components: { schemas: Record<string, unknown> } };
  copy.components.schemas[name] = { type: 'object', additionalProperties: true, 'x-known': 'guess' };
  return copy as unknown as Contract;
}

test('the checker sees what is wrong in every documented answer that was changed, and nothing in the answers themselves', () => {
  expect(() => assertLooks(checker, contract)).not.toThrow();
});

test('a checker that sees nothing is found out', () => {
  expect(() => assertLooks({ check: () => [] }, contract)).toThrow('does not see what is wrong');
});

test('a checker that always finds fault is found out', () => {
  const [found] = checker.check({ operation: 'cancelVirtualAccount', status: 200, headers: {}, body: '' });
  const check: typeof checker.check = (answer) => [...checker.check(answer), found!];
  expect(() => assertLooks({ check }, contract)).toThrow('finds fault with');
});

test.each(['CancelSuccess', 'InquirySuccess', 'CreateSuccess', 'ParameterFailure', 'OtherFailure'])(
  'a checker without the schema %s is found out',
  (name) => {
    expect(() => assertLooks(createChecker(blindTo(name)), contract)).toThrow('does not see');
  },
);
