/** The example handler of callbacks, served on loopback, with the sandbox as the gateway that sends and is asked. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import type { handlerFor, StoredAccount } from '../../examples/callback.ts';
import { createVaClient } from '../../src/client.ts';
import { sendCallback, pay } from '../../contract-tests/sandbox/callback.ts';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { callbackSignature } from '../../contract-tests/sandbox/credentials.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { credentials } from '../support/fixtures.ts';

// The example imports the package by its name, as a reader would; here that is the source, not what was built.
vi.mock('ifortepay-va/callback', () => import('../../src/callback.ts'));

let make: typeof handlerFor;
let sandbox: SandboxServer;
let merchant: Server;
let url: string;
let stored: VirtualAccount;
let account: StoredAccount | undefined;
/** How often goods went out. */
let shipped: number;
let told: MockInstance<typeof console.error>;

beforeEach(async () => {
  ({ handlerFor: make } = await import('../../examples/callback.ts'));
  sandbox = await startSandbox();
  stored = freshVirtualAccount(sandbox.state);
  const { external_id, order_id, transaction_id, payment_channel } = stored;
  account = { external_id, order_id, transaction_id, payment_channel, amount: 150_000, settled: false };
  shipped = 0;
  const { hashKey } = credentials;
  const client = createVaClient({ ...credentials, baseUrl: sandbox.url, timeoutMs: 2_000 });
  merchant = createServer(getRequestListener(make(hashKey, client, accounts)));
  told = vi.spyOn(console, 'error').mockImplementation(() => {});
  merchant.listen(0, '127.0.0.1');
  await once(merchant, 'listening');
  url = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/callback`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  merchant.close();
  merchant.closeAllConnections();
  await Promise.all([once(merchant, 'close'), sandbox.close()]);
});

const accounts = {
  find: async (transactionId: string) => (account?.transaction_id === transactionId ? account : undefined),
  markPaid: async () => {
    if (account!.settled) return false;
    account!.settled = true;
    shipped++;
    return true;
  },
};

/** What the sandbox, as the gateway, posts to the merchant; the status of each try. */
const notify = (status = 'PAID', amount = 150_000) =>
  sendCallback(sandbox.state, stored.transaction_id, { status, amount }, url);

/** A callback as anyone could post it. */
const post = (body: object, signature: string | undefined) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(signature && { 'mcp-signature': signature }) },
    body: JSON.stringify(body),
  });

const asked = () => sandbox.requests.map(({ path }) => path);

describe('the callback handler of the examples', () => {
  it('answers as the gateway expects, and ships once, when it is paid', async () => {
    pay(sandbox.state, stored.transaction_id);
    expect(await notify()).toEqual([200]);
    expect(shipped).toBe(1);
    expect(asked()).toEqual(['/va/inquiry']);
  });

  it('takes the same callback twice, one after the other and at the same time, and ships once', async () => {
    pay(sandbox.state, stored.transaction_id);
    expect(await notify()).toEqual([200]);
    expect(await Promise.all([notify(), notify()])).toEqual([[200], [200]]);
    expect(shipped).toBe(1);
  });

  it('does not believe PAID of one that is not paid, though the signature is genuine', async () => {
    expect(await notify('PAID')).toEqual([200]);
    expect(shipped).toBe(0);
    expect(account).toMatchObject({ settled: false });
  });

  it('does not believe another status of one that is paid', async () => {
    pay(sandbox.state, stored.transaction_id);
    expect(await notify('EXPIRED')).toEqual([200]);
    expect(shipped).toBe(1);
  });

  it('does not believe the amount, which nothing is done with', async () => {
    pay(sandbox.state, stored.transaction_id);
    expect(await notify('PAID', 1)).toEqual([200]);
    expect(account).toMatchObject({ amount: 150_000, settled: true });
  });

  it.each([
    ['wrong', '0'.repeat(64)],
    ['no hash', 'fake'],
    ['missing', undefined],
  ])('answers 400 to a signature that is %s, asks nobody and ships nothing', async (_, signature) => {
    pay(sandbox.state, stored.transaction_id);
    const response = await post({ ...stored, transaction_status: 'PAID' }, signature);
    expect(response.status).toBe(400);
    expect(await response.json()).not.toMatchObject({ message: 'SUCCESS' });
    expect(asked()).toEqual([]);
    expect(shipped).toBe(0);
  });

  it.each(['external_id', 'order_id', 'transaction_id'] as const)(
    'does nothing for a rightly signed callback whose %s is not the stored one, and says so',
    async (name) => {
      pay(sandbox.state, stored.transaction_id);
      const { external_id, order_id, transaction_id } = stored;
      const ids = { external_id, order_id, transaction_id, [name]: 'other' };
      const response = await post(ids, callbackSignature(credentials.hashKey, ids));
      expect(response.status).toBe(503); // it may be stored by the next try
      expect(String(told.mock.lastCall)).toContain('a callback about no virtual account of ours');
      expect(asked()).toEqual([]);
      expect(shipped).toBe(0);
    },
  );

  it('does not accept letters moved between the two ids, which sign alike', async () => {
    pay(sandbox.state, stored.transaction_id);
    const { external_id, order_id, transaction_id } = stored;
    const moved = { transaction_id, external_id: external_id + order_id[0], order_id: order_id.slice(1) };
    const response = await post(moved, callbackSignature(credentials.hashKey, stored));
    expect(response.status).toBe(503);
    expect(shipped).toBe(0);
  });

  it.each(['inquiry-system-error', 'inquiry-drop'] as const)(
    'answers 503 when the gateway cannot be asked (%s), so that all is sent again',
    async (script) => {
      pay(sandbox.state, stored.transaction_id).script = script;
      expect(await notify()).toEqual([503, 503, 503, 503]);
      expect(shipped).toBe(0);
      delete stored.script;
      delete sandbox.state.find(stored.transaction_id)!.script;
      expect(await notify()).toEqual([200]);
      expect(shipped).toBe(1);
    },
  );

  it('answers 503 when nobody listens at the gateway', async () => {
    pay(sandbox.state, stored.transaction_id);
    const { state } = sandbox;
    await sandbox.close();
    const notice = { status: 'PAID', amount: 150_000 };
    expect(await sendCallback(state, stored.transaction_id, notice, url)).toEqual([503, 503, 503, 503]);
    expect(shipped).toBe(0);
    sandbox = await startSandbox();
  });

  it('answers 503 when the merchant’s own storage fails, so that it is sent again', async () => {
    vi.spyOn(accounts, 'find').mockRejectedValueOnce(new Error('the database is down'));
    pay(sandbox.state, stored.transaction_id);
    expect(await notify()).toEqual([503, 200]);
    expect(shipped).toBe(1);
  });
});
