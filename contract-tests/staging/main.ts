/** `make contract-staging`: the cases against staging, and a report of what they say about the contract. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { NotAllowed } from './allowlist.ts';
import { toJUnit } from './junit.ts';
import { createRedact } from './redact.ts';
import type { Redact } from './redact.ts';
import { toJUnitSuites, toMarkdown } from './report.ts';
import { runStaging } from './run.ts';
import type { Run } from './run.ts';
import { readSettings, UsageError, variables } from './settings.ts';
import { readVaFile } from './va-file.ts';
import { countsOf, exitCodeOf, exitCodes } from './verdict.ts';

const defaultReports = fileURLToPath(new URL('../reports', import.meta.url));

const list = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, says]) => `  ${name.padEnd(28)} ${says}`).join('\n');

const command = new Command('contract-staging')
  .description('Runs the contract cases against iFortepay staging and says what they confirm and refute.')
  .option('--reports <folder>', 'where staging.md and staging.xml go', defaultReports)
  .addHelpText('after', `\nEnvironment:\n${list(variables)}`)
  .addHelpText('after', `\nExit codes:\n${list(Object.entries(exitCodes))}`)
  .exitOverride();

async function main(): Promise<number> {
  const { reports } = command.parse().opts<{ reports: string }>();
  const settings = readSettings(process.env);
  const given = settings.vasFile === undefined ? [] : readVaFile(settings.vasFile);
  let redact: Redact = (text) => text;
  const log = (line: string): void => console.log(redact(line));
  const known = (all: Parameters<typeof createRedact>[1]): void => {
    redact = createRedact(settings.credentials, all);
  };
  log(`Against ${new URL(settings.baseUrl).host}, at most a request every ${settings.paceMs} ms`);
  if (given.length === 0 && !settings.create) {
    log('Without IFORTEPAY_TEST_VAS or IFORTEPAY_TEST_CREATE=1 no case can run that needs a virtual account');
  }
  const run = await runStaging(settings, { given, log, known });
  write(reports, run, redact);
  summarise(run, log);
  log(`Reports: ${join(reports, 'staging.md')}, ${join(reports, 'staging.xml')}`);
  return exitCodeOf(run);
}

function write(folder: string, run: Run, redact: Redact): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'staging.md'), redact(toMarkdown(run, new Date())));
  writeFileSync(join(folder, 'staging.xml'), redact(toJUnit(toJUnitSuites(run))));
}

function summarise(run: Run, log: (line: string) => void): void {
  for (const { verdict, operation, id, reason } of run.results) {
    if (['fail', 'not run'].includes(verdict)) log(`${verdict}: ${operation} ${id}: ${reason}`);
  }
  const { guesses, facts, assumptions } = run.ledger;
  for (const { key, by } of guesses.filter(({ verdict }) => verdict === 'refuted')) {
    log(`refuted guess: ${key} (${by.length} times)`);
  }
  for (const { key, by } of assumptions) log(`refuted assumption: ${key} (${by.length} times)`);
  for (const { key, known, by } of facts) log(`REFUTED, ${known}: ${key} (${by.length} times)`);
  const counts = Object.entries(countsOf(run));
  log(counts.map(([name, count]) => `${name} ${count}`).join(', '));
}

/** What went wrong, without a stack: nobody but its reader is to look for a fault of the command here. */
function explain(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2; // commander's, said
  if (error instanceof UsageError || error instanceof NotAllowed) {
    for (const line of error.message.split('\n')) console.error(`contract-staging: ${line}`);
    return 2;
  }
  console.error(`contract-staging: ${(error as Error).message}`);
  return 4;
}

process.exitCode = await main().catch(explain);
