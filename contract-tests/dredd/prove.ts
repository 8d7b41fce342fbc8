import { faultsOf, runContract } from './run.ts';
import { sample, sandboxOf } from './sample.ts';

/** Runs the whole sample, one mutant at a time, a line for each; false if one goes unnoticed. */
export async function prove(tell: (line: string) => void): Promise<boolean> {
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
