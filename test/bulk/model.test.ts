/** Every interleaving of two workers, a crash at every step, a gateway that takes its time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World, type Broken } from './world.ts';

/** Walks through every state that can be reached in so many steps. Resolves to how many there are. */
async function explore(accounts: number, depth: number): Promise<number> {
  const world = await World.create(accounts);
  const seen = new Set<string>();
  let edge: { snapshot: string; path: string[] }[] = [{ snapshot: await world.snapshot(), path: [] }];
  for (let step = 0; step < depth && edge.length > 0; step++) {
    const next: typeof edge = [];
    for (const { snapshot, path } of edge) {
      await world.restore(snapshot);
      const names = world.steps().map(({ name }) => name);
      for (const name of names) {
        await world.restore(snapshot);
        const here = [...path, name];
        try {
          await world
            .steps()
            .find((each) => each.name === name)!
            .run();
          await world.check();
        } catch (error) {
          throw new Error(`${(error as Error).message}, after: ${here.join('; ')}`);
        }
        const reached = await world.snapshot();
        const key = World.key(reached);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ snapshot: reached, path: here });
      }
    }
    edge = next;
  }
  // From wherever one stopped, everything comes to its end.
  for (const { snapshot, path } of edge.filter((_, index) => index % 20 === 0)) {
    await world.restore(snapshot);
    await world.end().catch((error: Error) => {
      throw new Error(`${error.message}, after: ${path.join('; ')}`);
    });
  }
  await world.close();
  return seen.size;
}

/** A long walk, by chance; fast-check makes it short again if it ends badly. */
async function walk(accounts: number, choices: readonly number[]): Promise<void> {
  const world = await World.create(accounts);
  try {
    for (const choice of choices) {
      // Crashes and the passing of time are rarer than work, or nothing would ever get far.
      const steps = world
        .steps()
        .flatMap((step) => (/crashes|pass$/.test(step.name) ? [step] : Array(5).fill(step)));
      await steps[choice % steps.length]!.run();
      await world.check();
    }
    await world.end();
  } finally {
    await world.close();
  }
}

/** Takes these steps. Resolves to how it ended: all taken, one that was not possible, or what rule it broke. */
async function play(script: string, broken?: Broken): Promise<string> {
  const world = await World.create(1, broken);
  try {
    for (const name of script.split('; ')) {
      const step = world.steps().find((each) => each.name === name);
      if (!step) return `not possible: ${name}`;
      await step.run();
      await world.check();
    }
    return 'all taken';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await world.close();
  }
}

const choices = fc.array(fc.nat(1000), { minLength: 20, maxLength: 120 });

describe('two workers and a crash at every step', () => {
  it('never cancel blindly, and lose nothing, in any order of steps', async () => {
    // BULK_DEPTH=10 takes minutes.
    expect(await explore(1, Number(process.env.BULK_DEPTH ?? 7))).toBeGreaterThan(500);
  }, 240_000);

  it('never cancel blindly, and lose nothing, on long walks with several accounts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), choices, (accounts, chosen) => walk(accounts, chosen)),
      { numRuns: 150 },
    );
  }, 240_000);

  // Each rule broken, and the way on which it shows.
  const takenOver =
    'A takes; A turns; 2100 ms pass; 1100 ms pass; B takes; B turns; B asks; B is told; B turns';
  const sentAgain = '1100 ms pass; B turns; B asks; B is told; B turns; B sends';
  it.each<[string, Broken, string, string, RegExp]>([
    [
      'what was being sent is sent again',
      { interrupt: 'queued' },
      'A takes; A turns; A sends; A crashes; 4100 ms pass; B takes; B turns; B sends',
      'not possible: B sends',
      /^a blind second cancel/,
    ],
    [
      'an answer ACTIVE is enough',
      { impatient: true },
      'A takes; A turns; A sends; A is not answered; A turns; 1100 ms pass; A turns; A asks; A is told; A turns; A sends',
      'not possible: A sends',
      /while the first can still be carried out/,
    ],
    [
      'a worker sends after a long sleep',
      { sleepless: true },
      `${takenOver}; ${sentAgain}; A sends`,
      'all taken',
      /^a blind second cancel/,
    ],
    [
      'a result is written over a later attempt',
      { overwrites: true },
      `${takenOver.replace('A turns', 'A turns; A cannot connect')}; ${sentAgain}; A turns; B turns; B sends`,
      'not possible: B sends',
      /^a blind second cancel/,
    ],
  ])('show it if %s', async (_, broken, script, intact, message) => {
    expect(await play(script)).toBe(intact);
    expect(await play(script, broken)).toMatch(message);
  });
});
