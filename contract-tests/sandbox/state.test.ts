import { expect, test } from 'vitest';
import { pageVirtualAccount, seedMerchants } from './seeds.ts';
import { createState } from './state.ts';

test('a transaction_id is stored once', () => {
  const state = createState(seedMerchants, [pageVirtualAccount]);
  expect(() => state.add(pageVirtualAccount)).toThrow(`${pageVirtualAccount.transaction_id} is taken`);
});

test('a virtual account needs a known merchant', () => {
  const stray = { ...pageVirtualAccount, merchant_id: 'FAKE-NOBODY' };
  expect(() => createState(seedMerchants, [stray])).toThrow('No merchant FAKE-NOBODY');
});

test('a sandbox needs a merchant', () => {
  expect(() => createState([], [])).toThrow(TypeError);
});
