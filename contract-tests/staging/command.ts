/** A staging run from its settings to its exit code: the folder is tried, the run shown, its reports written. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVaFile } from './accounts.ts';
import { toJUnit } from '../shared/print.ts';
import { createRedact } from './redact.ts';
import type { Redact } from './redact.ts';
import {
  stagingExitCodeOf,
  firstPage,
  toAnnotations,
  toJUnitSuites,
  toMarkdown,
  toTerminal,
} from './report.ts';
import { runStaging } from './run.ts';
import type { StagingRun } from './run.ts';
import type { Progress } from './runner.ts';
import { UsageError } from './settings.ts';
import type { StagingSettings } from './settings.ts';

/** Where the reports go, unless told otherwise. */
export const REPORTS = fileURLToPath(new URL('../reports', import.meta.url));

/** What a run is told beside its settings. */
export interface Options {
  reports: string;
  only?: string;
}

/** Runs it, writes the reports, tells the terminal and GitHub. Returns the exit code; throws a `UsageError`. */
export async function runAndReport(settings: StagingSettings, { reports, only }: Options): Promise<number> {
  const given = settings.vasFile === undefined ? [] : readVaFile(settings.vasFile);
  tryFolder(reports);
  let redact: Redact = (text) => text;
  const known = (all: Parameters<typeof createRedact>[1]): void => {
    redact = createRedact(settings.credentials, all);
  };
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const show = process.stderr.isTTY ? showProgress : undefined;
  const run = await runStaging(settings, {
    given,
    known,
    signal: interrupted.signal,
    dredd: only === undefined || 'dredd'.includes(only),
    ...(show && { progress: show }),
    ...(only !== undefined && { only: new RegExp(only.replace(/[^\w-]/g, '\\$&')) }),
  });
  if (show) process.stderr.write('\r\u001B[K');
  const now = new Date();
  writeFileSync(join(reports, 'staging.md'), redact(toMarkdown(run, now)));
  writeFileSync(join(reports, 'staging.xml'), redact(toJUnit(toJUnitSuites(run))));
  if (run.dredd) writeFileSync(join(reports, 'staging-dredd.txt'), redact(run.dredd.output));
  for (const line of toTerminal(run, shortPath(join(reports, 'staging.md')))) console.log(redact(line));
  tellGitHub(run, now, redact);
  return stagingExitCodeOf(run);
}

/** Before anything is sent: accounts are not to be used up for a report that cannot be written. */
function tryFolder(folder: string): void {
  const trial = join(folder, '.staging');
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(trial, '');
    rmSync(trial);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new UsageError(`--reports: cannot write to ${folder} (${code}): give another folder`);
  }
}

function shortPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
}

function showProgress({ done, total, refuted, leftMs }: Progress): void {
  const left = leftMs < 90_000 ? `${Math.ceil(leftMs / 1000)} s` : `${Math.ceil(leftMs / 60_000)} min`;
  process.stderr.write(`\r\u001B[K${done} of ${total} cases, ${refuted} refuted so far, ${left} left`);
}

function tellGitHub(run: StagingRun, at: Date, redact: Redact): void {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_ACTIONS: isActions } = process.env;
  if (summary) appendFileSync(summary, `${redact(firstPage(run, at).join('\n\n'))}\n`);
  if (isActions === 'true') for (const line of toAnnotations(run)) console.log(redact(line));
}
