import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireTool } from '../../scripts/tools.ts';

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
  if (read(stamp) === wanted) return command;
  tell('Installing Schemathesis from PyPI');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  run('python3', ['-m', 'venv', venv], 'Python cannot make a virtual environment (Debian: python3-venv)');
  const options = ['--quiet', '--no-input', '--disable-pip-version-check'];
  run(join(venv, 'bin/pip'), ['install', ...options, '--requirement', requirements], 'pip failed');
  writeFileSync(stamp, wanted);
  return command;
}

function pythonVersion(): string {
  requireTool('python3');
  const print = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const version = run('python3', ['-c', print], 'There is no python3').trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldest[0]! || (major === oldest[0] && minor < oldest[1]!)) {
    throw new Error(`Schemathesis needs Python ${oldest.join('.')} or newer, python3 is ${version}`);
  }
  return version;
}

function run(command: string, args: string[], otherwise: string): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    throw new Error(`${otherwise}: ${stderr.trim() || message}`, { cause });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
