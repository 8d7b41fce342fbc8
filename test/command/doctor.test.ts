import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { html, says } from '../faults/http.ts';
import { nobodyListens, noSuchHost } from '../faults/servers.ts';
import { on, onConnect, reset, type Start } from '../faults/tcp.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { leaks } from '../support/canaries.ts';
import { makeCertificates } from '../../contract-tests/shared/certificates.ts';
import { environmentFor, expectWords, run, runtimes, temporaryFolder, type NodeProgram } from './command.ts';

interface Report {
  ok: boolean;
  checks: { name: string; state: string; says: string; do?: string }[];
  notChecked: string[];
}

const folder = temporaryFolder();
const certificates = await makeCertificates();
writeFileSync(join(folder, 'authority.pem'), certificates.authority);
const sandbox = await startSandbox();
afterAll(() => sandbox.close());

/** What doctor reports under that Node. */
const doctorUnder =
  (runtime: NodeProgram) =>
  async (changes: Record<string, string | undefined> = {}, args: string[] = []) => {
    const env = { ...environmentFor(sandbox.url), ...changes };
    const ran = await run(runtime, ['doctor', '--json', ...args], env);
    const { checks, ...report } = JSON.parse(ran.stdout) as Report;
    const find = (name: string) => checks.find((check) => check.name === name);
    return { ...ran, ...report, find, bad: checks.filter(({ state }) => state !== 'ok') };
  };

const key = 'IFORTEPAY_HASH_KEY';

