import { characters } from '../cases/characters.ts';
import { join } from '../../spec/contract.ts';
import type { Rule } from '../checker/checker.ts';
import { getIn, setIn, withoutIn } from './schema-tree.ts';
import type { SchemaNode } from './schema-tree.ts';

/** A body with one keyword of its schema broken. */
export interface BrokenKeyword {
  keyword: string;
  says: string;
  rule: Rule;
  /** Into the body. */
  pointer: string;
  /** Into the contract. */
  where: string;
  change: (body: unknown) => unknown;
}

type Value = string | number | boolean | object | null;
type Break = [says: string, value: Value];
type Breaker = (limit: any, current: any, schema: Record<string, unknown>) => Break[];

/** For each keyword, values that break it, the more sorts the better. */
const breakers: Record<string, Breaker> = {
  type: (type: string, current) => otherTypes(type, current),
  enum: (allowed: unknown[], current: string) => outside(allowed, current),
  pattern: (pattern: string, current: string) => mismatches(new RegExp(pattern, 'u'), current),
  minLength: (limit: number, current: string) => [[`${limit - 1} characters`, current.slice(0, limit - 1)]],
  maxLength: (limit: number, current: string) => [
    [`${limit + 1} characters`, current.padEnd(limit + 1, current.at(-1))],
    [`${limit * 16} characters`, current.padEnd(limit * 16, current.at(-1))],
  ],
  minimum: (limit: number) => [[`${limit - 1}`, limit - 1]],
  maximum: (limit: number) => [[`${limit + 1}`, limit + 1]],
  format: (format: string) => [[`no ${format}`, 'not of the format']],
};

/** Every way in which a body can break one keyword of one schema node. */
export function brokenKeywords(node: SchemaNode, right: unknown): BrokenKeyword[] {
  const current = getIn(right, node.path);
  const pointer = join('', ...node.path);
  const ofValue = Object.entries(breakers).flatMap(([keyword, breaks]) => {
    if (!(keyword in node.schema)) return [];
    const broken = breaks(node.schema[keyword], current, node.schema);
    if (broken.length === 0) throw new Error(`${join(node.pointer, keyword)}: found no value that breaks it`);
    return broken.map(([says, value]): BrokenKeyword => {
      const change = (body: unknown): unknown => setIn(body, node.path, value);
      return { keyword, says, rule: keyword as Rule, pointer, where: join(node.pointer, keyword), change };
    });
  });
  return [...ofValue, ...missing(node), ...additional(node)];
}

function otherTypes(type: string, current: unknown): Break[] {
  const text = typeof current === 'string' ? current : JSON.stringify(current);
  const number = Number.isFinite(Number(text)) && typeof current === 'string' ? Number(text) : 17;
  const all: [type: string, says: string, value: Value][] = [
    ['string', 'text', text],
    ['number', 'number', number],
    ['number', 'decimal', 1.5],
    ['boolean', 'boolean', true],
    ['object', 'object', { value: current }],
    ['array', 'array', [current]],
    ['null', 'null', null],
  ];
  const fits = ([other, , value]: (typeof all)[number]): boolean =>
    other === type || (type === 'integer' && Number.isInteger(value));
  return all.filter((one) => !fits(one)).map(([, says, value]): Break => [says, value]);
}

function outside(allowed: unknown[], current: string): Break[] {
  const candidates: Break[] = [
    ['no such value', 'NO_SUCH'],
    ['blank', ''],
    ['with a blank', `${current} `],
    ['longer', `${current}0`],
    ['shorter', current.slice(0, -1)],
    ['lower case', current.toLowerCase()],
    ['title case', current.slice(0, 1) + current.slice(1).toLowerCase()],
  ];
  return candidates.filter(([, value]) => !allowed.includes(value));
}

// A kind of character each, in front, within and at the end; the longest pattern here sees all three apart.
function mismatches(pattern: RegExp, current: string): Break[] {
  const [first = '', rest = ''] = [current.slice(0, 1), current.slice(1)];
  const candidates = Object.entries(characters).flatMap(([kind, character]): Break[] => [
    [`${kind} in front`, character + rest],
    [`${kind} within`, first + character + rest.slice(1)],
    [`${kind} at the end`, current.slice(0, -1) + character],
  ]);
  return candidates.filter(([, value]) => !pattern.test(value as string));
}

function missing({ path, pointer, schema }: SchemaNode): BrokenKeyword[] {
  return ((schema['required'] ?? []) as string[]).map((name) => ({
    ...{ keyword: 'required', says: `${name} absent`, rule: 'required', pointer: join('', ...path, name) },
    ...{ where: join(pointer, 'required'), change: (body) => withoutIn(body, [...path, name]) },
  }));
}

/** Answers are closed by the checker: a member more is a finding on every level. */
function additional({ path, pointer, schema }: SchemaNode): BrokenKeyword[] {
  if (schema['type'] !== 'object' || schema['additionalProperties'] === true) return [];
  const [first = ''] = Object.keys((schema['properties'] ?? {}) as object);
  const extras: [name: string, value: Value][] = [
    ['no_such_member', 'text'],
    ['no_such_null', null],
    ['no_such_object', {}],
    ['', 'no name'],
    [first.toUpperCase(), 'a name in another letter case'],
  ];
  const written = 'additionalProperties' in schema ? join(pointer, 'additionalProperties') : pointer;
  return extras.map(([name, value]) => ({
    ...{ keyword: 'additionalProperties', says: `member "${name}" added`, rule: 'additionalMember' },
    ...{ pointer: join('', ...path, name), where: written },
    change: (body) => setIn(body, [...path, name], value),
  }));
}
