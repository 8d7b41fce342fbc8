import { afterAll, describe, expect, it } from 'vitest';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { environmentFor, expectWords, idArgs, run, runtimes } from './command.ts';

const sandbox = await startSandbox();
afterAll(() => sandbox.close());

describe.each(runtimes().slice(0, 1))('inquire and confirm under $name', (runtime) => {
  const about = (name: string, args: string[]) => {
    const va = sandbox.state.virtualAccounts().find(({ external_id }) => external_id === `sandbox-${name}`)!;
    return run(runtime, [...args, ...idArgs(va)], environmentFor(sandbox.url));
  };

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
    const va = freshVirtualAccount(sandbox.state);
    const before = sandbox.requests.length;
    const ran = await run(runtime, ['confirm', ...idArgs(va)], environmentFor(sandbox.url));
    expect(ran.code).toBe(5);
    expectWords(ran.stdout, /still active.* cancel again/);
    expect(sandbox.requests.slice(before).map(({ path }) => path)).toEqual(['/va/inquiry']);
  });
});
