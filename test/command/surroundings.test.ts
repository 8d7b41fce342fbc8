/** The command in the shells of others: a proxy in the environment, PowerShell's files, a full disk, pasted URLs. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { listen } from '../../contract-tests/shared/http-server.ts';
import {
  cancelArgs,
  environmentFor,
  expectWords,
  run,
  runScript,
  runtimes,
  temporaryFolder,
} from './command.ts';

const folder = temporaryFolder();
const sandbox = await startSandbox();
afterAll(() => sandbox.close());
const env = environmentFor(sandbox.url);

const fresh = () => freshVirtualAccount(sandbox.state);
const requestOf = (va: ReturnType<typeof fresh>) => {
  const { external_id, order_id, transaction_id, payment_channel } = va;
  return JSON.stringify({ external_id, order_id, transaction_id, payment_channel });
};

/** Encodings of PowerShell, with and without their mark. */
const encodings: [name: string, encode: (text: string) => Buffer][] = [
  ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 with a mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 without one', (text) => Buffer.from(text, 'utf16le')],
  ['UTF-16, big end first', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

/** The names that the library has for it. */
const OPTIONS =
  /\b(baseUrl|merchantId|secretUnboundId|hashKey|subMerchantId|dangerouslyAllow\w+|totalTimeoutMs|maxRetries)\b/;

describe.each(runtimes())('the command under $name', (runtime) => {
  it.each(encodings)('reads a request, variables and a callback in %s', async (_, encode) => {
    const va = fresh();
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}\r\n`);
    writeFileSync(join(folder, 'a.env'), encode(variables.join('')));
    writeFileSync(join(folder, 'request.json'), encode(requestOf(va)));
    const args = ['cancel', '--env-from', join(folder, 'a.env'), '--file', join(folder, 'request.json')];
    expect(await run(runtime, args, {})).toMatchObject({ code: 0, stderr: '' });
    const { external_id, order_id, transaction_id, mcp_signature } = signatureVectors[0]!;
    writeFileSync(
      join(folder, 'callback.json'),
      encode(JSON.stringify({ external_id, order_id, transaction_id })),
    );
    const verify = ['verify-callback', '--header', mcp_signature, '--file', join(folder, 'callback.json')];
    expect(await run(runtime, verify, env)).toMatchObject({ code: 0, stderr: '' });
  });

  if (!existsSync('/dev/full')) console.warn('SKIPPED: no /dev/full here, so no full disk was written to');
  it.skipIf(!existsSync('/dev/full'))(
    'keeps outcome and exit code when the disk under stdout is full',
    async () => {
      const va = fresh();
      for (const [options, code, said] of [
        ['', 0, /done: the virtual account is cancelled/],
        ['--json', 0, /"transaction_status": "CANCELED"/],
      ] as const) {
        // prettier-ignore
        sandbox.state.find(va.transaction_id)!.transaction_status = 'ACTIVE';
        const line = `ifortepay-va ${cancelArgs(va).join(' ')} ${options} > /dev/full`;
        const ran = await runScript(runtime, line, env, '/');
        expect(ran.code).toBe(code);
        expect(ran.stderr).toMatch(/stdout cannot be written \(ENOSPC\)/);
        expect(ran.stderr).toMatch(said);
        expect(ran.stderr).not.toMatch(/at .*cli\.js|Node\.js v/);
      }
    },
  );

  it('sends no credential through a proxy of the environment, and doctor says why', async () => {
    const seen: string[] = [];
    const proxy = createServer((req, res) => {
      seen.push(JSON.stringify(req.headers));
      res.end();
    }).on('connect', (req, socket) => {
      seen.push(JSON.stringify(req.headers));
      socket.destroy();
    });
    const { url: HTTP_PROXY, close } = await listen(proxy);
    const proxied = { ...env, HTTP_PROXY, NODE_USE_ENV_PROXY: '1' };
    const ran = await run(runtime, cancelArgs(fresh()), proxied);
    const doctor = await run(runtime, ['doctor'], proxied);
    const spared = await run(runtime, cancelArgs(fresh()), { ...proxied, NO_PROXY: '127.0.0.1' });
    await close();
    expect(ran.code).toBe(4);
    expectWords(ran.stdout, /HTTP_PROXY would lead it through a proxy, in clear; set NO_PROXY=127\.0\.0\.1/);
    expect(doctor.code).toBe(2);
    expectWords(doctor.stdout, /HTTP_PROXY would lead it through a proxy/);
    expect(spared.code).toBe(0);
    expect(seen).toEqual([]);
  });
});

// The words are the command's, not this Node's.
describe.each(runtimes().slice(0, 1))('what the command says under $name', (runtime) => {
  let before: number;
  beforeAll(() => void (before = sandbox.requests.length));
  afterAll(() => expect(sandbox.requests).toHaveLength(before));

  it.concurrent.each<[Record<string, string>, RegExp, string[]?]>([
    [{ IFORTEPAY_BASE_URL: 'http://fake.invalid' }, /IFORTEPAY_BASE_URL must be https/],
    [
      { IFORTEPAY_BASE_URL: 'https://fake.invalid/va/cancel' },
      /IFORTEPAY_BASE_URL must end before \/va\/cancel/,
    ],
    [{ IFORTEPAY_ENV: 'staging' }, /IFORTEPAY_ENV and IFORTEPAY_BASE_URL exclude each other/],
    [{ IFORTEPAY_BASE_URL: '', IFORTEPAY_ENV: 'dev' }, /IFORTEPAY_ENV must be "staging" or/],
    [{ IFORTEPAY_MERCHANT_ID: 'FAKE:1' }, /IFORTEPAY_MERCHANT_ID holds a colon/],
    [{ IFORTEPAY_SECRET_UNBOUND_ID: '"fake-secret"' }, /IFORTEPAY_SECRET_UNBOUND_ID stands in quotes/],
    [{ IFORTEPAY_HASH_KEY: ' fake-key' }, /IFORTEPAY_HASH_KEY begins or ends with a blank/],
    [{ IFORTEPAY_SUB_MERCHANT_ID: 'é' }, /IFORTEPAY_SUB_MERCHANT_ID must be/],
    [{}, /see --dangerously-allow-ids-beyond-documented-limits/, ['--external-id', 'a_b']],
  ])('of what is wrong is its own: %j', async (changes, words, args = []) => {
    const all = [...cancelArgs(fresh()), ...args];
    const plain = await run(runtime, all, { ...env, ...changes });
    const asJson = await run(runtime, [...all, '--json'], { ...env, ...changes });
    expectWords(plain.stdout + plain.stderr, words);
    expect(JSON.parse(asJson.stdout).message).toMatch(words);
    for (const { code, stdout, stderr } of [plain, asJson]) {
      expect([2, 4]).toContain(code);
      expect(stdout + stderr).not.toMatch(OPTIONS);
    }
  });

  it('says in its own words what is wrong with the key of verify-callback', async () => {
    const args = ['verify-callback', '--header', '0'.repeat(64)];
    const ran = await run(runtime, args, { ...env, IFORTEPAY_HASH_KEY: "'fake-key'" }, { input: '{}' });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expectWords(ran.stderr, /IFORTEPAY_HASH_KEY stands in quotes/);
  });
});
