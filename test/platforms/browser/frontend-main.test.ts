/** `make frontend` as a process. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { assertPortFree } from '../../../contract-tests/shared/ports.ts';
import {
  freePort,
  startProcess,
  toolNode,
  type StartedProcess,
} from '../../../contract-tests/shared/processes.ts';

const SCRIPT = fileURLToPath(new URL('../../../examples/frontend/main.ts', import.meta.url));

let started: StartedProcess | undefined;
afterEach(() => started?.stop());

const start = (port: number) =>
  startProcess({
    command: toolNode(),
    args: [SCRIPT],
    env: { PORT: String(port) },
    readyPattern: /Ctrl-C stops both/,
  });

it('serves the page at its port, and leads it to the mock that it started', async () => {
  const port = await freePort();
  started = await start(port);
  const [, mockUrl = ''] = /The mock: (\S+)/.exec(started.output())!;
  const page = await fetch(`http://127.0.0.1:${port}`);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expect(new URL(page.url).searchParams.get('mock')).toBe(mockUrl);
  expect((await fetch(`${mockUrl}/va/unknown`)).status).toBe(404);
  await started.stop();
  expect(await started.exited).toBe(0);
  await assertPortFree(port, '127.0.0.1');
  await assertPortFree(Number(new URL(mockUrl).port), '127.0.0.1');
});

it('says in one line that its port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const failed = start(port).then(
    () => 'started',
    (error: Error) => error.message,
  );
  expect(await failed).toContain(
    `--- its output ---\nfrontend: port ${port} on 127.0.0.1 is taken; choose another: PORT=${port + 1}\n`,
  );
  server.close();
});
