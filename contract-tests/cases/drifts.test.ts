import { expect, test } from 'vitest';
import { asObject } from '../../spec/contract.ts';
import type { Contract } from '../../spec/contract.ts';
import type { Tamper } from '../sandbox/answer.ts';
import type { Checks } from '../sandbox/checks.ts';
import { startSandbox } from '../sandbox/server.ts';
import { altered } from '../shared/altered.ts';
import type { Node } from '../shared/altered.ts';
import { cases, runAll, verdicts } from './test-cases.ts';
import { openSandboxTarget } from './sandbox-target.ts';

/** Ids of the cases that fail, or whose answers have findings, on another sandbox. */
async function caught(
  options: { checks?: Partial<Checks>; contract?: Contract; tamper?: Tamper },
  prefix = '',
) {
  const other = await startSandbox(options);
  const opened = openSandboxTarget(other);
  try {
    const done = await runAll(
      opened.target,
      cases.filter(({ id }) => id.startsWith(prefix)),
    );
    return verdicts(done, 'fail');
  } finally {
    opened.close();
    await other.close();
  }
}

const offs: [check: keyof Checks, prefix: string, id: string][] = [
  ['authorizationPresent', 'authorization', 'authorization.none'],
  ['authorizationScheme', 'authorization', 'authorization.scheme.bearer'],
  ['authorizationEncoding', 'authorization', 'authorization.base64.padding'],
  ['merchant', 'authorization', 'authorization.merchant.wrong'],
  ['secret', 'authorization', 'authorization.secret.wrong'],
  ['subMerchant', 'subMerchant.', 'subMerchant.unknown'],
  ['version', 'header', 'header.x-version.missing'],
  ['contentType', 'contentType.', 'contentType.missing'],
  ['utf8', 'body.encoding', 'body.encoding.notUtf8'],
  ['json', 'body.notJson', 'body.notJson.trailingComma'],
  ['duplicateMembers', 'body.duplicateMember', 'body.duplicateMember.other'],
  ['body', 'body.order_id', 'body.order_id.tooLong'],
  ['signaturePresent', 'signature', 'signature.none'],
  ['signatureValue', 'signature', 'signature.madeUp'],
  ['signatureHashKey', 'signature', 'signature.key.none'],
  ['signatureCoversExternalId', 'signature', 'signature.externalId.other'],
  ['signatureCoversOrderId', 'signature', 'signature.orderId.other'],
  ['exists', 'outcome', 'outcome.notFound.unknown'],
  ['owner', 'outcome', 'outcome.notFound.foreign'],
  ['ids', 'outcome', 'outcome.notFound.external_idOfAnother'],
];

test.each(offs)('a gateway without the check %s fails cases called %s…', async (check, prefix, id) => {
  expect(await caught({ checks: { [check]: false } }, prefix)).toContain(id);
});

test('a gateway without that check fails no case of another kind', async () => {
  expect(await caught({ checks: { signaturePresent: false } })).toEqual(['signature.none']);
  expect(await caught({ checks: { exists: false } })).toEqual([
    'outcome.notFound.unknown',
    'outcome.notFound.transactionIdLonger',
  ]);
});

const requestDrifts: [says: string, change: (schemas: Record<string, Node>) => void, id: string][] = [
  ['takes longer order ids', (s) => (s['OrderId']!['maxLength'] = 26), 'body.order_id.tooLong'],
  ['takes only shorter order ids', (s) => (s['OrderId']!['maxLength'] = 24), 'body.order_id.atLimit'],
  [
    'takes an underscore',
    (s) => (s['OrderId']!['pattern'] = '^[\\w-]+$'),
    'body.order_id.character.underscore.within',
  ],
  [
    'refuses a dash',
    (s) => (s['OrderId']!['pattern'] = '^[A-Za-z0-9]+$'),
    'body.order_id.character.dash.within',
  ],
  ['takes UUIDs only', (s) => (s['TransactionId']!['format'] = 'uuid'), 'body.transaction_id.shortest'],
  ['takes more members', (s) => delete s['CancelRequest']!['additionalProperties'], 'body.extraMember.text'],
  [
    'takes fewer members',
    (s) => (s['CancelRequest']!['required'] as string[]).pop(),
    'body.payment_channel.missing',
  ],
];

test.each(requestDrifts)('a gateway that %s is caught', async (_, change, id) => {
  expect(await caught({ contract: altered(change) }, id.split('.', 2).join('.'))).toContain(id);
});

test('a right status with another documented code fails: the oracle is exact', async () => {
  const tamper: Tamper = (answer, { name }) =>
    name === 'wrong_secret' ? { ...answer, body: { ...asObject(answer.body), response_code: '99' } } : answer;
  const failed = await caught({ tamper }, 'authorization.');
  expect(failed).toContain('authorization.secret.wrong');
  expect(failed).not.toContain('authorization.merchant.wrong');
});

test('a right code with another documented status fails', async () => {
  const tamper: Tamper = (answer, { name }) =>
    name === 'wrong_secret' ? { ...answer, status: 400 } : answer;
  expect(await caught({ tamper }, 'authorization.secret')).toContain('authorization.secret.wrong');
});
