// Written by spec/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Validator } from './validator.js';

export declare const validateTransactionId: Validator<components['schemas']['TransactionId']>;
