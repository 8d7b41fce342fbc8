import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeSubMerchant, seedMerchants } from '../sandbox/seeds.ts';

/** What to run; only the operation of that id, if one is given. */
export interface SchemathesisOptions {
  /** From `ensureInstalled`. */
  command: string;
  baseUrl: string;
  only?: string;
  /** Default 120 000. */
  timeoutMs?: number;
}

/** What a run left behind. */
export interface SchemathesisReport {
  /** Null after a signal: it was ended for taking too long. */
  exitCode: number | null;
  output: string;
  /** Its own report, as JSON; undefined if it wrote none. */
  json: unknown;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const spec = fileURLToPath(new URL('../../spec/openapi.yaml', import.meta.url));

/**
 * Runs Schemathesis once, the same way every time: deterministic, nothing remembered between runs. It works in
 * a directory of its own, since it leaves files where it runs.
 */
export async function runSchemathesis(options: SchemathesisOptions): Promise<SchemathesisReport> {
  const directory = mkdtempSync(join(tmpdir(), 'ifortepay-schemathesis-'));
  try {
    const ended = await execute(options, directory);
    return { ...ended, json: readJson(join(directory, 'report.json')) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function argumentsFor({ baseUrl, only }: SchemathesisOptions): string[] {
  return [
    ...['run', spec, '--url', baseUrl, '--phases=examples,coverage,fuzzing', '--max-examples=40'],
    ...['--checks=all', '--continue-on-failure', '--no-shrink', '--workers=1', '--request-timeout=10'],
    ...['--generation-deterministic', '--no-color'],
    ...['--report=json', '--report-json-path=report.json'],
    ...(only === undefined ? [] : [`--include-operation-id=${only}`]),
  ];
}

async function execute(
  options: SchemathesisOptions,
  cwd: string,
): Promise<Pick<SchemathesisReport, 'exitCode' | 'output'>> {
  const child = spawn(options.command, argumentsFor(options), {
    ...{ cwd, env: environment(), timeout: options.timeoutMs ?? 120_000, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, output };
}

/** The invented credentials of the sandbox. A proxy would see requests that are meant for this machine only. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/_proxy$|^SCHEMATHESIS_/i.test(name));
  const { merchant_id, secret_unbound_id, hash_key } = seedMerchants[0]!;
  return {
    ...Object.fromEntries(others),
    SCHEMATHESIS_HOOKS: 'hooks',
    PYTHONPATH: [here, process.env['PYTHONPATH']].filter(Boolean).join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    IFORTEPAY_MERCHANT_ID: merchant_id,
    IFORTEPAY_SECRET_UNBOUND_ID: secret_unbound_id,
    IFORTEPAY_HASH_KEY: hash_key,
    IFORTEPAY_SUB_MERCHANT_ID: fakeSubMerchant.submerchant_name,
    IFORTEPAY_SUB_HASH_KEY: fakeSubMerchant.hash_key,
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
