import { asObject, join, objectAt, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Rule } from '../checker/checker.ts';
import type { RawAnswer } from '../cases/types.ts';
import type { AnswerChange } from './answer-mutants.ts';
import { brokenKeywords } from './answer-keywords.ts';
import type { DocumentedExample } from './documented.ts';
import { schemaNodes } from './schema-tree.ts';

type Header = [name: string, value: string];

const otherTypes = ['text/html', 'text/plain', 'application/problem+json', 'application/vnd.fake+json'];
const noTypes = ['text/json', 'application/json5', 'json', ''];
const charsets = ['iso-8859-1', 'utf-16', 'us-ascii'];

/** Content-Type missing, another, doubled or with another charset, and every documented header wrong. */
export function headerMutants(contract: Contract, documented: DocumentedExample): AnswerChange[] {
  const { pointer, mediaType } = documented;
  const make = (rule: Rule, group: string, says: string, values: string[]): AnswerChange => ({
    ...{ group, says },
    killer: { rule, pointer: 'header:content-type', where: join(pointer, 'content') },
    after: replacing('content-type', values),
  });
  return [
    ...[...otherTypes, ...noTypes].map((type) => make('mediaType', 'media type', type || 'empty', [type])),
    make('mediaType', 'media type', 'missing', []),
    make('header', 'media type', 'doubled', [mediaType, mediaType]),
    ...charsets.map((name) => make('encoding', 'charset', name, [`${mediaType}; charset=${name}`])),
    ...documentedHeaders(contract, documented),
  ];
}

function documentedHeaders(contract: Contract, { pointer }: DocumentedExample): AnswerChange[] {
  const headers = asObject(objectAt(contract, pointer)['headers']);
  return Object.keys(headers).flatMap((name) => {
    const where = resolvePointer(contract, join(pointer, 'headers', name));
    const { required, example } = asObject(valueAt(contract, where));
    const [node] = schemaNodes(contract, join(where, 'schema'));
    const right = String(example ?? node!.schema['example'] ?? asObject(node!.schema)['enum'] ?? '1');
    const lower = name.toLowerCase();
    const make = (says: string, values: string[], source: string): AnswerChange => ({
      ...{ group: 'header', says: `${lower} ${says}` },
      killer: { rule: 'header', pointer: `header:${lower}`, where: source },
      after: replacing(lower, values),
    });
    // On the wire a header is text: only another text can be wrong.
    const broken = brokenKeywords(node!, right).filter(({ keyword }) => keyword !== 'type');
    return [
      ...(required === true ? [make('missing', [], where)] : []),
      make('doubled', [right, right], where),
      ...broken.map(({ says, change, where: source }) => make(says, [String(change(right))], source)),
    ];
  });
}

function replacing(name: string, values: string[]): (answer: RawAnswer) => RawAnswer {
  return (answer) => {
    const others = answer.headers.filter(([other]) => other.toLowerCase() !== name);
    return { ...answer, headers: [...others, ...values.map((value): Header => [name, value])] };
  };
}
