// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Members, Rules, Validator } from './validator.js';

export declare const cancelVirtualAccount: Rules<components['schemas']['CancelRequest'], components['schemas']['CancelSuccess']>;
export declare const membersOfCancelRequest: Members;
export declare const inquireVirtualAccount: Rules<components['schemas']['InquiryRequest'], components['schemas']['InquirySuccess']>;
export declare const membersOfInquiryRequest: Members;
export declare const isTransactionId: Validator<components['schemas']['TransactionId']>;
