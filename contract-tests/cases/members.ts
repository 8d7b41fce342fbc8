import { join } from '../checker/contract.ts';
import { characters } from './characters.ts';
import { rightRequest } from './request.ts';
import { allows, ruleOf } from './subject.ts';
import type { Member, Subject } from './subject.ts';
import type { ContractCase } from './types.ts';

/** Cases about each member of the body by itself: missing, null, of every wrong type, text of every kind. */
export function memberCases(subject: Subject): ContractCase[] {
  return subject.members.flatMap((member) => [
    ...typeCases(subject, member),
    ...(member.values ? valueCases(subject, member, member.values) : []),
    ...(member.maxLength === undefined ? [] : lengthCases(subject, member, member.maxLength)),
    ...(member.pattern ? characterCases(subject, member) : []),
  ]);
}

function typeCases(subject: Subject, member: Member): ContractCase[] {
  const { name } = member;
  // The virtual account has what a gateway that coerces would make of it.
  const wrong: Record<string, [value: unknown, coerced: string]> = {
    ...{ null: [null, ''], number: [1234, '1234'], boolean: [true, 'true'] },
    ...{ object: [{ id: '1234' }, '1234'], array: [['1234'], '1234'] },
  };
  const { expect } = subject.outcome('01');
  const ofType = Object.entries(wrong).map(([type, [value, coerced]]) =>
    subject.make('body', {
      id: `body.${name}.${type}`,
      expect,
      statement: ruleOf(subject, member, 'type'),
      needs: { with: { [name]: coerced } },
      build: (context) => rightRequest(subject.shape, context, { body: { ...context.va, [name]: value } }),
    }),
  );
  const without = subject.make('body', {
    id: `body.${name}.missing`,
    expect,
    statement: subject.statement(join(subject.bodyPointer, 'required')),
    needs: { with: { [name]: '' } },
    build: (context) => {
      const { [name]: _, ...body } = { ...context.va } as Record<string, unknown>;
      return rightRequest(subject.shape, context, { body });
    },
  });
  return [
    without,
    ...ofType,
    ofText(subject, member, 'blank', '', 'minLength'),
    ofText(subject, member, 'space', ' '),
  ];
}

function valueCases(subject: Subject, member: Member, values: string[]): ContractCase[] {
  const [first = ''] = values;
  const wrong = {
    wrong: 'NO_SUCH',
    lowerCase: first.toLowerCase(),
    longer: `${first}_`,
    shorter: first.slice(0, -1),
  };
  const refused = Object.entries(wrong).map(([kind, text]) => ofText(subject, member, kind, text, 'enum'));
  return [...refused, ...values.map((text) => ofText(subject, member, `value.${text}`, text, 'enum'))];
}

function lengthCases(subject: Subject, member: Member, limit: number): ContractCase[] {
  return [
    ofText(subject, member, 'tooLong', 'A'.repeat(limit + 1), 'maxLength'),
    ofText(subject, member, 'muchTooLong', 'A'.repeat(limit * 16), 'maxLength'),
    ofText(subject, member, 'atLimit', 'B'.repeat(limit), 'maxLength'),
    ofText(subject, member, 'atLimit.digits', '7'.repeat(limit), 'maxLength'),
    ofText(subject, member, 'shortest', 'C'.repeat(member.minLength ?? 1), 'minLength'),
  ];
}

const atBothEnds = ['lowerA', 'upperZ', 'zero', 'dash', 'space', 'newline', 'nul', 'noBreakSpace'];

/** Every class of characters, also in front where the pattern has a rule for that; some at both ends. */
function characterCases(subject: Subject, member: Member): ContractCase[] {
  const kinds = Object.entries(characters);
  const isPositional = kinds.some(
    ([, character]) => allows(member, `${character}Q7`) !== allows(member, `Q${character}7`),
  );
  return kinds.flatMap(([kind, character]) => {
    const ends = atBothEnds.includes(kind);
    const texts = {
      within: `Q${character}7`,
      ...(isPositional || ends ? { first: `${character}Q7` } : {}),
      ...(ends ? { last: `Q7${character}` } : {}),
    };
    return Object.entries(texts).map(([position, text]) =>
      ofText(subject, member, `character.${kind}.${position}`, text),
    );
  });
}

/** A right request about a virtual account that has this text; the contract says if it is allowed. */
function ofText(
  subject: Subject,
  member: Member,
  kind: string,
  text: string,
  keyword = member.values ? 'enum' : 'pattern',
): ContractCase {
  return subject.make('body', {
    id: `body.${member.name}.${kind}`,
    expect: allows(member, text) ? 'accepted' : subject.outcome('01').expect,
    statement: ruleOf(subject, member, keyword),
    needs: { with: { [member.name]: text } },
  });
}
