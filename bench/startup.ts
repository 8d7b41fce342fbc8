/** How long importing takes, and making a client, in fresh processes. */
import { execFileSync } from 'node:child_process';
import { median } from './stats.ts';

const dist = new URL('../dist/index.js', import.meta.url).href;
const here = new URL('.', import.meta.url);

const options = `{ merchantId: 'fake-merchant', secretUnboundId: 'fake-secret', hashKey: 'fake-key', environment: 'staging' }`;

const programs: Record<string, string> = {
  'ifortepay-va: import + createVaClient': `(await import('${dist}')).createVaClient(${options});`,
  'axios: import': `await import('axios');`,
  'openapi-fetch: import + createClient': `(await import('openapi-fetch')).default();`,
  nothing: '',
};

/** Milliseconds, median of `rounds` fresh processes each, taken in turn. */
export function startups(rounds: number): Record<string, number> {
  const taken = Object.keys(programs).map((name) => [name, [] as number[]] as const);
  for (let round = 0; round < rounds; round++)
    for (const [name, times] of taken) times.push(timeOf(programs[name]!));
  return Object.fromEntries(taken.map(([name, times]) => [name, median(times)]));
}

function timeOf(program: string): number {
  const timed = `const s = performance.now(); ${program} process.stdout.write(String(performance.now() - s)); process.exit();`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', timed], { cwd: here, encoding: 'utf8' }),
  );
}
