/** Mutants of answers: each documented answer is given, with one thing wrong in it. */
import { asObject, join, objectAt, operationOf, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { keywords } from '../cases/keywords.ts';
import { getIn, setIn } from '../cases/request.ts';
import type { ContractCase, RawAnswer } from '../cases/types.ts';
import type { Rule } from '../checker/checker.ts';
import { answering, documentedExamples, JSON_TYPE, schemaNodes } from './documented.ts';
import type { AnswerChange, DocumentedExample, SchemaNode } from './documented.ts';
import type { FindingAt, Mutant } from './types.ts';

/** What an answer's mutant is made of beside the answer. Without a finding its case must fail. */
interface AnswerParts {
  group: string;
  says: string;
  killedBy?: FindingAt | undefined;
  change?: AnswerChange;
  after?: Mutant['wrong']['after'];
  excluded?: string | undefined;
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
      ...statusChanges(contract, documented),
      ...codeChanges(contract, documented),
      ...headerChanges(contract, documented),
      ...shapeChanges(documented),
      ...echoChanges(contract, documented),
    ].map((change) => answerMutant(documented, change)),
  );
}

function answerMutant(documented: DocumentedExample, one: AnswerParts): Mutant {
  const { operation, status, name } = documented;
  const change: AnswerChange = one.change ?? ((_, answer) => answer);
  return {
    id: `${operation} ${status} ${name}: ${one.group}: ${one.says}`,
    operation,
    group: `answer ${one.group}`,
    wrong: { tamper: answering(documented, change), ...(one.after && { after: one.after }) },
    case: documented.case,
    ...(one.killedBy && { killedBy: one.killedBy }),
    ...(one.excluded !== undefined && { excluded: one.excluded }),
  };
}

const withBody =
  (change: (body: any) => unknown): AnswerChange =>
  (body, answer) => ({ ...answer, body: JSON.stringify(change(body)) });

/** A body with one keyword of its schema broken. */
interface BrokenKeyword {
  keyword: string;
  says: string;
  killedBy: FindingAt;
  change: (body: unknown) => unknown;
}

/** Every way in which a value can break one keyword of one schema node; `right` is one that breaks none. */
function brokenKeywords({ path, pointer, schema }: SchemaNode, right: unknown): BrokenKeyword[] {
  return Object.entries(keywords).flatMap(([keyword, { breaks }]) => {
    // Answers are closed by the checker: a member more is a finding on every level.
    const isClosed = keyword === 'additionalProperties' && schema['type'] === 'object';
    const applies = isClosed ? schema[keyword] !== true : keyword in schema;
    if (!applies || !breaks) return [];
    const broken = breaks(schema[keyword], getIn(right, path), schema);
    if (broken.length === 0) throw new Error(`${join(pointer, keyword)}: found no value that breaks it`);
    return broken.map(({ says, value, name }): BrokenKeyword => {
      const at = name === undefined ? path : [...path, name];
      const rule = isClosed ? 'additionalMember' : (keyword as Rule);
      const where = keyword in schema ? join(pointer, keyword) : pointer;
      return {
        keyword,
        says,
        killedBy: { rule, pointer: join('', ...at), where },
        change: (body) => setIn(body, at, value),
      };
    });
  });
}

function keywordChanges({ nodes, value }: DocumentedExample): AnswerParts[] {
  return nodes.flatMap((node) =>
    brokenKeywords(node, value).map(({ keyword, says, killedBy, change }) => ({
      group: keyword,
      says: `${node.path.join('.') || 'body'} ${says}`,
      killedBy,
      change: withBody(change),
    })),
  );
}

/** One of each class, to be taken where it is not documented. */
const otherStatuses = [202, 302, 418, 504];

/** The same body with another status: another documented one, or one that is not. */
function statusChanges(contract: Contract, documented: DocumentedExample): AnswerParts[] {
  const { operation, status, statuses, isDue } = documented;
  const to =
    (sent: number): AnswerChange =>
    (_, answer) => ({ ...answer, status: sent });
  const known = statuses
    .filter((other) => other !== status)
    .map((other) => ({
      group: 'status',
      says: `${status} becomes ${other}`,
      ...(isDue ? {} : byCode(contract, documented, other)),
      change: to(Number(other)),
    }));
  // What `default` says it says of every status that is not listed: among those none is wrong.
  if (status === 'default') return known;
  const responses = join(operationOf(contract, operation).pointer, 'responses');
  const hasDefault = 'default' in objectAt(contract, responses);
  const where = hasDefault ? resolvePointer(contract, join(responses, 'default')) : responses;
  const rule = hasDefault ? 'statusByDefault' : 'undocumentedStatus';
  const unknown = otherStatuses.filter((other) => !statuses.includes(String(other)));
  return [
    ...known,
    ...unknown.map((other) => ({
      group: 'status',
      says: `${status} becomes ${other}, undocumented`,
      killedBy: { rule, pointer: 'status', where } as const,
      change: to(other),
    })),
  ];
}

