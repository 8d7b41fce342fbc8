import { asObject, readContract } from '../../spec/contract.ts';
import type { Answer, AnswerContext, Tamper } from '../sandbox/answer.ts';
import type { SandboxOptions } from '../sandbox/server.ts';
import type { CheckName } from '../sandbox/checks.ts';

/** A gateway that is wrong in one way. */
export interface DreddMutant {
  id: string;
  /** Which part must notice: Dredd with its hooks, or the negative cases. */
  noticedBy: 'dredd' | 'cases';
  /** A fault that it must be noticed by. */
  fault: RegExp;
  tamper?: Tamper;
  /** Checks that are off. */
  off?: CheckName[];
  /** Changes a schema of the request. */
  relaxed?: { schema: string; rules: Record<string, unknown> };
}

/** A sandbox that is wrong in that way. */
export function sandboxOf({ relaxed, off = [], tamper }: DreddMutant): SandboxOptions {
  const contract = readContract();
  const schemas = asObject(asObject(contract['components'])['schemas']);
  if (relaxed) Object.assign(asObject(schemas[relaxed.schema]), relaxed.rules);
  const checks = Object.fromEntries(off.map((name) => [name, false]));
  return { contract, checks, ...(tamper && { tamper }) };
}

type Change = (answer: Answer) => Answer;

/** Changes the answers of that operation (default: of any) that the sandbox calls so. */
function on(name: string, change: Change, operation?: string): Tamper {
  return (answer, context: AnswerContext) => {
    const meant = context.name === name && context.operation === (operation ?? context.operation);
    return meant ? change(answer) : answer;
  };
}

const body =
  (change: Record<string, unknown>): Change =>
  (answer) => ({ ...answer, body: { ...asObject(answer.body), ...change } });
const typed =
  (type: string): Change =>
  (answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': type } });

/** The named sample. Every mutant that can be derived from the contract runs without Dredd, elsewhere. */
export const sample: DreddMutant[] = [
  {
    id: 'wrong enum value',
    noticedBy: 'dredd',
    fault: /cancelVirtualAccount 200 canceled: enum at \/transaction_status/,
    tamper: on('canceled', body({ transaction_status: 'CANCELLED' }), 'cancelVirtualAccount'),
  },
  {
    id: 'missing member',
    noticedBy: 'dredd',
    fault: /inquireVirtualAccount 200 paid: required at \/payment_channel/,
    tamper: on('paid', body({ payment_channel: undefined })),
  },
  {
    id: 'member too many',
    noticedBy: 'dredd',
    fault: /createVirtualAccount 200 created: additionalMember at \/fee/,
    tamper: on('created', body({ fee: 1 })),
  },
  {
    id: 'null for a text',
    noticedBy: 'dredd',
    fault: /cancelVirtualAccount 404 not_found: type at \/response_message/,
    tamper: on('not_found', body({ response_message: null }), 'cancelVirtualAccount'),
  },
  {
    id: 'wrong status',
    noticedBy: 'dredd',
    fault: /cancelVirtualAccount 503 partner_error: expected 503 with 03, got 500 /,
    tamper: on('partner-error', (answer) => ({ ...answer, status: 500 }), 'cancelVirtualAccount'),
  },
  {
    id: 'wrong media type',
    noticedBy: 'dredd',
    fault: /inquireVirtualAccount 200 expired: mediaType at header:content-type/,
    tamper: on('expired', typed('text/html')),
  },
  {
    id: 'another documented code',
    noticedBy: 'dredd',
    fault: /createVirtualAccount 401 wrong_credentials: expected 401 with 04, got 401 with 99/,
    tamper: on('wrong_secret', body({ response_code: '99' }), 'createVirtualAccount'),
  },
  {
    id: 'another id echoed',
    noticedBy: 'dredd',
    fault: /inquireVirtualAccount 200 active: echo at \/external_id/,
    tamper: on('active', body({ external_id: 'fake-other' })),
  },
  {
    id: 'connection dropped',
    noticedBy: 'dredd',
    fault: /inquireVirtualAccount 503 partner_error: no answer/,
    tamper: on('inquiry-partner-error', (answer) => ({ ...answer, connection: 'drop' })),
  },
  {
    id: 'any Authorization is taken',
    noticedBy: 'cases',
    fault: /authorization\.none: expected 401/,
    off: ['authorizationPresent', 'authorizationScheme', 'authorizationEncoding', 'merchant', 'secret'],
  },
  {
    id: 'maxLength relaxed',
    noticedBy: 'cases',
    fault: /body\.order_id\.tooLong: expected 400/,
    relaxed: { schema: 'OrderId', rules: { maxLength: 26 } },
  },
  {
    id: 'request member too many',
    noticedBy: 'cases',
    fault: /body\.extraMember\.text: expected 400/,
    relaxed: { schema: 'CancelRequest', rules: { additionalProperties: true } },
  },
  {
    id: 'request Content-Type relaxed',
    noticedBy: 'cases',
    fault: /contentType\.missing: expected/,
    off: ['contentType'],
  },
];
