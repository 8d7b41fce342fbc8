/** Builds dist/ once for the whole run, before any suite starts: Vitest's global setup. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolNode } from '../../contract-tests/shared/processes.ts';

/** The repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const cache = join(root, 'node_modules/.cache/ifortepay-va');
const stamp = join(cache, 'built');
// What goes into dist/, and what comes out of it.
const SOURCES = ['src', 'generated', '.config', 'scripts', 'package-lock.json', 'tsconfig.json'];

/** Builds unless dist/ is exactly what the sources give. Throws with the build's output if it fails. */
export default function build(): void {
  const sources = hashOf(SOURCES);
  if (sources + hashOf(['dist']) === read(stamp)) return;
  const { status, stdout, stderr } = spawnSync(toolNode(), ['scripts/build.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`dist/ cannot be built:\n${stdout}${stderr}`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, sources + hashOf(['dist']));
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
