import { afterAll, describe, expect, it } from 'vitest';
import { pageVirtualAccount } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { leaks } from '../support/canaries.ts';
import { pageRequest } from '../support/fixtures.ts';
import { environmentFor, expectWords, idArgs, run, runtimes } from './command.ts';

const sandbox = await startSandbox();
afterAll(() => sandbox.close());

describe.each(runtimes().slice(0, 1))('--dry-run under $name', (runtime) => {
  const dry = (args: string[]) => run(runtime, [...args, '--dry-run'], environmentFor(sandbox.url));
  const ids = idArgs(pageVirtualAccount);

  it.each([
    [['cancel'], '/va/cancel'],
    [['cancel', '--confirm', '--max-retries', '3'], '/va/cancel'],
    [['inquire', '--max-retries', '3'], '/va/inquiry'],
    [['confirm', '--single-use'], '/va/inquiry'],
  ])('%s shows the request with its secrets masked, and sends nothing', async (args, path) => {
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
    expect(sandbox.requests).toEqual([]);
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
