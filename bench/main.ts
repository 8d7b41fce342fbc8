/**
 * `make bench`: measures all variants against each other, and writes bench/results and the README's section.
 * `--rounds=7`, `--calls=20000`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { isPinned, measure, outputOf, startServer, type Server } from './measure.ts';
import type { Held, Results, Rounds } from './stats.ts';
import { benchReport } from './report.ts';
import { sizes, startups } from './sizes.ts';

const IN_FLIGHT = [64, 16, 1] as const;
// With fewer a part of the compiler's work is measured too: it goes on for some ten thousand calls.
const WARM_CALLS = 25_000;
const STARTUP_ROUNDS = 15;
/** The name by which a variant is measured, and its control, which is the same thing again. */
export const PLANNED: readonly (readonly [label: string, variant: string])[] = [
  ['fetch + deadline', 'fetch + deadline'],
  ['ifortepay-va', 'ifortepay-va'],
  ['ifortepay-va, no witness', 'ifortepay-va, no witness'],
  ['fetch', 'fetch'],
  ['fetch, after a call of ifortepay-va', 'fetch, after a call of ifortepay-va'],
  ['axios + js-sha256', 'axios + js-sha256'],
  ['fetch + deadline, again (A/A)', 'fetch + deadline'],
  ['ifortepay-va over undici', 'ifortepay-va over undici'],
  ['ifortepay-va over undici, no witness', 'ifortepay-va over undici, no witness'],
  ['undici.request', 'undici.request'],
];

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, calls: { type: 'string', default: '20000' } },
});

const say = (text: string) => process.stderr.write(`${text}\n`);

async function measureRounds(server: Server, count: number, calls: number): Promise<Rounds> {
  const rounds: Rounds = Object.fromEntries(PLANNED.map(([label]) => [label, []]));
  for (let round = 0; round < count; round++) {
    // Rotated, so that nobody is always first on a cool machine.
    const order = [...PLANNED.slice(round % PLANNED.length), ...PLANNED.slice(0, round % PLANNED.length)];
    for (const [label, variant] of order) {
      const taken = await measure(variant, server, { warm: WARM_CALLS, calls }, IN_FLIGHT);
      rounds[label]!.push(taken);
      say(
        `round ${round + 1} of ${count}  ${label.padEnd(30)} ${taken[0]!.cpuUs.toFixed(0).padStart(5)} µs CPU a call`,
      );
    }
  }
  return rounds;
}

/** The README's section between its marks, written anew. Throws an Error if they are gone. */
async function showInReadme(summary: string): Promise<void> {
  const path = fileURLToPath(new URL('../README.md', import.meta.url));
  const marks = /(?<=<!-- bench:start -->\n)[^]*(?=<!-- bench:end -->)/;
  const old = readFileSync(path, 'utf8');
  if (!marks.test(old)) throw new Error('README.md has no bench:start and bench:end');
  const text = old.replace(marks, () => `\n${summary}\n\n`);
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown' }));
}

const server = await startServer();
try {
  const rounds = await measureRounds(server, Number(values.rounds), Number(values.calls));
  say('memory over 200,000 calls …');
  const held = await outputOf<Held[]>('memory.ts', '--expose-gc', server.origin);
  say('start-up and sizes …');
  const machine = `${cpus()[0]!.model}, ${cpus().length} cores${isPinned ? ', server and client on one each' : ''}, Node ${process.versions.node}`;
  const results: Results = {
    machine,
    date: new Date().toISOString().slice(0, 10),
    rounds,
    held,
    startups: startups(STARTUP_ROUNDS),
    sizes: sizes(),
  };
  const { markdown, svg, summary, isConclusive } = benchReport(results);
  mkdirSync(new URL('results', import.meta.url), { recursive: true });
  writeFileSync(new URL('results/results.md', import.meta.url), markdown);
  writeFileSync(new URL('results/cpu.svg', import.meta.url), svg);
  process.stdout.write(markdown);
  if (isConclusive) await showInReadme(summary);
  else say('INCONCLUSIVE: see the A/A line. Run it on a quieter machine; the README stays as it was.');
} finally {
  server.stop();
}
