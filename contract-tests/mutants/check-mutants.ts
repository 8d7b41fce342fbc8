import { checkNames } from '../sandbox/checks.ts';
import type { CheckName } from '../sandbox/checks.ts';
import { CREATE } from './documented.ts';
import type { Mutant } from './types.ts';

type Expected = { case: string } | { excluded: string };

/** Every check of the sandbox, and what must notice that it is off. A check more does not compile without. */
const expected: Record<CheckName, Expected> = {
  authorizationPresent: { case: 'authorization.none' },
  authorizationScheme: { case: 'authorization.scheme.bearer' },
  authorizationEncoding: { case: 'authorization.base64.padding' },
  merchant: { case: 'authorization.merchant.wrong' },
  secret: { case: 'authorization.secret.wrong' },
  subMerchant: { case: 'subMerchant.unknown' },
  version: { case: 'header.x-version.wrong' },
  contentType: { case: 'contentType.plain' },
  utf8: { case: 'body.encoding.notUtf8' },
  json: { case: 'body.notJson.trailingComma' },
  duplicateMembers: { case: 'body.duplicateMember.other' },
  body: { case: 'body.extraMember.text' },
  signaturePresent: { case: 'signature.none' },
  signatureValue: { case: 'signature.madeUp' },
  signatureHashKey: { case: 'signature.key.none' },
  signatureCoversExternalId: { case: 'signature.externalId.none' },
  signatureCoversOrderId: { case: 'signature.orderId.none' },
  signatureLowerCase: { case: 'signature.upperCase' },
  exists: { case: 'outcome.notFound.unknown' },
  owner: { case: 'outcome.notFound.foreign' },
  ids: { case: 'outcome.notFound.external_idOfAnother' },
  paymentChannel: { case: 'open.channel.mismatch' },
  paymentMethod: {
    excluded: 'the contract has one payment_method only, so no right request can name another',
  },
  cancelable: { case: 'open.state.twice' },
  uniqueExternalId: { case: 'create.externalId.taken' },
};

const lookUps: CheckName[] = ['exists', 'owner', 'ids', 'paymentChannel', 'paymentMethod'];
const only: Partial<Record<CheckName, string>> = {
  cancelable: 'cancelVirtualAccount',
  uniqueExternalId: CREATE,
};

/** Each check of the sandbox that this operation makes switched off. */
export function checkMutants(operation: string): Mutant[] {
  const creates = operation === CREATE;
  const made = checkNames.filter(
    (name) => (only[name] ?? operation) === operation && !(creates && lookUps.includes(name)),
  );
  return made.map((name): Mutant => {
    const what = expected[name];
    const occasion = 'case' in what ? what.case : 'outcome.success';
    return {
      ...{ id: `${operation} check off: ${name}`, operation, group: 'check off' },
      wrong: { checks: { [name]: false } },
      ...{ killer: { case: occasion }, occasion },
      ...('excluded' in what && what),
    };
  });
}
