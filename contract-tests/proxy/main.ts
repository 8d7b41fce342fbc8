/** `make contract-proxy`: checks a team's own traffic with staging, unchanged; or checks recorded traffic. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../shared/command.ts';
import { explainPort, readPort } from '../shared/ports.ts';
import { DEFAULT_BASE_URL } from '../staging/settings.ts';
import { startProxy } from './server.ts';
import { createTally, createWatch, proxyExitCodes, replay } from './watch.ts';
import type { Tally } from './watch.ts';

interface Options {
  target: string;
  port: string;
  records: string;
  replay?: string;
}

const USUAL_PORT = '4030';

const log = (line: string): void => console.log(line);

async function main(options: Options): Promise<number> {
  const tally = createTally();
  if (options.replay !== undefined) replay(readFileSync(options.replay, 'utf8'), { log, tally });
  else await proxy(options, tally);
  log(tally.summary());
  return tally.exitCode();
}

/** Until it is interrupted. */
async function proxy({ target, port, records }: Options, tally: Tally): Promise<void> {
  const listensOn = readPort(port, Number(USUAL_PORT), 0, '--port ');
  mkdirSync(records, { recursive: true });
  const file = join(records, `traffic-${new Date().toISOString().replaceAll(':', '')}.jsonl`);
  const record = (made: object): void => appendFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  const onExchange = createWatch({ log, record, tally });
  const onBroken = (line: string): void => {
    tally.broken();
    log(line);
  };
  const started = await startProxy({ target, port: listensOn, onExchange, onBroken }).catch(
    (error: NodeJS.ErrnoException) => {
      throw explainPort(error, listensOn);
    },
  );
  log(`${started.url} passes everything on to ${new URL(target).host}; records: ${file}`);
  log('Ctrl-C ends it and says what was found.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await started.close();
}

const { env } = process;

await runCommand<Options>(
  {
    name: 'contract-proxy',
    says: 'Checks answers of iFortepay staging against the contract while traffic passes unchanged.',
    options: [
      ['--target <url>', 'staging or loopback', env['IFORTEPAY_BASE_URL'] || DEFAULT_BASE_URL],
      ['--port <port>', 'where to listen, on 127.0.0.1', env['PORT'] || USUAL_PORT],
      [
        '--records <folder>',
        'where traffic-*.jsonl goes',
        fileURLToPath(new URL('../reports', import.meta.url)),
      ],
      ['--replay <file>', 'check recorded traffic instead'],
    ],
    exitCodes: proxyExitCodes,
    broken: 2,
  },
  main,
);
