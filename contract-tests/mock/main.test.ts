/** `make mock` as a program. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scenarios } from '../../scripts/scenarios.ts';
import { listen } from '../shared/http-server.ts';
import { assertPortFree } from '../shared/ports.ts';
import { freePort, toolNode } from '../shared/processes.ts';

const script = fileURLToPath(new URL('main.ts', import.meta.url));

/** Starts it, and resolves when it listens. */
async function start(more: Record<string, string>) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), ...more };
  const main = spawn(toolNode(), [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(main, 'exit');
  let output = '';
  for await (const text of main.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text;
    if (output.includes('The mock listens on')) break;
  }
  return { main, port, output, ended };
}

/** Starts it where it cannot, and resolves to how it ended. */
function fail(env: Record<string, string>) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(toolNode(), [script], { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  'lists the scenarios, forwards the log, ends on %s',
  async (signal) => {
    const { main, port, output, ended } = await start({ HOST: 'x86_64-conda-linux-gnu' });
    expect((await fetch(`http://127.0.0.1:${port}/unknown`)).status).toBe(404);
    main.kill(signal);
    expect(await ended).toEqual([0, null]);
    await assertPortFree(port, '127.0.0.1');

    const banner = output.slice(0, output.indexOf('[CLI]')).split('\n').slice(0, -1);
    expect(banner.join('\n')).toContain(`http://127.0.0.1:${port}`);
    expect(banner.filter((line) => line.length > 80)).toEqual([]);
    for (const { prefer, name } of scenarios()) expect(banner.join('\n')).toContain(prefer ?? name);
  },
  90_000,
);

it('listens where a phone or a container reaches it, and is slow, if told so', async () => {
  const { main, output, ended } = await start({ LISTEN: '0.0.0.0', DELAY: '300' });
  const urls = [...output.matchAll(/^ {2}(http:\/\/\S+)$/gm)].map(([, url]) => url!);
  const startedAt = performance.now();
  for (const url of urls) expect((await fetch(`${url}/unknown`)).status).toBe(404);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(290 * urls.length);
  main.kill('SIGTERM');
  await ended;
  expect(urls.length).toBeGreaterThan(0);
  expect(output).toContain('Every answer comes after 300 ms.');
}, 90_000);

it('says in one line that its port is taken', async () => {
  const { port, close } = await listen(createServer());
  const { code, stdout, stderr } = await fail({ PORT: String(port) });
  await close();
  expect(stderr).toMatch(new RegExp(`^mock: port ${port} on 127.0.0.1 is taken; .*\\n$`));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

it.each([
  ['DELAY', '2s', 'is no delay'],
  ['PORT', 'x', 'is not a port'],
  ['PORT', '0', 'is not a port'],
  ['PORT', '65536', 'is not a port'],
  ['PORT', '80.5', 'is not a port'],
])('refuses %s=%s in one line', async (name, value, words) => {
  const { code, stderr } = await fail({ [name]: value });
  expect(stderr).toMatch(new RegExp(`^mock: ${name}=${value} ${words}: .*\\n$`));
  expect(code).toBe(1);
});
