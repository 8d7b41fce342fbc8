import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { pageRequest } from '../support/fixtures.ts';
import { environmentFor, expectWords, run, runtimes, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const sandbox = await startSandbox();
afterAll(() => sandbox.close());

const { payment_channel } = pageRequest;
const requestFor = (va: { external_id: string; order_id: string; transaction_id: string }) => {
  const { external_id, order_id, transaction_id } = va;
  return { external_id, order_id, transaction_id, payment_method: 'BANK_TRANSFER', payment_channel };
};

describe.each(runtimes().slice(0, 1))('--file under $name', (runtime) => {
  const given = (args: string[], input = '') =>
    run(runtime, args, environmentFor(sandbox.url), { cwd: folder, input });
  const write = (content: unknown) => {
    const asIs = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(join(folder, 'request.json'), asIs ? content : JSON.stringify(content));
  };

  it('takes the request from a file, or from stdin', async () => {
    const va = freshVirtualAccount(sandbox.state);
    write(requestFor(va));
    expect(await given(['cancel', '--file', 'request.json'])).toMatchObject({ code: 0, stderr: '' });
    const asked = await given(['inquire', '--json', '--file', '-'], JSON.stringify(requestFor(va)));
    expect(JSON.parse(asked.stdout)).toMatchObject({ transaction_status: 'CANCELED' });
  });

  it('lets the options beat the members', async () => {
    write({ ...pageRequest, order_id: 'of-the-file', payment_channel: 'BCA' });
    const { payment_method: _, ...others } = requestFor(freshVirtualAccount(sandbox.state));
    const args = ['--external-id', others.external_id, '--order-id', others.order_id];
    const shown = await given(['cancel', '--dry-run', '--json', '--file', 'request.json', ...args]);
    const { transaction_id } = pageRequest;
    expect(JSON.parse(shown.stdout)).toMatchObject({
      body: { ...pageRequest, ...others, transaction_id, payment_channel: 'BCA' },
    });
  });

  it('confirm takes a stored error for the request that it is about; cancel says to confirm first', async () => {
    const drops = sandbox.state.virtualAccounts().find(({ script }) => script === 'cancel-drop')!;
    const va = sandbox.state.add({
      ...drops,
      transaction_id: crypto.randomUUID(),
      transaction_status: 'ACTIVE',
    });
    const cancelled = await given(['cancel', '--json', '--file', '-'], JSON.stringify(requestFor(va)));
    expect(cancelled.code).toBe(5);
    write(cancelled.stdout);
    const before = sandbox.requests.length;
    const again = await given(['cancel', '--file', 'request.json']);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expectWords(again.stderr, /request\.json: this is a stored error.*confirm --file request\.json/);
    expect(sandbox.requests).toHaveLength(before);
    const settled = await given(['confirm', '--file', 'request.json']);
    expect(settled).toMatchObject({ code: 0, stderr: '' });
    expectWords(settled.stdout, /^done: /);
  });

  it.each<[string, unknown, RegExp]>([
    ['is no JSON', 'IFORTEPAY_HASH_KEY=fake-canary-in-a-file', /is not JSON/],
    ['is not UTF-8', Buffer.from('{"order_id":"\u00ff"}', 'latin1'), /is not JSON/],
    ['is a list', '[]', /must be one JSON object/],
    ['is empty', '', /is empty/],
    ['names a member twice', '{"order_id":"1","order_id":"2"}', /names a member twice/],
    [
      'has an unknown member',
      { ...pageRequest, ordre_id: 'fake-canary-in-a-file' },
      /"ordre_id" is not a member/,
    ],
    [
      'has a member that is a number',
      { ...pageRequest, order_id: 7 },
      /order_id must be a string.* not a number/,
    ],
    ['has a member that is null', { ...pageRequest, order_id: null }, /order_id must be a string.* not null/],
    ['is an error without a request', { outcome: 'not_sent', code: 'invalid_request' }, /no member request/],
  ])('exits 2 and names the file if it %s', async (_, content, words) => {
    write(content);
    const before = sandbox.requests.length;
    const ran = await given(['confirm', '--file', 'request.json']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(ran.stderr, words);
    expectWords(ran.stderr, /^ifortepay-va: request\.json: .*Nothing was sent\. $/);
    expect(ran.stderr).not.toMatch(/fake-canary|\n {4}at /);
    expect(sandbox.requests).toHaveLength(before);
  });

  it('exits 2 for a file that is not there, and for members that are nowhere', async () => {
    const absent = await given(['cancel', '--file', 'absent.json']);
    expect(absent).toMatchObject({ code: 2, stdout: '' });
    expectWords(absent.stderr, /absent\.json: cannot be read \(ENOENT\)/);
    write({ external_id: '1', transaction_id: '2' });
    const partial = await given(['cancel', '--file', 'request.json']);
    expect(partial).toMatchObject({ code: 2, stdout: '' });
    expectWords(
      partial.stderr,
      /--order-id, or the member order_id --channel, or the member payment_channel/,
    );
    expect(partial.stderr).not.toContain('--external-id');
  });
});

describe.each(runtimes().slice(0, 1))('--env-from under $name', (runtime) => {
  const dry = (env: Record<string, string | undefined>, file = '.env') =>
    run(runtime, ['cancel', '--dry-run', '--env-from', file, '--file', '-'], env, {
      cwd: folder,
      input: JSON.stringify(pageRequest),
    });
  const lines = () =>
    Object.entries(environmentFor(sandbox.url)).map(([name, value]) => `${name}='${value}' # a remark\n`);

  it('reads variables, beneath those of the environment', async () => {
    writeFileSync(join(folder, '.env'), `\uFEFF${lines().join('')}`);
    const ran = await dry({});
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`POST ${sandbox.url}/va/cancel`);
    const other = await dry({ IFORTEPAY_BASE_URL: 'https://other.invalid' });
    expect(other.stdout).toContain('POST https://other.invalid/va/cancel');
  });

  it('exits 2 if it cannot be read', async () => {
    const ran = await dry({}, 'absent.env');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(ran.stderr, /--env-from absent\.env cannot be read \(ENOENT\)/);
  });
});
