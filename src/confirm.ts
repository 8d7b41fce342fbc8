import { membersOfInquiryRequest } from '../generated/validators/virtualAccount.js';
import {
  isVaError,
  VaError,
  vaErrorOf,
  type VaErrorCode,
  type VaErrorDetails,
  type VaErrorJson,
} from './errors.js';
import type { CancelRequest, CancelSuccess, InquiryRequest, InquirySuccess } from './operations.js';

/** The virtual account is cancelled, said by the answer to a cancel or to an inquiry. */
export type Canceled = CancelSuccess | (InquirySuccess & { transaction_status: 'CANCELED' });

/** The calls that confirming is made of, each within what is left of the whole. */
export interface Steps {
  cancel(request: CancelRequest): Promise<CancelSuccess>;
  inquire(request: InquiryRequest): Promise<InquirySuccess>;
  error(code: VaErrorCode, details: VaErrorDetails, words?: string[]): VaError;
}

/**
 * The request that is to be confirmed: given as it is, or by the error of a call about it.
 *
 * @throws VaError if there is none in what was given
 */
export function requestToConfirm(steps: Steps, given: CancelRequest | VaError | VaErrorJson): CancelRequest {
  const fail = (words: string) => steps.error('invalid_request', {}, [words]);
  const error = vaErrorOf(given) ?? errorInJson(given, fail);
  if (!error) return given as CancelRequest;
  if (error.request) return error.request as unknown as CancelRequest;
  throw fail('this error has no member request, so it names no virtual account; give the request itself');
}

function errorInJson(given: unknown, fail: (words: string) => VaError): VaError | undefined {
  if (given instanceof Error) {
    throw fail('this Error is no VaError; if it was one, cloning it lost its members: clone error.toJSON()');
  }
  const isError = typeof given === 'object' && given !== null && 'code' in given && 'outcome' in given;
  if (!isError) return undefined;
  try {
    return VaError.from(given);
  } catch (error) {
    throw fail((error as Error).message);
  }
}

/** The inquiry about a request. What only a cancel may hold, an inquiry would be refused for. */
function inquiryOf(request: CancelRequest): InquiryRequest {
  if (typeof request !== 'object' || request === null) return request;
  const members = Object.entries(request).filter(([name]) => Object.hasOwn(membersOfInquiryRequest, name));
  return Object.fromEntries(members) as unknown as InquiryRequest;
}

/** Cancels; if the outcome is unknown, finds out. */
export async function cancelAndConfirm(
  steps: Steps,
  request: CancelRequest,
  singleUse: boolean,
): Promise<Canceled> {
  try {
    return await steps.cancel(request);
  } catch (error) {
    if (!isVaError(error) || error.outcome !== 'unknown') throw error;
    return settle(steps, request, singleUse, [error], true);
  }
}

/** Settles an earlier unknown by inquiry; it may cancel once more only if `mayCancel`. */
export async function settle(
  steps: Steps,
  request: CancelRequest,
  singleUse: boolean,
  before: VaError[] = [],
  mayCancel = false,
): Promise<Canceled> {
  const answer = await steps.inquire(inquiryOf(request)).catch((error: VaError) => {
    throw unsettled(steps, request, 'unsettled', [...before, error]);
  });
  const { transaction_status: status } = answer;
  if (status === 'CANCELED') return answer as Canceled;
  if ((status === 'ACTIVE' || status === 'REQUEST') && mayCancel) {
    // Its refusal settles nothing: the first cancel may have come through between the inquiry and this one.
    return steps
      .cancel(request)
      .catch((error: VaError) => settle(steps, request, singleUse, [...before, error]));
  }
  throw unsettled(steps, request, codeFor(status, singleUse), before, status);
}

function codeFor(status: InquirySuccess['transaction_status'], singleUse: boolean): VaErrorCode {
  switch (status) {
    case 'ACTIVE':
    case 'REQUEST':
      return 'still_active';
    case 'PAID':
    case 'SUCCESS':
      return singleUse ? 'already_paid' : 'paid_not_final';
    case 'EXPIRED':
      return 'already_expired';
    default:
      return 'unsettled';
  }
}

function unsettled(
  steps: Steps,
  request: CancelRequest,
  code: VaErrorCode,
  before: VaError[],
  transactionStatus?: string,
): VaError {
  const history = before.length > 0 ? before.map((error) => error.toJSON()) : undefined;
  return steps.error(code, { request: { ...request }, transactionStatus, history, cause: before.at(-1) });
}
