/**
 * `make contract`: Dredd over every example of every documented answer, then the negative cases. Exit code 0
 * only if all of it was seen to have been tried and to hold; 2 on a wrong use. `--prove` runs it against
 * sandboxes that are wrong in one way each, and fails if any of them goes unnoticed.
 */
import { parseArgs } from 'node:util';
import { faultsOf, report, runContract } from './run.ts';
import { sample, sandboxOf } from './sample.ts';

async function main(): Promise<boolean> {
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  const { values } = parseArgs({
    options: { 'base-url': { type: 'string' }, prove: { type: 'boolean', default: false } },
  });
  const baseUrl = values['base-url'];
  if (values.prove) return prove(tell);
  const run = await runContract({ tell, ...(baseUrl === undefined ? {} : { baseUrl }) });
  process.stdout.write(report(run));
  return run.green;
}

/** Runs the whole sample, one mutant at a time, a line for each; false if one goes unnoticed. */
async function prove(tell: (line: string) => void): Promise<boolean> {
  let noticed = 0;
  for (const mutant of sample) {
    const run = await runContract({ sandbox: sandboxOf([mutant]), parts: [mutant.noticedBy] });
    const is = !run.green && faultsOf(run).some((fault) => mutant.fault.test(fault));
    if (is) noticed += 1;
    tell(`${mutant.id.padEnd(34)}${mutant.noticedBy.padEnd(10)}${is ? 'noticed' : 'NOT NOTICED'}`);
  }
  tell(`${noticed} of ${sample.length} mutants noticed.`);
  return noticed === sample.length;
}

main().then(
  (green) => (process.exitCode = green ? 0 : 1),
  (error: Error) => {
    console.error(`contract: ${error.message}`);
    process.exitCode = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS') ? 2 : 1;
  },
);
