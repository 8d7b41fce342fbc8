// Written by spec/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from './schema.js';

/** One broken rule: where in the body, which JSON Schema keyword, and that keyword's parameters. */
export interface Problem {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}
/** Says whether a value fits; `errors` holds every broken rule of the latest call. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors?: Problem[] | null;
}
export declare const validateCancelRequest: Validator<components['schemas']['CancelRequest']>;
export declare const validateCancelSuccess: Validator<components['schemas']['CancelSuccess']>;
export declare const validateOtherFailure: Validator<components['schemas']['OtherFailure']>;
export declare const validateTransactionId: Validator<components['schemas']['TransactionId']>;
