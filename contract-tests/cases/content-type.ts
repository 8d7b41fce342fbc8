import { join } from '../../spec/contract.ts';
import { withHeader } from './request.ts';
import type { Subject } from './subject.ts';
import type { ContractCase } from './types.ts';

/** Cases about the Content-Type of a request: missing, another, and the right one spelt otherwise. */
export function contentTypeCases(subject: Subject): ContractCase[] {
  const refused = subject.outcome('01').expect;
  const statement = subject.statement(join(subject.operation.pointer, 'requestBody', 'content'));
  const wrong: Record<string, string | undefined> = {
    missing: undefined,
    empty: '',
    plain: 'text/plain',
    form: 'application/x-www-form-urlencoded',
    textJson: 'text/json',
    json5: 'application/json5',
    suffix: 'application/vnd.fake+json',
    bare: 'json',
  };
  const right = {
    charset: 'application/json; charset=utf-8',
    charsetTight: 'application/json;charset=UTF-8',
    quotedCharset: 'application/json; charset="utf-8"',
    upperCase: 'Application/JSON',
  };
  const make = (
    kind: string,
    value: string | undefined,
    judged: Pick<ContractCase, 'expect' | 'topic'>,
  ): ContractCase =>
    subject.make('contentType', {
      ...{ ...judged, id: `contentType.${kind}`, statement },
      fault: (request) => withHeader(request, 'content-type', value),
    });
  return [
    ...Object.entries(wrong).map(([kind, value]) => make(kind, value, { expect: refused })),
    ...Object.entries(right).map(([kind, value]) =>
      make(kind, value, { expect: 'accepted', topic: 'mediaType' }),
    ),
  ];
}
