import type { Problem } from '../generated/validators/validator.js';
import { validateTransactionId } from '../generated/validators/virtualAccount.js';
import type { Rules } from './operations.js';

/** A request body that fits the contract. A creation has no transaction id yet. */
export type RequestBody = Record<string, unknown> & {
  external_id: string;
  order_id: string;
  transaction_id?: string;
};

const OWN_IDS = ['external_id', 'order_id'] as const;

/**
 * Reads the body that is about to be sent and checks it against the contract.
 *
 * @param liftIdLimits whether the merchant's own ids may break their documented limits, see `CancelOptions`
 * @returns the body, or every problem it has, as sentences
 */
export function readRequest(rules: Rules, text: unknown, liftIdLimits: boolean): RequestBody | string[] {
  const body = parse(text);
  const checked = liftIdLimits ? withTameIds(body) : body;
  const problems = rules.isRequest(checked) ? [] : rules.isRequest.errors!.map(describe);
  if (liftIdLimits) problems.push(...wildIdProblems(body));
  return problems.length > 0 ? problems : (body as RequestBody);
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body with stand-ins for the merchant's own ids, so that all else is still checked. */
function withTameIds(body: unknown): unknown {
  if (!isObject(body)) return body;
  const standIns = OWN_IDS.filter((name) => typeof body[name] === 'string').map((name) => [name, '0']);
  return { ...body, ...Object.fromEntries(standIns) };
}

/** Ids without their documented limits are still held to what is asked of a transaction id. */
function wildIdProblems(body: unknown): string[] {
  if (!isObject(body)) return [];
  return OWN_IDS.filter((name) => typeof body[name] === 'string' && !validateTransactionId(body[name])).map(
    (name) => `${name} must be 1 to 128 printable characters and not begin with a space, whatever its limits`,
  );
}

function describe({ instancePath, keyword, params }: Problem): string {
  const member = instancePath.slice(1) || 'the body';
  const own = OWN_IDS.some((name) => name === member);
  const lift = own ? ' (limits of the documentation; see dangerouslyAllowIdsBeyondDocumentedLimits)' : '';
  switch (keyword) {
    case 'required':
      return `${params.missingProperty} is missing`;
    case 'additionalProperties':
      return `${params.additionalProperty} is not a member of this request; remove it`;
    case 'type':
      return `${member} must be ${params.type === 'object' ? 'an object, as JSON' : `a ${params.type}`}`;
    case 'minLength':
      return `${member} must not be empty`;
    case 'maxLength':
      return `${member} must have at most ${params.limit} characters${lift}`;
    case 'enum':
      return `${member} must be ${(params.allowedValues as string[]).join(' or ')}`;
    default:
      return own
        ? `${member} must hold only ASCII letters, digits and dashes${lift}`
        : `${member} must be printable text that does not begin with a space`;
  }
}
