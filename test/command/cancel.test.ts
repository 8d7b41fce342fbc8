import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { answerJson, startHttpServer } from '../../contract-tests/shared/http-server.ts';
import { pageVirtualAccount } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { pageRequest, pageSuccess } from '../support/fixtures.ts';
import { cancelArgs, environmentFor, expectWords, idArgs, run, runScript, runtimes } from './command.ts';
import { leaks } from '../support/canaries.ts';
import { refusals } from '../../contract-tests/sandbox/assumptions.ts';

const sandbox = await startSandbox();
afterAll(() => sandbox.close());
const env = environmentFor(sandbox.url);

const seeded = (name: string) =>
  sandbox.state.virtualAccounts().find(({ external_id }) => external_id === `sandbox-${name}`)!;
/** An active one with that seed's script. */
const scripted = (name: string) =>
  sandbox.state.add({
    ...seeded(name),
    transaction_id: crypto.randomUUID(),
    transaction_status: 'ACTIVE',
  });
const fresh = () => freshVirtualAccount(sandbox.state);

describe.each(runtimes())('cancel under $name', (runtime) => {
  const cancel = (va: VirtualAccount, more: string[] = [], changes: object = {}) =>
    run(runtime, [...cancelArgs(va), ...more], { ...env, ...changes });

  it('exits 0 when it is done, and says so with the facts', async () => {
    const va = fresh();
    const ran = await cancel(va);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expectWords(ran.stdout, /^done: the virtual account is cancelled.* status CANCELED/);
    expect(ran.stdout).toContain(va.transaction_id);
    expect(sandbox.state.find(va.transaction_id)!.transaction_status).toBe('CANCELED');
    const { external_id, order_id, transaction_id } = fresh();
    const asJson = await cancel({ ...va, external_id, order_id, transaction_id }, ['--json']);
    expect(JSON.parse(asJson.stdout)).toEqual({ ...pageSuccess, external_id, order_id, transaction_id });
  });

  it('exits 3 when it is refused, with the advice for that code', async () => {
    const ran = await cancel(seeded('paid'));
    expect(ran).toMatchObject({ code: 3, stderr: '' });
    const { response_code } = refusals.already_paid.value;
    expectWords(ran.stdout, /^refused: .*This call changed nothing\. .*inquire/);
    expectWords(ran.stdout, new RegExp(` response code ${response_code}`));
    const wrong = await cancel(fresh(), [], { IFORTEPAY_HASH_KEY: 'fake-wrong-key' });
    expect(wrong.code).toBe(3);
    expectWords(wrong.stdout, /Check the hash key/);
  });

  it('exits 4 when nothing was sent', async () => {
    const gone = await startSandbox();
    await gone.close();
    const ran = await cancel(pageVirtualAccount, [], { IFORTEPAY_BASE_URL: gone.url });
    expect(ran).toMatchObject({ code: 4, stderr: '' });
    expectWords(ran.stdout, /^not sent: .*Nothing was sent\. `ifortepay-va doctor`.* connection_refused/);
    const tooLong = await cancel({ ...pageVirtualAccount, order_id: 'o'.repeat(26) });
    expect(tooLong.code).toBe(4);
    expectWords(tooLong.stdout, /order_id must have at most 25 characters/);
  });

  it.concurrent.each(['stall', 'cancel-drop', 'html-502', 'partner-error', 'bad-json'])(
    'exits 5 for %s, with the command that settles it',
    async (name) => {
      const va = scripted(name);
      const ran = await cancel(va, ['--timeout-ms', '1500']);
      expect(ran).toMatchObject({ code: 5, stderr: '' });
      expectWords(ran.stdout, /^unknown: .* Do not cancel again before you know/);
      const [settle = ''] = /^ {2}ifortepay-va confirm [^]*?(?=\n\n)/m.exec(ran.stdout) ?? [];
      const settled = await runScript(runtime, settle, env, '/');
      expect(settled.code).toBe(name === 'cancel-drop' ? 0 : 5);
      expect(settled.stdout).toContain(name === 'cancel-drop' ? 'CANCELED' : 'still_active');
    },
  );

  it('--confirm finds out by inquiry, within --total-timeout-ms', async () => {
    expect(await cancel(scripted('cancel-drop'), ['--confirm'])).toMatchObject({ code: 0, stderr: '' });
    // Enough for a busy machine to connect in the half of it that the cancel has.
    const ran = await cancel(scripted('stall'), ['--confirm', '--total-timeout-ms', '4000', '--json']);
    expect(ran.code).toBe(5);
    const { history, durationMs } = JSON.parse(ran.stdout) as { history: object[]; durationMs: number };
    expect(history[0]).toMatchObject({ code: 'timeout', operation: 'cancel' });
    expect(durationMs).toBeLessThan(20_000); // without the option it would be a minute
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('exits 5 on %s while it waits for the answer', async (signal) => {
    const stalled = () => sandbox.requests.filter(({ status }) => status === 'stall').length;
    const before = stalled();
    const started = async (child: ChildProcess) => {
      while (stalled() === before && child.exitCode === null) await sleep(10);
      child.kill(signal);
    };
    const ran = await run(runtime, cancelArgs(scripted('stall')), env, { started });
    expect(ran).toMatchObject({ code: 5, stderr: '' });
    expectWords(ran.stdout, /^unknown: aborted after it was sent\. .*ifortepay-va confirm/);
  });

  it('shows the reason that the gateway gives, to people and to programs', async () => {
    const reason = 'payment_channel BCA is not active';
    const answer = { response_code: '01', response_message: 'Invalid parameter', error: reason };
    const gateway = await startHttpServer((_, response) => answerJson(response, answer, 400));
    const args = cancelArgs(fresh());
    const ran = Promise.all(
      [args, [...args, '--json']].map((all) => run(runtime, all, environmentFor(gateway.url))),
    );
    const [plain, asJson] = await ran.finally(gateway.close);
    expect(plain).toMatchObject({ code: 3, stderr: '' });
    expectWords(
      plain!.stdout,
      new RegExp(`^refused: .*01 Invalid parameter: ${reason}.* the reason ${reason}`),
    );
    expect(JSON.parse(asJson!.stdout)).toMatchObject({ code: 'invalid_parameter', responseError: reason });
  });

  it('exits as it would have, if who reads its output goes away', async () => {
    // `true` is gone long before the command writes.
    const { code, stderr } = await runScript(
      runtime,
      `{ ifortepay-va ${cancelArgs(fresh()).join(' ')}; echo "exit $?" >&2; } | true`,
      env,
      '/',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'exit 0\n' });
  });

  it('sends ids beyond the documented limits only when told so', async () => {
    const va = freshVirtualAccount(sandbox.state, { external_id: 'a_b' });
    expect((await cancel(va)).code).toBe(4);
    const before = sandbox.requests.length;
    const lifted = await cancel(va, ['--json', '--dangerously-allow-ids-beyond-documented-limits']);
    expect(sandbox.requests).toHaveLength(before + 1);
    expect(JSON.parse(lifted.stdout)).toMatchObject({ code: 'invalid_parameter', responseCode: '01' });
  });
});

// What they do is done by the same code: one Node will do.
describe.each(runtimes().slice(0, 1))('inquire and confirm under $name', (runtime) => {
  const about = (name: string, args: string[]) => run(runtime, [...args, ...idArgs(seeded(name))], env);

  it.each([
    ['paid', 'PAID'],
    ['expired', 'EXPIRED'],
    ['inquiry-partner-error', undefined],
  ])('inquire says what the gateway says of %s, and changes nothing', async (name, status) => {
    const ran = await about(name, ['inquire']);
    expect(ran).toMatchObject({ code: status ? 0 : 5, stderr: '' });
    if (status) expectWords(ran.stdout, new RegExp(`^done: the gateway says ${status}\\.`));
    else expectWords(ran.stdout, /^unknown: the gateway failed: 03 .* Asking changes nothing/);
    expect(ran.stdout).not.toMatch(/carried out|ifortepay-va confirm/);
  });

  it('inquire repeats as often as --max-retries allow', async () => {
    const before = sandbox.requests.length;
    expect((await about('inquiry-system-error', ['inquire', '--max-retries', '2'])).code).toBe(5);
    expect(sandbox.requests).toHaveLength(before + 3);
  });

  it('confirm is done if it is cancelled', async () => {
    const ran = await about('canceled', ['confirm']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expectWords(ran.stdout, /^done: the virtual account is cancelled/);
  });

  it('confirm takes PAID as final only with --single-use, and says so', async () => {
    const open = await about('paid', ['confirm']);
    expect(open.code).toBe(5);
    expectWords(open.stdout, /If it takes one payment only .* ifortepay-va confirm --single-use \\/);
    const single = await about('paid', ['confirm', '--single-use']);
    expect(single.code).toBe(3);
    expectWords(single.stdout, /^refused: the virtual account is paid.* can no longer be cancelled/);
  });

  it('confirm cancels nothing', async () => {
    const va = fresh();
    const before = sandbox.requests.length;
    const ran = await run(runtime, ['confirm', ...idArgs(va)], env);
    expect(ran.code).toBe(5);
    expectWords(ran.stdout, /still active.* cancel again/);
    expect(sandbox.requests.slice(before).map(({ path }) => path)).toEqual(['/va/inquiry']);
  });
});

describe.each(runtimes().slice(0, 1))('--dry-run under $name', (runtime) => {
  const dry = (args: string[]) => run(runtime, [...args, '--dry-run'], env);
  const ids = idArgs(pageVirtualAccount);

  it.each([
    [['cancel'], '/va/cancel'],
    [['cancel', '--confirm', '--max-retries', '3'], '/va/cancel'],
    [['inquire', '--max-retries', '3'], '/va/inquiry'],
    [['confirm', '--single-use'], '/va/inquiry'],
  ])('%s shows the request with its secrets masked, and sends nothing', async (args, path) => {
    const before = sandbox.requests.length;
    const ran = await dry([...args, ...ids, '--json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const shown = JSON.parse(ran.stdout) as { headers: object };
    expect(shown).toMatchObject({ dryRun: true, method: 'POST', url: sandbox.url + path, body: pageRequest });
    expect(shown.headers).toMatchObject({
      'x-version': 'v3',
      'content-type': 'application/json',
      authorization: 'Basic ********',
      'x-req-signature': '********',
    });
    expect(leaks(ran)).toEqual([]);
    expect(sandbox.requests).toHaveLength(before);
  });

  it('without --json shows it as it goes over the wire', async () => {
    const ran = await dry(['cancel', ...ids]);
    expect(ran.code).toBe(0);
    expectWords(ran.stderr, /^dry run: nothing was sent/);
    expect(ran.stdout).toMatch(/^POST http:\S+\/va\/cancel\n[^]*authorization: Basic \*{8}\n[^]*\n\n\{/);
    expect(JSON.parse(ran.stdout.split('\n\n')[1]!)).toEqual(pageRequest);
    expect(leaks(ran)).toEqual([]);
  });

  it('says what is wrong with the request, like the real one', async () => {
    const ran = await dry(['cancel', ...idArgs({ ...pageVirtualAccount, external_id: 'a b' }), '--json']);
    expect(ran.code).toBe(4);
    expect(JSON.parse(ran.stdout)).toMatchObject({ code: 'invalid_request' });
  });
});
