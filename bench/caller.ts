/** `node caller.ts <variant> <origin> <in flight> <calls>`: one measured run in a process of its own. */
import { subjects } from './subjects.ts';
import { variants } from './variants.ts';

const [name = '', origin = '', inFlight = '1', calls = '1'] = process.argv.slice(2);
const cancel = await variants[name]!(origin);

async function run(count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await cancel(subjects[index % subjects.length]!);
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, worker));
}

await run(Number(process.env.WARM ?? 20_000)); // warm
const cpu = process.cpuUsage();
const startedAt = performance.now();
await run(Number(calls));
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(
  JSON.stringify({ cpuUs: (user + system) / Number(calls), perSecond: Number(calls) / seconds }),
);
process.exit();
