import type { DefinedError } from 'ajv';
import type { CheckedOperation, DocumentedAnswer } from './answers.ts';
import type { CompiledSchema } from './compile.ts';
import { asObject, join, knownAt, resolvePointer, valueAt } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { decodeBody, duplicateMembers, parseJson } from './json.ts';
import { finding, rules } from './rules.ts';
import type { Finding, Rule } from './rules.ts';

const EXACT_ECHO = '/components/schemas/EchoedId';

/** What a body is held against. */
export interface BodyContext {
  contract: Contract;
  operation: CheckedOperation;
  answer: DocumentedAnswer;
  schema: CompiledSchema;
  request?: Uint8Array | string | undefined;
}

/** Every finding in a body that should be JSON of that schema. */
export function checkBody(context: BodyContext, body: Uint8Array | string): Finding[] {
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
export function toFinding(
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
