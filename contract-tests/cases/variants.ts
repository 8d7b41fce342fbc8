/**
 * Compliant variants: sandboxes that answer otherwise than the plain one, within the contract. Neither the
 * checker nor the cases may raise an alarm about them; a check that does would cry wolf on staging.
 */
import { asObject, join, objectAt, operationOf, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Rule } from '../checker/checker.ts';
import type { Answer, Tamper } from '../sandbox/answer.ts';

/** One compliant variant. */
export interface CompliantVariant {
  id: string;
  /**
   * `cases`: every case passes. `answers`: another outcome is answered than a right request would have, so
   * that only the checker has a say.
   */
  judgedBy: 'cases' | 'answers';
  tamper: Tamper;
  /** Findings that come with it and are no alarm. */
  expected: Rule[];
}

type Body = Record<string, unknown>;
interface AnswerSchema {
  status: string;
  members: Record<string, Record<string, unknown>>;
  required: string[];
  examples: [name: string, value: Body][];
}

/** Every compliant variant of an operation, derived from the contract where that can be. */
export function compliantVariants(
  operationId: string,
  contract: Contract = readContract(),
): CompliantVariant[] {
  const answers = answersOf(contract, operationId);
  return [
    ...headerVariants(),
    ...spellingVariants(),
    ...memberVariants(answers),
    ...wordingVariants(),
    ...enumVariants(answers),
    ...otherAnswers(answers),
  ];
}

function answersOf(contract: Contract, operationId: string): AnswerSchema[] {
  const responses = join(operationOf(contract, operationId).pointer, 'responses');
  return Object.keys(objectAt(contract, responses)).map((status) => {
    const at = join(responses, status, 'content', 'application/json');
    const schema = join(at, 'schema');
    const names = Object.keys(asObject(objectAt(contract, schema)['properties']));
    const members = names.map(
      (name) => [name, objectAt(contract, join(schema, 'properties', name))] as const,
    );
    const required = objectAt(contract, schema)['required'] as string[];
    const examples = Object.entries(asObject(objectAt(contract, at)['examples']));
    const values = examples.map(([name, { value }]: [string, any]): [string, Body] => [name, value]);
    return { status, members: Object.fromEntries(members), required, examples: values };
  });
}

/** All answers changed alike, where the body is an object. */
function always(id: string, change: (body: Body, answer: Answer) => unknown): CompliantVariant {
  const tamper: Tamper = (answer) =>
    isJson(answer) ? { ...answer, body: change(asObject(answer.body), answer) } : answer;
  return { id, judgedBy: 'cases', tamper, expected: [] };
}

function isJson({ body }: Answer): boolean {
  return body !== null && typeof body === 'object' && !(body instanceof Uint8Array);
}

function headerVariants(): CompliantVariant[] {
  const types = [
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
    'application/json; charset="utf-8"',
    'application/json; profile=fake',
    'application/json ;charset=utf-8',
  ];
  const withHeaders =
    (headers: Record<string, string>): Tamper =>
    (answer) => ({ ...answer, headers: { ...answer.headers, ...headers } });
  const usual = { server: 'fake', 'x-request-id': '1', 'set-cookie': 'a=b', 'cache-control': 'no-store' };
  return [
    ...types.map((type) => ({ id: `contentType: ${type}`, tamper: withHeaders({ 'content-type': type }) })),
    { id: 'more headers', tamper: withHeaders(usual) },
  ].map((variant) => ({ ...variant, judgedBy: 'cases', expected: [] }));
}

function spellingVariants(): CompliantVariant[] {
  const reversed = (body: Body): Body => Object.fromEntries(Object.entries(body).reverse());
  const escaped = (json: string): string =>
    json.replace(/[A-Za-z]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const channel = (change: (name: string) => string) => (body: Body) =>
    typeof body['payment_channel'] === 'string'
      ? { ...body, payment_channel: change(body['payment_channel']) }
      : body;
  return [
    always('reordered members', reversed),
    always('indented', (body) => `\r\n${JSON.stringify(body, null, '\t')}\n`),
    always('escaped', (body) =>
      JSON.stringify(body).replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
        text.includes('\\') ? text : escaped(text),
      ),
    ),
    always('payment_channel in lower case', channel(asciiLower)),
    always('payment_channel in upper case', channel(asciiUpper)),
  ];
}

// Beyond ASCII, letter case is not one to one: "ß" becomes "SS", which no longer fits 50 characters.
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const asciiUpper = (text: string): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

/** Optional members of every documented answer, each there and each absent. */
function memberVariants(answers: AnswerSchema[]): CompliantVariant[] {
  const optional = (status: number): string[] => {
    const answer = answers.find((one) => one.status === String(status));
    return Object.keys(answer?.members ?? {}).filter((name) => !answer!.required.includes(name));
  };
  const without = (body: Body, names: string[]): Body =>
    Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
  const fill = (names: string[]): Body => Object.fromEntries(names.map((name) => [name, 'filled in']));
  return [
    always('optional members absent', (body, { status }) => without(body, optional(status))),
    always('optional members present', (body, { status }) => ({ ...fill(optional(status)), ...body })),
  ];
}

function wordingVariants(): CompliantVariant[] {
  const wordings = {
    empty: '',
    long: 'long '.repeat(1000),
    markup: '<b>&"\\',
    'non-ASCII': 'Gagal \u2013 \u5BC6 \u{1F511}',
  };
  return Object.entries(wordings).map(([kind, text]) =>
    always(`${kind} response_message and error`, (body) => ({
      ...body,
      ...('response_message' in body ? { response_message: text } : {}),
      ...('error' in body ? { error: text } : {}),
    })),
  );
}

/** Every value of every enum in an answer. Only another response code makes it another outcome. */
function enumVariants(answers: AnswerSchema[]): CompliantVariant[] {
  return answers.flatMap(({ status, members }) =>
    Object.entries(members).flatMap(([name, schema]) =>
      ((schema['enum'] ?? []) as unknown[]).map((value): CompliantVariant => {
        const tamper: Tamper = (answer) => {
          const applies = isJson(answer) && String(answer.status) === status;
          return applies ? { ...answer, body: { ...asObject(answer.body), [name]: value } } : answer;
        };
        const judgedBy = name === 'response_code' ? 'answers' : 'cases';
        return { id: `${status} with ${name} ${String(value)}`, judgedBy, tamper, expected: [] };
      }),
    ),
  );
}

/** Every example of every documented failure, and `default` with some statuses, whatever was asked. */
function otherAnswers(answers: AnswerSchema[]): CompliantVariant[] {
  const instead = (id: string, status: number, body: Body, expected: Rule[] = []): CompliantVariant => {
    const headers = { 'content-type': 'application/json' };
    return { id, judgedBy: 'answers', tamper: () => ({ status, headers, body }), expected };
  };
  const failures = answers.filter(({ status }) => !['200', 'default'].includes(status));
  const documented = answers.map(({ status }) => Number(status));
  const others = [402, 403, 409, 422, 429, 502, 504].filter((status) => !documented.includes(status));
  const byDefault = others.map((status) =>
    instead(`${status} by default`, status, { response_code: '98' }, ['statusByDefault']),
  );
  return [
    ...failures.flatMap(({ status, examples }) =>
      examples.map(([name, value]) => instead(`${status} example ${name}`, Number(status), value)),
    ),
    ...byDefault,
    instead('a code that is not documented, by default', 429, { response_code: '42' }, ['statusByDefault']),
  ];
}
