/** A project with nothing in it but the packed tarball, installed by npm, and the probe. */
import { execFile } from 'node:child_process';
import { cp, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root } from '../../support/built.ts';
import { packInto } from '../../support/packed.ts';

const run = promisify(execFile);

/** Where the project lies, and the files in it that the runtimes are started with. */
export interface Project {
  folder: string;
  /** For Node, Deno and Bun: the probe, importing the installed package. */
  script: string;
  /** For workerd: its configuration, around the probe and the installed package bundled together. */
  config: string;
  /** The authority that the fault servers' certificates are issued by, PEM. */
  authority: string;
  remove(): Promise<void>;
}

/** Builds, packs and installs. `authority` is a PEM text. Throws with npm's output if that fails. */
export async function makeProject(authority: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'runtimes-'));
  const at = (name: string) => join(folder, name);
  const project = {
    folder,
    script: at('http.mjs'),
    config: at('config.capnp'),
    authority: at('authority.pem'),
  };
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await install(folder);
    await bundleProbe(folder);
    for (const version of [7, 8]) await makeOver(folder, version);
    await writeFile(project.authority, authority);
    await writeFile(project.config, workerdConfig('worker.bundled.mjs', authority));
  } catch (error) {
    await remove();
    throw error;
  }
  return { ...project, remove };
}

async function install(folder: string): Promise<void> {
  const { path } = await packInto(folder);
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await run('npm', ['install', ...quietly, path], { cwd: folder });
  // npm links folders, not tarballs; a link would lead the runtimes to this repository's node_modules.
  const installed = await lstat(join(folder, 'node_modules/ifortepay-va'));
  if (installed.isSymbolicLink()) throw new Error('the tarball was linked, not installed');
}

/** The aliases of this folder's manifest that a probe of undici imports, but for the one that is its undici. */
const ALIASES = ['undici6', 'undici7', 'undici8', 'nock', '@sentry', '@opentelemetry'];

/** A folder with the same installed package, and that version of npm's undici beside it. */
async function makeOver(folder: string, version: number): Promise<void> {
  const modules = join(folder, `over${version}/node_modules`);
  await mkdir(modules, { recursive: true });
  await cp(join(folder, 'node_modules'), modules, { recursive: true });
  const installed = fileURLToPath(new URL('node_modules/', import.meta.url));
  const links = { undici: `undici${version}`, ...Object.fromEntries(ALIASES.map((name) => [name, name])) };
  for (const [name, alias] of Object.entries(links)) {
    await symlink(join(installed, alias), join(modules, name));
  }
  await build({
    entryPoints: [join(root, 'test/platforms/runtimes/probe/undici.ts')],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outfile: join(folder, `over${version}/undici.mjs`),
    tsconfigRaw: {},
  });
}

async function bundleProbe(folder: string): Promise<void> {
  const probe = join(root, 'test/platforms/runtimes/probe');
  await build({
    entryPoints: [join(probe, 'http.ts'), join(probe, 'probe.ts')],
    bundle: true,
    packages: 'external',
    platform: 'neutral',
    external: ['node:*'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // The repository's tsconfig.json says that `ifortepay-va` is src/; here it is what was installed.
    tsconfigRaw: {},
  });
  // A Worker is deployed as one file. From the project's own folder, so that it is the installed package again.
  await build({
    absWorkingDir: folder,
    entryPoints: ['probe.mjs'],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker'],
    mainFields: ['module', 'main'],
    outfile: 'worker.bundled.mjs',
  });
}

/**
 * The configuration of a workerd that serves that module on a free port of 127.0.0.1, reaches loopback, which it
 * by itself does not, and trusts that authority (PEM) besides the usual ones. Without Node's modules.
 */
export const workerdConfig = (
  module: string,
  authority: string,
): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "probe", worker = (
      modules = [(name = "worker.mjs", esModule = embed "${module}")],
      compatibilityDate = "2026-10-01",
    )),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = true, trustedCertificates = [${JSON.stringify(authority)}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "probe")],
);
`;
