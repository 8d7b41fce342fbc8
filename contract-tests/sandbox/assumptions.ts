/**
 * Everything the sandbox does where the gateway's documents say nothing, or too little. The code takes its
 * values from here and from nowhere else, so what staging refutes is changed in one place. `question` is the
 * number of the open question in the project's list of facts (gateway.md).
 */

import type { Known } from '../../spec/contract.ts';

/** What a refusal puts on the wire. */
export interface Refusal {
  status: number;
  response_code: string;
  response_message: string;
}

/** One thing assumed. `example` names the spec's example whose code and message it repeats. */
export interface Assumption<Value> {
  question?: number;
  known: Known;
  says: string;
  example?: string;
  value: Value;
}

const unauthorized = {
  status: 401,
  response_code: '04',
  response_message: 'Unauthorized merchant credential',
};
const unsigned = { status: 401, response_code: '99', response_message: 'Invalid signature' };
const invalid = { status: 400, response_code: '01', response_message: 'Invalid parameter' };
const notFound = { status: 404, response_code: '02', response_message: 'Data not found' };

const credential = {
  question: 5,
  known: 'guess',
  example: 'wrong_credentials',
  value: unauthorized,
} as const;
const signature = { question: 5, known: 'guess', example: 'wrong_signature', value: unsigned } as const;
const parameter = { question: 1, known: 'guess', example: 'invalid_parameter', value: invalid } as const;
const absent = { question: 4, known: 'guess', example: 'not_found', value: notFound } as const;

/** Every refusal and failure, by name: its status, response code and message. */
export const refusals = {
  missing_authorization: { ...credential, says: 'No Authorization header answers 401 with 04.' },
  wrong_scheme: { ...credential, says: 'A scheme other than Basic answers 401 with 04.' },
  malformed_basic: { ...credential, says: 'Basic that is not strict Base64 of UTF-8 with a colon: 401, 04.' },
  unknown_merchant: { ...credential, says: 'An unknown merchant id answers 401 with 04.' },
  wrong_secret: { ...credential, says: 'A wrong secret_unbound_id answers 401 with 04.' },
  unknown_sub_merchant: {
    ...credential,
    says: 'A sub-merchant-id that is not one of the merchant, an empty one included, answers 401 with 04.',
  },
  missing_signature: { ...signature, says: 'No x-req-signature header answers like a wrong one.' },
  wrong_signature: {
    ...signature,
    known: 'seen',
    says: 'A wrong signature answers 401 with 99: 401 was seen on VA creation, on cancel it is a guess.',
  },
  wrong_version: { ...parameter, says: 'A missing or other x-version answers 400 with 01.' },
  wrong_content_type: {
    ...parameter,
    says: 'A content type other than application/json answers 400 with 01.',
  },
  invalid_utf8: { ...parameter, says: 'A body that is not UTF-8 answers 400 with 01.' },
  malformed_json: { ...parameter, says: 'A body that is not a JSON object answers 400 with 01.' },
  duplicate_member: { ...parameter, says: 'A JSON member given twice answers 400 with 01.' },
  invalid_body: { ...parameter, says: "A body that breaks the spec's request schema answers 400 with 01." },
  not_found: { ...absent, says: 'An unknown transaction_id answers 404 with 02.' },
  not_owner: { ...absent, says: "Another merchant's or sub-merchant's virtual account answers 404 with 02." },
  ids_disagree: { ...absent, says: 'Three ids that are not all of one virtual account answer 404 with 02.' },
  channel_disagrees: {
    ...absent,
    question: 8,
    says: 'Another payment_channel than the stored one answers 404 with 02.',
  },
  method_disagrees: {
    ...absent,
    question: 8,
    says: 'Another payment_method than the stored one answers 404 with 02.',
  },
  already_canceled: { ...parameter, question: 2, says: 'Cancelling twice is refused with 400 and 01.' },
  already_paid: { ...parameter, question: 3, says: 'Cancelling a paid virtual account: 400 with 01.' },
  already_expired: { ...parameter, question: 3, says: 'Cancelling an expired virtual account: 400 with 01.' },
  in_process: {
    ...parameter,
    question: 3,
    says: 'Cancelling a virtual account whose payment is in process: 400 with 01.',
  },
  external_id_taken: {
    known: 'guess',
    example: 'invalid_parameter',
    says:
      'That external_id is unique per channel is documented. That a merchant, its sub-merchants included, ' +
      'is refused one that any of its virtual accounts of the channel has, with 400 and 01, is a guess.',
    value: invalid,
  },
  creation_not_found: {
    known: 'guess',
    example: 'not_found',
    says: 'A creation can fail with 404 and 02. What causes it is unknown: here only a scripted order_id does.',
    value: notFound,
  },
  system_error: {
    question: 1,
    known: 'guess',
    says: 'Code 98 comes with 500.',
    example: 'system_error',
    value: { status: 500, response_code: '98', response_message: 'System error' },
  },
  unknown_error: {
    question: 1,
    known: 'guess',
    says: 'Code 99 comes with 500 when it does not mean the signature.',
    example: 'unknown_error',
    value: { status: 500, response_code: '99', response_message: 'Unknown error' },
  },
  partner_error: {
    question: 1,
    known: 'guess',
    says: 'Code 03 comes with 503.',
    example: 'partner_error',
    value: { status: 503, response_code: '03', response_message: 'Failed request' },
  },
  any_other_failure: {
    question: 1,
    known: 'guess',
    says: 'A failure may come with a status that the spec does not list, 429 say.',
    example: 'any_other_failure',
    value: { status: 429, response_code: '98', response_message: 'Too many requests' },
  },
} satisfies Record<string, Assumption<Refusal>>;

