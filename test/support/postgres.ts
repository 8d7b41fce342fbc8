/** A PostgreSQL of a test's own: in a temporary folder, on a free port, as a user without rights, gone with its test. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startProcess, type StartedProcess } from '../../contract-tests/shared/processes.ts';

/** A server that runs. */
export interface TestPostgres {
  /** Without a password: it trusts whoever reaches it, which is this machine. */
  url: string;
  /** Ends it as a crash would, or as an operator does, and starts it again on the same port. */
  restart(how: 'crash' | 'fast'): Promise<void>;
  /** Makes an empty database; resolves to its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Where PostgreSQL's programs are; Debian keeps them out of the PATH. Undefined: not installed. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const debian = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((each) => `/usr/lib/postgresql/${each}/bin`);
  const folders = [...debian, ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/**
 * Starts one.
 *
 * @param fsync as a server has it; without, a machine that goes down would lose what was committed, a process that is
 *   killed loses nothing
 * @throws if PostgreSQL is not installed: `apt-get install postgresql`
 */
export async function startPostgres({ fsync = false } = {}): Promise<TestPostgres> {
  const programs = postgresPrograms();
  if (!programs) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-pg-'));
  const data = join(folder, 'data');
  const as = withoutRights(folder);
  const [initdb, ...rest] = [...as, join(programs, 'initdb')];
  execFileSync(
    initdb!,
    [...rest, '-D', data, '-U', 'tester', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    {
      stdio: 'pipe',
      cwd: folder,
    },
  );
  const port = await freePort();
  let server = await start();

  async function start(): Promise<StartedProcess> {
    const [command, ...args] = [...as, join(programs!, 'postgres')];
    const settings = [
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
      'max_connections=200',
      `fsync=${fsync ? 'on' : 'off'}`,
    ];
    return startProcess({
      command: command!,
      args: [...args, '-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])],
      readyPattern: /ready to accept connections/,
      timeoutMs: 60_000,
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, signal);
    await server.exited;
    await server.stop();
  }

  const url = (name: string) => `postgres://tester@127.0.0.1:${port}/${name}`;
  return {
    url: url('postgres'),
    async restart(how) {
      await end(how === 'crash' ? 'SIGQUIT' : 'SIGINT');
      await sleep(50);
      server = await start();
    },
    async createDatabase(name) {
      const { default: pg } = await import('pg');
      const client = new pg.Client(url('postgres'));
      await client.connect();
      await client.query(`CREATE DATABASE "${name}"`);
      await client.end();
      return url(name);
    },
    async stop() {
      // Nothing of it is kept, so no checkpoint is waited for.
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where PgBouncer is, which the package postgresql does not bring. */
export const pgbouncer = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find((path) => existsSync(path));

/** PgBouncer before a server, which gives each transaction another of very few sessions. Resolves to its URL. */
export async function startPgBouncer(url: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'ifortepay-pgbouncer-'));
  const [port, server] = [await freePort(), new URL(url)];
  const config = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 3,
  };
  writeFileSync(
    join(folder, 'config.ini'),
    [
      '[databases]',
      `* = host=${server.hostname} port=${server.port} user=${server.username}`,
      '[pgbouncer]',
      ...Object.entries(config).map((pair) => pair.join(' = ')),
    ].join('\n'),
  );
  const [command, ...args] = [...withoutRights(folder), pgbouncer!, join(folder, 'config.ini')];
  const process = await startProcess({ command: command!, args, readyPattern: /process up/ });
  server.port = String(port);
  return {
    url: server.href,
    async stop() {
      await process.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What runs a program that refuses to run as root, in a folder that is its own then. */
function withoutRights(folder: string): string[] {
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  return user ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
}

/** Debian's package brings the user postgres; nobody is everywhere. */
function unprivileged(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line =
    lines.find((each) => each.startsWith('postgres:')) ?? lines.find((each) => each.startsWith('nobody:'));
  const [, , uid, gid] = line!.split(':').map(Number);
  return { uid: uid!, gid: gid! };
}
