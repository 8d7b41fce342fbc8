import type { Checker, Finding } from '../checker/checker.ts';
import { asObject, join, objectAt, operationOf, resolvePointer } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import { decodeBody, parseJson } from '../checker/json.ts';
import type { RawAnswer, RawRequest } from '../cases/types.ts';
import { keyOf } from './statements.ts';

/** What one answer showed. Holds no value of the answer but the response code. */
export interface Observation {
  /** The case, or what else was done. */
  by: string;
  /** The operationId. */
  operation: string;
  status: number;
  /** Absent unless it is two digits. */
  code?: string;
  findings: Finding[];
  /** Keys of statements that this answer has an instance of. */
  held: string[];
  /** How each name that came back compares to the one sent. */
  echoes: Record<string, 'same' | 'other letter case' | 'another'>;
}

/** Notes what an answer shows; undefined for a request to no operation of the contract. */
export function observe(
  { contract, checker }: { contract: Contract; checker: Checker },
  by: string,
  request: RawRequest,
  answer: RawAnswer,
): Observation | undefined {
  const operation = checker.operationFor(request.method, request.path);
  if (operation === undefined) return undefined;
  const body = asObject(parseJson(decodeBody(answer.body).text));
  const code = readCode(body);
  return {
    ...{ by, operation, status: answer.status, ...(code === undefined ? {} : { code }) },
    findings: checker.check({ ...answer, operation, request: { body: request.body } }),
    held: heldBy(contract, operation, answer.status, body),
    echoes: echoesOf(asObject(parseJson(decodeBody(request.body).text)), body),
  };
}

function readCode({ response_code: code }: Record<string, unknown>): string | undefined {
  return typeof code === 'string' && /^\d\d$/.test(code) ? code : undefined;
}

function heldBy(contract: Contract, id: string, status: number, body: Record<string, unknown>): string[] {
  const responses = join(operationOf(contract, id).pointer, 'responses');
  const documented = String(status) in objectAt(contract, responses);
  const written = join(responses, documented ? String(status) : 'default');
  const media = join(written, 'content', 'application/json');
  const { response_code: code } = body;
  if (typeof code !== 'string') return [];
  const examples = Object.entries(asObject(objectAt(contract, media)['examples'])).filter(([, example]) =>
    isLike(asObject(asObject(example)['value']), body),
  );
  const base = resolvePointer(contract, written);
  return [
    keyOf(written, code),
    base,
    ...examples.map(([name]) => resolvePointer(contract, join(media, 'examples', name))),
    ...walk(contract, join(media, 'schema'), body),
  ];
}

function isLike(example: Record<string, unknown>, body: Record<string, unknown>): boolean {
  return ['response_code', 'transaction_status'].every((name) => example[name] === body[name]);
}

/** The schema, each of its keywords, and so on within: what a value of it is an instance of. */
function walk(contract: Contract, written: string, value: unknown): string[] {
  const at = resolvePointer(contract, written);
  const schema = objectAt(contract, at);
  const members = Object.keys(asObject(schema['properties']));
  return [
    at,
    ...Object.keys(schema).map((keyword) => join(at, keyword)),
    ...('enum' in schema ? [keyOf(join(at, 'enum'), String(value))] : []),
    ...members.flatMap((name) =>
      name in asObject(value) ? walk(contract, join(at, 'properties', name), asObject(value)[name]) : [],
    ),
  ];
}

function echoesOf(sent: Record<string, unknown>, back: Record<string, unknown>): Observation['echoes'] {
  const compared = ['payment_method', 'payment_channel'].flatMap((name) => {
    const [left, right] = [sent[name], back[name]];
    if (typeof left !== 'string' || typeof right !== 'string') return [];
    if (left === right) return [[name, 'same']];
    const alike = left.toLowerCase() === right.toLowerCase();
    return [[name, alike ? 'other letter case' : 'another']];
  });
  return Object.fromEntries(compared) as Observation['echoes'];
}
