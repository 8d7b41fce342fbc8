/**
 * `make contract`: Dredd over every example of every documented answer, then the negative cases. Exit code 0
 * only if all of it was seen to have been tried and to hold; 2 on a wrong use. `--prove` runs it against
 * sandboxes that are wrong in one way each, and fails if any of them goes unnoticed.
 */
import { parseArgs } from 'node:util';
import { prove } from './prove.ts';
import { report } from './report.ts';
import { runContract } from './run.ts';

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

main().then(
  (green) => (process.exitCode = green ? 0 : 1),
  (error: Error) => {
    console.error(`contract: ${error.message}`);
    process.exitCode = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS') ? 2 : 1;
  },
);
