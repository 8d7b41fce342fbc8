import { asObject, join } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { ContractCase } from '../cases/types.ts';
import { brokenKeywords } from './answer-keywords.ts';
import { codeMutants, statusMutants } from './answer-outcomes.ts';
import { answering, documentedExamples } from './documented.ts';
import type { Change, DocumentedExample } from './documented.ts';
import { echoMutants } from './echoes.ts';
import { headerMutants } from './answer-headers.ts';
import type { Killer, Mutant } from './types.ts';

/** What an answer's mutant is made of beside the answer. */
export interface AnswerChange {
  group: string;
  says: string;
  killer: Killer;
  change?: Change;
  after?: Mutant['wrong']['after'];
  excluded?: string;
}

/** A mutant of an answer: it is given as documented, but for the change. */
export function answerMutant(documented: DocumentedExample, one: AnswerChange): Mutant {
  const { operation, status, name, occasion } = documented;
  const change: Change = one.change ?? ((_, answer) => answer);
  return {
    id: `${operation} ${status} ${name}: ${one.group}: ${one.says}`,
    group: `answer ${one.group}`,
    wrong: { tamper: answering(documented, change), ...(one.after && { after: one.after }) },
    ...{ operation, killer: one.killer, occasion },
    ...(one.excluded !== undefined && { excluded: one.excluded }),
  };
}

/** Every mutant of every documented answer of an operation, each by one thing in it. */
export function answerMutants(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
): Mutant[] {
  return documentedExamples(contract, operation, cases).flatMap((documented) =>
    [
      ...keywordChanges(documented),
      ...statusMutants(contract, documented),
      ...codeMutants(contract, documented),
      ...headerMutants(contract, documented),
      ...shapeChanges(documented),
      ...echoMutants(contract, documented),
    ].map((change) => answerMutant(documented, change)),
  );
}

function keywordChanges(documented: DocumentedExample): AnswerChange[] {
  return documented.nodes.flatMap((node) =>
    brokenKeywords(node, documented.value).map(
      ({ keyword, says, rule, pointer, where, change }): AnswerChange => ({
        ...{ group: keyword, says: `${node.path.join('.') || 'body'} ${says}` },
        killer: { rule, pointer, where },
        change: (body, answer) => ({ ...answer, body: JSON.stringify(change(body)) }),
      }),
    ),
  );
}

type Shape = [says: string, killer: Killer, body: (body: Record<string, unknown>, json: string) => unknown];

/** The body as a whole: wrapped, no object, no JSON, members twice, not UTF-8. */
function shapeChanges({ pointer, nodes }: DocumentedExample): AnswerChange[] {
  const where = join(pointer, 'content');
  const notJson: Killer = { rule: 'notJson', pointer: '', where };
  const encoding: Killer = { rule: 'encoding', pointer: '', where };
  const notObject: Killer = { rule: 'type', pointer: '', where: join(nodes[0]!.pointer, 'type') };
  const [first = ''] = (nodes[0]!.schema['required'] ?? []) as string[];
  const lacking: Killer = { rule: 'required', pointer: join('', first) };
  const doubled: Killer = { rule: 'duplicateMember', pointer: join('', first), where };
  const shapes: Shape[] = [
    ['wrapped in error', lacking, (body) => ({ error: body })],
    ['wrapped in data', lacking, (body) => ({ data: body })],
    ['an empty object', lacking, () => ({})],
    ['in an array', notObject, (body) => [body]],
    ['an empty array', notObject, () => []],
    ['JSON within a JSON text', notObject, (_, json) => JSON.stringify(json)],
    ['null', notObject, () => 'null'],
    ['empty', notJson, () => ''],
    ['blank', notJson, () => ' '],
    ['truncated', notJson, (_, json) => json.slice(0, -1)],
    ['followed by text', notJson, (_, json) => `${json};`],
    ['plain text', notJson, () => 'failed'],
    ['HTML', notJson, () => '<h1>OK</h1>'],
    ['UTF-16', notJson, (_, json) => Buffer.from(json, 'utf16le')],
    [
      'member doubled',
      doubled,
      (body, json) => json.replace('{', `{${member(first, asObject(body)[first])},`),
    ],
    ['member doubled, otherwise', doubled, (_, json) => json.replace('{', `{${member(first, 'other')},`)],
    ['member doubled, escaped', doubled, (_, json) => json.replace('{', `{${escaped(first)}:"other",`)],
    ['byte order mark', encoding, (_, json) => `\uFEFF${json}`],
    [
      'a byte that is not UTF-8',
      encoding,
      (_, json) => Buffer.from(json.replace(/"\}+$/, '\u00FF$&'), 'latin1'),
    ],
  ];
  return shapes.map(([says, killer, shaped]) => ({
    ...{ group: 'shape', says, killer },
    change: (body, answer) => ({ ...answer, body: shaped(body, JSON.stringify(body)) }),
  }));
}

const member = (name: string, value: unknown): string => `${JSON.stringify(name)}:${JSON.stringify(value)}`;

function escaped(name: string): string {
  const codes = [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${codes.join('')}"`;
}
