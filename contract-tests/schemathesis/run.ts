/** Installs Schemathesis, and runs it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTool } from '../../scripts/tools.ts';
import { fakeSubMerchant, seedMerchants } from '../sandbox/seeds.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const spec = fileURLToPath(new URL('../../spec/openapi.yaml', import.meta.url));
const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
// Ignored by git and by every linter already, and gone with `make clean`.
const home = fileURLToPath(new URL('../../node_modules/.cache/ifortepay-va/schemathesis/', import.meta.url));
const oldest = [3, 11];

/**
 * The Schemathesis command, installed from PyPI into an environment of its own unless exactly what
 * requirements.txt asks for is there. Throws an Error that says what this machine lacks.
 */
export function ensureInstalled(tell: (line: string) => void): string {
  const venv = join(home, 'venv');
  const stamp = join(home, 'installed');
  const wanted = `${pythonVersion()}\n${readFileSync(requirements, 'utf8')}`;
  const command = join(venv, 'bin/schemathesis');
  if (readIfThere(stamp) === wanted) return command;
  tell('Installing Schemathesis from PyPI');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  runOrThrow(
    'python3',
    ['-m', 'venv', venv],
    'Python cannot make a virtual environment (Debian: python3-venv)',
  );
  const options = ['--quiet', '--no-input', '--disable-pip-version-check'];
  runOrThrow(join(venv, 'bin/pip'), ['install', ...options, '--requirement', requirements], 'pip failed');
  writeFileSync(stamp, wanted);
  return command;
}

function pythonVersion(): string {
  requireTool('python3');
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = runOrThrow('python3', ['-c', print], 'There is no python3').trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0]! || (major === oldest[0] && minor < oldest[1]!)) {
    throw new Error(`Schemathesis needs Python ${oldest.join('.')} or newer, python3 is ${version}`);
  }
  return version;
}

function runOrThrow(command: string, args: string[], otherwise: string): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    throw new Error(`${otherwise}: ${stderr.trim() || message}`, { cause });
  }
}

/** What to run; only the operation of that id, if one is given. */
export interface SchemathesisOptions {
  /** From `ensureInstalled`. */
  command: string;
  baseUrl: string;
  only?: string;
  /** Default 120 000. */
  timeoutMs?: number;
}

/** What a run left behind. */
export interface SchemathesisReport {
  /** Null after a signal: it was ended for taking too long. */
  exitCode: number | null;
  output: string;
  /** Its own report, as JSON; undefined if it wrote none. */
  json: unknown;
}

/**
 * Runs Schemathesis once, the same way every time: deterministic, nothing remembered between runs. It works in
 * a directory of its own, since it leaves files where it runs.
 */
export async function runSchemathesis(options: SchemathesisOptions): Promise<SchemathesisReport> {
  const directory = mkdtempSync(join(tmpdir(), 'ifortepay-schemathesis-'));
  try {
    const ended = await execute(options, directory);
    const report = readIfThere(join(directory, 'report.json'));
    return { ...ended, json: report === undefined ? undefined : (JSON.parse(report) as unknown) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function argumentsFor({ baseUrl, only }: SchemathesisOptions): string[] {
  const always =
    '--phases=examples,coverage,fuzzing --max-examples=40 --checks=all --continue-on-failure --no-shrink ' +
    '--workers=1 --request-timeout=10 --generation-deterministic --no-color --report=json ' +
    '--report-json-path=report.json';
  const some = only === undefined ? [] : [`--include-operation-id=${only}`];
  return ['run', spec, '--url', baseUrl, ...always.split(' '), ...some];
}

async function execute(
  options: SchemathesisOptions,
  cwd: string,
): Promise<Pick<SchemathesisReport, 'exitCode' | 'output'>> {
  const child = spawn(options.command, argumentsFor(options), {
    cwd,
    env: environment(),
    timeout: options.timeoutMs ?? 120_000,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** The invented credentials of the sandbox. A proxy would see requests that are meant for this machine only. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/_proxy$|^SCHEMATHESIS_/i.test(name));
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  return {
    ...Object.fromEntries(others),
    SCHEMATHESIS_HOOKS: 'hooks',
    PYTHONPATH: [here, process.env['PYTHONPATH']].filter(Boolean).join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    IFORTEPAY_MERCHANT_ID: merchant_id,
    IFORTEPAY_SECRET_UNBOUND_ID: secret_unbound_id,
    IFORTEPAY_HASH_KEY: hash_key,
    IFORTEPAY_SUB_MERCHANT_ID: fakeSubMerchant.submerchant_name,
    IFORTEPAY_SUB_HASH_KEY: fakeSubMerchant.hash_key,
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