/** No case is due this answer, so it is its code that does not go with the other status; if it does not. */
function byCode(
  contract: Contract,
  { operation, value }: DocumentedExample,
  status: string,
): Pick<AnswerParts, 'killedBy' | 'excluded'> {
  const { pointer, allowed } = codesOf(contract, operation, status);
  const killedBy: FindingAt = { rule: 'enum', pointer: '/response_code', where: join(pointer, 'enum') };
  if (!allowed?.includes(value['response_code'])) return { killedBy };
  const excluded = `${status} with this code is documented too, and no request is known to be due the other`;
  return { killedBy, excluded };
}

function codesOf(contract: Contract, operation: string, status: string) {
  const answer = join(operationOf(contract, operation).pointer, 'responses', status);
  const schema = join(answer, 'content', JSON_TYPE, 'schema', 'properties', 'response_code');
  const { enum: allowed, pattern } = objectAt(contract, schema);
  return { pointer: resolvePointer(contract, schema), allowed: allowed as unknown[] | undefined, pattern };
}

/** The same status with each other response code, and with one that nobody documents. */
function codeChanges(contract: Contract, documented: DocumentedExample): AnswerParts[] {
  const { operation, status, value, isDue } = documented;
  const codes = [...(objectAt(contract, '/components/schemas/ResponseCode')['enum'] as string[]), '42'];
  const { pointer, allowed, pattern } = codesOf(contract, operation, status);
  // Any code goes with a status that is not listed, but for success.
  const isFree = allowed === undefined;
  const rule = isFree ? 'pattern' : 'enum';
  const isTaken = (code: string): boolean =>
    isFree ? new RegExp(String(pattern ?? ''), 'u').test(code) : allowed.includes(code);
  return codes
    .filter((code) => code !== value['response_code'] && (!isFree || code === '00'))
    .map((code) => ({
      group: 'response code',
      says: `${String(value['response_code'])} becomes ${code}`,
      killedBy: isDue ? undefined : { rule, pointer: '/response_code', where: join(pointer, rule) },
      change: withBody((body) => ({ ...body, response_code: code })),
      excluded:
        !isDue && isTaken(code)
          ? 'both codes are documented for this status, and no request is known to be due the one'
          : undefined,
    }));
}

const otherTypes = ['text/html', 'text/plain', 'application/problem+json', 'application/vnd.fake+json'];
const noTypes = ['text/json', 'application/json5', 'json', ''];
const charsets = ['iso-8859-1', 'utf-16', 'us-ascii'];

/** Content-Type missing, another, doubled or with another charset, and every documented header wrong. */
function headerChanges(contract: Contract, { pointer }: DocumentedExample): AnswerParts[] {
  const make = (rule: Rule, group: string, says: string, values: string[]): AnswerParts => ({
    group,
    says,
    killedBy: { rule, pointer: 'header:content-type', where: join(pointer, 'content') },
    after: replacing('content-type', values),
  });
  return [
    ...[...otherTypes, ...noTypes].map((type) => make('mediaType', 'media type', type || 'empty', [type])),
    make('mediaType', 'media type', 'missing', []),
    make('header', 'media type', 'doubled', [JSON_TYPE, JSON_TYPE]),
    ...charsets.map((name) => make('encoding', 'charset', name, [`${JSON_TYPE}; charset=${name}`])),
    ...documentedHeaders(contract, pointer),
  ];
}

function documentedHeaders(contract: Contract, pointer: string): AnswerParts[] {
  return Object.keys(asObject(objectAt(contract, pointer)['headers'])).flatMap((name) => {
    const where = resolvePointer(contract, join(pointer, 'headers', name));
    const { required, example } = asObject(valueAt(contract, where));
    const [node] = schemaNodes(contract, join(where, 'schema')) as [SchemaNode];
    const right = String(example ?? node.schema['example'] ?? node.schema['enum'] ?? '1');
    const lower = name.toLowerCase();
    const make = (says: string, values: string[], statement = where): AnswerParts => ({
      group: 'header',
      says: `${lower} ${says}`,
      killedBy: { rule: 'header', pointer: `header:${lower}`, where: statement },
      after: replacing(lower, values),
    });
    // On the wire a header is text: only another text can be wrong.
    const broken = brokenKeywords(node, right).filter(({ keyword }) => keyword !== 'type');
    return [
      ...(required === true ? [make('missing', [])] : []),
      make('doubled', [right, right]),
      ...broken.map(({ says, change, killedBy }) => make(says, [String(change(right))], killedBy.where)),
    ];
  });
}

