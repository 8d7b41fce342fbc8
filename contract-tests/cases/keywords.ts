/**
 * The keyword table: for each keyword of a schema how a request breaks it and how it only just keeps it, how a gateway's
 * own rule may be looser or stricter and which case notices, and how an answer breaks it. Cases, mutants of request
 * rules and mutants of answers are made of its rows; a keyword that the contract has and the table lacks is an error.
 */
import { isUnstated, join, objectAt, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { CaseParts, Member, TestedOperation } from './operation.ts';
import { alteredPatterns } from './patterns.ts';
import { getIn, rightBody, rightRequest, setIn } from './request.ts';
import { allows, characters, characterTexts, lengthsOf, sampleOf, textOf } from './texts.ts';
import type { ContractCase, Topic } from './types.ts';

/** A schema, as parsed. A copy may be changed in place. */
export type Schema = Record<string, any>;

/** Something that a request has in a member's place. */
export interface SentValue {
  /** Undefined: nothing, the member is left out. */
  value: unknown;
  /** Where it is, if not in the member's own place. */
  path?: string[];
  /** What the virtual account has instead, where that is not the value. */
  stored?: string;
  /** Default: what the rules about texts say of a text; of anything else, no. */
  accepted?: boolean;
  /** Pointer of the statement that says so. Default: that of the row's keyword. */
  statement?: string;
  topic?: Topic;
}

/** The member that a row makes values for; `right` is what a creation's right request has there. */
interface Place {
  contract: Contract;
  member: Member;
  schema: Schema;
  right: unknown;
}

/** The schema whose rule a gateway may have otherwise. */
interface Rule {
  contract: Contract;
  path: string[];
  schema: Schema;
  /** What a right request has at that path; undefined if nothing. */
  sent: (path: string[]) => unknown;
  /** The texts that this operation's cases send for the member, those about characters first. */
  texts: () => { one: ContractCase; text: string }[];
}

/** The case that a right request is, and the kind of one that has an optional member which that does not. */
export const PLAIN = 'outcome.success' as const;
const PRESENT = 'present' as const;

/** One rule of a gateway's requests, otherwise than in the contract. */
export interface RuleChange<Kind extends string = string> {
  how: 'relaxed' | 'tightened';
  /** What is changed, if not the row's keyword. */
  keyword?: string;
  says: string;
  change: (schema: Schema) => unknown;
  /** The case that must notice: the kind of one about this member, or the right request. */
  by: Kind | typeof PLAIN | typeof PRESENT | ContractCase;
  /** The member of the object that it is about, if not the object itself. */
  of?: string;
  excluded?: string;
}

/** A value of an answer that breaks a keyword; `name` where it is a member of the object. */
export interface Break {
  says: string;
  value: unknown;
  name?: string;
}

/** One row. `Kind` is the last part of a case's id, so that a change can only name a case that there is. */
interface Keyword<Kind extends string> {
  send?: (place: Place) => Partial<Record<Kind, SentValue>>;
  changes?: (rule: Rule) => RuleChange<NoInfer<Kind>>[];
  breaks?: (limit: any, current: any, schema: Schema) => Break[];
}

const row = <Kind extends string>(one: Keyword<Kind>): Keyword<string> => one as Keyword<string>;
const set = (keyword: string, to: unknown) => (schema: Schema) => (schema[keyword] = to);

/** Makes a schema another one, in place. */
function become(schema: Schema, other: Schema): void {
  for (const keyword of Object.keys(schema)) Reflect.deleteProperty(schema, keyword);
  Object.assign(schema, other);
}

/** What a text member may have that is no text of ours. */
function sampleValue(member: Member, { minimum = 1 }: Schema): unknown {
  const { type } = member;
  if (type === 'string') return member.values?.[0] ?? sampleOf(member);
  return { integer: minimum, boolean: true, object: {} }[type!];
}

/** Every row, by its keyword. Cases are made in this order. */
export const keywords: Readonly<Record<string, Keyword<string>>> = {
  required: row({
    send: ({ member, schema, right }) => {
      if (member.path.length === 0) return {};
      const statement = (keyword: string) => join(member.parent, keyword);
      const absent = { value: undefined, stored: '', statement: statement('required') };
      if (member.required) return { missing: absent };
      if (right !== undefined) return { absent: { ...absent, accepted: true } };
      const present = (value: unknown): SentValue => ({
        value,
        stored: '',
        accepted: true,
        statement: statement('properties'),
        ...(member.type === undefined && { topic: 'anything' }),
      });
      if (member.type !== undefined) return { present: present(sampleValue(member, schema)) };
      return {
        present: present({ fake: 'thing' }),
        'present.text': present('text'),
        'present.null': present(null),
        'present.number': present(1.5),
        'present.boolean': present(true),
        'present.array': present([]),
        'present.object': present({}),
      };
    },
    changes: ({ path, schema, sent }) => {
      const { required = [], properties = {} } = schema;
      if (schema.type !== 'object') return [];
      const without = (name: string) => (required as string[]).filter((other) => other !== name);
      const names = Object.keys(properties);
      return [
        ...(required as string[]).map((name) => ({
          how: 'relaxed' as const,
          says: `${name} may be absent`,
          by: 'missing' as const,
          of: name,
          change: set('required', without(name)),
        })),
        ...names
          .filter((name) => !required.includes(name))
          .map((name) => ({
            how: 'tightened' as const,
            says: `${name} is required`,
            by: sent([...path, name]) === undefined ? PLAIN : ('absent' as const),
            of: name,
            change: set('required', [...required, name]),
          })),
        {
          how: 'tightened',
          says: 'a member more is required',
          by: PLAIN,
          change: (copy) => {
            copy['required'] = [...required, 'no_such_member'];
            copy['properties']['no_such_member'] = {};
          },
        },
        ...names.map((name) => ({
          how: 'tightened' as const,
          keyword: 'properties',
          says: `${name} is taken no more`,
          by: sent([...path, name]) === undefined ? ('present' as const) : PLAIN,
          of: name,
          change: (copy: Schema) => {
            Reflect.deleteProperty(copy['properties'], name);
            copy['required'] = without(name);
          },
        })),
      ];
    },
    breaks: (required: string[]) =>
      required.map((name) => ({ says: `${name} absent`, name, value: undefined })),
  }),

  additionalProperties: row({
    send: ({ member }) => {
      const extra = (value: unknown): SentValue => ({ value, path: [...member.path, 'no_such_member'] });
      if (member.type !== 'object') return {};
      return {
        'extraMember.text': extra('none'),
        'extraMember.null': extra(null),
        'extraMember.object': extra({}),
      };
    },
    changes: ({ schema }) => {
      if (schema.type !== 'object') return [];
      const to = (says: string, by: 'text' | 'null' | 'object', allowed: unknown) => ({
        how: 'relaxed' as const,
        says,
        by: `extraMember.${by}` as const,
        change: set('additionalProperties', allowed),
      });
      return [
        ...(['text', 'null', 'object'] as const).map((kind) =>
          to(`a member more that is ${kind}`, kind, { type: kind === 'text' ? 'string' : kind }),
        ),
        to('any member more', 'text', true),
      ];
    },
    breaks: (_, __, { properties = {} }) => {
      const [first = ''] = Object.keys(properties);
      const extras: [name: string, value: unknown][] = [
        ['no_such_member', 'text'],
        ['no_such_null', null],
        ['no_such_object', {}],
        ['', 'no name'],
        [first.toUpperCase(), 'a name in another letter case'],
      ];
      return extras.map(([name, value]) => ({ says: `member "${name}" added`, name, value }));
    },
  }),

  type: row({
    send: ({ member, schema, right: given }) => {
      const { type, path } = member;
      if (type === undefined || path.length === 0) return {};
      const right = given ?? sampleValue(member, schema);
      const text = type === 'string';
      // "Numeric" is all that is documented of a number.
      const numeric = type === 'integer' ? { topic: 'numbers' as const } : {};
      // What is stored is what a gateway that coerces would make of it.
      const all = {
        null: { value: null, stored: '' },
        string: {
          value: typeof right === 'object' ? 'text' : String(right),
          stored: '',
          accepted: false,
          ...numeric,
        },
        decimal: { value: 1.5, stored: '', ...numeric },
        number: { value: 1234, stored: '1234' },
        boolean: { value: true, stored: 'true' },
        object: { value: { id: '1234' }, stored: '1234' },
        array: text ? { value: ['1234'], stored: '1234' } : { value: [right], stored: '' },
        'value.true': { value: true, accepted: true },
        'value.false': { value: false, accepted: true },
      };
      const values: (keyof typeof all)[] = ['value.true', 'value.false'];
      const fits: Record<typeof type, (keyof typeof all)[]> = {
        string: ['string', 'decimal', ...values],
        integer: ['number', ...values],
        boolean: ['boolean', 'decimal'],
        object: ['object', 'decimal', ...values],
      };
      return without(all, fits[type]);
    },
    changes: ({ path, schema, sent }) => {
      const { type: own } = schema;
      if (own === undefined || path.length === 0) return [];
      const types = ['null', 'string', 'number', 'boolean', 'object', 'array'] as const;
      const kindOf = (type: (typeof types)[number]): (typeof types)[number] | 'decimal' =>
        type === 'number' && own === 'integer' ? 'decimal' : type;
      return [
        ...types
          .filter((type) => type !== own)
          .map((type) => ({
            how: 'relaxed' as const,
            says: `may also be ${type}`,
            by: kindOf(type),
            change: (copy: Schema) => become(copy, { anyOf: [{ ...copy }, { type }] }),
          })),
        {
          how: 'relaxed',
          says: 'may be anything',
          by: kindOf('number'),
          change: (copy) => become(copy, {}),
        },
        {
          how: 'tightened',
          says: 'must be an array',
          by: sent(path) === undefined ? PRESENT : PLAIN,
          change: (copy) => become(copy, { type: 'array' }),
        },
        ...(own === 'boolean' ? [true, false] : []).map((value) => ({
          how: 'tightened' as const,
          keyword: 'boolean',
          says: `${value} is refused`,
          by: `value.${value}` as const,
          change: set('enum', [!value]),
        })),
      ];
    },
    breaks: (type: string, current) => {
      const text = typeof current === 'string' ? current : JSON.stringify(current);
      const number = Number.isFinite(Number(text)) && typeof current === 'string' ? Number(text) : 17;
      const all: [type: string, says: string, value: unknown][] = [
        ['string', 'text', text],
        ['number', 'number', number],
        ['number', 'decimal', 1.5],
        ['boolean', 'boolean', true],
        ['object', 'object', { value: current }],
        ['array', 'array', [current]],
        ['null', 'null', null],
      ];
      return all
        .filter(([other, , value]) => other !== type && !(type === 'integer' && Number.isInteger(value)))
        .map(([, says, value]) => ({ says, value }));
    },
  }),

  enum: row({
    send: ({ member: { type, values, pointer } }) => {
      if (type !== 'string' || values === undefined) return {};
      const wrong = { blank: '', space: ' ', ...wrongValues(values) };
      const right = Object.fromEntries(values.map((value) => [`value.${value}`, value]));
      const all = Object.entries({ ...wrong, ...right });
      return Object.fromEntries(
        all.map(([kind, value]) => [kind, { value, statement: join(pointer, 'enum') }]),
      );
    },
    changes: ({ schema }) => {
      const values = schema['enum'] as string[] | undefined;
      if (typeof values?.[0] !== 'string') return [];
      const more = { ...wrongValues(values), blank: '', space: ' ' };
      return [
        ...Object.entries(more).map(([kind, value]) => ({
          how: 'relaxed' as const,
          says: `takes "${value}"`,
          by: kind,
          change: set('enum', [...values, value]),
        })),
        {
          how: 'relaxed',
          says: 'removed',
          by: 'wrong',
          change: (copy) => Reflect.deleteProperty(copy, 'enum'),
        },
        ...values.map((value) => ({
          how: 'tightened' as const,
          says: `${value} is renamed`,
          by: `value.${value}`,
          change: set('enum', [...values.filter((other) => other !== value), `${value}_RENAMED`]),
        })),
      ];
    },
    breaks: (allowed: unknown[], current: string) =>
      [
        { says: 'no such value', value: 'NO_SUCH' },
        { says: 'blank', value: '' },
        { says: 'with a blank', value: `${current} ` },
        { says: 'longer', value: `${current}0` },
        { says: 'shorter', value: current.slice(0, -1) },
        { says: 'lower case', value: current.toLowerCase() },
        { says: 'title case', value: current.slice(0, 1) + current.slice(1).toLowerCase() },
      ].filter(({ value }) => !allowed.includes(value)),
  }),

  maxLength: row<'tooLong' | 'muchTooLong' | 'atLimit' | 'atLimit.digits'>({
    send: ({ member, right }) => {
      const { most } = member.type === 'string' && !member.values ? lengthsOf(member) : {};
      if (most === undefined) return {};
      const text = (length: number, character: string) =>
        textOf(member, sampleOf(member, right), length, character);
      return {
        ...given('tooLong', text(most + 1, 'A')),
        ...given('muchTooLong', text(most * 16, 'A')),
        ...given('atLimit', text(most, 'B')),
        ...given('atLimit.digits', text(most, '7')),
      };
    },
    changes: ({ schema: { maxLength: max } }) => {
      if (max === undefined) return [];
      const to = (limit: number) => ({ says: `${max} becomes ${limit}`, change: set('maxLength', limit) });
      return [
        { how: 'relaxed', by: 'tooLong', ...to(max + 1) },
        {
          how: 'relaxed',
          says: 'removed',
          by: 'muchTooLong',
          change: (copy) => delete copy['maxLength'],
        },
        { how: 'tightened', by: 'atLimit', ...to(max - 1) },
        { how: 'tightened', by: 'atLimit.digits', ...to(Math.floor(max / 2)) },
      ];
    },
    breaks: (limit: number, current: string) =>
      [limit + 1, limit * 16].map((length) => ({
        says: `${length} characters`,
        value: current.padEnd(length, current.at(-1)),
      })),
  }),

  minLength: row<'blank' | 'tooShort' | 'shortest'>({
    send: ({ member, right }) => {
      if (member.type !== 'string' || member.values) return {};
      const { least } = lengthsOf(member);
      const sample = sampleOf(member, right);
      const short = least === undefined || least < 2 ? undefined : textOf(member, sample, least - 1, 'A');
      const shortest = least === undefined ? undefined : textOf(member, sample, least, 'C');
      return { blank: { value: '' }, ...given('tooShort', short), ...given('shortest', shortest) };
    },
    changes: ({ schema }) => {
      const { minLength: min, pattern } = schema as { minLength?: number; pattern?: string };
      if (min === undefined) return [];
      // Whether the pattern beside it takes any text that short; if not, the limit alone decides nothing.
      const takes = (length: number) =>
        pattern === undefined || [...'x7A-'].some((c) => new RegExp(pattern, 'u').test(c.repeat(length)));
      const to = (limit: number, needed: number) => ({
        says: `${min} becomes ${limit}`,
        change: set('minLength', limit),
        ...(!takes(needed) && { excluded: 'the pattern beside it takes no such text either' }),
      });
      return [
        { how: 'relaxed', by: 'blank', ...to(min - 1, min - 1) },
        {
          how: 'relaxed',
          says: 'blank is taken',
          by: 'blank',
          change: (copy) => become(copy, { anyOf: [{ ...copy }, { enum: [''] }] }),
        },
        { how: 'tightened', by: 'shortest', ...to(min + 1, min) },
      ];
    },
    breaks: (limit: number, current: string) => [
      { says: `${limit - 1} characters`, value: current.slice(0, limit - 1) },
    ],
  }),

  pattern: row<string>({
    send: ({ member, right }) => {
      if (member.type !== 'string') return {};
      const space = member.values ? {} : { space: { value: ' ' } };
      if (!member.pattern) return space;
      const texts = characterTexts(member, sampleOf(member, right));
      const sent = texts.map(([kind, value]) => [`character.${kind}`, { value }]);
      return { ...space, ...Object.fromEntries(sent) };
    },
    changes: ({ schema, path, sent, texts }) =>
      alteredPatterns(schema, String(sent(path) ?? ''), texts).map(
        ({ how, says, pattern, by, excluded }) => ({
          how,
          says,
          by: by ?? 'pattern',
          change: (copy) => (pattern === undefined ? delete copy['pattern'] : (copy['pattern'] = pattern)),
          ...(excluded !== undefined && { excluded }),
        }),
      ),
    // A kind of character each, in front, within and at the end; the longest pattern here sees all three apart.
    breaks: (pattern: string, current: string) => {
      const expression = new RegExp(pattern, 'u');
      const [first = '', rest = ''] = [current.slice(0, 1), current.slice(1)];
      return Object.entries(characters)
        .flatMap(([kind, character]) => [
          { says: `${kind} in front`, value: character + rest },
          { says: `${kind} within`, value: first + character + rest.slice(1) },
          { says: `${kind} at the end`, value: current.slice(0, -1) + character },
        ])
        .filter(({ value }) => !expression.test(value));
    },
  }),

  format: row({
    changes: ({ schema, path, sent, texts }) => {
      if (schema.type !== 'string') return [];
      // What is right may happen to be a UUID; the shortest text is not.
      const shortest = texts().find(({ one }) => one.id.endsWith('.shortest'))?.one;

      return [
        {
          how: 'tightened',
          says: 'only a UUID is taken',
          by: shortest ?? (sent(path) === undefined ? PRESENT : PLAIN),
          change: set('format', 'uuid'),
        },
      ];
    },
    breaks: (format: string) => [{ says: `no ${format}`, value: 'not of the format' }],
  }),

  minimum: bound('minimum', -1, 'belowMinimum', 'atMinimum'),
  maximum: bound('maximum', 1, 'aboveMaximum', 'atMaximum'),
};

/** The least or the greatest number, one further and one nearer. */
function bound<Kind extends string>(
  keyword: 'minimum' | 'maximum',
  outward: 1 | -1,
  beyond: Kind,
  at: Kind,
): Keyword<string> {
  return row<Kind>({
    send: ({ schema: { [keyword]: limit } }) =>
      (limit === undefined
        ? {}
        : { [beyond]: { value: limit + outward }, [at]: { value: limit, accepted: true } }) as Record<
        Kind,
        SentValue
      >,
    changes: ({ schema: { [keyword]: limit } }) =>
      limit === undefined
        ? []
        : (
            [
              ['relaxed', limit + outward, beyond],
              ['tightened', limit - outward, at],
            ] as const
          ).map(([how, to, by]) => ({
            how,
            says: `${limit} becomes ${to}`,
            by,
            change: set(keyword, to),
          })),
    breaks: (limit: number) => [{ says: `${limit + outward}`, value: limit + outward }],
  });
}

/** Texts like the values of an enum, and none of them. */
function wrongValues(values: string[]): Record<string, string> {
  const [first = ''] = values;
  const all = {
    wrong: 'NO_SUCH',
    lowerCase: first.toLowerCase(),
    upperCase: first.toUpperCase(),
    longer: `${first}_`,
    shorter: first.slice(0, -1),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !values.includes(value)));
}

