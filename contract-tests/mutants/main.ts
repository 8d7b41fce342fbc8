/**
 * Sandboxes with exactly one thing wrong, derived from the contract: each must be killed by the rule meant for
 * it, and what is right must raise no alarm. Exit code 1 if not, 2 on a wrong flag.
 */
import { parseArgs } from 'node:util';
import { readContract } from '../../spec/contract.ts';
import { runMutants, selectMutants } from './mutate.ts';
import { redReasons } from './outcome.ts';
import type { Run } from './outcome.ts';
import { createProgress } from './progress.ts';
import { asText, writeReports } from './report.ts';
import { watchForAlarms } from './watch.ts';

interface Flags {
  only: string;
  list: boolean;
  repeat: number;
}

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      list: { type: 'boolean', default: false },
      repeat: { type: 'string', default: '1' },
    },
  });
  const repeat = Number(values.repeat);
  if (!Number.isInteger(repeat) || repeat < 1) throw new TypeError('--repeat takes a number from 1');
  return { only: values.only, list: values.list, repeat };
}

async function run({ only, repeat }: Flags): Promise<Run> {
  const contract = readContract();
  if (selectMutants(contract, only).length === 0) throw new Error(`No mutant is called ${only}`);
  const progress = createProgress(process.stderr);
  const whole: Run = { results: [], alarms: { sandboxes: 0, exchanges: 0, alarms: [] }, seconds: [] };
  for (let round = 0; round < repeat; round++) {
    const start = performance.now();
    const mutants = selectMutants(contract, only);
    const operations = [...new Set(mutants.map(({ operation }) => operation))];
    const watched = { operations, withVariants: only === '' };
    const [alarms, results] = await Promise.all([
      watchForAlarms(watched, (done, total) => progress.update('compliant', done, total)),
      runMutants(contract, mutants, (done, total) => progress.update('mutants', done, total)),
    ]);
    // Every round counts: a mutant that survives only once has survived.
    whole.results = [...whole.results, ...results];
    whole.alarms = alarms.alarms.length > 0 || round === 0 ? alarms : whole.alarms;
    whole.seconds.push((performance.now() - start) / 1000);
  }
  progress.end();
  return whole;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.list) {
    for (const { id, killer, excluded } of selectMutants(readContract(), flags.only)) {
      const by = 'case' in killer ? `case ${killer.case}` : `rule ${killer.rule} at ${killer.pointer}`;
      console.log(`${id}\t${excluded === undefined ? by : `excluded: ${excluded}`}`);
    }
    return;
  }
  const done = await run(flags);
  if (flags.only !== '') console.log('With --only the compliant variants are left out.');
  console.log(asText(done));
  writeReports(done, new URL('../reports/', import.meta.url));
  if (redReasons(done).length > 0) process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  const isUsage = String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? (error as Error).message : error);
  process.exitCode = isUsage ? 2 : 1;
}