/** The name of a refusal or failure. */
export type RefusalName = keyof typeof refusals;

/** Every other assumption that the code reads. */
export const behaviour = {
  success_status: {
    known: 'seen',
    says: 'A cancelled virtual account answers HTTP 200; the page shows no status.',
    value: 200,
  },
  success_extra_members: {
    question: 7,
    known: 'guess',
    says: 'Success has no member beyond the seven of the page, and payment_details after a creation.',
    value: {} as Record<string, unknown>,
  },
  inquiry_status: {
    known: 'guess',
    says: 'An inquiry answers HTTP 200, with the same seven members as a cancel.',
    value: 200,
  },
  status_names: {
    known: 'guess',
    says: 'Of the two documented names each, an inquiry, a creation and a callback use ACTIVE and PAID.',
    value: { ACTIVE: 'ACTIVE' as 'ACTIVE' | 'REQUEST', PAID: 'PAID' as 'PAID' | 'SUCCESS' },
  },
  creation_status: {
    known: 'guess',
    says: 'A creation answers HTTP 200, with those seven members and payment_details {va_number, amount}.',
    value: 200,
  },
  va_number_digits: {
    known: 'guess',
    says: 'Without a va_number the gateway makes one up, of as many digits as one may have.',
    value: 12,
  },
  stored_payment_method: {
    known: 'guess',
    says: "A creation's bank_transfer is what a cancel and an inquiry call BANK_TRANSFER.",
    value: 'BANK_TRANSFER',
  },
  status_after_payment: {
    known: 'guess',
    says: 'A payment makes a virtual account PAID, but a multi-use one stays ACTIVE: it lives until cancelled.',
    value: { single: 'PAID', multi_use: 'ACTIVE' } as { single: 'PAID'; multi_use: 'ACTIVE' | 'PAID' },
  },
  retry_after: {
    known: 'guess',
    says: 'A 429 may come with Retry-After, in seconds.',
    value: '1',
  },
  callback_retries: {
    known: 'docs',
    says: 'A callback that is not acknowledged is sent three times more.',
    value: 3,
  },
  callback_acknowledgement: {
    known: 'docs',
    says: 'HTTP 200 with {"message":"SUCCESS"}. That members beside message do no harm is a guess.',
    value: { status: 200, message: 'SUCCESS' },
  },
  callback_pause_ms: {
    known: 'guess',
    says: 'The tries follow each other at once. The real gateway surely waits; how long is not documented.',
    value: 0,
  },
  callback_deadline_ms: {
    known: 'guess',
    says: 'A try that is not answered in this time has failed.',
    value: 5000,
  },
  callback_redirect: {
    known: 'guess',
    says: 'The gateway does not follow a redirect; it counts as not acknowledged.',
    value: 'manual' as 'manual' | 'follow',
  },
  callback_payment_method: {
    known: 'guess',
    says: 'A callback spells payment_method as a creation does.',
    value: 'bank_transfer',
  },
  callback_response_code: {
    known: 'guess',
    says: 'A callback holds response_code 00, whatever the status.',
    value: '00',
  },
  callback_extra_members: {
    known: 'guess',
    says: 'reference_id and issuer are documented, but not what they hold; neither is sent here.',
    value: {} as Record<string, unknown>,
  },
  echo: {
    question: 6,
    known: 'guess',
    says: 'payment_method and payment_channel are echoed as "sent", not as "stored".',
    value: 'sent' as 'sent' | 'stored',
  },
  order_of_checks: {
    known: 'guess',
    says: 'The first failing check answers, in this order; then the look-up, then the state.',
    value: ['basic', 'subMerchant', 'version', 'contentType', 'json', 'body', 'signature'] as const,
  },
  scheme_letter_case: {
    known: 'guess',
    says: 'The scheme name Basic is read in any letter case, as RFC 9110 section 11.1 has it.',
    value: 'any' as 'any' | 'exact',
  },
  signature_letter_case: {
    question: 9,
    known: 'guess',
    says: 'Upper-case hex is refused.',
    value: 'lower' as 'lower' | 'any',
  },
  stored_letter_case: {
    question: 6,
    known: 'guess',
    says: 'payment_channel and payment_method are compared with the stored ones in "any" letter case.',
    value: 'any' as 'any' | 'exact',
  },
  unknown_route: {
    known: 'guess',
    says: 'A path or method that the spec does not have answers 404 with HTML, as a proxy in front would.',
    value: 404,
  },
} satisfies Record<string, Assumption<unknown>>;
