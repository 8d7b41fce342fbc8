/**
 * `node caller.ts <variant> <origin> <warm calls> <calls> <in flight>…`: measured runs in a process of its own, one for each
 * number in flight. Prints what they took as JSON.
 */
import { exchanges, variants } from './variants.ts';
import type { Taken } from './stats.ts';

const [name = '', origin = '', warm = '', calls = '', ...levels] = process.argv.slice(2);
const cancel = await variants[name]!(origin);

async function run(count: number, inFlight: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++)
      await cancel(exchanges[index % exchanges.length]!);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function measure(inFlight: number, count: number): Promise<Taken> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await run(count, inFlight);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { inFlight, cpuUs: (user + system) / count, perSecond: count / seconds };
}

await run(Number(warm), 64);
const taken: Taken[] = [];
// What is aimed at is aimed at for the first; the others get a third of the time.
for (const [index, level] of levels.entries()) {
  taken.push(await measure(Number(level), Math.ceil(Number(calls) / (index === 0 ? 1 : 3))));
}
process.stdout.write(JSON.stringify(taken));
// Idle connections would keep it.
process.exit();
