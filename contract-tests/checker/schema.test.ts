import { altered } from '../shared/altered.ts';
import { expect, test, describe } from 'vitest';
import { createChecker } from './checker.ts';
import { responses } from './test-answers.ts';
import type { ContractChange, Node } from '../shared/altered.ts';

describe('does not start', () => {
  const refused: [says: string, change: ContractChange, message: string][] = [
    [
      'on a pattern that does not compile',
      (s) => (s['OrderId']!['pattern'] = '^[a-'),
      '/components/schemas/OrderId/pattern',
    ],
    [
      'on a pattern for another engine',
      (s) => (s['OrderId']!['pattern'] = '^\\-$'),
      '/components/schemas/OrderId/pattern',
    ],
    [
      'on an unknown format',
      (s) => (s['OrderId']!['format'] = 'order'),
      '/components/schemas/OrderId/format: unknown format',
    ],
    [
      'on an unknown keyword',
      (s) => (s['OrderId']!['maxlength'] = 25),
      '/components/schemas/OrderId/maxlength: unknown keyword',
    ],
    ['on a bad type', (s) => (s['OrderId']!['type'] = 'text'), '/components/schemas/OrderId: '],
    [
      'on a schema that nothing uses',
      (s) => (s['Unused'] = { type: 'string', pattern: '[' }),
      '/components/schemas/Unused/pattern',
    ],
    [
      'on a keyword without its type',
      (s) => (s['Unused'] = { minLength: 1 }),
      '/components/schemas/Unused: ',
    ],
    [
      'on a required member that is not declared',
      (s) => s['CancelSuccess']!['required'].push('at'),
      '/components/schemas/CancelSuccess: strict mode: required property "at"',
    ],
    ['on a $ref to nothing', (s) => delete s['OrderId'], '/components/schemas/OrderId'],
    [
      'on a schema within itself',
      (s) => (s['CancelSuccess']!['properties'].order_id = { $ref: '#/components/schemas/CancelSuccess' }),
      'holds itself',
    ],
    [
      'on a rule beside a $ref',
      (s) => (s['CancelSuccess']!['properties'].order_id.maxLength = 1),
      'properties/order_id/maxLength: is ignored',
    ],
    [
      'on objects that cannot be closed',
      (s) => (s['OtherFailure'] = { allOf: [{ type: 'object' }] }),
      '/components/schemas/OtherFailure/allOf/0: ',
    ],
    [
      'on an example of a schema that does not fit',
      (s) => (s['OrderId']!['example'] = '_'),
      '/components/schemas/OrderId/example: ',
    ],
    [
      'on an example of an answer that does not fit',
      (_, c) => (examples(c)['canceled'].value.more = 1),
      'examples/canceled/value: ',
    ],
    [
      'on an example of a parameter that does not fit',
      (_, c) => (c['components'].parameters.Version.example = 'v2'),
      '/components/parameters/Version/example: ',
    ],
    [
      'on an operation without operationId',
      (_, c) => delete c['paths']['/va/cancel'].post.operationId,
      '/paths/~1va~1cancel/post: ',
    ],
  ];

  test.each(refused)('%s', (_, change, message) => {
    expect(() => createChecker(altered(change))).toThrow(message);
  });

  function examples(contract: Node): Node {
    return responses(contract)['200'].content['application/json'].examples;
  }
});
