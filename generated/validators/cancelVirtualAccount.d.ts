// Written by spec/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Validator } from './validator.js';

export declare const validateCancelRequest: Validator<components['schemas']['CancelRequest']>;
export declare const validateCancelSuccess: Validator<components['schemas']['CancelSuccess']>;