describe.each(runtimes())('doctor under $name', (runtime) => {
  const doctor = doctorUnder(runtime);
  const at = async (start: Start, args: string[] = []) => {
    const { baseUrl, stop } = await start();
    return doctor({ IFORTEPAY_BASE_URL: baseUrl }, args).finally(stop);
  };

  it('exits 0 if nothing fails, having sent nothing that is signed, and says what it did not check', async () => {
    const before = sandbox.requests.length;
    const ran = await doctor();
    expect(ran).toMatchObject({ code: 0, ok: true, bad: [] });
    expect(ran.notChecked.join()).toMatch(/whether the credentials are accepted/);
    expect(ran.notChecked.join()).toMatch(/setGlobalDispatcher/);
    expect(sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual(['HEAD /']);
    const plain = await run(runtime, ['doctor'], environmentFor(sandbox.url));
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expectWords(plain.stdout, /^ok Node .* Nothing fails\. Not checked: - whether the credentials/);
  });

  it('names the witness of this Node, or says why there is none', async () => {
    const { find } = await doctor();
    expect(find('witness')).toMatchObject({ state: 'ok', says: expect.stringMatching(/^undici \d+\.\d+/) });
    const wrapped = 'if(real)globalThis[at]={dispatch:(o,h)=>real.dispatch(o,h)}';
    const code = `void Headers;for(const n of[1,2]){const at=Symbol.for('undici.globalDispatcher.'+n),real=globalThis[at];${wrapped}}`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`;
    const { find: then } = await doctor({ NODE_OPTIONS });
    expect(then('witness')).toMatchObject({
      state: 'warn',
      says: expect.stringMatching(/not one of undici's own/),
    });
  });

  it.concurrent.each<[string, string, Start]>([
    ['DNS', 'ENOTFOUND', noSuchHost],
    ['TCP', 'ECONNREFUSED', nobodyListens],
    ['http', 'other side closed|ECONNRESET', on(reset)],
    ['http', 'no answer in time', onConnect()],
  ])('exits 4 if %s fails with %s', async (name, words, start) => {
    const ran = await at(start, ['--timeout-ms', '1500', '--ask']);
    expect(ran).toMatchObject({ code: 4, ok: false });
    expect(ran.bad).toEqual([
      { name, state: 'FAIL', says: expect.stringMatching(words), do: expect.any(String) },
    ]);
    expect(ran.notChecked.join()).toMatch(/--ask waits until nothing above fails/);
  });

  it('says of a port that fetch blocks to choose another', async () => {
    const { port, server } = await listenOnBlocked();
    const { find } = await doctor({ IFORTEPAY_BASE_URL: `http://127.0.0.1:${port}` });
    server.close();
    expect(find('TCP')!.state).toBe('ok');
    expect(find('http')).toMatchObject({ state: 'FAIL', do: expect.stringContaining('choose another') });
  });

  it.concurrent.each([
    ['good', 'ok', /good until 2049-01-01/],
    ['wrongHost', 'FAIL', /altnames|ALTNAME/],
    ['expired', 'FAIL', /expired/],
    ['selfSigned', 'FAIL', /self-signed/],
  ] as const)('judges the certificate %s', async (name, state, words) => {
    const secure = await startSandbox({ tls: certificates[name] });
    const NODE_EXTRA_CA_CERTS = join(folder, 'authority.pem');
    const ran = await doctor({ IFORTEPAY_BASE_URL: secure.url, NODE_EXTRA_CA_CERTS }).finally(secure.close);
    expect(ran.code).toBe(state === 'ok' ? 0 : 4);
    expect(ran.find('TLS')).toMatchObject({ state, says: expect.stringMatching(words) });
  });

  it('warns of a clock that is off, if the host tells the time', async () => {
    const off = await at(says(200, '', { date: 'Mon, 01 Jan 2024 00:00:00 GMT' }));
    expect(off).toMatchObject({
      code: 0,
      bad: [{ name: 'http', says: expect.stringMatching(/off by \d+ s/) }],
    });
    const silent = await at(says(200, ''));
    expect(silent).toMatchObject({ code: 0, bad: [] });
    expect(silent.find('http')!.says).toMatch(/does not tell the time/);
  });

  it('--ask inquires about ids that cannot exist, and takes only "not found" as a good sign', async () => {
    const before = sandbox.requests.length;
    const good = await doctor({}, ['--ask']);
    expect(good).toMatchObject({ code: 0, bad: [] });
    expect(good.find('inquiry')!.says).toMatch(/seem accepted \(a guess/);
    const sent = sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(sent).toEqual(['HEAD /', 'POST /va/inquiry']);
    const wrongKey = await doctor({ [key]: 'fake-wrong-key' }, ['--ask']);
    expect(wrongKey).toMatchObject({
      code: 3,
      bad: [{ state: 'FAIL', do: expect.stringMatching(/hash key/) }],
    });
    const wrongSecret = await doctor({ IFORTEPAY_SECRET_UNBOUND_ID: 'fake-wrong-secret' }, ['--ask']);
    expect(wrongSecret).toMatchObject({ code: 3, bad: [{ do: expect.stringMatching(/merchant id/) }] });
    const strange = await at(says(502, html), ['--ask']);
    expect(strange).toMatchObject({ code: 5, bad: [{ says: expect.stringMatching(/told nothing/) }] });
  });
});

/** On the first that is free of the ports that the Fetch Standard blocks and anybody may listen on. */
async function listenOnBlocked(): Promise<{ port: number; server: Server }> {
  for (const port of [10080, 6697, 6669, 5061, 4190]) {
    const server = createServer((socket) => void socket.on('error', () => undefined));
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) return { port, server };
  }
  throw new Error('every blocked port is taken');
}

// Every Node reads its environment alike.
describe.each(runtimes().slice(0, 1))('doctor of a variable, under $name', (runtime) => {
  const doctor = doctorUnder(runtime);

  it.concurrent.each<[string, string, string, RegExp]>([
    ['FAIL', key, '', /is not set/],
    ['FAIL', key, 'fake-key-canary\n', /control character/],
    ['FAIL', key, '   ', /must not be blank/],
    ['FAIL', 'IFORTEPAY_MERCHANT_ID', 'FAKE:canary', /holds a colon/],
    ['FAIL', 'IFORTEPAY_SUB_MERCHANT_ID', 'fake-canary-é', /printable ASCII/],
    ['FAIL', 'IFORTEPAY_BASE_URL', 'http://fake-canary.invalid', /must be https/],
    ['FAIL', 'IFORTEPAY_BASE_URL', 'https://fake:canary@host.invalid', /user name or a password/],
    ['FAIL', 'IFORTEPAY_ENV', 'dev', /exclude each other/],
    ['FAIL', key, '"fake-key-canary"', /stands in quotes/],
    ['warn', key, 'fake-key-canary"', /has a quote at an end/],
    ['FAIL', key, ' fake-key-canary', /begins or ends with a blank/],
    ['warn', key, 'fake key canary', /holds a blank inside/],
    ['FAIL', key, 'fake-key\u200b-canary', /invisible character/],
    ['warn', key, 'fake-kéy-canary', /not ASCII/],
    ['warn', key, 'Basic ZmFrZS1jYW5hcnk=', /begins like a header/],
    ['warn', key, '<hash key canary>', /template/],
    ['warn', key, '${FAKE_CANARY}', /template/],
    ['warn', key, 'your-hash-key-canary', /placeholder/],
    ['warn', key, 'fake', /unusually short or long/],
    ['warn', 'IFORTEPAY_HASHKEY', 'fake-key-canary', /is no variable of this command/],
    ['warn', 'HTTPS_PROXY', 'http://fake:canary@proxy.invalid', /Node's fetch ignores it/],
    ['FAIL', 'NODE_TLS_REJECT_UNAUTHORIZED', '0', /are not checked/],
  ])('says %s for %s=%j', async (state, name, value, words) => {
    const ran = await doctor({ [name]: value });
    expect(ran.code).toBe(state === 'FAIL' ? 2 : 0);
    const [bad] = ran.bad.filter((check) => check.state === state);
    expect(bad!.says).toMatch(words);
    expect(bad!.do).toBeTruthy();
    const plain = await run(runtime, ['doctor'], { ...environmentFor(sandbox.url), [name]: value });
    expect(plain.code).toBe(ran.code);
    expect(leaks([ran.stdout, plain, ran.stderr.includes('canary')], ['canary'])).toEqual([]);
  });
});
