/**
 * `make contract-outside`: the staging run, held against ordinary gateways that nobody tuned it to. As they are it must
 * refute nothing; with guesses answered the other way exactly those; with one thing wrong it must name that.
 */
import { parseArgs } from 'node:util';
import { readContract } from '../../spec/contract.ts';
import { exitCodeOf, toMarkdown, toTerminal } from '../staging/report.ts';
import { runStaging } from '../staging/run.ts';
import { gateways, startGateway } from './start.ts';
import type { Front, Gateway, Setup } from './start.ts';
import { guesses, wrongs } from './wrong.ts';

interface Row {
  name: string;
  gateway: Gateway;
  setup?: Setup | undefined;
  front?: (() => Front) | undefined;
  only?: RegExp;
  create?: boolean | undefined;
  active?: number;
  exit: number;
  first?: string | undefined;
  refuted: string[];
  report?: string | undefined;
}

const turn = (i: number): Gateway => gateways[i % gateways.length]!;

function rowsOf(): Row[] {
  const all = gateways.flatMap((gateway): Row[] => [
    { name: `${gateway} as it is`, gateway, exit: 0, refuted: [], first: 'nothing refuted' },
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
      dredd: row.exit === 0 || row.name.endsWith('every guess the other way'),
      ...(row.only && { only: row.only }),
    });
    const lines = toTerminal(run, 'reports/staging.md');
    const said = [...run.verdicts.facts, ...run.verdicts.refutedGuesses].map(({ key }) => key);
    const three = lines.slice(0, 3).join('\n').replaceAll(/\s+/g, ' ');
    const code = exitCodeOf(run);
    return [
      ...(code === row.exit ? [] : [`exit code ${code} for ${row.exit}`]),
      ...row.refuted.filter((key) => !said.includes(key)).map((key) => `does not refute ${key}`),
      ...said.filter((key) => !row.refuted.includes(key)).map((key) => `refutes ${key}`),
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

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
readContract();
const rows = rowsOf().filter(({ name }) => new RegExp(values.only).test(name));
if (rows.length === 0) throw new Error(`no row has ${values.only} in its name`);
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
console.log(
  `${rows.length - red} of ${rows.length} as they must be, ${((performance.now() - from) / 1000).toFixed(0)} s`,
);
process.exitCode = red === 0 ? 0 : 1;
