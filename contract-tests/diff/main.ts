/**
 * What `make contract-diff` runs: the contract against the one of the last release, by oasdiff (a Go program, so
 * Go must be on the machine). Exit 1 on a breaking change that the version number does not announce.
 *
 * `--prove` shows that it looks: seeded breaking changes must be found, harmless ones must not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { requireTool } from '../../scripts/tools.ts';
import { runCommand } from '../shared/command.ts';

const CONTRACT = 'spec/openapi.yaml';
const OASDIFF = 'github.com/oasdiff/oasdiff@v1.35.0';
const BIN = resolve('node_modules/.cache/ifortepay-va/go');

const scratch = mkdtempSync(join(tmpdir(), 'contract-diff-'));
await runCommand<{ prove?: boolean }>(
  {
    name: 'contract-diff',
    says: 'Compares the contract with that of the last release.',
    options: [['--prove', 'find seeded breaking changes, and no harmless ones']],
  },
  ({ prove: isProof }) => {
    installOasdiff();
    return isProof ? prove() : compareWithRelease();
  },
);
rmSync(scratch, { recursive: true });

function installOasdiff(): void {
  if (existsSync(join(BIN, 'oasdiff'))) return;
  requireTool('go');
  console.log(`Installing ${OASDIFF} (a minute, once)`);
  const { status } = spawnSync('go', ['install', OASDIFF], {
    env: { ...process.env, GOBIN: BIN },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`go install ${OASDIFF} failed with ${status}.`);
}

/** oasdiff's own report, and whether it found a breaking change. */
function breaking(before: string, after: string): { found: boolean; report: string } {
  const { status, stdout, stderr, error } = spawnSync(
    join(BIN, 'oasdiff'),
    ['breaking', '--fail-on', 'ERR', before, after],
    { encoding: 'utf8' },
  );
  if (error || (status !== 0 && status !== 1)) throw new Error(`oasdiff failed (${status}): ${stderr}`);
  return { found: status === 1, report: stdout.trim() };
}

function written(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

function compareWithRelease(): number {
  const { stdout } = spawnSync('git', ['describe', '--tags', '--match', 'v*', '--abbrev=0'], {
    encoding: 'utf8',
  });
  const tag = stdout.trim();
  if (tag === '') {
    console.log('No release tag yet (v*): there is nothing to compare with.');
    return 0;
  }
  const before = execFileSync('git', ['show', `${tag}:${CONTRACT}`], { encoding: 'utf8' });
  const { found, report } = breaking(written('before.yaml', before), CONTRACT);
  console.log(`The contract against ${tag}:\n${report}`);
  const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
  const announced = significant(version) !== significant(tag.slice(1));
  if (found && announced) console.log(`\nBreaking, and ${version} announces it.`);
  if (found && !announced) console.error(`\nBreaking, but ${version} does not announce it after ${tag}.`);
  return found && !announced ? 1 : 0;
}

/** The part of a version that says "breaking": the major number, before 1.0 the minor too. */
function significant(version: string): string {
  const [major, minor] = version.split('.');
  return major === '0' ? `0.${minor}` : major!;
}

function prove(): number {
  const contract = readFileSync(CONTRACT, 'utf8');
  const changes: [name: string, from: string | RegExp, to: string, breaks: boolean][] = [
    ['a tighter limit', 'maxLength: 64', 'maxLength: 60', true],
    [
      'one more mandatory member',
      /required: \[email, full_name\]/,
      'required: [email, full_name, phone]',
      true,
    ],
    ['a request enum renamed', 'enum: [BANK_TRANSFER]\n', 'enum: [BANK]\n', true],
    ['an operation removed', '  /va/inquiry:', '  /va/inquiries:', true],
    ['an answer member no longer promised', '        - transaction_status\n', '', true],
    ['another status for success', "        '200':", "        '202':", true],
    ['prose', 'Virtual accounts of a merchant.', 'The virtual accounts of a merchant.', false],
    ['a wider limit', 'maxLength: 25', 'maxLength: 30', false],
  ];
  const wrong = changes.filter(([name, from, to, breaks]) => {
    const changed = contract.replace(from, to);
    if (changed === contract) throw new Error(`The contract has nothing to change for: ${name}`);
    const after = written('after.yaml', changed);
    const right = breaking(CONTRACT, after).found === breaks;
    console.log(`${right ? 'ok   ' : 'WRONG'} ${breaks ? 'breaking' : 'harmless'}: ${name}`);
    return !right;
  });
  return wrong.length === 0 ? 0 : 1;
}
