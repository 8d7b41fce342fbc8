/** Builds dist/ at most once for whoever needs it, however many suites ask at the same time. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toolNode } from '../../contract-tests/shared/processes.ts';

/** The repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const cache = join(root, 'node_modules/.cache/ifortepay-va');
const stamp = join(cache, 'built');
const lock = join(cache, 'build.lock');
// What goes into dist/, and what comes out of it.
const SOURCES = ['src', 'generated', '.config', 'scripts', 'package-lock.json', 'tsconfig.json'];

/** Builds unless dist/ is exactly what the sources give. Throws with the build's output if it fails. */
export async function ensureBuilt(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  await takeLock();
  try {
    const sources = hashOf(SOURCES);
    if (sources + hashOf(['dist']) === read(stamp)) return;
    execFileSync(toolNode(), ['scripts/build.ts'], { cwd: root, stdio: 'pipe' });
    writeFileSync(stamp, sources + hashOf(['dist']));
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Making a directory is atomic: who makes it has the lock. One whose owner is gone is taken over. */
async function takeLock(): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    await sleep(100);
    const pid = Number(read(join(lock, 'pid')));
    if (pid > 0 && !isAlive(pid)) rmSync(lock, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** One hash over the names and contents of all files under these paths. */
function hashOf(paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder).sort())
    hash.update(`${path}\0`).update(read(join(root, path)) ?? '');
  return hash.digest('hex');
}

function filesUnder(path: string): string[] {
  try {
    const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
  } catch {
    return [path]; // a file itself, or nothing yet
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
