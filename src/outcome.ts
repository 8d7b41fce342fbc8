import type { AnswerBody } from './answer.js';
import type { VaErrorCode } from './errors.js';
import type { Operation } from './operations.js';
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
  operation: Operation,
  asked: RequestBody,
  status: number,
  answer: AnswerBody | undefined,
): 'done' | VaErrorCode {
  if (status >= 500) return 'gateway_failed';
  if (!answer) return 'answer_unreadable';
  if (IDS.some((id) => id in answer && answer[id] !== asked[id])) return 'answer_about_other_ids';
  if (status >= 200 && status < 300 && operation.isSuccess(answer)) return 'done';
  const code = answer.response_code;
  if (typeof code !== 'string') return 'answer_unexpected';
  // A refusal that says the virtual account is cancelled, however it spells it, contradicts itself.
  if (/^cancell?ed$/i.test(String(answer.transaction_status))) return 'answer_unexpected';
  if (Object.hasOwn(REFUSALS, code)) return REFUSALS[code]!;
  // 99 also means "unknown error": only with 401 is it the signature.
  if (code === '99' && status === 401) return 'invalid_signature';
  return FAILURES.includes(code) ? 'gateway_failed' : 'answer_unexpected';
}

// What each runtime shows when a request provably never left. Measured; anything else may have been sent.
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const REFUSED = new Set(['ECONNREFUSED', 'ConnectionRefused']);
const CERTIFICATE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The code for a failure of `fetch` itself. */
export function judgeFailure(error: unknown): VaErrorCode {
  for (const code of systemCodes(error)) {
    if (DNS.has(code)) return 'dns_failed';
    if (REFUSED.has(code)) return 'connection_refused';
    if (CERTIFICATE.has(code)) return 'certificate_rejected';
  }
  return 'connection_failed';
}

/** Node has the code in `cause.code`, Bun in `code`. */
function systemCodes(error: unknown): string[] {
  try {
    const holders = [error, (error as { cause?: unknown } | null)?.cause];
    return holders.map((holder) => String((holder as { code?: unknown } | null | undefined)?.code));
  } catch {
    return []; // what a custom fetch throws may be a proxy, or have getters that throw
  }
}
