import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshVirtualAccount } from '../sandbox/draft.ts';
import { pageVirtualAccount } from '../sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../sandbox/server.ts';
import type { VirtualAccount } from '../sandbox/state.ts';
import { ensureBuilt } from '../support/built.ts';
import { leaks } from '../support/canaries.ts';
import { pageSuccess } from '../support/fixtures.ts';
import { cancelArgs, environmentFor, expectWords, run, runtimes } from './command.ts';

let sandbox: SandboxServer;
let env: Record<string, string | undefined>;
beforeAll(async () => {
  [sandbox] = await Promise.all([startSandbox(), ensureBuilt()]);
  env = environmentFor(sandbox.url);
}, 120_000);
afterAll(() => sandbox?.close());

const seeded = (name: string) =>
  sandbox.state.virtualAccounts().find(({ external_id }) => external_id === `sandbox-${name}`)!;
const fresh = () => freshVirtualAccount(sandbox.state);

describe.each(runtimes())('the command under $name', (runtime) => {
  const cancel = (va: VirtualAccount, more: string[] = [], changes: object = {}) =>
    run(runtime, [...cancelArgs(va), ...more], { ...env, ...changes });

  describe('cancel', () => {
    it('exits 0 with the answer on stdout when it is done', async () => {
      const va = fresh();
      const ran = await cancel(va);
      const { external_id, order_id, transaction_id } = va;
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.stdout)).toEqual({ ...pageSuccess, external_id, order_id, transaction_id });
      expectWords(ran, /^done: /);
      expect(sandbox.state.find(transaction_id)!.transaction_status).toBe('CANCELED');
    });

    it('exits 3 when it is refused', async () => {
      const ran = await cancel(seeded('paid'));
      expect(ran.code).toBe(3);
      expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'refused', code: 'invalid_parameter' });
      expectWords(ran, /^refused: .*This call changed nothing\./);
    });

    it('exits 4 when nothing was sent', async () => {
      const gone = await startSandbox();
      await gone.close();
      const ran = await cancel(pageVirtualAccount, [], { IFORTEPAY_BASE_URL: gone.url });
      expect(ran.code).toBe(4);
      expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'not_sent', code: 'connection_refused' });
      expectWords(ran, /^not sent: .*Nothing was sent\./);
      const tooLong = await cancel({ ...pageVirtualAccount, order_id: 'o'.repeat(26) });
      expect(tooLong.code).toBe(4);
      expectWords(tooLong, /order_id must have at most 25 characters/);
    });

    it.each(['stall', 'cancel-drop', 'html-502', 'partner-error', 'bad-json'])(
      'exits 5 for %s',
      async (name) => {
        const va = sandbox.state.add({
          ...seeded(name),
          transaction_id: crypto.randomUUID(),
          transaction_status: 'ACTIVE',
        });
        const ran = await cancel(va, ['--timeout-ms', '1500']);
        expect(ran.code).toBe(5);
        expect(JSON.parse(ran.stdout)).toMatchObject({
          outcome: 'unknown',
          request: { order_id: va.order_id },
        });
        expectWords(ran, /^unknown: .*ask \/va\/inquiry/);
      },
    );

    it('exits 5 on Ctrl-C while it waits for the answer', async () => {
      const stalled = () => sandbox.requests.filter(({ status }) => status === 'stall').length;
      const before = stalled();
      const interrupt = async (child: ChildProcess) => {
        while (stalled() === before && child.exitCode === null) await sleep(10);
        child.kill('SIGINT');
      };
      const ran = await run(runtime, cancelArgs(seeded('stall')), env, interrupt);
      expect(ran.code).toBe(5);
      expect(JSON.parse(ran.stdout)).toMatchObject({ outcome: 'unknown', code: 'aborted' });
      expectWords(ran, /^unknown: /);
    });

    it('sends ids beyond the documented limits only when told so', async () => {
      const va = freshVirtualAccount(sandbox.state, { external_id: 'a_b' });
      expect((await cancel(va)).code).toBe(4);
      const before = sandbox.requests.length;
      const lifted = await cancel(va, ['--dangerously-allow-ids-beyond-documented-limits']);
      expect(sandbox.requests).toHaveLength(before + 1);
      expect(JSON.parse(lifted.stdout)).toMatchObject({ code: 'invalid_parameter', responseCode: '01' });
    });

    it('never shows a secret', async () => {
      for (const va of [fresh(), seeded('paid'), seeded('html-502')])
        expect(leaks(await cancel(va))).toEqual([]);
      const wrong = await cancel(fresh(), [], { IFORTEPAY_HASH_KEY: 'fake-wrong-key' });
      expect(wrong.code).toBe(3);
      expect(leaks(wrong, ['fake-wrong-key'])).toEqual([]);
    });
  });

  describe('cancel --dry-run', () => {
    it('shows the request with its secrets masked, and sends nothing', async () => {
      const before = sandbox.requests.length;
      const ran = await cancel(pageVirtualAccount, ['--dry-run']);
      expect(ran.code).toBe(0);
      const { transaction_status: _, response_code: __, ...body } = pageSuccess;
      const shown = JSON.parse(ran.stdout) as { headers: Record<string, string> };
      expect(shown).toMatchObject({ method: 'POST', url: `${sandbox.url}/va/cancel`, body });
      expect(shown.headers).toMatchObject({ 'x-version': 'v3', 'content-type': 'application/json' });
      expect(shown.headers.authorization).toMatch(/^Basic \*+$/);
      expect(shown.headers['x-req-signature']).toMatch(/^\*+$/);
      expect(leaks(ran)).toEqual([]);
      expectWords(ran, /^dry run: nothing was sent/);
      expect(sandbox.requests).toHaveLength(before);
    });

    it('says what is wrong with the request, like the real one', async () => {
      const ran = await cancel({ ...pageVirtualAccount, external_id: 'a b' }, ['--dry-run']);
      expect(ran.code).toBe(4);
      expect(JSON.parse(ran.stdout)).toMatchObject({ code: 'invalid_request' });
    });
  });
});
