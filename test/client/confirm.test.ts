/** Settling an unknown against the sandbox: what it remembers decides, and it counts the requests. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AttemptRecord } from '../../src/attempt.ts';
import { createVaClient } from '../../src/client.ts';
import type { CancelRequest } from '../../src/operations.ts';
import type { Tamper } from '../../contract-tests/sandbox/answer.ts';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { pay } from '../../contract-tests/sandbox/callback.ts';
import type { ScriptName } from '../../contract-tests/sandbox/scripts.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { onConnect } from '../faults/tcp.ts';
import { credentials, pageRequest, vaErrorFrom } from '../support/fixtures.ts';

let sandbox: SandboxServer | undefined;
afterEach(() => sandbox?.close());

/** A sandbox, a virtual account in it, and a client to cancel that with. */
async function start(
  rest: Partial<VirtualAccount> = {},
  { tamper, ...changes }: { tamper?: Tamper; timeoutMs?: number; totalTimeoutMs?: number } = {},
) {
  // prettier-ignore
  const started = (sandbox = await startSandbox({ tamper }));
  const stored = freshVirtualAccount(started.state, rest);
  const { external_id, order_id, transaction_id, payment_channel } = stored;
  const ids = { external_id, order_id, transaction_id };
  const request: CancelRequest = { ...ids, payment_method: 'BANK_TRANSFER', payment_channel };
  const client = createVaClient({ ...credentials, baseUrl: started.url, timeoutMs: 5_000, ...changes });
  const seen = () => started.requests.map(({ path, answer }) => `${path.slice('/va/'.length)}: ${answer}`);
  return { client, request, stored, seen, sandbox: started };
}

const script = (name: ScriptName) => start({ script: name });

/** Drops every cancel after `happens` to the virtual account, which is not cancelled by it. */
const dropCancels =
  (happens: (stored: VirtualAccount) => void): Tamper =>
  (answer, { operation, ids }) => {
    if (operation !== 'cancelVirtualAccount') return answer;
    const stored = sandbox!.state.find(ids.transaction_id)!;
    stored.transaction_status = 'ACTIVE';
    happens(stored);
    return { ...answer, connection: 'drop' };
  };

describe('cancelAndConfirm', () => {
  it.each(['cancel-drop', 'cancel-system-error'] as const)(
    'is done after %s: it was cancelled, only the answer failed',
    async (name) => {
      const { client, request, seen } = await script(name);
      await expect(client.cancelAndConfirm(request)).resolves.toMatchObject({
        transaction_status: 'CANCELED',
      });
      expect(seen()).toEqual([`cancel: ${name}`, 'inquiry: canceled']);
    },
  );

  it('cancels once more when the first cancel did nothing', async () => {
    const { client, request, stored, seen } = await script('system-error-once');
    await expect(client.cancelAndConfirm(request)).resolves.toMatchObject({ transaction_status: 'CANCELED' });
    expect(seen()).toEqual(['cancel: system-error-once', 'inquiry: active', 'cancel: canceled']);
    expect(stored.transaction_status).toBe('CANCELED');
  });

  it('says still_active after two cancels that did nothing', async () => {
    const { client, request, stored, seen } = await script('system-error');
    const error = await vaErrorFrom(client.cancelAndConfirm(request, { singleUse: true }));
    expect(error).toMatchObject({ code: 'still_active', outcome: 'unknown', transactionStatus: 'ACTIVE' });
    expect(error.history).toMatchObject([{ responseCode: '98' }, { responseCode: '98' }]);
    const turn = ['cancel: system-error', 'inquiry: active'];
    expect(seen()).toEqual([...turn, ...turn]);
    expect(stored.transaction_status).toBe('ACTIVE');
  });

  it.each([
    [{ singleUse: true }, 'already_paid', 'refused'],
    [{}, 'paid_not_final', 'unknown'],
  ])('of one that a payer pays meanwhile, with %j, says %s', async (options, code, outcome) => {
    const tamper = dropCancels(({ transaction_id }) => pay(sandbox!.state, transaction_id));
    const { client, request, seen } = await start({}, { tamper });
    const error = await vaErrorFrom(client.cancelAndConfirm(request, options));
    expect(error).toMatchObject({ code, outcome, transactionStatus: 'PAID', request });
    expect(seen()).toEqual(['cancel: canceled', 'inquiry: paid']);
  });

  it('stays unknown, with both errors, when the inquiry fails', async () => {
    const { client, request, stored, seen } = await script('cancel-drop-inquiry-fails');
    const error = await vaErrorFrom(client.cancelAndConfirm(request));
    expect(error).toMatchObject({ code: 'unsettled', outcome: 'unknown', request });
    expect(error.history).toMatchObject([
      { operation: 'cancel', code: 'connection_failed' },
      { operation: 'inquire', code: 'gateway_failed', responseCode: '98' },
    ]);
    expect(seen()).toHaveLength(2);
    // A restart later the gateway is well again.
    const { request: left } = JSON.parse(JSON.stringify(error)) as { request: CancelRequest };
    delete stored.script;
    await expect(client.confirm(left)).resolves.toMatchObject({ transaction_status: 'CANCELED' });
  });

  it('does not inquire after what was never written, though it took all the time that a cancel has', async () => {
    const { baseUrl, seen, stop } = await onConnect()();
    onTestFinished(stop);
    const attempts: AttemptRecord[] = [];
    const client = createVaClient({
      ...credentials,
      baseUrl: baseUrl.replace('http:', 'https:'),
      timeoutMs: 200,
      onAttempt: (record) => void attempts.push(record),
    });
    const error = await vaErrorFrom(client.cancelAndConfirm(pageRequest));
    expect(error).toMatchObject({ code: 'not_connected', outcome: 'not_sent', operation: 'cancel' });
    expect(attempts).toMatchObject([{ operation: 'cancel', written: false }]);
    expect(seen().connections).toBe(1);
  });
});

describe('confirm', () => {
  it.each([
    ['ACTIVE', 'still_active', 'unknown'],
    ['PAID', 'already_paid', 'refused'],
    ['EXPIRED', 'already_expired', 'refused'],
    ['PROCESSING', 'unsettled', 'unknown'],
  ] as const)('never cancels one that is %s', async (transaction_status, code, outcome) => {
    const { client, request, stored, seen } = await start({ transaction_status });
    const error = await vaErrorFrom(client.confirm(request, { singleUse: true }));
    expect(error).toMatchObject({ code, outcome, operation: 'confirm' });
    expect(seen()).toEqual([`inquiry: ${transaction_status.toLowerCase()}`]);
    expect(stored.transaction_status).toBe(transaction_status);
  });

  it('is done with the request of a cancel that was lost, read back from JSON', async () => {
    const { client, request, seen } = await script('cancel-drop');
    const error = await vaErrorFrom(client.cancel(request));
    expect(error).toMatchObject({ code: 'connection_failed', outcome: 'unknown' });
    const { request: left } = JSON.parse(JSON.stringify(error)) as { request: CancelRequest };
    await expect(client.confirm(left)).resolves.toMatchObject({ transaction_status: 'CANCELED' });
    expect(seen()).toEqual(['cancel: cancel-drop', 'inquiry: canceled']);
  });
});