function given<Kind extends string>(kind: Kind, value: string | undefined): Partial<Record<Kind, SentValue>> {
  return value === undefined ? {} : ({ [kind]: { value } } as Record<Kind, SentValue>);
}

function without<All extends object>(all: All, names: (keyof All)[]): Partial<All> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !names.includes(name as keyof All)),
  ) as Partial<All>;
}

/** The id of the case about that member, or about the body. */
export const idOf = (path: readonly string[], kind: string): string => ['body', ...path, kind].join('.');

/** Cases about the body and each of its members: every value of every row. */
export function keywordCases(op: TestedOperation): ContractCase[] {
  return [op.body, ...op.members].flatMap((member) =>
    Object.entries(keywords).flatMap(([keyword, { send }]) => {
      const right = getIn(op.shape.template, member.path);
      const schema = objectAt(op.contract, member.pointer);
      const values = send?.({ contract: op.contract, member, schema, right }) ?? {};
      return Object.entries(values).map(([kind, value]) => caseOf(op, member, keyword, kind, value!));
    }),
  );
}

function caseOf(
  op: TestedOperation,
  member: Member,
  keyword: string,
  kind: string,
  { value, path = member.path, stored = value as string, accepted, statement, topic }: SentValue,
): ContractCase {
  const isText = typeof value === 'string' && accepted === undefined && path === member.path;
  const isAccepted = accepted ?? (isText && allows(member, value));
  const pointer = statement ?? ruleOf(op.contract, member, keyword, isText ? value : '');
  const judged: Pick<CaseParts, 'expect'> & { topic?: Topic | undefined } = isAccepted
    ? // A text that we made up is taken only if nothing but our own pattern says what such a text may be.
      {
        expect: 'accepted',
        topic: topic ?? (isText ? topicOf(op, join(member.pointer, 'pattern')) : undefined),
      }
    : { expect: op.outcome('01').expect, topic: topic ?? topicOf(op, pointer) };
  // What is signed where an id is no text, nobody knows.
  const isSigned = ['external_id', 'order_id'].includes(path.join('.'));
  const isSignable = typeof value === 'string' && !/\p{Surrogate}/u.test(value);
  const isAlone = keyword === 'additionalProperties' || (isText && isSignable && member.path.length === 1);
  return op.make(keyword === 'additionalProperties' ? 'shape' : 'body', {
    id: idOf(member.path, kind),
    expect: judged.expect,
    statement: op.statement(pointer),
    ...(judged.topic && { topic: judged.topic }),
    // Whatever else reads it finds nothing wrong with such a text, or such a member.
    ...(!isAccepted && isAlone && { check: 'body' }),
    ...(isSigned && !isSignable && { orCodes: ['99'] }),
    // Only the five members are anything that a virtual account has.
    needs:
      member.path.length === 1 && path === member.path && typeof stored === 'string'
        ? { with: { [member.name]: stored } }
        : {},
    build: (context) => {
      const body = setIn(rightBody(op.shape, context.va), path, value);
      return rightRequest(op.shape, context, { body });
    },
  });
}

const topics: Record<string, Topic> = {
  pattern: 'characters',
  minLength: 'lengths',
  maxLength: 'lengths',
  additionalProperties: 'closed',
};

function topicOf({ contract }: TestedOperation, pointer: string): Topic | undefined {
  return isUnstated(contract, pointer) ? topics[pointer.split('/').at(-1)!] : undefined;
}

/** A part that is no keyword: what the documents call letters and digits may be more than those of ASCII. */
const ASCII = ['x-known-parts', 'letters-mean-ASCII'];

/** The statement of one keyword of a member; of its pattern, or the member itself, where it has no such keyword. */
function ruleOf(contract: Contract, { pointer }: Member, keyword: string, text: string): string {
  const letters = join(pointer, ...ASCII);
  const isForeign = keyword === 'pattern' && /(?![\x00-\x7F])[\p{L}\p{N}]/u.test(text);
  if (isForeign && valueAt(contract, letters) !== undefined) return letters;
  const has = [keyword, ...(keyword === 'type' ? [] : ['pattern'])].find(
    (one) => valueAt(contract, join(pointer, one)) !== undefined,
  );
  return has === undefined ? pointer : join(pointer, has);
}
