/**
 * `make contract-outside`: the staging run, held against ordinary gateways that nobody tuned it to. As they are it must
 * refute nothing; with guesses answered the other way exactly those; with one thing wrong it must name that.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolNode } from '../shared/processes.ts';
import { stagingExitCodeOf, toMarkdown, toTerminal } from '../staging/report.ts';
import { runStaging } from '../staging/run.ts';
import { shortOf } from '../staging/statements.ts';
import { gateways, startGateway } from './start.ts';
import type { GatewayFront, GatewayFile, Setup } from './start.ts';
import { guesses, wrongs } from './wrong.ts';
import { runCommand, UsageError } from '../shared/command.ts';

interface Row {
  name: string;
  gateway: GatewayFile;
  setup?: Setup | undefined;
  front?: (() => GatewayFront) | undefined;
  only?: RegExp;
  create?: boolean | undefined;
  active?: number;
  dredd?: boolean;
  exit: number;
  first?: string | undefined;
  refuted: string[];
  /** Whether more than that may be refuted. */
  anything?: boolean | undefined;
  report?: string | undefined;
}

const turn = (i: number): GatewayFile => gateways[i % gateways.length]!;

function rowsOf(): Row[] {
  const all = gateways.flatMap((gateway): Row[] => [
    { name: `${gateway} as it is`, gateway, dredd: true, exit: 0, refuted: [], first: 'nothing refuted' },
    {
      name: `${gateway} without accounts`,
      gateway,
      active: 0,
      exit: 0,
      refuted: [],
      first: 'nothing refuted',
    },
    {
      name: `${gateway}, creating`,
      gateway,
      active: 1,
      create: true,
      exit: 0,
      refuted: [],
      first: 'nothing refuted',
    },
    {
      name: `${gateway}, every guess the other way`,
      gateway,
      setup: {
        answers: {
          parameter: [422, '01'],
          credentials: [403, '04'],
          signature: [403, '99'],
          unknown: [200, '02'],
          closed: [409, '99'],
        },
        twice: '00',
      },
      front: guesses.at(-1)!.front,
      only: /outcome|header|authorization|signature|open|order_id/,
      exit: 3,
      refuted: [...new Set(guesses.flatMap(({ refuted }) => refuted))],
    },
  ]);
  const single = guesses.map(({ name, setup, front, refuted }, i): Row => ({
    name: `${turn(i)}, guess: ${name}`,
    gateway: turn(i),
    setup,
    front,
    only: /outcome|header|authorization|signature|open/,
    exit: 3,
    refuted,
  }));
  const wrong = wrongs.map((one, i): Row => {
    const gateway = one.gateway ?? turn(i);
    return { ...one, name: `${gateway}, ${one.name}`, gateway, first: one.first ?? one.refuted[0] };
  });
  return [...all, ...single, ...wrong];
}

/** What is wrong with what the run said of a row. */
async function judge(row: Row): Promise<string[]> {
  const started = await startGateway(row.gateway, row.setup, row.front?.(), row.active);
  try {
    const settings = {
      baseUrl: started.url,
      credentials: started.credentials,
      create: row.create ?? false,
      channel: 'BCA',
      paceMs: 0,
    };
    const run = await runStaging(settings, {
      given: started.given,
      // With one thing wrong the cases say enough; a start of Dredd for each would take minutes.
      dredd: row.dredd ?? row.name.endsWith('every guess the other way'),
      ...(row.only && { only: row.only }),
    });
    const lines = toTerminal(run, 'reports/staging.md');
    const said = [...run.verdicts.facts, ...run.verdicts.refutedGuesses].map(({ key }) => key);
    const three = lines.slice(0, 3).join('\n').replaceAll(/\s+/g, ' ');
    const told = lines.join(' ').replaceAll(/\s+/g, ' ');
    const code = stagingExitCodeOf(run);
    return [
      ...(code === row.exit ? [] : [`exit code ${code} for ${row.exit}`]),
      ...row.refuted.filter((key) => !said.includes(key)).map((key) => `does not refute ${key}`),
      ...said.filter((key) => !row.anything && !row.refuted.includes(key)).map((key) => `refutes ${key}`),
      ...run.verdicts.facts
        .filter(({ key }) => ![key, shortOf(key)].some((name) => told.includes(name)))
        .map(({ key }) => `hides ${key}`),
      ...(row.first === undefined || three.includes(row.first)
        ? []
        : [`not in the first three lines: ${row.first}`]),
      ...(lines.length > 20 ? [`${lines.length} lines`] : []),
      ...lines.filter((line) => line.length > 80).map((line) => `a line of ${line.length} columns`),
      ...(row.report === undefined || toMarkdown(run, new Date()).includes(row.report)
        ? []
        : [`no ${row.report}`]),
    ].map((fault) => `${fault}\n      ${lines.join('\n      ')}`);
  } finally {
    await started.close();
  }
}

/** On a terminal the command says how far it is; python3 has one to lend. */
async function judgeProgress(): Promise<string[]> {
  const started = await startGateway('express.js');
  const main = fileURLToPath(new URL('../staging/main.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'contract-outside-'));
  const { merchantId, secretUnboundId, hashKey } = started.credentials;
  const program = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  const args = ['-c', program, toolNode(), main, '--reports', folder, '--only', 'signature'];
  const env = {
    ...process.env,
    IFORTEPAY_BASE_URL: started.url,
    IFORTEPAY_MERCHANT_ID: merchantId,
    IFORTEPAY_SECRET_UNBOUND_ID: secretUnboundId,
    IFORTEPAY_HASH_KEY: hashKey,
    IFORTEPAY_TEST_PACE_MS: '0',
    GITHUB_ACTIONS: '',
  };
  const output = await new Promise<string>((resolve) => {
    execFile('python3', args, { env, timeout: 60_000 }, (_, stdout) => resolve(stdout));
  });
  rmSync(folder, { recursive: true });
  await started.close();
  const isThere = /\d+ of \d+ cases, 0 refuted so far, \d+ (s|min) left/.test(output);
  return isThere ? [] : [`no progress on a terminal\n${output}`];
}

async function judgeAll(only: string): Promise<number> {
  const rows = rowsOf().filter(({ name }) => new RegExp(only).test(name));
  if (rows.length === 0) throw new UsageError(`no row has ${only} in its name`);
  const from = performance.now();
  let [next, red] = [0, 0];
  await Promise.all(
    gateways.map(async () => {
      for (let row = rows[next++]; row; row = rows[next++]) {
        const since = performance.now();
        const faults = await judge(row).catch((error: unknown) => [`throws ${(error as Error).stack}`]);
        const seconds = ((performance.now() - since) / 1000).toFixed(1);
        if (faults.length > 0) red += 1;
        console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${row.name} (${seconds} s)`);
        for (const fault of faults) console.log(`    ${fault}`);
      }
    }),
  );
  if (only === '' || only === 'progress') {
    const faults = await judgeProgress();
    if (faults.length > 0) red += 1;
    console.log(
      [faults.length === 0 ? 'ok   progress on a terminal' : 'FAIL progress', ...faults].join('\n    '),
    );
  }
  const seconds = ((performance.now() - from) / 1000).toFixed(0);
  console.log(`${rows.length - red} of ${rows.length} as they must be, ${seconds} s`);
  return red === 0 ? 0 : 1;
}

await runCommand<{ only: string }>(
  {
    name: 'contract-outside',
    says: 'Runs the staging check over ordinary gateways, right ones and wrong ones.',
    options: [['--only <pattern>', 'rows whose name matches', '']],
  },
  ({ only }) => judgeAll(only),
);
