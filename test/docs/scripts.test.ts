/** What `make generate` does on a machine that lacks a tool. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { toolNode } from '../../contract-tests/shared/processes.ts';
import { root } from '../support/built.ts';

const run = promisify(execFile);

it.each([
  ['java', 'scripts/class-client.ts', 'generate: openapi-generator needs java', 'default-jre-headless'],
  ['go', 'contract-tests/diff/main.ts', 'contract-diff: oasdiff needs go', 'golang-go'],
])(
  'without %s it says so in one line, names the Debian package, and changes nothing',
  async (_, script, says, debian) => {
    const empty = mkdtempSync(join(tmpdir(), 'no-tools-'));
    symlinkSync(join(root, 'generated'), join(empty, 'generated'));
    symlinkSync(join(root, 'spec'), join(empty, 'spec'));
    const before = readdirSync(join(root, 'generated/client'), { recursive: true });
    const failed = run(toolNode(), [join(root, script)], { cwd: empty, env: { PATH: empty } });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${says}, which this machine lacks: apt-get install ${debian}\n`,
    });
    expect(readdirSync(join(root, 'generated/client'), { recursive: true })).toEqual(before);
    rmSync(empty, { recursive: true });
  },
);
