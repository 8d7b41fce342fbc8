/** docs/tests-and-bundlers.md with the tools themselves, the packed package installed. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pageVirtualAccount } from '../../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../../contract-tests/sandbox/server.ts';
import { root } from '../../support/built.ts';
import { pageRequest } from '../../support/fixtures.ts';
import { filesOf, readDocument } from '../../support/doc-blocks.ts';
import { project, settings, tool, WITHOUT_VITEST } from './recipes.ts';
import { compilers, tsc } from './tsc.ts';

const page = filesOf('docs/tests-and-bundlers.md');
let folder: string;
let sandbox: SandboxServer;
beforeAll(async () => {
  folder = await project('tools', Object.fromEntries(page));
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

/** What a program prints, run in the project by this Node. Fails with all of it if it fails. */
async function node(args: string[], env: Record<string, string> = {}, cwd = folder): Promise<string> {
  const all = { ...process.env, ...WITHOUT_VITEST, NO_COLOR: '1', ...env };
  const failed = ({ stdout, stderr }: { stdout: string; stderr: string }) => expect.fail(stdout + stderr);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, env: all }).catch(
    failed,
  );
  return stdout + stderr;
}

const vitest = (file: string, environment = 'node') =>
  node([tool('vitest/vitest.mjs'), 'run', '--environment', environment, file]);

describe('Vitest', () => {
  it.each(['node', 'jsdom', 'happy-dom'])('runs the tests with MSW in %s', async (environment) => {
    expect(await vitest('msw.test.js', environment)).toMatch(/Tests +2 passed/);
  });

  it.each(['nock.test.js', 'undici.test.js', 'timers.test.js'])('runs %s', async (file) => {
    expect(await vitest(file)).toMatch(/Tests +1 passed/);
  });
});

describe('Jest', () => {
  it.each([
    ['as ES modules', ['--experimental-vm-modules'], 'jest.config.js'],
    ['as CommonJS', [], 'jest.commonjs.config.js'],
  ])('runs the test %s', async (_, flags, config) => {
    const ran = await node([...flags, tool('jest/bin/jest.js'), '--config', config]);
    expect(ran).toMatch(/Tests: +1 passed/);
  });
});

it('Jest as CommonJS finds what pnpm has laid out, which is behind links', async () => {
  const laidOut = await project('pnpm', Object.fromEntries(page));
  const modules = join(laidOut, 'node_modules');
  await rm(modules);
  await mkdir(modules);
  const others = (await readdir(tool(''))).filter((name) => name !== 'ifortepay-va' && !name.startsWith('.'));
  for (const name of others) await symlink(tool(name), join(modules, name));
  const store = (name: string) => join(modules, `.pnpm/${name}@1.0.0/node_modules`);
  const ours = store('ifortepay-va');
  await cp(tool('ifortepay-va'), join(ours, 'ifortepay-va'), { recursive: true });
  await symlink(join(ours, 'ifortepay-va'), join(modules, 'ifortepay-va'));
  const fetcher = join(store('openapi-fetch'), 'openapi-fetch');
  await cp(join(root, 'node_modules/openapi-fetch'), fetcher, { recursive: true });
  await symlink(fetcher, join(ours, 'openapi-fetch'));
  const ran = await node([tool('jest/bin/jest.js'), '--config', 'jest.commonjs.config.js'], {}, laidOut);
  expect(ran).toMatch(/Tests: +1 passed/);
});

