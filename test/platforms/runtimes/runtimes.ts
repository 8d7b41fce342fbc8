/** The seven runtimes, each started with the probe and asked over HTTP. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startProcess, type StartedProcess } from '../../../contract-tests/shared/processes.ts';
import type { RuntimeName } from './expected.ts';
import type { Project } from './project.ts';
import type { Reports, Task } from './task.ts';

/** A runtime that is ready. */
export interface Runtime {
  name: RuntimeName;
  /** Has the probe do that, and gives its report. */
  ask<T extends Task>(task: T): Promise<Reports[T['kind']]>;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

interface Program {
  /** The package that brings it, in this folder's manifest. */
  alias: string;
  /** Its program within that package. */
  file: string;
  args(project: Project): string[];
}

const node = (major: number): Program => ({
  alias: `node${major}`,
  file: 'bin/node',
  args: ({ script }) => [script],
});

/** How each is started. Aliases of one package share a name in .bin, so it is never used. */
const PROGRAMS: Record<RuntimeName, Program> = {
  'Node 20': node(20),
  'Node 22': node(22),
  'Node 24': node(24),
  'Node 26': node(26),
  Deno: {
    // Not `deno`: of 2.9.6 the registry that made the lockfile has this platform only, and npm 11 refuses the gaps.
    // It is 2.9.6 because 2.9.5 sends a POST twice. With a version that has all platforms, make this `deno` again.
    alias: '@deno/linux-x64-glibc',
    file: 'deno',
    args: ({ script }) => ['run', '-A', '--no-lock', '--no-remote', '--node-modules-dir=manual', script],
  },
  Bun: { alias: 'bun', file: 'bin/bun.exe', args: ({ script }) => ['run', script] },
  workerd: {
    alias: 'workerd',
    file: 'bin/workerd',
    args: ({ config }) => ['serve', '--control-fd=1', config],
  },
};

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** The version that this folder's manifest asks for. */
export function wantedVersion(name: RuntimeName): string {
  const wanted = { ...manifest.devDependencies, ...manifest.optionalDependencies };
  return wanted[PROGRAMS[name].alias].split('@').at(-1);
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
/** What would change a runtime from outside: proxies get in the way, options are meant for this process. */
const AWAY = Object.fromEntries([...PROXIES, 'NODE_OPTIONS'].map((name) => [name, undefined]));

const PORT = /"event":\s*"listen".*?"port":\s*(\d+)/;

/** @throws Error that says what to install, or shows what the runtime printed */
export async function startRuntime(name: RuntimeName, project: Project): Promise<Runtime> {
  const { args } = PROGRAMS[name];
  const command = programOf(name);
  if (!existsSync(command)) {
    throw new Error(`${name} is not installed: npm ci --prefix test/platforms/runtimes brings no ${command}`);
  }
  const { authority, folder } = project;
  const started = await startProcess({
    command,
    args: args(project),
    env: {
      ...AWAY,
      NODE_EXTRA_CA_CERTS: authority,
      DENO_CERT: authority,
      DENO_DIR: `${folder}/deno`,
      DENO_NO_UPDATE_CHECK: '1',
    },
    readyPattern: PORT,
  });
  const url = `http://127.0.0.1:${PORT.exec(started.output())![1]}`;
  return { name, ask: (task) => ask(started, url, task), output: started.output, stop: started.stop };
}

/** Where the manifest has the program of a runtime. */
export function programOf(name: RuntimeName): string {
  const { alias, file } = PROGRAMS[name];
  return fileURLToPath(new URL(`node_modules/${alias}/${file}`, import.meta.url));
}

async function ask<T extends Task>(
  started: StartedProcess,
  url: string,
  task: T,
): Promise<Reports[T['kind']]> {
  const response = await fetch(url, {
    method: 'POST',
    // A kept connection may be closed by the probe at the moment when it is used again.
    headers: { connection: 'close' },
    body: JSON.stringify(task),
    signal: AbortSignal.timeout(60_000),
  }).catch((cause: unknown) => {
    throw new Error(`the probe gives no report; it printed: ${started.output()}`, { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the probe failed: ${text}`);
  return JSON.parse(text) as Reports[T['kind']];
}
