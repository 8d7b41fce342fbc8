import { objectAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { boundChanges } from './bounds.ts';
import { patternMutants } from './patterns.ts';
import { acceptedBy } from './rule-change.ts';
import type { RuleChange, Schema, Sent } from './rule-change.ts';
import type { SchemaNode } from './schema-tree.ts';

/** Every rule about one value in a request that is no object, relaxed and tightened. */
export function valueChanges(sent: Sent, { path, schema }: SchemaNode): RuleChange[] {
  const name = path.join('.');
  const accepted = acceptedBy(sent, path);
  // Described as anything at all: no rule to change.
  if (schema['type'] === undefined) return [];
  return [
    ...typeChanges(sent, path, schema),
    ...minLengthChanges(name, schema),
    ...maxLengthChanges(name, schema),
    ...enumChanges(name, schema),
    ...boundChanges(name, schema),
    ...(schema['pattern'] === undefined ? [] : patternMutants(sent, path, schema)),
    ...(schema['type'] === 'boolean' ? booleanChanges(name) : []),
    ...(schema['type'] === 'string' ? formatChanges(sent, name, accepted) : []),
    ...(name === 'payment_channel' ? channelChanges(sent.contract) : []),
  ];
}

/** A value of each other type is taken too, or only another; of an object as well. */
export function typeChanges(sent: Sent, path: readonly string[], { type: own }: Schema): RuleChange[] {
  const name = path.join('.');
  const types = ['null', 'string', 'number', 'boolean', 'object', 'array'].filter((type) => type !== own);
  const kindOf = (type: string): string => (type === 'number' && own === 'integer' ? 'decimal' : type);
  return [
    ...types.map((type): RuleChange => ({
      ...{ group: 'type relaxed', says: `may also be ${type}`, killer: `body.${name}.${kindOf(type)}` },
      change: (copy) => become(copy, { anyOf: [{ ...copy }, { type }] }),
    })),
    {
      ...{ group: 'type relaxed', says: 'may be anything', killer: `body.${name}.${kindOf('number')}` },
      change: (copy) => become(copy, {}),
    },
    {
      ...{ group: 'type tightened', says: 'must be an array', killer: acceptedBy(sent, path) },
      change: (copy) => become(copy, { type: 'array' }),
    },
  ];
}

function booleanChanges(name: string): RuleChange[] {
  return [true, false].map((value) => ({
    ...{ group: 'boolean tightened', says: `${value} is refused`, killer: `body.${name}.value.${value}` },
    change: (copy) => (copy['enum'] = [!value]),
  }));
}

function become(schema: Schema, other: Schema): void {
  for (const keyword of Object.keys(schema)) Reflect.deleteProperty(schema, keyword);
  Object.assign(schema, other);
}

const set =
  (keyword: string, limit: number): RuleChange['change'] =>
  (schema) =>
    (schema[keyword] = limit);

function minLengthChanges(name: string, { minLength, pattern }: Schema): RuleChange[] {
  if (minLength === undefined) return [];
  const min = Number(minLength);
  // Whether the pattern beside it takes any text that short; if not, the limit alone decides nothing.
  const takes = (length: number): boolean =>
    pattern === undefined || [...'x7A-'].some((c) => new RegExp(pattern, 'u').test(c.repeat(length)));
  const implied = (length: number): Pick<RuleChange, 'excluded'> =>
    takes(length) ? {} : { excluded: 'the pattern beside it takes no such text either' };
  const blank = { group: 'minLength relaxed', killer: `body.${name}.blank` };
  const to = (limit: number): Pick<RuleChange, 'says' | 'change'> => ({
    ...{ says: `${min} becomes ${limit}`, change: set('minLength', limit) },
  });
  return [
    { ...blank, ...to(min - 1), ...implied(min - 1) },
    {
      ...blank,
      says: 'blank is taken',
      change: (copy) => become(copy, { anyOf: [{ ...copy }, { enum: [''] }] }),
    },
    { group: 'minLength tightened', killer: `body.${name}.shortest`, ...to(min + 1), ...implied(min) },
  ];
}

function maxLengthChanges(name: string, { maxLength }: Schema): RuleChange[] {
  if (maxLength === undefined) return [];
  const max = Number(maxLength);
  const make = (group: string, says: string, kind: string, change: RuleChange['change']): RuleChange => ({
    ...{ group: `maxLength ${group}`, says, change },
    killer: `body.${name}.${kind}`,
  });
  const to = (group: string, limit: number, kind: string): RuleChange =>
    make(group, `${max} becomes ${limit}`, kind, set('maxLength', limit));
  return [
    to('relaxed', max + 1, 'tooLong'),
    make('relaxed', 'removed', 'muchTooLong', (copy) => delete copy['maxLength']),
    to('tightened', max - 1, 'atLimit'),
    to('tightened', Math.floor(max / 2), 'atLimit.digits'),
  ];
}

function enumChanges(name: string, schema: Schema): RuleChange[] {
  const values = schema['enum'] as string[] | undefined;
  const [first] = values ?? [];
  if (values === undefined || typeof first !== 'string') return [];
  const more: Record<string, string> = {
    ...{ wrong: 'NO_SUCH', lowerCase: first.toLowerCase(), upperCase: first.toUpperCase() },
    ...{ longer: `${first}_`, shorter: first.slice(0, -1) },
    ...{ blank: '', space: ' ' },
  };
  const make = (group: string, says: string, kind: string, to?: string[]): RuleChange => ({
    ...{ group, says, killer: `body.${name}.${kind}` },
    change: (copy) => (to ? (copy['enum'] = to) : Reflect.deleteProperty(copy, 'enum')),
  });
  const added = Object.entries(more).filter(([, value]) => !values.includes(value));
  return [
    ...added.map(([kind, value]) => make('enum relaxed', `takes "${value}"`, kind, [...values, value])),
    make('enum relaxed', 'removed', 'wrong'),
    ...values.map((value) =>
      make('enum tightened', `${value} is renamed`, `value.${value}`, [
        ...values.filter((other) => other !== value),
        `${value}_RENAMED`,
      ]),
    ),
  ];
}

function formatChanges({ cases }: Sent, name: string, accepted: string): RuleChange[] {
  // What is right may happen to be a UUID; the shortest text is not.
  const shortest = cases.find(({ id }) => id === `body.${name}.shortest`);
  return [
    {
      ...{ group: 'format tightened', says: 'only a UUID is taken', killer: shortest?.id ?? accepted },
      change: (copy) => (copy['format'] = 'uuid'),
    },
  ];
}

/** A channel that is known is refused, each, and all that are not known. */
function channelChanges(contract: Contract): RuleChange[] {
  const known = objectAt(contract, '/components/schemas/KnownPaymentChannel')['enum'] as string[];
  return [
    ...known.map((channel): RuleChange => ({
      ...{ group: 'known channel tightened', says: `${channel} is refused`, killer: `channel.${channel}` },
      change: (copy) => (copy['not'] = { enum: [channel] }),
    })),
    {
      ...{ group: 'known channel tightened', says: 'others are refused' },
      killer: 'body.payment_channel.shortest',
      change: (copy) => (copy['enum'] = known),
    },
  ];
}
