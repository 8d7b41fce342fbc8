import type { AnswerBody } from './answer.js';
import type { VaErrorCode } from './errors.js';
import type { Rules } from './operations.js';
import type { RequestBody } from './request.js';

const IDS = ['external_id', 'order_id', 'transaction_id'] as const;

// Appendix of the gateway's documentation. Which HTTP status comes with which code is a guess, so the status
// may only turn a refusal into unknown, never the other way round.
const REFUSALS: Record<string, VaErrorCode> = {
  '01': 'invalid_parameter',
  '02': 'not_found',
  '04': 'unauthorized',
};
const FAILURES = ['03', '98', '99'];

/**
 * What an answer says about the request: done, or the code of the error that it is.
 * When unsure, that code's outcome is `unknown`.
 */
export function judgeAnswer(
  rules: Rules,
  asked: RequestBody,
  status: number,
  answer: AnswerBody | undefined,
): 'done' | VaErrorCode {
  if (status >= 500) return 'gateway_failed';
  if (!answer) return 'answer_unreadable';
  if (IDS.some((id) => id in asked && id in answer && answer[id] !== asked[id]))
    return 'answer_about_other_ids';
  if (status >= 200 && status < 300 && rules.isSuccess(answer)) return 'done';
  const code = answer.response_code;
  if (typeof code !== 'string') return 'answer_unexpected';
  // A refusal that says the virtual account is cancelled, however it spells it, contradicts itself.
  if (/^cancell?ed$/i.test(String(answer.transaction_status))) return 'answer_unexpected';
  if (Object.hasOwn(REFUSALS, code)) return REFUSALS[code]!;
  // 99 also means "unknown error": only with 401 is it the signature.
  if (code === '99' && status === 401) return 'invalid_signature';
  return FAILURES.includes(code) ? 'gateway_failed' : 'answer_unexpected';
}
