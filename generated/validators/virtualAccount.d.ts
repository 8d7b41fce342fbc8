// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Examples, Members, Predicate, Validator } from './validator.js';

export declare const validateCancelRequest: Validator<components['schemas']['CancelRequest']>;
export declare const validateInquiryRequest: Validator<components['schemas']['InquiryRequest']>;
export declare const validateTransactionId: Validator<components['schemas']['TransactionId']>;
export declare const validateCancelSuccess: Predicate<components['schemas']['CancelSuccess']>;
export declare const validateInquirySuccess: Predicate<components['schemas']['InquirySuccess']>;
export declare const membersOfCancelRequest: Members;
export declare const membersOfInquiryRequest: Members;
export declare const examplesOfCancelRequest: Examples;
export declare const examplesOfInquiryRequest: Examples;
