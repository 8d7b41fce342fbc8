/** `make contract-proxy`: checks a team's own traffic with staging, unchanged; or checks recorded traffic. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { NotAllowed } from '../staging/allowlist.ts';
import { DEFAULT_BASE_URL } from '../staging/settings.ts';
import { startProxy } from './server.ts';
import { createTally, exitCodes } from './tally.ts';
import type { Tally } from './tally.ts';
import { createWatch, replay } from './watch.ts';

interface Options {
  target: string;
  port: string;
  records: string;
  replay?: string;
}

const { env } = process;
const codes = Object.entries(exitCodes).map(([code, says]) => `  ${code}  ${says}`);

const command = new Command('contract-proxy')
  .description('Checks answers of iFortepay staging against the contract while traffic passes unchanged.')
  .option('--target <url>', 'staging or loopback', env['IFORTEPAY_BASE_URL'] || DEFAULT_BASE_URL)
  .option('--port <port>', 'where to listen, on 127.0.0.1', env['PORT'] || '4030')
  .option(
    '--records <folder>',
    'where traffic-*.jsonl goes',
    fileURLToPath(new URL('../reports', import.meta.url)),
  )
  .option('--replay <file>', 'check recorded traffic instead')
  .addHelpText('after', `\nExit codes:\n${codes.join('\n')}`)
  .exitOverride();

const log = (line: string): void => console.log(line);

async function main(): Promise<number> {
  const options = command.parse().opts<Options>();
  const tally = createTally();
  if (options.replay !== undefined) replay(readFileSync(options.replay, 'utf8'), { log, tally });
  else await proxy(options, tally);
  log(tally.summary());
  return tally.exitCode();
}

/** Until it is interrupted. */
async function proxy({ target, port, records }: Options, tally: Tally): Promise<void> {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new NotAllowed('the port is none');
  mkdirSync(records, { recursive: true });
  const file = join(records, `traffic-${new Date().toISOString().replaceAll(':', '')}.jsonl`);
  const record = (made: object): void => appendFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  const onExchange = createWatch({ log, record, tally });
  const onBroken = (line: string): void => {
    tally.broken();
    log(line);
  };
  const started = await startProxy({ target, port: Number(port), onExchange, onBroken });
  log(`${started.url} passes everything on to ${new URL(target).host}; records: ${file}`);
  log('Ctrl-C ends it and says what was found.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await started.close();
}

function explain(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2; // commander's, said
  console.error(`contract-proxy: ${(error as Error).message}`);
  return 2;
}

process.exitCode = await main().catch(explain);
