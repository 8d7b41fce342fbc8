/** Runs the shell of docs/command.md as a reader would, and holds its output against what the page shows. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type SandboxServer } from '../sandbox/server.ts';
import { ensureBuilt, root } from '../support/built.ts';
import { run, runScript, runtimes } from './command.ts';

const page = readFileSync(join(root, 'docs/command.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n([^]*?)^```$(?:\n\n```text\n([^]*?)^```$)?/gm)];

let sandbox: SandboxServer;
let folder: string;
beforeAll(async () => {
  [sandbox] = await Promise.all([startSandbox(), ensureBuilt()]);
  folder = mkdtempSync(join(tmpdir(), 'ifortepay-va-'));
}, 120_000);
afterAll(async () => {
  await sandbox?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// One Node: what the page shows does not depend on it, and the sandbox forgets nothing.
describe('docs/command.md', () => {
  const [runtime] = runtimes();
  const [exports = ''] = blocks.map(([, script]) => script!);

  it('has blocks with credentials first, and output for most', () => {
    expect(exports).toContain('export IFORTEPAY_BASE_URL=http://127.0.0.1:4020');
    expect(blocks.filter(([, , output]) => output !== undefined).length).toBeGreaterThanOrEqual(4);
    expect(blocks).toHaveLength(page.match(/^```sh$/gm)!.length);
  });

  it.each(blocks.slice(1).map(([, script, output]) => [script!, output] as const))(
    'runs, and prints what the page shows: %s',
    async (script, output) => {
      const here = `${exports}${script}`.replaceAll('http://127.0.0.1:4020', sandbox.url);
      const ran = await runScript(runtime!, here, {}, folder);
      expect(ran.code, ran.stderr).toBe(0);
      const shown = ran.stdout.replaceAll(sandbox.url, 'http://127.0.0.1:4020');
      if (output !== undefined) expect(shown).toBe(output);
    },
  );

  it('has every subcommand and every exit code of the help', async () => {
    const { stdout } = await run(runtime!, ['--help'], {});
    const [, commands = ''] = /^Commands:\n([^]*?)\n\n/m.exec(stdout) ?? [];
    const names = [...commands.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name!);
    const rows = [...page.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name!);
    expect(rows).toEqual(names.filter((name) => name !== 'help'));
    const [, codes = ''] = /^Exit codes:\n([^]*?)\n\n/m.exec(stdout) ?? [];
    const listed = [...codes.matchAll(/^ {2}(\d)/gm)].map(([, code]) => code!).sort();
    expect([...page.matchAll(/^\| (\d) /gm)].map(([, code]) => code!)).toEqual(listed);
  });
});
