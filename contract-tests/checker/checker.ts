/**
 * The one checker: judges an answer against spec/openapi.yaml. Tests, Dredd's hooks, the proxy and the
 * staging run all use it. It shares no validation code with src/ or the sandbox.
 */
import type { DefinedError } from 'ajv';
import {
  asObject,
  examplesOf,
  join,
  knownAt,
  objectAt,
  operationsOf,
  readContract,
  resolvePointer,
  statusesOf,
  valueAt,
} from '../../spec/contract.ts';
import type { Contract, Operation } from '../../spec/contract.ts';
import { decodeBody, duplicateMembers, parseJson, readMediaType, valuesByName } from './json.ts';
import type { HeadersLike } from './json.ts';
import { finding, rules } from './rules.ts';
import type { Finding, Rule } from './rules.ts';
import { compileAll, createCompile } from './schema.ts';
import type { Compile, CompiledSchema } from './schema.ts';

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

/** One documented answer of an operation; pointers lead into the contract, references followed. */
interface DocumentedAnswer {
  pointer: string;
  /** The compiled schema by lower-case media type; empty where the contract has no body. */
  media: Map<string, CompiledSchema>;
  headers: Map<string, { pointer: string; required: boolean; schema: CompiledSchema }>;
}

/** What the checker knows of one operation. */
interface CheckedOperation extends Operation {
  /** By status: `200`, `4XX`, `default`. */
  answers: Map<string, DocumentedAnswer>;
  /** Names of the members of the request body. */
  requestMembers: Set<string>;
}

/** Every operation of the contract with its answers compiled. Throws as `compile` does. */
function describeOperations(contract: Contract, compile: Compile): Map<string, CheckedOperation> {
  const describe = (operation: Operation): [string, CheckedOperation] => {
    const responses = join(operation.pointer, 'responses');
    const answers = statusesOf(contract, operation).map(
      (status) => [status, describeAnswer(contract, compile, responses, status)] as const,
    );
    const requestMembers = new Set(requestMembersOf(contract, operation));
    return [operation.id, { ...operation, answers: new Map(answers), requestMembers }];
  };
  return new Map(operationsOf(contract).map(describe));
}

