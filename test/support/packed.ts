/** Packs the tarball that would be published. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './built.ts';

const run = promisify(execFile);

/** The packed tarball. */
export interface Packed {
  /** Where it lies. */
  path: string;
  /** In bytes, compressed. */
  size: number;
  /** The paths of its files, as they will lie in the installed package. */
  files: string[];
}

/** Builds if need be, and packs into `folder`. */
export async function packInto(folder: string): Promise<Packed> {
  // Without scripts, for dist/ is built and other suites are reading it.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root });
  // npm 10 prints a list, npm 11 the same, later ones an object by name.
  const reports = JSON.parse(stdout) as Record<
    string,
    { filename: string; size: number; files: { path: string }[] }
  >;
  const { filename, size, files } = Object.values(reports)[0]!;
  return { path: join(folder, filename), size, files: files.map(({ path }) => path) };
}