describe('what the page says goes wrong does', () => {
  const failing = async (args: string[], files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const all = { ...process.env, ...WITHOUT_VITEST, NO_COLOR: '1' };
    const ran = promisify(execFile)(process.execPath, args, { cwd: folder, env: all });
    return ran.then(
      () => expect.fail('it passed'),
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
  };

  it('Jest without transformIgnorePatterns', async () => {
    const config = page.get('jest.commonjs.config.js')!.replace(/^ *transformIgnorePatterns.*\n/m, '');
    const ran = await failing([tool('jest/bin/jest.js'), '--config', 'plain.config.js'], {
      'plain.config.js': config,
    });
    expect(ran).toMatch(/ESM syntax|Unexpected token 'export'/);
  });

  it('MSW with undiciFetch: nothing is intercepted', async () => {
    const overUndici = page
      .get('msw.test.js')!
      .replace(
        'import { client, request }',
        "import { createVaClient } from 'ifortepay-va';\nimport { undiciFetch } from 'ifortepay-va/undici';\nimport { options, request }",
      )
      .replace(
        'const server',
        'const client = createVaClient({ ...options, fetch: undiciFetch() });\nconst server',
      );
    const args = [tool('vitest/vitest.mjs'), 'run', 'unseen.test.js'];
    expect(await failing(args, { 'unseen.test.js': overUndici })).toContain(
      'getaddrinfo ENOTFOUND gateway.invalid',
    );
  });

  it('types with moduleResolution node', async () => {
    const old = join(folder, 'node10');
    await mkdir(old);
    await writeFile(join(old, 'a.ts'), "export * from 'ifortepay-va';\n");
    await writeFile(
      join(old, 'tsconfig.json'),
      '{"compilerOptions":{"strict":true,"noEmit":true},"include":["a.ts"]}',
    );
    const args = ['--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '5.0'];
    const problems = await tsc(Object.keys(compilers)[0] as keyof typeof compilers, old, args);
    expect(problems.map(({ file }) => file)).toEqual(['a.ts']);
    expect(problems[0]!.code).toMatch(/^TS(2307|7016)$/);
  });
});

it('is required by CommonJS', async () => {
  const program = "const { createVaClient } = require('./commonjs.cjs'); console.log(typeof createVaClient);";
  expect(await node(['-e', program])).toBe('function\n');
});

it('cancels from a bundle of one file, as for Lambda', async () => {
  await node(['bundle.js']);
  const { IFORTEPAY_BASE_URL: baseUrl, ...env } = settings(sandbox);
  const options = {
    baseUrl,
    merchantId: env['IFORTEPAY_MERCHANT_ID'],
    secretUnboundId: env['IFORTEPAY_SECRET_UNBOUND_ID'],
    hashKey: env['IFORTEPAY_HASH_KEY'],
  };
  sandbox.state.find(pageVirtualAccount.transaction_id)!.transaction_status = 'ACTIVE';
  const program = `import { handler } from './bundled/handler.mjs';
console.log(await handler(${JSON.stringify({ request: pageRequest, options })}));`;
  expect(await node(['--input-type=module', '-e', program])).toBe('done\n');
});

it('cancels from a worker', async () => {
  sandbox.state.find(pageVirtualAccount.transaction_id)!.transaction_status = 'ACTIVE';
  const program = `import worker from './worker.js';
const request = new Request('https://worker.invalid', { method: 'POST', body: process.env.REQUEST });
console.log(await (await worker.fetch(request, process.env)).text());`;
  expect(await node(['--input-type=module', '-e', program], settings(sandbox))).toBe('{"outcome":"done"}\n');
});

it('reads the answers of node-fetch', async () => {
  sandbox.state.find(pageVirtualAccount.transaction_id)!.transaction_status = 'ACTIVE';
  const program = `import fetch from 'node-fetch';
import { createVaClient } from 'ifortepay-va';
const { IFORTEPAY_BASE_URL: baseUrl, IFORTEPAY_MERCHANT_ID: merchantId, IFORTEPAY_SECRET_UNBOUND_ID: secretUnboundId, IFORTEPAY_HASH_KEY: hashKey, REQUEST } = process.env;
const client = createVaClient({ baseUrl, merchantId, secretUnboundId, hashKey, fetch });
console.log((await client.cancel(JSON.parse(REQUEST))).transaction_status);`;
  expect(await node(['--input-type=module', '-e', program], settings(sandbox))).toMatch(/^CANCELED\n/);
});

it('is found by Yarn PnP', async () => {
  const pnp = await project('pnp', {
    '.yarnrc.yml': 'nodeLinker: pnp\nenableGlobalCache: false\nenableTelemetry: false\n',
    'yarn.lock': '',
  });
  await rm(join(pnp, 'node_modules'));
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { 'ifortepay-va': `file:${inject('tarball')}` },
  };
  await writeFile(join(pnp, 'package.json'), JSON.stringify(manifest));
  const yarn = tool('@yarnpkg/cli-dist/bin/yarn.js');
  await node([yarn, 'install'], { YARN_ENABLE_IMMUTABLE_INSTALLS: '0' }, pnp);
  const program = "import('ifortepay-va').then(({ createVaClient }) => console.log(typeof createVaClient))";
  expect(await node([yarn, 'node', '-e', program], {}, pnp)).toContain('function');
});

it('is refused by npm beside an older undici, and installed with what the page sets', async () => {
  const older = await project('older-peer', {
    'undici/package.json': '{"name":"undici","version":"6.29.1"}',
  });
  await rm(join(older, 'node_modules'));
  const [overrides] = /\{ "overrides".*\}/.exec(readDocument('docs/tests-and-bundlers.md'))!;
  const install = async (more: object) => {
    const manifest = { private: true, dependencies: { undici: 'file:./undici' }, ...more };
    await writeFile(join(older, 'package.json'), JSON.stringify(manifest));
    // Not as silent as the npm that runs this suite.
    const args = ['install', '--loglevel=error', '--prefer-offline', '--ignore-scripts', inject('tarball')];
    return promisify(execFile)('npm', args, { cwd: older }).then(
      () => 'installed',
      ({ stderr }: { stderr: string }) => stderr,
    );
  };
  expect(await install({})).toContain('ERESOLVE');
  expect(await install(JSON.parse(overrides))).toBe('installed');
}, 60_000);

it('runs every program that the page has', () => {
  const run = [
    'client.js',
    'commonjs.cjs',
    'msw.test.js',
    'nock.test.js',
    'undici.test.js',
    'timers.test.js',
  ];
  const more = [
    'jest.config.js',
    'client.jest.js',
    'jest.commonjs.config.js',
    'bundle.js',
    'handler.js',
    'worker.js',
  ];
  expect([...page.keys()].sort()).toEqual([...run, ...more].sort());
});
