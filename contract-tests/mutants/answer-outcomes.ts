import { asObject, join, objectAt, operationOf, resolvePointer } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { AnswerChange } from './answer-mutants.ts';
import type { DocumentedExample } from './documented.ts';
import type { Killer } from './types.ts';

const CODES = '/components/schemas/ResponseCode';
/** One of each class, to be taken where it is not documented. */
const otherStatuses = [202, 302, 418, 504];

/** The same body with another status: another documented one, or one that is not. */
export function statusMutants(contract: Contract, documented: DocumentedExample): AnswerChange[] {
  const { status, statuses, occasion, natural } = documented;
  const to =
    (sent: number): AnswerChange['change'] =>
    (_, answer) => ({ ...answer, status: sent });
  const others = statuses.filter((other) => other !== status);
  const known = others.map((other): AnswerChange => {
    const says = `${status} becomes ${other}`;
    const judged = natural ? { killer: { case: occasion } } : byCode(contract, documented, other);
    return { group: 'status', says, ...judged, change: to(Number(other)) };
  });
  // What `default` says it says of every status that is not listed: among those none is wrong.
  if (status === 'default') return known;
  const unknown = otherStatuses.filter((other) => !statuses.includes(String(other)));
  return [...known, ...unknown.map((other) => undocumented(contract, documented, other, to(other)))];
}

function undocumented(
  contract: Contract,
  { operation, status }: DocumentedExample,
  other: number,
  change: AnswerChange['change'],
): AnswerChange {
  const responses = join(operationOf(contract, operation).pointer, 'responses');
  const hasDefault = 'default' in objectAt(contract, responses);
  const where = hasDefault ? resolvePointer(contract, join(responses, 'default')) : responses;
  const rule = hasDefault ? 'statusByDefault' : 'undocumentedStatus';
  const says = `${status} becomes ${other}, undocumented`;
  return { group: 'status', says, killer: { rule, pointer: 'status', where }, ...(change && { change }) };
}

/** No case brings this answer out, so it is its code that does not go with the other status; if it does not. */
function byCode(
  contract: Contract,
  { operation, value }: DocumentedExample,
  status: string,
): Pick<AnswerChange, 'killer' | 'excluded'> {
  const { pointer, allowed } = codesOf(contract, operation, status);
  const killer: Killer = { rule: 'enum', pointer: '/response_code', where: join(pointer, 'enum') };
  if (!allowed?.includes(value['response_code'])) return { killer };
  const excluded = `${status} with this code is documented too, and no request is known to be due the other`;
  return { killer, excluded };
}

function codesOf(
  contract: Contract,
  operation: string,
  status: string,
): { pointer: string; allowed: unknown[] | undefined; pattern: unknown } {
  const answer = join(operationOf(contract, operation).pointer, 'responses', status);
  const [type = ''] = Object.keys(asObject(objectAt(contract, answer)['content']));
  const schema = join(answer, 'content', type, 'schema', 'properties', 'response_code');
  const { enum: allowed, pattern } = objectAt(contract, schema);
  return { pointer: resolvePointer(contract, schema), allowed: allowed as unknown[] | undefined, pattern };
}

/** The same status with each other response code, and with one that nobody documents. */
export function codeMutants(contract: Contract, documented: DocumentedExample): AnswerChange[] {
  const { operation, status, value, occasion, natural } = documented;
  const codes = [...(objectAt(contract, CODES)['enum'] as string[]), '42'];
  const others = codes.filter((code) => code !== value['response_code']);
  const { pointer, allowed, pattern } = codesOf(contract, operation, status);
  // Any code goes with a status that is not listed, but for success.
  const isFree = allowed === undefined;
  const rule = isFree ? 'pattern' : 'enum';
  return others
    .filter((code) => !isFree || code === '00')
    .map((code): AnswerChange => {
      const byRule: Killer = { rule, pointer: '/response_code', where: join(pointer, rule) };
      const excluded = 'both codes are documented for this status, and no request is known to be due the one';
      const isTaken = isFree ? new RegExp(String(pattern ?? ''), 'u').test(code) : allowed.includes(code);
      return {
        ...{ group: 'response code', says: `${String(value['response_code'])} becomes ${code}` },
        killer: natural ? { case: occasion } : byRule,
        change: (body, answer) => ({ ...answer, body: { ...body, response_code: code } }),
        ...(!natural && isTaken && { excluded }),
      };
    });
}
