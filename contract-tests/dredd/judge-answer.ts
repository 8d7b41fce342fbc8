import type { AnswerToCheck, Checker } from '../checker/checker.ts';
import { asObject } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import type { Transaction } from './hook-survey.ts';
import type { Planned } from './plan.ts';

/** Members that say which example it is. The rest is ids that were made up, and wording. */
const decisive = ['response_code', 'transaction_status'];
const extra = 'x_fake_extra';

/**
 * All that is wrong with the answer: every finding of the checker, another status, and another outcome than
 * the example's: two codes of one status differ only in that.
 */
export function judgeAnswer(
  checker: Pick<Checker, 'check'>,
  planned: Planned,
  transaction: Transaction,
): string[] {
  const answer = answerOf(planned, transaction);
  if (!answer) return ['no answer'];
  const byDefault = planned.answer === 'default';
  const findings = checker.check(answer).filter(({ rule }) => !(byDefault && rule === 'statusByDefault'));
  const body = asObject(parseJson(decodeBody(answer.body).text));
  const others = decisive.filter((name) => body[name] !== planned.value[name]);
  return [
    ...findings.map(({ rule, pointer, message }) => `${rule} at ${pointer || 'the body'}: ${message}`),
    ...(answer.status === planned.status ? [] : [`status ${answer.status} instead of ${planned.status}`]),
    ...others.map((name) => `${name} is not ${JSON.stringify(planned.value[name]) ?? 'absent'}`),
  ];
}

/** Whether the checker notices a member more than planned; a checker that is switched off notices nothing. */
export function isAwake(
  checker: Pick<Checker, 'check'>,
  { operation, status, mediaType, value }: Planned,
): boolean {
  const body = JSON.stringify({ ...value, [extra]: 1 });
  const found = checker.check({ operation, status, headers: { 'content-type': mediaType }, body });
  return found.some(({ rule, pointer }) => rule === 'additionalMember' && pointer === `/${extra}`);
}

function answerOf({ operation }: Planned, { real, request }: Transaction): AnswerToCheck | undefined {
  if (!real) return undefined;
  const body = Buffer.from(real.body ?? '', real.bodyEncoding === 'base64' ? 'base64' : 'utf8');
  return { operation, status: real.statusCode, headers: real.headers, body, request: { body: request.body } };
}
