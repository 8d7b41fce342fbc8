/** Packs the tarball that would be published. */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
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

/** Unpacks a tarball as `node_modules/<name>` of a folder, with its one dependency where that is not to be found above. */
export async function unpackInto(
  folder: string,
  { path }: Pick<Packed, 'path'>,
  linked: string[] = ['openapi-fetch'],
) {
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'ifortepay-va'), { recursive: true });
  await run('tar', ['-xzf', path, '-C', join(modules, 'ifortepay-va'), '--strip-components=1']);
  for (const name of linked) await symlink(join(root, 'node_modules', name), join(modules, name));
}
