/** Packs once, and installs the tarball twice: as most users do, and with the optional peers of some entries. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { root } from '../../support/built.ts';
import { packInto, unpackInto } from '../../support/packed.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed tarball. */
    tarball: string;
    /** The projects with the tarball installed, and the types of Node; no peers. */
    plain: string;
    /** The same with the package's optional peers. */
    withPeers: string;
    /** Where the recipes of our pages become projects. The tarball lies beside the frameworks of the lock. */
    recipes: string;
    /** What package.json exports, in the tarball as it was installed. */
    entries: PackageEntry[];
  }
}

const readJson = async <T>(path: string) => JSON.parse(await readFile(path, 'utf8')) as T;

/** The names with the versions that our own manifest has. Throws for one that it has not. */
async function asDeveloped(names: string[]): Promise<string[]> {
  const { devDependencies = {} } = await readJson<Manifest>(join(root, 'package.json'));
  return names.map((name) => {
    if (!devDependencies[name]) throw new Error(`Add the peer ${name} to devDependencies to test with it.`);
    return `${name}@${devDependencies[name]}`;
  });
}

/** A copy of the projects in `folder`, with these packages installed by npm. */
async function install(folder: string, packages: string[]): Promise<string> {
  await cp(new URL('projects', import.meta.url), folder, { recursive: true });
  const args = ['install', '--save-exact', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
  await promisify(execFile)('npm', [...args, ...packages], { cwd: folder });
  return folder;
}

/** Vitest's global setup; what it returns takes everything away again. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'consumers-'));
  const takeAway = () => rm(folder, { recursive: true });
  try {
    const { path: tarball } = await packInto(folder);
    const node = await asDeveloped(['@types/node']);
    const plain = await install(join(folder, 'plain'), [tarball, ...node]);
    const manifest = await readJson<Manifest>(join(plain, 'node_modules/ifortepay-va/package.json'));
    const peers = await asDeveloped(Object.keys(manifest.peerDependencies ?? {}));
    const withPeers = peers.length
      ? await install(join(folder, 'with-peers'), [tarball, ...node, ...peers])
      : plain;
    // Among the frameworks, whose lock does not know it.
    const here = fileURLToPath(new URL('.', import.meta.url));
    await rm(join(here, 'node_modules/ifortepay-va'), { recursive: true, force: true });
    await unpackInto(here, { path: tarball }, []);
    provide('recipes', join(folder, 'recipes'));
    provide('tarball', tarball);
    provide('plain', plain);
    provide('withPeers', withPeers);
    provide('entries', entriesOf(manifest));
    return takeAway;
  } catch (error) {
    await takeAway();
    throw error;
  }
}

/** Of a package.json, what is read here. */
export interface Manifest {
  name: string;
  exports: Record<string, string | Record<string, string>>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** What `import` is written with, and what is to be found there. */
export interface PackageEntry {
  specifier: string;
  /** `types`: nothing at run time. `file`: no module, but a file that can be found by this name. */
  kind: 'module' | 'types' | 'file';
}

/** Every entry. Throws for one of a kind that no test here covers. */
export function entriesOf({ name, exports }: Manifest): PackageEntry[] {
  return Object.entries(exports).map(([path, target]) => {
    const specifier = path.replace('.', name);
    if (typeof target === 'string') return { specifier, kind: 'file' };
    const conditions = Object.keys(target).join();
    if (conditions === 'types,default') return { specifier, kind: 'module' };
    if (conditions === 'types') return { specifier, kind: 'types' };
    throw new Error(`${specifier} has the conditions ${conditions}: say in entries.ts how to test them.`);
  });
}
