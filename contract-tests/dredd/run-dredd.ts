import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Contract } from '../../spec/contract.ts';
import { toolNode } from '../shared/processes.ts';
import { arrangeAll, credentials } from './arrangements.ts';
import { passDocuments } from './documents.ts';
import type { PassDocument } from './documents.ts';
import type { Planned } from './plan.ts';
import { ORDERS, readRecord } from './record.ts';
import type { Entry, Orders } from './record.ts';

/** Parts of a run that its own tests spoil, to see that it notices. */
export interface Sabotage {
  /** Loaded instead of hooks.cjs. */
  hookFile?: string;
  /** More arguments for Dredd. */
  args?: string[];
  /** Changes what Dredd gets to read. */
  documents?: (documents: PassDocument[]) => PassDocument[];
  /** Default 60 000. */
  timeoutMs?: number;
}

/** What a run of Dredd left behind. */
export interface DreddReport {
  /** Null after a signal: it was ended for taking too long. */
  exitCode: number | null;
  /** What it printed, stdout and stderr together. Holds the requests that failed, headers and all. */
  output: string;
  /** Its xUnit report; empty if it wrote none. */
  xunit: string;
  /** What the hooks did. */
  entries: Entry[];
}

const DREDD = createRequire(import.meta.url).resolve('dredd/bin/dredd');
const HOOKS = fileURLToPath(new URL('hooks.cjs', import.meta.url));
// Of Node about Dredd's old dependencies, every time; Dredd's own warnings are told apart from them.
const QUIET = ['--no-warnings'];

/**
 * Runs Dredd once, all passes in it: an API description for each pass. It gets a directory of its own to work
 * in, so that it reads no dredd.yml. Throws as `arrangeAll` does; judges nothing.
 */
export async function runDredd(
  contract: Contract,
  planned: Planned[],
  baseUrl: string,
  sabotage: Sabotage = {},
): Promise<DreddReport> {
  const directory = mkdtempSync(join(tmpdir(), 'ifortepay-dredd-'));
  const file = (name: string): string => join(directory, name);
  try {
    const orders: Orders = {
      record: file('record.jsonl'),
      ...{ contract, planned, credentials, arrangements: arrangeAll(planned) },
    };
    writeFileSync(file('orders.json'), JSON.stringify(orders));
    const documents = passDocuments(contract, planned);
    const paths = (sabotage.documents?.(documents) ?? documents).map(({ pass, document }) => {
      writeFileSync(file(`pass-${pass}.json`), JSON.stringify(document));
      return `pass-${pass}.json`;
    });
    const args = argumentsFor(paths, baseUrl, sabotage);
    const ended = await execute([...QUIET, DREDD, ...args], directory, sabotage.timeoutMs ?? 60_000);
    return { ...ended, xunit: read(file('report.xml')), entries: readRecord(orders.record) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function argumentsFor([first = '', ...others]: string[], baseUrl: string, sabotage: Sabotage): string[] {
  return [
    ...[first, baseUrl, ...others.map((path) => `--path=${path}`)],
    ...[`--hookfiles=${sabotage.hookFile ?? HOOKS}`, '--reporter=xunit', '--output=report.xml'],
    ...['--no-color', '--loglevel=warning', ...(sabotage.args ?? [])],
  ];
}

async function execute(
  args: string[],
  cwd: string,
  timeoutMs: number,
): Promise<Pick<DreddReport, 'exitCode' | 'output'>> {
  // Dredd warns of a proxy, though it uses none.
  const others = Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name));
  const env = { ...Object.fromEntries(others), [ORDERS]: join(cwd, 'orders.json') };
  const child = spawn(toolNode(), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const done = new AbortController();
  void sleep(timeoutMs, undefined, { signal: done.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  const [exitCode] = (await once(child, 'close')) as [number | null];
  done.abort();
  return { exitCode, output };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
