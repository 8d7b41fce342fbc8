// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Members, Rules, Validator } from './validator.js';

export declare const createVirtualAccount: Rules<components['schemas']['CreateRequest'], components['schemas']['CreateSuccess']>;
export declare const membersOfCreateRequest: Members;
