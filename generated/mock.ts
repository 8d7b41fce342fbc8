// Written by scripts/mock-data.ts from spec/openapi.yaml. Do not edit; run `make generate`.
/** Every scenario by name: operation, HTTP status, and the example's name in the contract. */
export const scenarioNames = [
  'cancelVirtualAccount 200 canceled',
  'cancelVirtualAccount 400 invalid_parameter',
  'cancelVirtualAccount 401 wrong_credentials',
  'cancelVirtualAccount 401 wrong_signature',
  'cancelVirtualAccount 404 not_found',
  'cancelVirtualAccount 500 system_error',
  'cancelVirtualAccount 500 unknown_error',
  'cancelVirtualAccount 503 partner_error',
  'cancelVirtualAccount 429 any_other_failure',
  'inquireVirtualAccount 200 active',
  'inquireVirtualAccount 200 canceled',
  'inquireVirtualAccount 200 paid',
  'inquireVirtualAccount 200 expired',
  'inquireVirtualAccount 400 invalid_parameter',
  'inquireVirtualAccount 401 wrong_credentials',
  'inquireVirtualAccount 401 wrong_signature',
  'inquireVirtualAccount 404 not_found',
  'inquireVirtualAccount 500 system_error',
  'inquireVirtualAccount 500 unknown_error',
  'inquireVirtualAccount 503 partner_error',
  'inquireVirtualAccount 429 any_other_failure',
  'createVirtualAccount 200 created',
  'createVirtualAccount 400 invalid_parameter',
  'createVirtualAccount 401 wrong_credentials',
  'createVirtualAccount 401 wrong_signature',
  'createVirtualAccount 404 not_found',
  'createVirtualAccount 500 system_error',
  'createVirtualAccount 500 unknown_error',
  'createVirtualAccount 503 partner_error',
  'createVirtualAccount 429 any_other_failure',
] as const;

/** The bodies of one answer by the names of their examples, first the one that is taken by default. */
export type Answer = Record<string, object>;

/** What a request must bring, by names, and what is answered by HTTP status. */
export interface MockOperation {
  path: string;
  security: string[];
  headers: Record<string, string>;
  members: string[];
  answers: Record<string, Answer>;
}

const ParameterFailure: Answer = {"invalid_parameter":{"response_code":"01","response_message":"Invalid parameter","error":"external_id is longer than 64 characters"}};
const CredentialFailure: Answer = {"wrong_credentials":{"response_code":"04","response_message":"Unauthorized merchant credential"},"wrong_signature":{"response_code":"99","response_message":"Invalid signature"}};
const NotFoundFailure: Answer = {"not_found":{"response_code":"02","response_message":"Data not found"}};
const SystemFailure: Answer = {"system_error":{"response_code":"98","response_message":"System error"},"unknown_error":{"response_code":"99","response_message":"Unknown error"}};
const PartnerFailure: Answer = {"partner_error":{"response_code":"03","response_message":"Failed request"}};
const OtherFailure: Answer = {"any_other_failure":{"response_code":"98","response_message":"Too many requests"}};

export const mockOperations: Record<string, MockOperation> = {
  cancelVirtualAccount: { path: "/va/cancel", security: ["authorization","x-req-signature"], headers: {"x-version":"v3"}, members: ["external_id","order_id","transaction_id","payment_method","payment_channel"], answers: { "200": {"canceled":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889734","order_id":"13499387088062","payment_method":"BANK_TRANSFER","payment_channel":"BCA-POLYTRON","transaction_status":"CANCELED","response_code":"00"}}, "400": ParameterFailure, "401": CredentialFailure, "404": NotFoundFailure, "500": SystemFailure, "503": PartnerFailure, "default": OtherFailure } },
  inquireVirtualAccount: { path: "/va/inquiry", security: ["authorization","x-req-signature"], headers: {"x-version":"v3"}, members: ["external_id","order_id","transaction_id","payment_method","payment_channel"], answers: { "200": {"active":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889734","order_id":"13499387088062","payment_method":"BANK_TRANSFER","payment_channel":"BCA-POLYTRON","transaction_status":"ACTIVE","response_code":"00"},"canceled":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889734","order_id":"13499387088062","payment_method":"BANK_TRANSFER","payment_channel":"BCA-POLYTRON","transaction_status":"CANCELED","response_code":"00"},"paid":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889734","order_id":"13499387088062","payment_method":"BANK_TRANSFER","payment_channel":"BCA-POLYTRON","transaction_status":"PAID","response_code":"00"},"expired":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889734","order_id":"13499387088062","payment_method":"BANK_TRANSFER","payment_channel":"BCA-POLYTRON","transaction_status":"EXPIRED","response_code":"00"}}, "400": ParameterFailure, "401": CredentialFailure, "404": NotFoundFailure, "500": SystemFailure, "503": PartnerFailure, "default": OtherFailure } },
  createVirtualAccount: { path: "/va", security: ["authorization","x-req-signature"], headers: {"x-version":"v3"}, members: ["external_id","order_id","currency","payment_method","payment_channel","payment_details","customer_details","callback_url"], answers: { "200": {"created":{"transaction_id":"604b987e-8e51-4470-9a18-6d8b58b45472","external_id":"39482906889735","order_id":"13499387088062","payment_method":"bank_transfer","payment_channel":"BCA-POLYTRON","transaction_status":"ACTIVE","payment_details":{"va_number":"800000000001","amount":150000},"response_code":"00"}}, "400": ParameterFailure, "401": CredentialFailure, "404": NotFoundFailure, "500": SystemFailure, "503": PartnerFailure, "default": OtherFailure } },
};
