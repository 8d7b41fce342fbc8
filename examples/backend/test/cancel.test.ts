import { afterEach, expect, it, vi } from 'vitest';
import { settleCancels } from '../src/cancel.ts';
import { ordersInMemory } from '../src/orders.ts';
import { startBackend, type Backend } from './backend.ts';

let backend: Backend;
afterEach(() => backend.close());

it('cancels', async () => {
  backend = await startBackend('active');
  expect(await backend.cancel()).toEqual([200, { state: 'canceled' }]);
  expect(await backend.state()).toBe('canceled');
});

it('knows no other order', async () => {
  backend = await startBackend('active');
  expect((await backend.cancel('other'))[0]).toBe(404);
  expect(backend.asked()).toEqual([]);
});

it('cancels once, however often and at the same time it is asked', async () => {
  backend = await startBackend('active');
  const statuses = (await Promise.all([backend.cancel(), backend.cancel()])).map(([status]) => status);
  expect(statuses.sort()).toEqual([200, 202]);
  expect(await backend.cancel()).toEqual([200, { state: 'canceled' }]);
  expect(backend.asked()).toEqual(['/va/cancel']);
});

it.each([
  ['CANCELED', [200, { state: 'canceled' }], 0],
  ['PAID', [409, { state: 'review', code: 'invalid_parameter' }], 1],
  ['EXPIRED', [409, { state: 'expired', code: 'invalid_parameter' }], 0],
] as const)(
  'asks why it is refused, and says that it is %s at the gateway',
  async (status, answer, alerts) => {
    backend = await startBackend('active');
    backend.sandbox.state.find(backend.order.transaction_id)!.transaction_status = status;
    expect(await backend.cancel()).toEqual(answer);
    expect(await backend.state()).toBe(answer[1].state);
    expect(backend.asked()).toEqual(['/va/cancel', '/va/inquiry']);
    expect(backend.alerts).toHaveLength(alerts);
  },
);

it('keeps the order open when the gateway knows it not at all, and asks nothing more', async () => {
  backend = await startBackend('active');
  const other = { ...backend.order, transaction_id: 'fake-other' };
  backend.shop.orders = ordersInMemory([other]);
  expect(await backend.cancel()).toEqual([409, { state: 'open', code: 'not_found' }]);
  expect(backend.asked()).toEqual(['/va/cancel']);
});

it('keeps the order open when it is refused and cannot be asked about', async () => {
  backend = await startBackend('active');
  const account = backend.sandbox.state.find(backend.order.transaction_id)!;
  Object.assign(account, { transaction_status: 'PAID', script: 'inquiry-drop' });
  expect(await backend.cancel()).toEqual([409, { state: 'open', code: 'invalid_parameter' }]);
  expect(await backend.state()).toBe('open');
});

it('says that nothing was sent, and keeps the order open', async () => {
  backend = await startBackend('active');
  await backend.sandbox.close();
  expect(await backend.cancel()).toEqual([503, { state: 'open', code: 'connection_refused' }]);
  expect(await backend.state()).toBe('open');
});

it('stores an unknown, does not send it again, and confirms by inquiry that it was done', async () => {
  backend = await startBackend('cancel-drop');
  expect(await backend.cancel()).toEqual([202, { state: 'canceling', code: 'connection_failed' }]);
  expect(await backend.cancel()).toEqual([202, { state: 'canceling' }]);
  expect(backend.asked()).toEqual(['/va/cancel']);
  await settleCancels(backend.shop, 0);
  expect(await backend.state()).toBe('canceled');
  expect(backend.asked()).toEqual(['/va/cancel', '/va/inquiry']);
});

it('cancels again what the gateway says is still active', async () => {
  backend = await startBackend('system-error-once');
  expect(await backend.cancel()).toEqual([202, { state: 'canceling', code: 'gateway_failed' }]);
  await settleCancels(backend.shop, 0);
  expect(await backend.state()).toBe('canceled');
  expect(backend.asked()).toEqual(['/va/cancel', '/va/inquiry', '/va/cancel']);
});

it.each([
  ['PAID', 'review', 1],
  ['EXPIRED', 'expired', 0],
] as const)('learns that an unknown one is %s', async (status, state, alerts) => {
  backend = await startBackend('system-error');
  await backend.cancel();
  backend.sandbox.state.find(backend.order.transaction_id)!.transaction_status = status;
  await settleCancels(backend.shop, 0);
  expect(await backend.state()).toBe(state);
  expect(backend.alerts).toHaveLength(alerts);
  expect(backend.shipped).toEqual([]);
});

it('leaves alone a cancel that may be under way', async () => {
  backend = await startBackend('cancel-drop');
  await backend.cancel();
  await settleCancels(backend.shop);
  expect(backend.asked()).toEqual(['/va/cancel']);
});

it('asks again in the next run when an inquiry fails', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  backend = await startBackend('cancel-drop-inquiry-fails');
  await backend.cancel();
  await settleCancels(backend.shop, 0);
  expect(await backend.state()).toBe('canceling');
  expect(said).toHaveBeenCalledOnce();
  said.mockRestore();
  delete backend.sandbox.state.find(backend.order.transaction_id)!.script;
  await settleCancels(backend.shop, 0);
  expect(await backend.state()).toBe('canceled');
});
