import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import { alarmsOf } from './run.ts';
import { casesFor } from './cases.ts';
import { runAll, verdicts } from './test-cases.ts';
import { openSandboxTarget } from './sandbox-target.ts';
import type { Target } from './types.ts';

const cases = casesFor('createVirtualAccount');
const accepted = (id: string): boolean | undefined => {
  const found = cases.find((one) => one.id === id);
  return found && found.expect === 'accepted';
};
let sandbox: SandboxServer;
let target: Target;
let close: () => void;

beforeAll(async () => {
  sandbox = await startSandbox();
  ({ target, close } = openSandboxTarget(sandbox));
});
afterAll(async () => {
  close();
  await sandbox.close();
});

test('every case of creating passes on the compliant sandbox, twice on the same one', async () => {
  for (let round = 0; round < 2; round++) {
    const results = await runAll(target, cases);
    expect(results.flatMap((one) => alarmsOf(one))).toEqual([]);
    expect(verdicts(results, 'not applicable')).toEqual([]);
  }
}, 60_000);

test.each([
  ['body.payment_details.missing', false],
  ['body.payment_details.amount.missing', false],
  ['body.payment_details.amount.belowMinimum', false],
  ['body.payment_details.amount.atMinimum', true],
  ['body.payment_details.amount.atMaximum', true],
  ['body.payment_details.amount.aboveMaximum', false],
  ['body.payment_details.amount.decimal', false],
  ['body.payment_details.amount.string', false],
  ['body.payment_details.is_multi_use.string', false],
  ['body.payment_details.is_multi_use.value.true', true],
  ['body.payment_details.is_multi_use.absent', true],
  ['body.payment_details.payment_system.wrong', false],
  ['body.payment_details.payment_system.value.OPEN', true],
  ['body.payment_details.va_number.present', true],
  ['body.payment_details.extraMember.text', false],
  ['body.payment_details.expired_time.character.dash.within', false],
  ['body.customer_details.string', false],
  ['body.customer_details.email.atLimit', true],
  ['body.customer_details.email.tooLong', false],
  ['body.customer_details.email.character.at.within', false],
  ['body.customer_details.phone.tooShort', false],
  ['body.customer_details.phone.shortest', true],
  ['body.customer_details.phone.atLimit', true],
  ['body.customer_details.phone.tooLong', false],
  ['body.customer_details.extraMember.null', false],
  ['body.item_details.present', true],
  ['body.callback_url.blank', false],
  ['body.callback_url.character.space.before', false],
  ['body.payment_method.upperCase', false],
  ['create.externalId.taken', false],
  ['create.externalId.otherChannel', true],
  ['create.orderId.again', true],
])('%s: accepted is %s', (id, wanted) => {
  expect(accepted(id)).toBe(wanted);
});
