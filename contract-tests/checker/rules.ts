import type { Known } from '../../spec/contract.ts';

/** One thing in an answer that the contract does not allow. Holds no value of the answer, so no secret. */
export interface Finding {
  /** JSON pointer into the body, or `status`, or `header:` and a lower-case name. */
  pointer: string;
  rule: Rule;
  /** JSON pointer into spec/openapi.yaml: the statement that does not hold. */
  where: string;
  breaking: boolean;
  /** How well that statement is known. */
  known: Known;
  message: string;
}

/**
 * Every rule, and whether breaking it breaks a client that was written to the contract. Not breaking is only
 * what such a client cannot notice or is told to expect: the contract's answers are open, its `default`
 * covers other statuses, and the ids alone say which virtual account an answer is about. Limits of values
 * are breaking: types, columns and switch statements are made from them.
 */
export const rules = {
  undocumentedStatus: { breaking: true, says: 'a status that the contract does not have' },
  statusByDefault: { breaking: false, says: 'a status that only `default` covers' },
  header: { breaking: true, says: 'a documented header that is missing, doubled or not valid' },
  mediaType: { breaking: true, says: 'another media type than the documented, or none' },
  encoding: { breaking: true, says: 'not UTF-8, or said not to be, or a byte order mark' },
  undocumentedBody: { breaking: false, says: 'a body where the contract has none' },
  notJson: { breaking: true, says: 'a body that is not JSON, or empty' },
  duplicateMember: { breaking: true, says: 'a member given twice: parsers differ in which one they take' },
  additionalMember: { breaking: false, says: 'a member that the contract does not have' },
  echo: { breaking: true, says: 'an id that is not the one sent' },
  echoName: { breaking: false, says: 'a name that is not the one sent, letter case aside' },
  type: { breaking: true, says: 'another JSON type, null included' },
  enum: { breaking: true, says: 'none of the listed values' },
  required: { breaking: true, says: 'a required member is missing' },
  pattern: { breaking: true, says: 'does not match the pattern' },
  format: { breaking: true, says: 'not of the format' },
  minLength: { breaking: true, says: 'too short' },
  maxLength: { breaking: true, says: 'too long' },
  minimum: { breaking: true, says: 'too small' },
  maximum: { breaking: true, says: 'too great' },
  exclusiveMinimum: { breaking: true, says: 'too small' },
  exclusiveMaximum: { breaking: true, says: 'too great' },
  multipleOf: { breaking: true, says: 'not a multiple' },
  minItems: { breaking: true, says: 'too few items' },
  maxItems: { breaking: true, says: 'too many items' },
  uniqueItems: { breaking: true, says: 'an item given twice' },
  minProperties: { breaking: true, says: 'too few members' },
  maxProperties: { breaking: true, says: 'too many members' },
  anyOf: { breaking: true, says: 'none of the alternatives' },
  oneOf: { breaking: true, says: 'not exactly one of the alternatives' },
  not: { breaking: true, says: 'what it must not be' },
} satisfies Record<string, { breaking: boolean; says: string }>;

/** The name of a rule. */
export type Rule = keyof typeof rules;

/** A finding by that rule. */
export function finding(
  rule: Rule,
  pointer: string,
  { where, known, message }: { where: string; known: Known; message?: string },
): Finding {
  const { breaking, says } = rules[rule];
  return { pointer, rule, where, breaking, known, message: message ?? says };
}