/** The answer that the contract has for a status, and under which name. */
function answerFor(
  { answers }: CheckedOperation,
  status: number,
): { name: string; answer: DocumentedAnswer } | undefined {
  const name = [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((key) => answers.has(key));
  return name === undefined ? undefined : { name, answer: answers.get(name)! };
}

function describeAnswer(
  contract: Contract,
  compile: Compile,
  responses: string,
  status: string,
): DocumentedAnswer {
  const pointer = resolvePointer(contract, join(responses, status));
  const { content, headers } = asObject(valueAt(contract, pointer));
  const media = Object.keys(asObject(content)).map((type) => {
    const schema = compile(join(pointer, 'content', type, 'schema'));
    return [type.toLowerCase(), schema] as const;
  });
  const named = Object.keys(asObject(headers)).map((name) => {
    const at = resolvePointer(contract, join(pointer, 'headers', name));
    const required = asObject(valueAt(contract, at))['required'] === true;
    return [name.toLowerCase(), { pointer: at, required, schema: compile(join(at, 'schema')) }] as const;
  });
  return { pointer, media: new Map(media), headers: new Map(named) };
}

function requestMembersOf(contract: Contract, operation: Operation): string[] {
  const body = join(operation.pointer, 'requestBody');
  if (valueAt(contract, body) === undefined) return [];
  const types = Object.keys(asObject(objectAt(contract, body)['content']));
  return types.flatMap((type) =>
    Object.keys(asObject(objectAt(contract, join(body, 'content', type, 'schema'))['properties'])),
  );
}

const EXACT_ECHO = '/components/schemas/EchoedId';

/** What a body is held against. */
interface BodyContext {
  contract: Contract;
  operation: CheckedOperation;
  answer: DocumentedAnswer;
  schema: CompiledSchema;
  request?: Uint8Array | string | undefined;
}

/** Every finding in a body that should be JSON of that schema. */
function checkBody(context: BodyContext, body: Uint8Array | string): Finding[] {
  const { contract, answer } = context;
  const where = join(answer.pointer, 'content');
  const at = { where, known: knownAt(contract, where) };
  const { text, fault } = decodeBody(body);
  const findings = fault ? [finding('encoding', '', { ...at, message: `the body ${fault}` })] : [];
  const value = parseJson(text);
  if (value === undefined) {
    const message = text === '' ? 'the body is empty' : 'the body is not JSON';
    return [...findings, finding('notJson', '', { ...at, message })];
  }
  for (const pointer of duplicateMembers(text)) findings.push(finding('duplicateMember', pointer, at));
  return [...findings, ...checkValue(context, value), ...checkEcho(context, value)];
}

function checkValue(context: BodyContext, value: unknown): Finding[] {
  const { validate, sources } = context.schema;
  if (validate(value)) return [];
  return validate.errors!.map((error) => toFinding(context, error as DefinedError, sources, value));
}

/** A finding from an ajv error. Throws on a keyword that `rules` does not have, lest it be lost. */
function toFinding(
  context: Pick<BodyContext, 'contract' | 'operation' | 'answer'>,
  error: DefinedError,
  sources: Map<unknown, string>,
  root?: unknown,
): Finding {
  const { contract } = context;
  const source = sources.get(error.parentSchema);
  if (source === undefined) throw new Error(`No statement for ${error.schemaPath}`);
  const closed = error.keyword === 'additionalProperties';
  const rule = closed ? 'additionalMember' : error.keyword;
  if (!Object.hasOwn(rules, rule)) throw new Error(`No rule for keyword ${error.keyword}`);
  const written = join(source, error.keyword);
  const where = valueAt(contract, written) === undefined ? source : written;
  const paired = error.keyword === 'enum' && isOtherAnswers(context, error, root);
  // Answers are open in the contract: that there is no member more is nobody's statement but ours.
  const known = closed ? 'guess' : knownAt(contract, paired ? context.answer.pointer : where);
  return finding(rule as Rule, pointerOf(error), { where, known, message: messageOf(error) });
}

function pointerOf(error: DefinedError): string {
  if (error.keyword === 'required') return join(error.instancePath, error.params.missingProperty);
  if (error.keyword === 'additionalProperties') {
    return join(error.instancePath, error.params.additionalProperty);
  }
  return error.instancePath;
}

function messageOf(error: DefinedError): string {
  if (error.keyword === 'additionalProperties') return rules.additionalMember.says;
  if (error.keyword === 'enum') return `must be one of ${JSON.stringify(error.params.allowedValues)}`;
  return error.message ?? rules[error.keyword as Rule].says;
}

/*
 * A value that another answer of this operation documents, a response code say, is known; what did not hold
 * is that it belongs to another status. That is the answer's statement, not the enum's.
 */
function isOtherAnswers(
  { operation, answer }: Pick<BodyContext, 'operation' | 'answer'>,
  error: DefinedError,
  root: unknown,
): boolean {
  const [, name = '', ...deeper] = error.instancePath.split('/');
  if (deeper.length > 0) return false;
  const others = [...operation.answers.values()].filter((other) => other !== answer);
  const schemas = others.flatMap(({ media }) => [...media.values()]);
  const allowed = schemas.flatMap(
    ({ schema }) => asObject(asObject(schema['properties'])[name])['enum'] ?? [],
  );
  return (allowed as unknown[]).includes(asObject(root)[name]);
}

/** Every member that is also in the request: `EchoedId` comes back exactly, a name in any letter case. */
function checkEcho({ contract, operation, schema, request }: BodyContext, value: unknown): Finding[] {
  if (request === undefined) return [];
  const sent = asObject(parseJson(decodeBody(request).text));
  const members = Object.entries(asObject(schema.schema['properties']));
  return members.flatMap(([name, member]): Finding[] => {
    const [left, right] = [sent[name], asObject(value)[name]];
    if (!operation.requestMembers.has(name) || typeof left !== 'string' || typeof right !== 'string')
      return [];
    const where = resolvePointer(contract, schema.sources.get(member)!);
    const exact = where === EXACT_ECHO;
    const same = exact ? left === right : left.toLowerCase() === right.toLowerCase();
    if (same) return [];
    return [finding(exact ? 'echo' : 'echoName', join('', name), { where, known: knownAt(contract, where) })];
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** A status that the contract does not list, for `default`. */
const OTHER_STATUS = 429;

/**
 * Shows every documented answer to the checker, as it is and with two faults put in, before a run relies on it:
 * a run whose checker sees nothing would call everything right.
 *
 * Throws an Error that names the answer if a fault that was put in is not seen, or one is seen where there is none.
 */
export function assertLooks(checker: Pick<Checker, 'check'>, contract: Contract): void {
  for (const operation of operationsOf(contract)) {
    const { id } = operation;
    for (const status of statusesOf(contract, operation)) {
      for (const { name, value } of examplesOf(contract, operation, status)) {
        const rulesIn = (body: object) =>
          checker
            .check({
              operation: id,
              status: status === 'default' ? OTHER_STATUS : Number(status),
              headers: JSON_TYPE,
              body: JSON.stringify(body),
            })
            .map(({ rule }) => rule as string)
            .filter((rule) => rule !== 'statusByDefault');
        const found = rulesIn({ ...value, no_such_member: true, response_code: 7 });
        const seen = ['additionalMember', 'type'].every((rule) => found.includes(rule));
        if (!seen) throw new Error(`the checker does not see what is wrong in ${id} ${status} ${name}`);
        if (rulesIn(value).length > 0)
          throw new Error(`the checker finds fault with ${id} ${status} ${name}`);
      }
    }
  }
}
