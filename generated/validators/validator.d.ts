// Written by scripts/validators.ts from spec/openapi.yaml. Do not edit; run `make generate`.
/** One broken rule: where in the body, which JSON Schema keyword, and that keyword's parameters. */
export interface Problem {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}
/** Says whether a value fits. */
export type Predicate<T> = (value: unknown) => value is T;
/** Says whether a value fits; `errors` holds every broken rule of the latest call. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors?: Problem[] | null;
}
/** The members that a request may have, and the type of each. */
export type Members = Readonly<Record<string, string>>;
/** A right value for each member of a request, by its JSON pointer. */
export type Examples = Readonly<Record<string, unknown>>;
/** What a request of one operation has to be, and an answer that says done. */
export interface Rules<Request, Success> {
  isRequest: Validator<Request>;
  isSuccess: Predicate<Success>;
  /** For whoever sent a wrong value. */
  examples: Examples;
}
