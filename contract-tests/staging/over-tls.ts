/** A sandbox that poses as staging over TLS, and the command run against it, for the tests. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxCredentials } from '../cases/sandbox-target.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { SandboxServer, SandboxServerOptions } from '../sandbox/server.ts';
import type { VirtualAccountStatus } from '../sandbox/state.ts';
import { makeCertificates } from '../shared/certificates.ts';
import { toolNode } from '../shared/processes.ts';
import { makeUp } from './accounts.ts';

/** How the command ended. */
export interface Ended {
  code: number;
  /** stdout and stderr. */
  output: string;
  /** The reports' texts by file name. */
  reports: Record<string, string>;
}

/** A sandboxOverTls staging. */
export interface StagingSandbox {
  sandbox: SandboxServer;
  /** Runs the command; `undefined` takes a variable away. Nothing of this process's own IFORTEPAY_* is kept. */
  run: (
    env?: Record<string, string | undefined>,
    args?: string[],
    started?: (kill: (signal: NodeJS.Signals) => void) => void,
  ) => Promise<Ended>;
  close: () => Promise<void>;
}

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const certificates = await makeCertificates();

/** Enough of each to run every case that can be run. */
export const enough = { active: 14, paid: 1, expired: 1, canceled: 1 };

/** Starts a sandbox over TLS with these virtual accounts, written to a file too. */
export async function startStagingSandbox(
  options: SandboxServerOptions = {},
  stock: Partial<typeof enough> = enough,
): Promise<StagingSandbox> {
  const sandbox = await startSandbox({ ...options, tls: certificates.good });
  const folder = mkdtempSync(join(tmpdir(), 'contract-staging-'));
  const [ca, vas] = [join(folder, 'ca.pem'), join(folder, 'vas.json')];
  writeFileSync(ca, certificates.authority);
  writeFileSync(vas, JSON.stringify(fill(sandbox, stock)));
  const env = {
    IFORTEPAY_BASE_URL: sandbox.url,
    IFORTEPAY_MERCHANT_ID: sandboxCredentials.merchantId,
    IFORTEPAY_SECRET_UNBOUND_ID: sandboxCredentials.secretUnboundId,
    IFORTEPAY_HASH_KEY: sandboxCredentials.hashKey,
    IFORTEPAY_TEST_VAS: vas,
    IFORTEPAY_TEST_PACE_MS: '0',
    NODE_EXTRA_CA_CERTS: ca,
  };
  let runs = 0;
  return {
    sandbox,
    run: (more = {}, args = [], started) =>
      runMain({ ...env, ...more }, args, join(folder, `run-${runs++}`), started),
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Adds virtual accounts to the sandbox. @returns them as IFORTEPAY_TEST_VAS has them */
export function fill({ state }: SandboxServer, stock: Partial<typeof enough>): object[] {
  return Object.entries(stock).flatMap(([status, count]) =>
    Array.from({ length: count }, () => {
      const va = makeUp({ channel: 'BCA' });
      const transaction_status = status.toUpperCase() as VirtualAccountStatus;
      state.add({ ...va, transaction_status, merchant_id: sandboxCredentials.merchantId });
      const { payment_method: _, ...ids } = va;
      return { ...ids, status };
    }),
  );
}

/** Runs the command with that environment alone, its reports in that folder. */
export function runMain(
  env: Record<string, string | undefined>,
  args: string[],
  folder: string,
  started?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(IFORTEPAY_|NODE_(?!COMPILE_CACHE))/.test(name),
  );
  return new Promise((resolve) => {
    const options = { env: { ...Object.fromEntries(own), ...env }, maxBuffer: 50_000_000, timeout: 100_000 };
    const child = execFile(
      toolNode(),
      [main, '--reports', folder, ...args],
      options,
      (error, stdout, stderr) => {
        const code = error ? Number((error as { code?: unknown }).code ?? -1) : 0;
        resolve({ code, output: stdout + stderr, reports: readAll(folder) });
      },
    );
    started?.((signal) => child.kill(signal));
  });
}

function readAll(folder: string): Record<string, string> {
  try {
    const names = readdirSync(folder);
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } catch {
    return {}; // no report was written
  }
}
