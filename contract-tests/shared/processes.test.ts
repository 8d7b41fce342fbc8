import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort, startProcess, toolNode } from './processes.ts';

/** A shell whose grandchild listens, so that the port tells whether the whole tree is gone. */
function treeOn(port: number) {
  const server = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('grandchild up'))`;
  const script = '"$0" -e "$1" & wait; wait';
  return { command: 'sh', args: ['-c', script, toolNode(), server], readyPattern: /grandchild up/ };
}

function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  return new Promise((resolve) => {
    socket.once('connect', () => (socket.destroy(), resolve(true))).once('error', () => resolve(false));
  });
}

async function stillListensAfter(port: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while ((await listens(port)) && Date.now() < deadline) await sleep(50);
  return listens(port);
}

describe('startProcess', () => {
  it('waits until the process is ready, and stop ends the whole tree before it resolves', async () => {
    const port = await freePort();
    const started = await startProcess(treeOn(port));
    expect(started.output()).toContain('grandchild up');
    expect(await listens(port)).toBe(true);
    await started.stop();
    expect(await listens(port)).toBe(false);
    await started.stop();
  });

  it('ends a process that ignores SIGTERM', async () => {
    const port = await freePort();
    const server = `process.on('SIGTERM', () => {}); require('net').createServer().listen(${port}, '127.0.0.1')`;
    const args = ['-e', `${server}.on('listening', () => console.log('deaf'))`];
    const started = await startProcess({ command: toolNode(), args, readyPattern: /deaf/ });
    await started.stop();
    expect(await listens(port)).toBe(false);
  });

  it('waits for a URL to answer', async () => {
    const port = await freePort();
    const server = `require('http').createServer((q, r) => r.writeHead(404).end()).listen(${port}, '127.0.0.1')`;
    const readyUrl = `http://127.0.0.1:${port}/`;
    const started = await startProcess({
      command: toolNode(),
      args: ['-e', `setTimeout(() => ${server}, 300)`],
      readyUrl,
    });
    expect((await fetch(readyUrl)).status).toBe(404);
    await started.stop();
  });

  it('rejects with the output when the process is not ready in time, and leaves nothing running', async () => {
    const port = await freePort();
    const never = { ...treeOn(port), readyPattern: /never written/, timeoutMs: 1_000 };
    await expect(startProcess(never)).rejects.toThrow(/not ready within 1000 ms[^]*grandchild up/);
    expect(await listens(port)).toBe(false);
  });

  it('rejects at once, with code and output, when the process ends before it is ready', async () => {
    const args = ['-c', 'echo out; echo err >&2; exit 7'];
    const failing = startProcess({ command: 'sh', args, readyPattern: /never written/ });
    await expect(failing).rejects.toThrow(/exit code 7[^]*out[^]*err/);
  });

  it('says which command does not exist', async () => {
    const missing = startProcess({ command: 'no-such-command', readyPattern: /x/ });
    await expect(missing).rejects.toThrow(/exit code 127[^]*no-such-command/);
  });

  it('ends what the process left behind when the process ends by itself', async () => {
    const port = await freePort();
    const { command, args, readyPattern } = treeOn(port);
    const leaving = [...args];
    leaving[1] = '"$0" -e "$1" & sleep 1';
    const started = await startProcess({ command, args: leaving, readyPattern });
    expect(await started.exited).toBe(0);
    expect(await stillListensAfter(port, 2_000)).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'exit', 'throw'])(
    'its tree dies with the parent: %s',
    async (end) => {
      const port = await freePort();
      const module = JSON.stringify(new URL('./processes.ts', import.meta.url).href);
      const last = { exit: 'process.exit(3)', throw: 'throw new Error("fake failure")' }[end] ?? '';
      const script = `const { startProcess } = await import(${module});
      await startProcess({ ...${JSON.stringify(treeOn(port))}, readyPattern: /grandchild up/ });
      console.log('parent ready'); process.stdin.once('data', () => { ${last} });`;
      const parent = spawn(toolNode(), ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await once(parent.stdout, 'data');
      expect(await listens(port)).toBe(true);
      if (last) parent.stdin.write('go\n');
      else parent.kill(end as NodeJS.Signals);
      await once(parent, 'exit');
      expect(await stillListensAfter(port, 3_000)).toBe(false);
    },
  );
});
