/**
 * The one checker: judges an answer against spec/openapi.yaml. Tests, Dredd's hooks, the proxy and the
 * staging run all use it. It shares no validation code with src/ or the sandbox.
 */
import type { DefinedError } from 'ajv';
import { answerFor, describeOperations } from './answers.ts';
import type { CheckedOperation, DocumentedAnswer } from './answers.ts';
import { checkBody, toFinding } from './body.ts';
import { compileAll, createCompile } from './compile.ts';
import type { CompiledSchema } from './compile.ts';
import { join, knownAt, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { readMediaType, valuesByName } from './headers.ts';
import type { HeadersLike } from './headers.ts';
import { finding } from './rules.ts';
import type { Finding } from './rules.ts';

export type { Finding, Rule } from './rules.ts';

/** An answer to judge. */
export interface AnswerToCheck {
  /** The operationId. */
  operation: string;
  status: number;
  headers: HeadersLike;
  /** Empty if there is none; any content encoding already undone. */
  body: Uint8Array | string;
  /** The body of the request, if it is known: then echoes are checked too. */
  request?: { body?: Uint8Array | string } | undefined;
}

/** A checker of one contract. */
export interface Checker {
  /** All in the answer that the contract does not allow. Throws a TypeError on an unknown operation. */
  check: (answer: AnswerToCheck) => Finding[];
  /** The operationId for a method and a path, if the contract has one. */
  operationFor: (method: string, path: string) => string | undefined;
  /** The closed draft-07 schema that JSON of that status is held against, `default`'s included. A copy. */
  bodySchema: (operation: string, status: number) => Record<string, unknown> | undefined;
}

interface Judgement extends AnswerToCheck {
  contract: Contract;
  described: CheckedOperation;
  documented: DocumentedAnswer;
  values: Map<string, string[]>;
}

/**
 * Compiles every schema, pattern and format of the contract (default: spec/openapi.yaml), holds its examples
 * against it, and throws an Error that names the JSON pointer of what does not do. Unknown formats and
 * keywords do not do, since nothing would check them.
 */
export function createChecker(contract: Contract = readContract()): Checker {
  const compile = createCompile(contract);
  compileAll(contract, compile);
  const operations = describeOperations(contract, compile);
  const known = (id: string): CheckedOperation => {
    const operation = operations.get(id);
    if (!operation) throw new TypeError(`The contract has no operation ${id}`);
    return operation;
  };
  return {
    check: (answer) => checkAnswer(contract, known(answer.operation), answer),
    operationFor: (method, path) =>
      [...operations.values()].find((o) => o.path === path && o.method === method.toUpperCase())?.id,
    bodySchema: (id, status) => {
      const media = answerFor(known(id), status)?.answer.media;
      const [compiled] = media?.values() ?? [];
      return compiled && structuredClone(compiled.schema);
    },
  };
}

function checkAnswer(contract: Contract, described: CheckedOperation, answer: AnswerToCheck): Finding[] {
  const found = answerFor(described, answer.status);
  const responses = join(described.pointer, 'responses');
  if (!found) {
    const statement = { where: responses, known: knownAt(contract, responses) };
    return [finding('undocumentedStatus', 'status', statement)];
  }
  const { name, answer: documented } = found;
  const byDefault = { where: documented.pointer, known: knownAt(contract, documented.pointer) };
  const values = valuesByName(answer.headers);
  const judgement = { ...answer, contract, described, documented, values };
  return [
    ...(name === 'default' ? [finding('statusByDefault', 'status', byDefault)] : []),
    ...[...documented.headers.keys()].flatMap((header) => checkHeader(judgement, header)),
    ...checkContent(judgement),
  ];
}

function checkHeader({ contract, described, documented, values }: Judgement, name: string): Finding[] {
  const { pointer, required, schema } = documented.headers.get(name)!;
  const at = `header:${name}`;
  const statement = { where: pointer, known: knownAt(contract, pointer) };
  const [value, ...others] = values.get(name) ?? [];
  if (value === undefined) {
    return required ? [finding('header', at, { ...statement, message: `${name} is missing` })] : [];
  }
  if (others.length > 0) return [finding('header', at, { ...statement, message: `${name} is doubled` })];
  if (schema.validate(coerced(value, schema))) return [];
  const context = { contract, operation: described, answer: documented };
  return schema.validate.errors!.map((error) => {
    const { where, known, message } = toFinding(context, error as DefinedError, schema.sources);
    return finding('header', at, { where, known, message: `${name} ${message}` });
  });
}

function coerced(value: string, { schema }: CompiledSchema): unknown {
  const isNumber = ['integer', 'number'].includes(String(schema['type'])) && /^-?\d+(\.\d+)?$/.test(value);
  return isNumber ? Number(value) : value;
}

function checkContent(judgement: Judgement): Finding[] {
  const { contract, described, documented, body, request } = judgement;
  const [first] = documented.media.values();
  if (!first) {
    const statement = { where: documented.pointer, known: knownAt(contract, documented.pointer) };
    return body.length === 0 ? [] : [finding('undocumentedBody', '', statement)];
  }
  const { schema = first, findings } = checkMediaType(judgement);
  const context = { contract, operation: described, answer: documented, schema, request: request?.body };
  return [...findings, ...checkBody(context, body)];
}

/** Parameters are ignored but for charset: JSON is UTF-8 (RFC 8259 section 8.1). */
function checkMediaType({ contract, documented, values }: Judgement): {
  schema?: CompiledSchema | undefined;
  findings: Finding[];
} {
  const where = join(documented.pointer, 'content');
  const statement = { where, known: knownAt(contract, where) };
  const at = 'header:content-type';
  const given = values.get('content-type') ?? [];
  if (given.length > 1) {
    return { findings: [finding('header', at, { ...statement, message: 'content-type is doubled' })] };
  }
  const type = readMediaType(given[0] ?? '');
  const schema = documented.media.get(type?.essence ?? '');
  if (!schema) {
    const message = `must be ${[...documented.media.keys()].join(' or ')}`;
    return { findings: [finding('mediaType', at, { ...statement, message })] };
  }
  const otherCharset = type?.charset !== undefined && type.charset !== 'utf-8';
  const message = 'charset must be utf-8';
  return { schema, findings: otherCharset ? [finding('encoding', at, { ...statement, message })] : [] };
}
