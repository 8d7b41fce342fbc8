import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callbackSignature } from 'ifortepay-va';
import { pay } from '../../../contract-tests/sandbox/callback.ts';
import { merchant, startBackend, type Backend } from './backend.ts';

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend('active');
});
afterEach(() => backend.close());

const payHere = () => pay(backend.sandbox.state, backend.order.transaction_id);

/** A callback as anyone could post it: the status of the answer. */
async function post(body: object, signature?: string): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(signature && { 'mcp-signature': signature }) };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${backend.url}/callbacks/va`, init)).status;
}

it('ships what is paid', async () => {
  payHere();
  expect(await backend.callback('PAID')).toEqual([200]);
  expect(await backend.state()).toBe('paid');
  expect(backend.shipped).toEqual([backend.order.order_id]);
  expect(backend.asked()).toEqual(['/va/inquiry']);
});

it('ships once, however often and at the same time it is told', async () => {
  payHere();
  await Promise.all([backend.callback('PAID'), backend.callback('PAID')]);
  expect(await backend.callback('PAID')).toEqual([200]);
  expect(backend.shipped).toHaveLength(1);
  expect(backend.alerts).toEqual([]);
});

it('does not believe a genuine signature that comes with a forged status', async () => {
  expect(await backend.callback('PAID')).toEqual([200]);
  expect(await backend.state()).toBe('open');
  expect(backend.shipped).toEqual([]);
});

it('does not believe another status of one that is paid', async () => {
  payHere();
  expect(await backend.callback('EXPIRED')).toEqual([200]);
  expect(await backend.state()).toBe('paid');
});

it('has a person look at another amount, which the signature does not cover', async () => {
  payHere();
  expect(await backend.callback('PAID', 1)).toEqual([200]);
  expect(await backend.state()).toBe('review');
  expect(backend.shipped).toEqual([]);
  expect(backend.alerts).toEqual([expect.stringContaining('amount 1')]);
});

it('has a person look at one that is paid though it was cancelled', async () => {
  await backend.cancel();
  backend.sandbox.state.find(backend.order.transaction_id)!.transaction_status = 'PAID';
  expect(await backend.callback('PAID')).toEqual([200]);
  expect(await backend.state()).toBe('review');
  expect(backend.shipped).toEqual([]);
});

it('has it sent again when the gateway cannot be asked', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  payHere().script = 'inquiry-drop';
  expect(await backend.callback('PAID')).toEqual([503, 503, 503, 503]);
  for (const secret of [merchant.hash_key, merchant.secret_unbound_id]) {
    expect(JSON.stringify(said.mock.calls)).not.toContain(secret);
  }
  said.mockRestore();
  expect(backend.shipped).toEqual([]);
  delete backend.sandbox.state.find(backend.order.transaction_id)!.script;
  expect(await backend.callback('PAID')).toEqual([200]);
  expect(backend.shipped).toHaveLength(1);
});

describe('a forged callback', () => {
  beforeEach(() => void payHere());
  afterEach(() => {
    expect(backend.asked()).toEqual([]);
    expect(backend.shipped).toEqual([]);
  });

  it.each([['0'.repeat(64)], ['fake'], [undefined]])(
    'is not accepted with the signature %s',
    async (signature) => {
      expect(await post({ ...backend.order, transaction_status: 'PAID' }, signature)).toBe(400);
    },
  );

  it.each(['external_id', 'order_id', 'transaction_id'])('is not accepted about another %s', async (name) => {
    const { external_id, order_id, transaction_id } = backend.order;
    const ids = { external_id, order_id, transaction_id, [name]: 'other' };
    expect(await post(ids, await callbackSignature(merchant.hash_key, ids))).toBe(503);
  });

  it('is not accepted with a letter moved from one id to the next, which signs alike', async () => {
    const { external_id, order_id, transaction_id } = backend.order;
    const moved = { transaction_id, external_id: external_id + order_id[0], order_id: order_id.slice(1) };
    expect(await post(moved, await callbackSignature(merchant.hash_key, backend.order))).toBe(503);
  });

  it('is not read to the end when it is huge', async () => {
    expect(await post({ padding: 'x'.repeat(300_000) }, '0'.repeat(64))).toBe(400);
  });
});
