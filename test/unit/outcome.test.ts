import { describe, expect, it } from 'vitest';
import { asObject, examplesOf, operationsOf, readContract, statusesOf } from '../../spec/contract.ts';
import { OUTCOMES, type VaErrorCode } from '../../src/errors.ts';
import { operations } from '../../src/operations.ts';
import { judgeAnswer } from '../../src/answer.ts';
import { pageRequest, pageSuccess } from '../support/fixtures.ts';

const { external_id, order_id, transaction_id } = pageRequest;
const rules = (await operations.cancel.rules()) as Parameters<typeof judgeAnswer>[0];
const asked = { ...pageRequest } as Parameters<typeof judgeAnswer>[1];
const ids = { external_id, order_id, transaction_id };

// The rule, written down apart from the code: refused is 01, 02, 04 in a readable answer that is not 5xx, and 99
// with 401 alone; the status never makes an answer better. r = refused with that code's name, f = the gateway
// failed, ? = not an answer that the contract knows; f and ? are both unknown.
const STATUSES = [200, 201, 202, 299, 400, 401, 403, 404, 409, 422, 429, 499, 500, 502, 503, 504, 599];
const TABLE: Record<string, string> = {
  //    200 .. 299 400 401 403 404 409 422 429 499  500 .. 599
  '00': '? ? ? ?    ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  '01': 'r r r r    r   r   r   r   r   r   r   r    f f f f f',
  '02': 'r r r r    r   r   r   r   r   r   r   r    f f f f f',
  '03': 'f f f f    f   f   f   f   f   f   f   f    f f f f f',
  '04': 'r r r r    r   r   r   r   r   r   r   r    f f f f f',
  '98': 'f f f f    f   f   f   f   f   f   f   f    f f f f f',
  '99': 'f f f f    f   r   f   f   f   f   f   f    f f f f f',
  '97': '? ? ? ?    ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  '1': ' ? ? ? ?    ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  '001': '? ? ? ?   ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  ' 01': '? ? ? ?   ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  '': '  ? ? ? ?    ?   ?   ?   ?   ?   ?   ?   ?    f f f f f',
  constructor: '? ? ? ? ? ? ? ? ? ? ? ? f f f f f',
};
const REFUSED: Record<string, VaErrorCode> = {
  '01': 'invalid_parameter',
  '02': 'not_found',
  '04': 'unauthorized',
  '99': 'invalid_signature',
};
const rows = Object.entries(TABLE).map(([code, row]) => ({ code, cells: row.trim().split(/\s+/) }));

function named(cell: string, code: string): VaErrorCode {
  if (cell === 'r') return REFUSED[code]!;
  return cell === 'f' ? 'gateway_failed' : 'answer_unexpected';
}

const judge = (status: number, answer?: object) =>
  judgeAnswer(rules, asked, status, answer as Record<string, unknown> | undefined);

describe('a failure answer', () => {
  it.each(rows)('with code "$code" is as in the table, with and without ids', ({ code, cells }) => {
    expect(cells).toHaveLength(STATUSES.length);
    const expected = cells.map((cell) => named(cell, code));
    const answer = { response_code: code, response_message: 'words' };
    for (const more of [{}, ids, { transaction_status: 'ACTIVE' }]) {
      expect(STATUSES.map((status) => judge(status, { ...answer, ...more }))).toEqual(expected);
    }
  });

  it.each(rows)('with code "$code" about other ids is never refused', ({ code }) => {
    const expected = STATUSES.map((status) => (status >= 500 ? 'gateway_failed' : 'answer_about_other_ids'));
    for (const name of Object.keys(ids)) {
      for (const other of ['other', `${asked[name]} `, Number(asked[name]), null, '']) {
        const answer = { response_code: code, ...ids, [name]: other };
        expect(STATUSES.map((status) => judge(status, answer))).toEqual(expected);
      }
    }
  });

  it.each(rows)('with code "$code" that says CANCELED contradicts itself', ({ code }) => {
    for (const transaction_status of ['CANCELED', 'canceled', 'Cancelled']) {
      const verdicts = STATUSES.map((status) => judge(status, { response_code: code, transaction_status }));
      expect(new Set(verdicts.map((verdict) => OUTCOMES[verdict as VaErrorCode]))).toEqual(
        new Set(['unknown']),
      );
    }
  });

  it.each([1, 4, null, ['01'], { code: '01' }, undefined, true])('a code that is %j is unknown', (code) => {
    for (const status of STATUSES) {
      expect(OUTCOMES[judge(status, { response_code: code }) as VaErrorCode]).toBe('unknown');
    }
  });
});

it('each refusal that the contract has an example of is refused', () => {
  const contract = readContract();
  for (const operation of operationsOf(contract)) {
    for (const status of statusesOf(contract, operation).filter((name) => /^4/.test(name))) {
      for (const { value } of examplesOf(contract, operation, status)) {
        const code = String(asObject(value)['response_code']);
        const verdict = judge(Number(status), value) as VaErrorCode;
        expect(OUTCOMES[verdict], `src/errors.ts has no code for ${status} with ${code}`).toBe('refused');
      }
    }
  }
});

describe('a success answer', () => {
  it.each(STATUSES)('with %i is done only if that is a 2xx', (status) => {
    if (status < 300) expect(judge(status, pageSuccess)).toBe('done');
    else expect(judge(status, pageSuccess)).toBe(status < 500 ? 'answer_unexpected' : 'gateway_failed');
  });

  it.each(Object.keys(pageSuccess))('without %s is not done', (member) => {
    const { [member as 'order_id']: _, ...rest } = pageSuccess;
    expect(judge(200, rest)).toBe('answer_unexpected');
  });

  it.each([
    ['transaction_status', 'ACTIVE'],
    ['transaction_status', 'canceled'],
    ['transaction_status', 7],
    ['response_code', '0'],
    ['response_code', 0],
    ['payment_method', 'CASH'],
    ['payment_channel', ''],
  ])('whose %s is %j is not done', (member, value) => {
    expect(judge(200, { ...pageSuccess, [member]: value })).toBe('answer_unexpected');
  });

  it.each(['external_id', 'order_id', 'transaction_id'])('about another %s is not done', (member) => {
    for (const other of ['other', pageSuccess.order_id.toUpperCase() + 'A', '']) {
      expect(judge(200, { ...pageSuccess, [member]: other })).toBe('answer_about_other_ids');
    }
  });

  it('may spell method and channel otherwise, and say more', () => {
    const echo = { payment_channel: 'bca-polytron', payment_method: 'bank_transfer', issuer: 'BCA' };
    expect(judge(200, { ...pageSuccess, ...echo })).toBe('done');
  });
});

it.each(STATUSES)('no readable answer with %i is unknown', (status) => {
  expect(judge(status)).toBe(status < 500 ? 'answer_unreadable' : 'gateway_failed');
});

it('every code of a refusal is refused', () => {
  for (const code of Object.values(REFUSED)) expect(OUTCOMES[code]).toBe('refused');
});
