import { asObject, readContract } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Answer, AnswerContext } from '../sandbox/answer.ts';
import type { SandboxOptions } from '../sandbox/server.ts';

/** A sandbox that is wrong in one way, and the code by which Schemathesis must notice it in that operation. */
export interface SchemathesisMutant {
  id: string;
  code: string;
  /** The operationId. */
  operation: string;
  sandbox: SandboxOptions;
}

const cancel = { operation: 'cancelVirtualAccount' };
const create = { operation: 'createVirtualAccount' };

/**
 * Schemathesis sends the same ids again and again. What the gateway says to that is not the request's validity,
 * so the sandbox that it is run against neither minds.
 */
export const stateApart = { cancelable: false, uniqueExternalId: false };

const onSuccess = (change: (answer: Answer) => Answer): SandboxOptions => ({
  checks: stateApart,
  tamper: (answer, { operation, name }: AnswerContext) =>
    operation === cancel.operation && name === 'canceled' ? change(answer) : answer,
});

function withoutRequired(name: string): Contract {
  const contract = readContract();
  const request = asObject(asObject(asObject(contract['components'])['schemas'])['CreateRequest']);
  request['required'] = (request['required'] as string[]).filter((one) => one !== name);
  return contract;
}

/** Each must turn the run red. */
export const mutants: SchemathesisMutant[] = [
  {
    ...cancel,
    id: 'wrong enum value in the answer',
    code: 'ST108',
    sandbox: onSuccess((answer) => ({
      ...answer,
      body: { ...asObject(answer.body), transaction_status: 'CANCELLED' },
    })),
  },
  {
    ...cancel,
    id: 'wrong media type',
    code: 'ST105',
    sandbox: onSuccess((answer) => ({ ...answer, headers: { 'content-type': 'text/html' } })),
  },
  {
    // Of a cancel, a member less is also an id or a name that is not the virtual account's: 404.
    ...create,
    id: 'a missing member is accepted',
    code: 'ST201',
    sandbox: { checks: stateApart, contract: withoutRequired('callback_url') },
  },
  {
    ...cancel,
    id: 'no x-version is accepted',
    code: 'ST203',
    sandbox: { checks: { ...stateApart, version: false } },
  },
  {
    ...cancel,
    id: 'open authorization',
    code: 'ST401',
    sandbox: {
      checks: {
        ...stateApart,
        authorizationPresent: false,
        authorizationScheme: false,
        authorizationEncoding: false,
        merchant: false,
        secret: false,
        signaturePresent: false,
        signatureValue: false,
      },
    },
  },
];
