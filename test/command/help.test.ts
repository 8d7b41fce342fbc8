import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { root } from '../support/built.ts';
import { readDocument } from '../support/doc-blocks.ts';
import { run, runScript, runtimes, temporaryFolder } from './command.ts';

const folder = temporaryFolder();
const sandbox = await startSandbox();
afterAll(() => sandbox.close());

/** The shell lines after "Example". */
function exampleIn(help: string): string {
  const [, example = ''] = /^Example[^\n]*\n([^]*)$/m.exec(help) ?? [];
  return example.trim();
}

describe.each(runtimes().slice(0, 1))('help under $name', (runtime) => {
  it('alone prints the help on stderr and exits 2; --version prints the version', async () => {
    const alone = await run(runtime, [], {});
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toMatch(/^Usage: ifortepay-va/);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await run(runtime, ['--version'], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  // In this order, for the example of cancel can be run once, and inquire then finds it cancelled.
  it.each<[string[], RegExp]>([
    [[], /^done: the virtual account is cancelled/],
    [['inquire'], /^done: the gateway says CANCELED/],
    [['confirm'], /^done: the virtual account is cancelled/],
    [['sign'], /^--header 'content-type/],
    [['verify-callback'], /^done: the signature is right/],
    [['doctor'], /Nothing fails/],
  ])('%j has one of 80 columns, whose example works', async (args, words) => {
    const help = await run(runtime, [...args, '--help'], {});
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const line of help.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const code of ['0  done', '2  usage', '3  refused', '4  not sent', '5  unknown'])
      expect(help.stdout).toContain(code);
    for (const name of ['MERCHANT_ID', 'SECRET_UNBOUND_ID', 'HASH_KEY', 'SUB_MERCHANT_ID', 'ENV', 'BASE_URL'])
      expect(help.stdout).toContain(`  IFORTEPAY_${name} `);
    const script = exampleIn(help.stdout).replace('http://127.0.0.1:4020', sandbox.url);
    expect(script).toContain(sandbox.url);
    if (args.length === 0) {
      const { transaction_id } = sandbox.state.virtualAccounts()[0]!;
      sandbox.state.find(transaction_id)!.transaction_status = 'ACTIVE';
      expect((await run(runtime, ['cancel', '--help'], {})).stdout).toContain(exampleIn(help.stdout));
    } else expect(script).toContain(`ifortepay-va ${args[0]}`);
    const ran = await runScript(runtime, script, {}, folder);
    expect(ran.stdout).toMatch(words);
    expect(ran.code).toBe(0);
    sandbox.state.find('00000000-0000-4000-8000-000000000018')!.transaction_status = 'ACTIVE';
  });

  it('of the commands about many has 80 columns; their examples work one after the other', async () => {
    const scripts: string[] = [];
    for (const args of ['cancel-many', 'many status', 'many report', 'many retry', 'many work']) {
      const help = await run(runtime, [...args.split(' '), '--help'], {});
      expect(help).toMatchObject({ code: 0, stderr: '' });
      for (const line of help.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
      for (const words of ['0  all are done', '4  nothing could be sent', '  IFORTEPAY_DATABASE '])
        expect(help.stdout).toContain(words);
      const script = exampleIn(help.stdout).replace('http://127.0.0.1:4020', sandbox.url);
      expect(script).toContain(`ifortepay-va ${args} `);
      if (args !== 'many work') scripts.push(script); // it needs a PostgreSQL, and stays
    }
    sandbox.state.virtualAccounts()[0]!.transaction_status = 'ACTIVE';
    const ran = await runScript(runtime, scripts.join('\n'), {}, folder);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^done: [^]*run default: [^]*Written to report.html[^]*done: /);
  });
});

it('docs/command.md has every subcommand and every exit code of the help', async () => {
  const page = readDocument('docs/command.md');
  const { stdout } = await run(runtimes()[0]!, ['--help'], {});
  const [, commands = ''] = /^Commands:\n([^]*?)\n\n/m.exec(stdout) ?? [];
  const names = [...commands.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name!);
  const rows = [...page.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name!);
  expect(rows).toEqual(names.filter((name) => name !== 'help'));
  const [, codes = ''] = /^Exit codes:\n([^]*?)\n\n/m.exec(stdout) ?? [];
  const listed = [...codes.matchAll(/^ {2}(\d)/gm)].map(([, code]) => code!).sort();
  expect([...page.matchAll(/^\| (\d) /gm)].map(([, code]) => code!)).toEqual(listed);
});
