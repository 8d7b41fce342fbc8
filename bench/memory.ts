/** `node --expose-gc memory.ts <origin>`: what the heap and the process hold over 200,000 calls. JSON. */
import { exchanges, variants } from './variants.ts';
import type { Held } from './stats.ts';

const STEPS = 10;
const CALLS_PER_STEP = 20_000;
const IN_FLIGHT = 64;

const cancel = await variants['ifortepay-va']!(process.argv[2]!);
const held: Held[] = [];
for (let step = 1; step <= STEPS; step++) {
  let left = CALLS_PER_STEP;
  const worker = async () => {
    while (left-- > 0) await cancel(exchanges[left % exchanges.length]!);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  (globalThis as { gc?: () => void }).gc!();
  const { heapUsed: heap, rss } = process.memoryUsage();
  held.push({ calls: step * CALLS_PER_STEP, heap, rss });
}
process.stdout.write(JSON.stringify(held));
process.exit();