function replacing(name: string, values: string[]): (answer: RawAnswer) => RawAnswer {
  return (answer) => {
    const others = answer.headers.filter(([other]) => other.toLowerCase() !== name);
    const own = values.map((value): [string, string] => [name, value]);
    return { ...answer, headers: [...others, ...own] };
  };
}

type Shape = [
  says: string,
  killedBy: FindingAt,
  body: (body: Record<string, unknown>, json: string) => unknown,
];

/** The body as a whole: wrapped, no object, no JSON, members twice, not UTF-8. */
function shapeChanges({ pointer, nodes }: DocumentedExample): AnswerParts[] {
  const where = join(pointer, 'content');
  const notJson: FindingAt = { rule: 'notJson', pointer: '', where };
  const encoding: FindingAt = { rule: 'encoding', pointer: '', where };
  const notObject: FindingAt = { rule: 'type', pointer: '', where: join(nodes[0]!.pointer, 'type') };
  const [first = ''] = (nodes[0]!.schema['required'] ?? []) as string[];
  const lacking: FindingAt = { rule: 'required', pointer: join('', first) };
  const doubled: FindingAt = { rule: 'duplicateMember', pointer: join('', first), where };
  const twice = (json: string, name: string, value: unknown): string =>
    json.replace('{', `{${name}:${JSON.stringify(value)},`);
  const name = JSON.stringify(first);
  const escaped = `"${[...first].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
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
    ['member doubled', doubled, (body, json) => twice(json, name, body[first])],
    ['member doubled, otherwise', doubled, (_, json) => twice(json, name, 'other')],
    ['member doubled, escaped', doubled, (_, json) => twice(json, escaped, 'other')],
    ['byte order mark', encoding, (_, json) => `\uFEFF${json}`],
    [
      'a byte that is not UTF-8',
      encoding,
      (_, json) => Buffer.from(json.replace(/"\}+$/, '\u00FF$&'), 'latin1'),
    ],
  ];
  return shapes.map(([says, killedBy, shaped]) => ({
    group: 'shape',
    says,
    killedBy,
    change: (body, answer) => ({ ...answer, body: shaped(body, JSON.stringify(body)) }),
  }));
}

const swapCase = (text: string): string =>
  text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
const altered: Record<string, (text: string) => string> = {
  another: () => 'fake-another',
  'one character more': (text) => `${text}0`,
  'one character less': (text) => text.slice(0, -1),
  'a blank more': (text) => `${text} `,
  'another letter case': (text) => `x-${swapCase(text)}`.slice(2),
};

/**
 * Members that the request has too, not as they were sent. `EchoedId` is the contract's word for exactly as
 * sent; a name may come back in another letter case, but not as another name.
 */
function echoChanges(contract: Contract, { nodes, echoed }: DocumentedExample): AnswerParts[] {
  const exactly = resolvePointer(contract, '/components/schemas/EchoedId');
  return echoed.flatMap((name) => {
    const { pointer } = nodes.find(({ path }) => path.length === 1 && path[0] === name)!;
    const exact = pointer === exactly;
    const names = exact ? Object.keys(altered) : ['another', 'one character more', 'one character less'];
    const make = (says: string, alter: (body: Record<string, unknown>) => unknown): AnswerParts => ({
      group: exact ? 'echoed id' : 'echoed name',
      says: `${name} ${says}`,
      killedBy: { rule: exact ? 'echo' : 'echoName', pointer: join('', name), where: pointer },
      change: withBody((body) => ({ ...body, [name]: alter(body) })),
    });
    return [
      ...names.map((says) => make(says, (body) => altered[says]!(String(body[name])))),
      ...echoed
        .filter((other) => other !== name)
        .map((other) => make(`that of ${other}`, (body) => body[other])),
    ];
  });
}

/** Each documented answer with nothing wrong in it, and what is then no alarm. */
export function documentedAnswers(
  contract: Contract,
  operation: string,
  cases: readonly ContractCase[],
): (DocumentedExample & { wrong: Mutant['wrong'] })[] {
  return documentedExamples(contract, operation, cases).map((documented) => ({
    ...documented,
    wrong: { tamper: answering(documented, (_, answer) => answer) },
  }));
}
