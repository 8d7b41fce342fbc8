import { join } from '../../spec/contract.ts';
import { withHeader } from './request.ts';
import type { FixedHeader, Subject } from './subject.ts';
import type { ContractCase } from './types.ts';

/** Cases about every header parameter that the contract requires to have one of some values: x-version. */
export function headerCases(subject: Subject): ContractCase[] {
  return subject.fixed.flatMap((header) => casesOf(subject, header));
}

function casesOf(subject: Subject, { name, pointer, values }: FixedHeader): ContractCase[] {
  const [first = ''] = values;
  const upper = first.toUpperCase();
  const wrong = {
    missing: undefined,
    empty: '',
    wrong: 'v2',
    next: 'v4',
    longer: `${first}0`,
    number: first.replace(/\D/g, ''),
    letterCase: first === upper ? first.toLowerCase() : upper,
  };
  const make = (kind: string, value: string | undefined, expect: ContractCase['expect']): ContractCase =>
    subject.make('header', {
      ...{ id: `header.${name}.${kind}`, expect },
      statement: subject.statement(kind === 'missing' ? pointer : join(pointer, 'schema', 'enum')),
      fault: (request) => withHeader(request, name, value),
    });
  return [
    ...Object.entries(wrong).map(([kind, value]) => make(kind, value, subject.outcome('01').expect)),
    ...values.map((value) => make(`value.${value}`, value, 'accepted')),
  ];
}
