/** What docs/command.md lists, held against the help. Its shell is run by ../docs. */
import { expect, it } from 'vitest';
import { readDocument } from '../support/doc-blocks.ts';
import { run, runtimes } from './command.ts';

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
