import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertPortFree } from '../shared/ports.ts';
import { freePort, toolNode } from '../shared/processes.ts';
import { scenarios } from '../../scripts/scenarios.ts';

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function run(name: string, args: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      toolNode(),
      [script(name), ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe('make mock', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'lists the scenarios, forwards the log, ends on %s',
    async (signal) => {
      const port = await freePort();
      const env = { ...process.env, PORT: String(port), HOST: 'x86_64-conda-linux-gnu' };
      const main = spawn(toolNode(), [script('main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(main, 'exit');
      let output = '';
      for await (const text of main.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        output += text;
        if (output.includes('The mock listens on')) break;
      }
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

  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, stdout, stderr } = await run('main.ts', [], { PORT: String(port) });
    server.close();
    expect(stderr).toMatch(new RegExp(`^mock: port ${port} on 127.0.0.1 is taken; .*\\n$`));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('listens where a phone or a container reaches it, and is slow, if told so', async () => {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port), LISTEN: '0.0.0.0', DELAY: '300' };
    const main = spawn(toolNode(), [script('main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(main, 'exit');
    let output = '';
    for await (const text of main.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      output += text;
      if (output.includes('The mock listens on')) break;
    }
    const urls = [...output.matchAll(/^ {2}(http:\/\/\S+)$/gm)].map(([, url]) => url!);
    const start = performance.now();
    for (const url of urls) expect((await fetch(`${url}/unknown`)).status).toBe(404);
    expect(performance.now() - start).toBeGreaterThanOrEqual(290 * urls.length);
    main.kill('SIGTERM');
    await ended;
    expect(urls.length).toBeGreaterThan(0);
    expect(output).toContain('Every answer comes after 300 ms.');
  }, 90_000);

  it('refuses a DELAY that is none in one line', async () => {
    const { code, stderr } = await run('main.ts', [], { DELAY: '2s' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^mock: DELAY=2s is no delay: .*\n$/),
    });
  });

  it.each(['x', '0', '65536', '80.5'])('refuses PORT=%s in one line', async (PORT) => {
    const { code, stderr } = await run('main.ts', [], { PORT });
    expect(stderr).toMatch(/^mock: PORT=.* is not a port: .*\n$/);
    expect(code).toBe(1);
  });
});

describe('write-table', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'scenario-table-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('writes between the markers and leaves the rest alone; --check then agrees', async () => {
    const file = join(directory, 'a.md');
    const old = 'before\n<!-- scenarios:start -->\nold\n<!-- scenarios:end -->\nafter\n';
    writeFileSync(file, old);
    expect((await run('write-table.ts', ['--check', file])).code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(old);
    expect((await run('write-table.ts', [file])).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(
      /^before\n<!-- scenarios:start -->\n\n\| Scenario[^]*```\n\n<!-- scenarios:end -->\nafter\n$/,
    );
    expect((await run('write-table.ts', ['--check', file])).code).toBe(0);
  });

  it.each([
    { what: 'does not exist', text: undefined },
    { what: 'lacks the markers', text: '# no markers\n' },
  ])('fails in one line when the file $what', async ({ what, text }) => {
    const file = join(directory, `${what}.md`);
    if (text !== undefined) writeFileSync(file, text);
    const { code, stderr } = await run('write-table.ts', [file]);
    expect(stderr).toMatch(new RegExp(`^.*${what}.*\\n$`));
    expect(code).toBe(1);
  });
});
