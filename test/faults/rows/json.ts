import { failure, says, changed, success, successWith } from '../http.ts';
import { none, type FaultRow } from '../row.ts';
import type { TcpRequest } from '../tcp.ts';

const half = (text: string) => text.slice(0, text.length / 2);
const nested = (depth: number) => `"deep":${'['.repeat(depth)}${']'.repeat(depth)}`;
const asProto = (inner: (received: TcpRequest) => string) => (received: TcpRequest) =>
  `{"__proto__":${inner(received)}}`;
const refusal = failure('02');

const twice = successWith('"response_code":"01"');
const escaped = successWith('"response_c\\u006fde":"01"');

/** JSON that is not the object it should be, or can be read in two ways. */
export const json: FaultRow[] = [
  [
    'an array',
    says(
      200,
      changed((each) => `[${each}]`),
    ),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  ['null', says(200, 'null'), 'unknown', 'answer_unreadable', 200, 1],
  ['a string', says(200, changed(JSON.stringify)), 'unknown', 'answer_unreadable', 200, 1],
  ['a number', says(200, '00'), 'unknown', 'answer_unreadable', 200, 1],
  ['an empty object', says(200, '{}'), 'unknown', 'answer_unexpected', 200, 1],
  ['truncated JSON', says(200, changed(half)), 'unknown', 'answer_unreadable', 200, 1],
  [
    'two objects',
    says(
      200,
      changed((each) => each + each),
    ),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  ['rather deep JSON', says(200, successWith(nested(20))), 'done', none, none, 1],
  ['deep JSON', says(200, successWith(nested(100))), 'unknown', 'answer_unreadable', 200, 1],
  ['very deep JSON', says(200, successWith(nested(50_000))), 'unknown', 'answer_unreadable', 200, 1],
  ['very deep JSON with 404', says(404, successWith(nested(50_000))), 'unknown', 'answer_unreadable', 404, 1],
  ['a member twice', says(200, twice), 'unknown', 'answer_unreadable', 200, 1],
  ['a member twice, once escaped', says(200, escaped), 'unknown', 'answer_unreadable', 200, 1],
  ['an id twice', says(200, successWith('"order_id":"other"')), 'unknown', 'answer_unreadable', 200, 1],
  [
    'a code twice in a refusal',
    says(404, '{"response_code":"00","response_code":"02"}'),
    'unknown',
    'answer_unreadable',
    404,
    1,
  ],
  [
    'a nested member twice',
    says(200, successWith('"x":{"y":1,"y":2}')),
    'unknown',
    'answer_unreadable',
    200,
    1,
  ],
  ['a colon within a string', says(200, successWith('"x":"\\"y\\": \\\\", "z":":"')), 'done', none, none, 1],
  ['success only as __proto__', says(200, asProto(success())), 'unknown', 'answer_unexpected', 200, 1],
  ['a refusal only as __proto__', says(404, asProto(refusal)), 'unknown', 'answer_unexpected', 404, 1],
  [
    'success with a __proto__ member',
    says(200, successWith('"__proto__":{"polluted":1}')),
    'done',
    none,
    none,
    1,
  ],
  ['a code named __proto__', says(404, failure('__proto__')), 'unknown', 'answer_unexpected', 404, 1],
  ['a code named constructor', says(404, failure('constructor')), 'unknown', 'answer_unexpected', 404, 1],
];
