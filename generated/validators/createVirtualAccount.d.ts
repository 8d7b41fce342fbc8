// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
import type { components } from '../schema.js';
import type { Examples, Members, Predicate, Validator } from './validator.js';

export declare const validateCreateRequest: Validator<components['schemas']['CreateRequest']>;
export declare const validateCreateSuccess: Predicate<components['schemas']['CreateSuccess']>;
export declare const membersOfCreateRequest: Members;
export declare const examplesOfCreateRequest: Examples;
