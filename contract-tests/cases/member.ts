import { asObject, join, objectAt, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Body } from './request.ts';

/** The rules about a value that is text. */
export interface TextRules {
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
  values?: string[];
}

/** One member of the request body, or of an object in it, and its rules. */
export interface Member extends TextRules {
  /** Names that lead to it, joined by dots; so it is called in the ids of cases. */
  name: string;
  path: string[];
  /** Leads to its schema, references followed. */
  pointer: string;
  /** The schema of the object that it is a member of. */
  parent: string;
  required: boolean;
  /** Undefined where the contract takes anything at all. */
  type?: 'string' | 'integer' | 'boolean' | 'object';
  minimum?: number;
  maximum?: number;
}

const types = ['string', 'integer', 'boolean', 'object', undefined];

/**
 * Every member of the object schema at a resolved pointer and of the objects in it, an object before its own
 * members. Throws an Error that names the JSON pointer of one whose type no cases are made for.
 */
export function readMembers(contract: Contract, parent: string, path: string[] = []): Member[] {
  const schema = objectAt(contract, parent);
  const required = (schema['required'] ?? []) as string[];
  return Object.keys(asObject(schema['properties'])).flatMap((last) => {
    const pointer = resolvePointer(contract, join(parent, 'properties', last));
    const own = { path: [...path, last], pointer, parent, required: required.includes(last) };
    const member = readMember(contract, own);
    return [member, ...(member.type === 'object' ? readMembers(contract, pointer, own.path) : [])];
  });
}

function readMember(
  contract: Contract,
  own: Pick<Member, 'path' | 'pointer' | 'parent' | 'required'>,
): Member {
  const { type, pattern, enum: values, ...rest } = asObject(valueAt(contract, own.pointer));
  if (!types.includes(type as Member['type'])) {
    throw new Error(`${own.pointer}: only members of type string, integer, boolean and object are tested`);
  }
  const { minLength, maxLength, minimum, maximum } = rest as Record<string, number | undefined>;
  return {
    ...own,
    name: own.path.join('.'),
    ...(type !== undefined && { type: type as NonNullable<Member['type']> }),
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(values !== undefined && { values: values as string[] }),
    ...(pattern !== undefined && { pattern: new RegExp(String(pattern), 'u') }),
  };
}

// Two UTF-16 units but one character. Asked a million times, and rarely so.
const BEYOND_BMP = /[\u{10000}-\u{10ffff}]/u;

/** Whether the contract allows this text as a value of the member. */
export function allows(
  { minLength = 0, maxLength = Infinity, pattern, values }: TextRules,
  text: string,
): boolean {
  const length = BEYOND_BMP.test(text) ? [...text].length : text.length;
  const fits = length >= minLength && length <= maxLength && (values?.includes(text) ?? true);
  return fits && (pattern?.test(text) ?? true);
}

/** What `path` leads to within a body. */
export function getIn(body: unknown, path: readonly string[]): unknown {
  return path.reduce((node, name) => asObject(node)[name], body);
}

/** A copy of a body with the member at `path` set, or, to undefined, left out. */
export function withMember(body: Body, [name = '', ...rest]: readonly string[], to: unknown): Body {
  const value = rest.length === 0 ? to : withMember(asObject(body[name]), rest, to);
  const { [name]: _, ...others } = body;
  // In its old place: the order of members is no part of what is tested.
  return value === undefined ? others : { ...body, [name]: value };
}
