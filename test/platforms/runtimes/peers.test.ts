/** docs/tests-and-bundlers.md, "Which versions go together": each cell of the table, with that Node and that peer. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { readDocument } from '../../support/doc-blocks.ts';
import { credentials, pageRequest } from '../../support/fixtures.ts';
import { packInto, unpackInto } from '../../support/packed.ts';

const run = promisify(execFile);
const installed = (name: string) => fileURLToPath(new URL(`node_modules/${name}`, import.meta.url));

/** The rows of the page's table: the peer with its major version, and what it says of each Node. */
const rows = [
  ...readDocument('docs/tests-and-bundlers.md').matchAll(/^\| `(msw|undici|nock)` (\d+)\S* +\|(.*)\|$/gm),
].map(([, peer, major, cells]) => ({
  peer: peer!,
  major: major!,
  cells: cells!.split('|').map((cell) => cell.trim()),
}));
const cells = rows.flatMap(({ peer, major, cells: [on20, on22, later] }) =>
  (
    [
      ['20', on20],
      ['22', on22],
      ['24', later],
      ['26', later],
    ] as const
  ).map(([node, says]) => [peer, major, node, says!.startsWith('yes')] as const),
);

/** Cancels with the peer, and says how it ended. */
const PROGRAMS: Record<string, string> = {
  msw: `import { handlers } from 'ifortepay-va/msw';
import { setupServer } from 'msw/node';
const server = setupServer(...handlers({ baseUrl: 'https://gateway.invalid' }));
server.listen({ onUnhandledRequest: 'error', onUnhandledFrame: 'error' });
options.baseUrl = 'https://gateway.invalid';`,
  nock: `import nock from 'nock';
nock.disableNetConnect();
options.baseUrl = 'https://gateway.invalid';
const canceled = { ...request, transaction_status: 'CANCELED', response_code: '00' };
nock(options.baseUrl).post('/va/cancel', request).reply(200, canceled);`,
  undici: `import { undiciFetch } from 'ifortepay-va/undici';
options.fetch = undiciFetch();`,
};
const programFor = (peer: string) => `import { createVaClient } from 'ifortepay-va';
const [options, request] = process.argv.slice(2).map((text) => JSON.parse(text));
${PROGRAMS[peer]}
const ending = await createVaClient(options).cancel(request).then(() => 'done', (error) => error.code);
console.log(ending);
process.exit();`;

let folder: string;
let sandbox: SandboxServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peers-'));
  sandbox = await startSandbox();
  const packed = await packInto(folder);
  for (const { peer, major } of rows) {
    const modules = join(folder, peer + major, 'node_modules');
    await unpackInto(join(folder, peer + major), packed);
    // Of nock there is one version only, by its own name.
    await symlink(installed(peer === 'nock' ? peer : peer + major), join(modules, peer));
    await writeFile(join(modules, '../program.mjs'), programFor(peer));
  }
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

describe('the table of versions', () => {
  it('has a row for every peer and major version', () => {
    expect(rows.map(({ peer, major }) => peer + major)).toEqual([
      'msw2',
      'msw3',
      'nock15',
      'undici7',
      'undici8',
    ]);
  });

  it.each(cells)('is right about %s %s on Node %s: %s', async (peer, major, node, works) => {
    sandbox.state.find(pageRequest.transaction_id)!.transaction_status = 'ACTIVE';
    const args = [{ ...credentials, baseUrl: sandbox.url }, pageRequest].map((value) =>
      JSON.stringify(value),
    );
    const program = join(folder, peer + major, 'program.mjs');
    const ended = await run(installed(`node${node}/bin/node`), [program, ...args]).then(
      ({ stdout }) => stdout.trim(),
      () => 'crashed',
    );
    if (works) expect(ended).toBe('done');
    else expect(['crashed', 'not_connected']).toContain(ended);
  });
});
