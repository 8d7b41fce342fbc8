import { join } from '../../spec/contract.ts';
import { characterCases } from './character-cases.ts';
import { ofText, ofValue, rightOf } from './member-case.ts';
import type { Member } from './member.ts';
import type { Subject } from './subject.ts';
import { lengthsOf, sampleOf, textOf } from './texts.ts';
import type { ContractCase } from './types.ts';

/** Cases about each member of the body by itself: missing, null, of every wrong type, text of every kind. */
export function memberCases(subject: Subject): ContractCase[] {
  return subject.members.flatMap((member) => [
    ...presenceCases(subject, member),
    ...typeCases(subject, member),
    ...(member.type === 'string' ? textCases(subject, member) : []),
    ...(member.type === 'integer' ? numberCases(subject, member) : []),
    ...(member.type === 'boolean' ? booleanCases(subject, member) : []),
  ]);
}

/** Required: without it. Optional: with it, or without it, whichever the right request is not. */
function presenceCases(subject: Subject, member: Member): ContractCase[] {
  const make = (kind: string, value: unknown): ContractCase =>
    ofValue(
      subject,
      member,
      { kind, value, coerced: '' },
      {
        statement: subject.statement(join(member.parent, value === undefined ? 'required' : 'properties')),
        expect: member.required ? subject.outcome('01').expect : 'accepted',
        ...(member.type === undefined && value !== undefined && { topic: 'anything' as const }),
      },
    );
  if (member.required) return [make('missing', undefined)];
  if (rightOf(subject, member) !== undefined) return [make('absent', undefined)];
  if (member.type !== undefined) return [make('present', sampleValue(member))];
  const anything = { text: 'text', null: null, number: 1.5, boolean: true, array: [], object: {} };
  return [
    make('present', { fake: 'thing' }),
    ...Object.entries(anything).map(([kind, value]) => make(`present.${kind}`, value)),
  ];
}

function sampleValue(member: Member): unknown {
  const { type, minimum = 1 } = member;
  if (type === 'string') return member.values?.[0] ?? sampleOf(member);
  return { integer: minimum, boolean: true, object: {} }[type!];
}

/** Values of other types; `coerced` is what a gateway that coerces would make of one. */
function typeCases(subject: Subject, member: Member): ContractCase[] {
  if (member.type === undefined) return [];
  const right = rightOf(subject, member) ?? sampleValue(member);
  const wrong: Record<string, [value: unknown, coerced: string]> = {
    ...{ null: [null, ''], string: [typeof right === 'object' ? 'text' : String(right), ''] },
    ...{ decimal: [1.5, ''], number: [1234, '1234'], boolean: [true, 'true'] },
    ...{ object: [{ id: '1234' }, '1234'], array: [[right], ''] },
  };
  if (member.type === 'string') wrong['array'] = [['1234'], '1234'];
  const own = { string: ['string', 'decimal'], integer: ['number'], boolean: ['boolean', 'decimal'] };
  const left = member.type === 'object' ? ['object', 'decimal'] : own[member.type];
  return Object.entries(wrong)
    .filter(([kind]) => !left.includes(kind))
    .map(([kind, [value, coerced]]) => ofValue(subject, member, { kind, value, coerced }));
}

function textCases(subject: Subject, member: Member): ContractCase[] {
  return [
    ofText(subject, member, 'blank', '', member.values ? 'enum' : 'minLength'),
    ofText(subject, member, 'space', ' '),
    ...(member.values ? valueCases(subject, member, member.values) : lengthCases(subject, member)),
    ...(member.pattern ? characterCases(subject, member) : []),
  ];
}

function valueCases(subject: Subject, member: Member, values: string[]): ContractCase[] {
  const [first = ''] = values;
  const wrong = {
    ...{ wrong: 'NO_SUCH', lowerCase: first.toLowerCase(), upperCase: first.toUpperCase() },
    ...{ longer: `${first}_`, shorter: first.slice(0, -1) },
  };
  const refused = Object.entries(wrong)
    .filter(([, text]) => !values.includes(text))
    .map(([kind, text]) => ofText(subject, member, kind, text, 'enum'));
  return [...refused, ...values.map((text) => ofText(subject, member, `value.${text}`, text, 'enum'))];
}

function lengthCases(subject: Subject, member: Member): ContractCase[] {
  const { least, most } = lengthsOf(member);
  const sample = sampleOf(member, rightOf(subject, member));
  const make = (kind: string, length: number, character: string, keyword: string): ContractCase[] => {
    const text = textOf(member, sample, length, character);
    return text === undefined ? [] : [ofText(subject, member, kind, text, keyword)];
  };
  const limits = most === undefined ? [] : longCases(most);
  const short = least === undefined || least < 2 ? [] : make('tooShort', least - 1, 'A', 'minLength');
  return [
    ...limits.flatMap(([kind, length, character]) => make(kind, length, character, 'maxLength')),
    ...short,
    ...(least === undefined ? [] : make('shortest', least, 'C', 'minLength')),
  ];
}

const longCases = (limit: number): [kind: string, length: number, character: string][] => [
  ['tooLong', limit + 1, 'A'],
  ['muchTooLong', limit * 16, 'A'],
  ['atLimit', limit, 'B'],
  ['atLimit.digits', limit, '7'],
];

function numberCases(subject: Subject, member: Member): ContractCase[] {
  const make = (kind: string, value: number, keyword: string, isRight: boolean): ContractCase =>
    ofValue(
      subject,
      member,
      { kind, value },
      {
        statement: subject.statement(join(member.pointer, keyword)),
        ...(isRight && { expect: 'accepted' as const }),
      },
    );
  const { minimum, maximum } = member;
  const least =
    minimum === undefined
      ? []
      : ([
          ['belowMinimum', minimum - 1],
          ['atMinimum', minimum],
        ] as const);
  const most =
    maximum === undefined
      ? []
      : ([
          ['aboveMaximum', maximum + 1],
          ['atMaximum', maximum],
        ] as const);
  return [
    ...least.map(([kind, value]) => make(kind, value, 'minimum', kind === 'atMinimum')),
    ...most.map(([kind, value]) => make(kind, value, 'maximum', kind === 'atMaximum')),
  ];
}

function booleanCases(subject: Subject, member: Member): ContractCase[] {
  return [true, false].map((value) =>
    ofValue(subject, member, { kind: `value.${value}`, value }, { expect: 'accepted' }),
  );
}
