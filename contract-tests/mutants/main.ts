/**
 * `make contract-mutants`: sandboxes with exactly one thing wrong, derived from the contract. Each must be killed by the
 * rule meant for it, and what is right must raise no alarm.
 */
import { readContract } from '../../spec/contract.ts';
import { runCommand, UsageError } from '../shared/command.ts';
import { watchForAlarms } from './false-alarms.ts';
import { asText, redReasons, writeReports } from './report.ts';
import type { MutantRun } from './report.ts';
import { deriveMutants, runMutants } from './run.ts';
import { tellKilledBy } from './types.ts';

interface Options {
  only: string;
  list: boolean;
  repeat: string;
}

const PLAIN_EVERY_MS = 5000;
const TTY_EVERY_MS = 100;

await runCommand<Options>(
  {
    name: 'contract-mutants',
    says: 'Runs every mutant of the sandbox, and says which of them nothing noticed.',
    options: [
      ['--only <text>', 'those whose id holds this text', ''],
      ['--list', 'print each and what is to kill it, and run none', false],
      ['--repeat <times>', 'run all so many times', '1'],
    ],
  },
  async ({ only, list, repeat }) => {
    const times = Number(repeat);
    if (!Number.isInteger(times) || times < 1) throw new UsageError('--repeat takes a number from 1');
    if (list) return listMutants(only);
    const done = await run(only, times);
    if (only !== '') console.log('With --only the compliant variants are left out.');
    console.log(asText(done));
    writeReports(done, new URL('../reports/', import.meta.url));
    return redReasons(done).length > 0 ? 1 : 0;
  },
);

function listMutants(only: string): number {
  for (const mutant of deriveMutants(readContract(), undefined, only)) {
    const { id, excluded, killedBy } = mutant;
    // The statement beside a finding would make a line too long.
    const by = killedBy ? `rule ${killedBy.rule} at ${killedBy.pointer}` : tellKilledBy(mutant);
    console.log(`${id}\t${excluded === undefined ? by : `excluded: ${excluded}`}`);
  }
  return 0;
}

async function run(only: string, times: number): Promise<MutantRun> {
  const contract = readContract();
  const mutants = deriveMutants(contract, undefined, only);
  if (mutants.length === 0) throw new Error(`No mutant is called ${only}`);
  const progress = createProgress(process.stderr);
  const whole: MutantRun = { results: [], alarms: { sandboxes: 0, exchanges: 0, alarms: [] }, seconds: [] };
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    const fresh = round === 0 ? mutants : deriveMutants(contract, undefined, only);
    const operations = [...new Set(fresh.map(({ operation }) => operation))];
    const [alarms, results] = await Promise.all([
      watchForAlarms({ operations, withVariants: only === '' }, progress.update('compliant')),
      runMutants(contract, fresh, progress.update('mutants')),
    ]);
    // Every round counts: a mutant that survives only once has survived.
    whole.results = [...whole.results, ...results];
    whole.alarms = alarms.alarms.length > 0 || round === 0 ? alarms : whole.alarms;
    whole.seconds.push((performance.now() - start) / 1000);
  }
  progress.end();
  return whole;
}

/** How far a run is: on a terminal one line that is written over, elsewhere a line every five seconds. */
function createProgress(out: NodeJS.WriteStream) {
  const parts = new Map<string, string>();
  const everyMs = out.isTTY ? TTY_EVERY_MS : PLAIN_EVERY_MS;
  let last = performance.now();
  return {
    update: (part: string) => (done: number, total: number) => {
      parts.set(part, `${part} ${done}/${total}`);
      if (performance.now() - last < everyMs) return;
      last = performance.now();
      const line = [...parts.values()].join(', ');
      out.write(out.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    },
    end: () => void (out.isTTY && out.write('\r\u001B[K')),
  };
}
