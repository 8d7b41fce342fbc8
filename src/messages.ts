import { OUTCOMES, type VaErrorCode } from './errors.js';

/** What happened, in words, for a code; the gateway's own words and the cause are beside it in the error. */
const SENTENCES: Record<VaErrorCode, string> = {
  invalid_request: 'the request is not valid',
  url_not_allowed:
    'this is not an operation of the contract at the configured base URL, so it was not signed',
  signing_failed: 'the request could not be signed',
  aborted_before_sending: 'aborted before it was sent',
  dns_failed: 'the host name could not be resolved',
  connection_refused: 'the connection was refused',
  certificate_rejected: "the host's certificate was rejected",
  invalid_parameter: 'the gateway refused a parameter',
  not_found: 'the gateway knows no such virtual account',
  unauthorized: 'the gateway does not accept the merchant id and secret',
  invalid_signature: 'the gateway does not accept the signature; check the hash key',
  timeout: 'no complete answer within the deadline',
  aborted: 'aborted after it was sent',
  connection_failed: 'the connection failed',
  redirected: 'answered with a redirect, which is not followed',
  answer_too_large: 'the answer is too large to be read',
  answer_unreadable: 'the answer is not a JSON object that can be read one way only',
  answer_unexpected: 'the answer is not one that the contract knows',
  answer_about_other_ids: 'the answer is about other ids than were asked',
  gateway_failed: 'the gateway failed',
  already_paid: 'the virtual account is paid',
  already_expired: 'the virtual account is expired',
  still_active: 'the virtual account is still active',
  paid_not_final: 'the virtual account was paid, but unless it is single-use it may be paid again',
  unsettled: 'inquiry did not settle it',
  middleware_failed: 'a middleware failed or answered by itself',
};

const ADVICE = {
  not_sent: 'Nothing was sent.',
  refused: 'This call changed nothing.',
  unknown: 'Whether it was carried out is unknown; ask /va/inquiry before trying again.',
};

/** The message of an error: what happened, to which URL, with what details, and what follows. */
export function messageFor(code: VaErrorCode, url: string, details: string[]): string {
  const more = details.length > 0 ? `: ${details.join('; ')}` : '';
  return `POST ${url}: ${SENTENCES[code]}${more}. ${ADVICE[OUTCOMES[code]]}`;
}
