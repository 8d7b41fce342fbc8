import { failure, says, success } from '../http.ts';
import { none, type FaultRow } from '../row.ts';

const other = { external_id: 'other' };

/** Each response code, with the status that it is expected with, and with odd ones. */
export const codes: FaultRow[] = [
  ['00 with 200', says(200, success()), 'done', none, none, 1],
  ['00 with 201', says(201, success()), 'done', none, none, 1],
  ['00 with 400', says(400, success()), 'unknown', 'answer_unexpected', 400, 1],
  ['00 with 404', says(404, success()), 'unknown', 'answer_unexpected', 404, 1],
  ['00 with 500', says(500, success()), 'unknown', 'gateway_failed', 500, 1],
  ['01 with 400', says(400, failure('01')), 'refused', 'invalid_parameter', 400, 1],
  ['01 with 200', says(200, failure('01')), 'refused', 'invalid_parameter', 200, 1],
  ['01 with 500', says(500, failure('01')), 'unknown', 'gateway_failed', 500, 1],
  ['02 with 404', says(404, failure('02')), 'refused', 'not_found', 404, 1],
  ['02 with 200', says(200, failure('02')), 'refused', 'not_found', 200, 1],
  ['02 with 502', says(502, failure('02')), 'unknown', 'gateway_failed', 502, 1],
  ['03 with 503', says(503, failure('03')), 'unknown', 'gateway_failed', 503, 1],
  ['03 with 200', says(200, failure('03')), 'unknown', 'gateway_failed', 200, 1],
  ['03 with 400', says(400, failure('03')), 'unknown', 'gateway_failed', 400, 1],
  ['04 with 401', says(401, failure('04')), 'refused', 'unauthorized', 401, 1],
  ['04 with 200', says(200, failure('04')), 'refused', 'unauthorized', 200, 1],
  ['04 with 504', says(504, failure('04')), 'unknown', 'gateway_failed', 504, 1],
  ['98 with 500', says(500, failure('98')), 'unknown', 'gateway_failed', 500, 1],
  ['98 with 200', says(200, failure('98')), 'unknown', 'gateway_failed', 200, 1],
  ['98 with 401', says(401, failure('98')), 'unknown', 'gateway_failed', 401, 1],
  ['99 with 401', says(401, failure('99')), 'refused', 'invalid_signature', 401, 1],
  ['99 with 400', says(400, failure('99')), 'unknown', 'gateway_failed', 400, 1],
  ['99 with 200', says(200, failure('99')), 'unknown', 'gateway_failed', 200, 1],
  ['99 with 500', says(500, failure('99')), 'unknown', 'gateway_failed', 500, 1],
  ['an unlisted code with 200', says(200, failure('77')), 'unknown', 'answer_unexpected', 200, 1],
  ['an unlisted code with 401', says(401, failure('77')), 'unknown', 'answer_unexpected', 401, 1],
  ['a code that is a number', says(404, failure(2)), 'unknown', 'answer_unexpected', 404, 1],
  ['a code of one digit', says(404, failure('2')), 'unknown', 'answer_unexpected', 404, 1],
  ['no code', says(404, failure(undefined)), 'unknown', 'answer_unexpected', 404, 1],
  [
    'a refusal that says CANCELED',
    says(404, success({ response_code: '02' })),
    'unknown',
    'answer_unexpected',
    404,
    1,
  ],
  [
    '00 that says ACTIVE',
    says(200, success({ transaction_status: 'ACTIVE' })),
    'unknown',
    'answer_unexpected',
    200,
    1,
  ],
  [
    '00 without a status',
    says(200, success({ transaction_status: undefined })),
    'unknown',
    'answer_unexpected',
    200,
    1,
  ],
  [
    'CANCELED without a code',
    says(200, success({ response_code: undefined })),
    'unknown',
    'answer_unexpected',
    200,
    1,
  ],
];

/** An answer about something else than was asked. */
export const ids: FaultRow[] = [
  ...(['external_id', 'order_id', 'transaction_id'] as const).flatMap((id): FaultRow[] => [
    [`another ${id}`, says(200, success({ [id]: 'other' })), 'unknown', 'answer_about_other_ids', 200, 1],
    [`no ${id}`, says(200, success({ [id]: undefined })), 'unknown', 'answer_unexpected', 200, 1],
  ]),
  [
    'an id as a number',
    says(200, success({ order_id: 13499387088062 })),
    'unknown',
    'answer_about_other_ids',
    200,
    1,
  ],
  [
    'a refusal about another id',
    says(404, failure('02', other)),
    'unknown',
    'answer_about_other_ids',
    404,
    1,
  ],
];
