import { expect, test } from 'vitest';
import { keywords } from '../cases/keywords.ts';
import { compliantVariants } from '../cases/variants.ts';
import { readContract } from '../../spec/contract.ts';
import { checkNames } from '../sandbox/checks.ts';
import { altered } from '../shared/altered.ts';
import type { Node } from '../shared/altered.ts';
import { allCases, deriveMutants } from './run.ts';

const contract = readContract() as Node;
const mutants = deriveMutants(contract);

/** Read here by hand, apart from what derives the mutants: follows one reference. */
const follow = (node: Node): Node =>
  typeof node['$ref'] === 'string'
    ? (node['$ref']
        .slice(2)
        .split('/')
        .reduce((at: Node, name: string) => at[name], contract) as Node)
    : node;

const annotations = /^(title|description|example|default|properties|x-.*)$/;

/** `keyword /pointer` of every keyword of a schema and its members; answers without one are closed all the same. */
function keywordsOf(written: Node, at = ''): string[] {
  const schema = follow(written);
  const own = Object.keys(schema).filter((keyword) => !annotations.test(keyword));
  const all = schema['type'] === 'object' ? [...new Set([...own, 'additionalProperties'])] : own;
  const members = Object.entries((schema['properties'] ?? {}) as Node);
  return [
    ...all.map((keyword) => `${keyword} ${at}`),
    ...members.flatMap(([name, member]) => keywordsOf(member as Node, `${at}/${name}`)),
  ];
}

const rows = Object.values(contract['paths'] as Node).flatMap(({ post }: Node) =>
  Object.entries(post.responses as Node).flatMap(([status, response]) => {
    const { schema, examples } = follow(response as Node)['content']['application/json'] as Node;
    return Object.keys(examples as Node).map((name): [string, string, string, Node] => [
      post.operationId,
      status,
      name,
      schema,
    ]);
  }),
);

test.each(rows)('%s %s %s: every keyword of its schema has a mutant', (operation, status, name, schema) => {
  const prefix = `${operation} ${status} ${name}: `;
  const own = mutants.filter(({ id }) => id.startsWith(prefix));
  const broken = own.flatMap(({ group, killedBy }) => {
    const keyword = group.replace('answer ', '');
    if (!(keyword in keywords) || !killedBy) return [];
    const isOfMember = ['required', 'additionalProperties'].includes(keyword);
    return [`${keyword} ${isOfMember ? killedBy.pointer.replace(/\/[^/]*$/, '') : killedBy.pointer}`];
  });
  expect([...new Set(broken)].sort()).toEqual(keywordsOf(schema).sort());
});

test('every member that is required has a mutant without it, in every answer', () => {
  const wanted = rows.flatMap(([operation, status, name, schema]) =>
    (follow(schema)['required'] as string[]).map(
      (one) => `${operation} ${status} ${name}: required: body ${one} absent`,
    ),
  );
  expect(mutants.map(({ id }) => id)).toEqual(expect.arrayContaining(wanted));
});

test('there are answers, operations and statuses to speak of', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(mutants.length).toBeGreaterThan(100 * rows.length);
});

test.each(['cancelVirtualAccount', 'inquireVirtualAccount', 'createVirtualAccount'])(
  '%s: every rule of its request has mutants',
  (operation) => {
    const { post } = Object.values(contract['paths'] as Node).find(
      (item: Node) => item.post.operationId === operation,
    ) as Node;
    const ids = mutants.map(({ id }) => id);
    for (const keyword of keywordsOf(post.requestBody.content['application/json'].schema as Node)) {
      const [name = '', at = ''] = keyword.split(' ');
      // The type of the body itself is the cases' affair: what is no object has no schema to change.
      if (keyword === 'type ') continue;
      const about = `${operation} request: ${at.slice(1).replaceAll('/', '.') || 'body'} ${name} `;
      expect(ids.filter((id) => id.startsWith(about)).length, about).toBeGreaterThan(0);
    }
  },
);

test('every check of the sandbox is switched off somewhere', () => {
  const off = mutants.flatMap(({ wrong }) => Object.keys(wrong.checks ?? {}));
  expect(new Set(off)).toEqual(new Set(checkNames));
});

test.each([
  ['a new keyword in an answer', (s: Node) => (s['EchoedId']!.contentEncoding = 'base64')],
  ['a new keyword in a request', (s: Node) => (s['OrderId']!.contentEncoding = 'base64')],
  ['a composition', (s: Node) => (s['OrderId'] = { oneOf: [{ type: 'string' }] })],
])('%s for which no mutants are made turns the derivation red', (_, change) => {
  const changed = altered(change);
  expect(() => deriveMutants(changed, allCases(contract))).toThrow('has no row for this keyword');
});

test('a documented header has mutants: missing, doubled, not valid', () => {
  const changed = readContract() as Node;
  const schema = { type: 'string', pattern: '^[0-9]+$', example: '1' };
  changed['components'].responses.PartnerFailure.headers = { 'Retry-After': { required: true, schema } };
  const ids = deriveMutants(changed, allCases(changed)).map(({ id }) => id);
  const own = ids.filter((id) =>
    id.startsWith('cancelVirtualAccount 503 partner_error: header: retry-after'),
  );
  expect(own).toEqual(
    expect.arrayContaining([expect.stringContaining('missing'), expect.stringContaining('doubled')]),
  );
  expect(own.length).toBeGreaterThan(5);
});

test('every mutant has the case that is to bring it out', () => {
  const cases = allCases(contract);
  const lost = mutants.filter(
    ({ operation, case: one }) => !cases.get(operation)!.some(({ id }) => id === one?.id),
  );
  expect(lost.filter(({ excluded }) => excluded === undefined).map(({ id }) => id)).toEqual([]);
});

test('a case that is taken away leaves no mutant that nothing could notice', () => {
  const cases = new Map(allCases(contract));
  const own = cases.get('cancelVirtualAccount')!.filter(({ id }) => id !== 'body.order_id.tooLong');
  cases.set('cancelVirtualAccount', own);
  expect(() => deriveMutants(contract, cases)).toThrow(
    'order_id maxLength relaxed: 25 becomes 26: there is no case',
  );
});

test('every row of the fault table is taken, or refused, by a gateway of its own', () => {
  for (const [operation, cases] of allCases(contract)) {
    const rows = cases.filter(
      ({ change, group, expect: wanted, needsOther }) =>
        change && !needsOther && (group !== 'shape' || wanted === 'accepted'),
    );
    const own = mutants.filter(
      (one) => one.operation === operation && /^\w+ also (taken|refused): /.test(one.id),
    );
    const ids = own.map((one) => one.case?.id);
    expect(ids.filter((id) => id !== 'outcome.success')).toEqual(rows.map(({ id }) => id));
  }
});

test('the compliant variants hold every documented failure, every code and every enum value', () => {
  const ids = compliantVariants('cancelVirtualAccount').map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining([
      '401 with response_code 04',
      '401 with response_code 99',
      '500 with response_code 99',
      '200 with payment_method bank_transfer',
      '503 example partner_error',
    ]),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
