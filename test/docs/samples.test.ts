/** The request samples of the API reference, each run as it is printed, against the sandbox. */
import { mkdtempSync, rmSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFor } from '../command/command.ts';
import { freshVirtualAccount } from '../../contract-tests/sandbox/test-requests.ts';
import { pageVirtualAccount, signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox, type SandboxServer } from '../../contract-tests/sandbox/server.ts';
import type { VirtualAccount } from '../../contract-tests/sandbox/state.ts';
import { leaks } from '../support/canaries.ts';
import { startHttpServer } from '../../contract-tests/shared/http-server.ts';
import { refusals } from '../../contract-tests/sandbox/assumptions.ts';
import { root } from '../support/built.ts';

/** How a run ended. */
interface ProgramRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** One sample: its file, what it needs, and the command that runs a copy of it. */
interface Language {
  file: string;
  /** Programs with the argument that only prints their version. */
  needs: [program: string, argument: string][];
  command: (path: string) => string[];
  /** Makes of a copy what `command` runs. */
  compile?: (path: string) => void;
}

const forGo = { PATH: process.env.PATH, HOME: process.env.HOME, GOCACHE: process.env.GOCACHE };

/** Every sample that the page shows. */
const languages: Language[] = [
  {
    file: 'cancel.sh',
    needs: [
      ['bash', '--version'],
      ['curl', '--version'],
      ['openssl', 'version'],
    ],
    command: (path) => ['bash', path],
  },
  {
    file: 'cancel.go',
    needs: [['go', 'version']],
    command: (path) => [`${path}.out`],
    compile: (path) => {
      execFileSync('go', ['build', '-o', `${path}.out`, path], { env: { ...forGo, GOFLAGS: '' } });
    },
  },
  { file: 'cancel.mjs', needs: [], command: (path) => [process.execPath, path] },
  { file: 'cancel.php', needs: [['php', '--version']], command: (path) => ['php', path] },
];

/** The programs that a sample needs and this machine lacks. */
function missing({ needs }: Language): string[] {
  return needs
    .filter(([program, argument]) => spawnSync(program, [argument]).error !== undefined)
    .map(([program]) => program);
}

/** The sample as it is in the repository. */
const sourceOf = ({ file }: Language): string =>
  readFileSync(join(root, 'docs/reference/samples', file), 'utf8');

/** Writes a copy of the sample, changed or not, into `directory` and returns the command that runs it. */
function install(language: Language, directory: string, source = sourceOf(language)): string[] {
  const path = join(directory, language.file);
  writeFileSync(path, source);
  chmodSync(path, 0o755);
  language.compile?.(path);
  return language.command(path);
}

/** Runs it with these arguments and this environment, besides PATH, alone. */
async function runProgram(
  [program = '', ...first]: string[],
  args: string[],
  env: Record<string, string>,
): Promise<ProgramRun> {
  const child = spawn(program, [...first, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15_000,
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

let sandbox: SandboxServer;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox?.close());

const settled = refusals.already_paid.value;
const seeded = (name: string) =>
  sandbox.state.virtualAccounts().find(({ external_id }) => external_id === `sandbox-${name}`)!;
const argumentsFor = ({ external_id, order_id, transaction_id, payment_channel }: VirtualAccount) => [
  external_id,
  order_id,
  transaction_id,
  payment_channel,
];

/** What a sample prints: a line with the status, then the body. */
function printed(stdout: string): { status: number; body: string } {
  const [, status, body] = /^HTTP (\d{3})\n([^]*)\n$/.exec(stdout) ?? [];
  return { status: Number(status), body: body ?? `not printed: ${stdout}` };
}

for (const language of languages) {
  const lacking = missing(language);
  const reason = `SKIPPED: ${lacking.join(', ')} not on this machine, so ${language.file} was not run`;
  if (lacking.length > 0) console.warn(reason);

  describe.skipIf(lacking.length > 0)(language.file, { concurrent: true }, () => {
    let directory: string;
    let command: string[];
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'ifortepay-sample-'));
      command = install(language, directory);
    }, 120_000);
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    const cancel = (va: VirtualAccount, changes: object = {}, how = command) =>
      runProgram(how, argumentsFor(va), { ...environmentFor(sandbox.url), ...changes });

    it('cancels for real, and prints the answer', async () => {
      const va = freshVirtualAccount(sandbox.state);
      const ran = await cancel(va);
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      const { status, body } = printed(ran.stdout);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({
        transaction_id: va.transaction_id,
        transaction_status: 'CANCELED',
        response_code: '00',
      });
      expect(sandbox.state.find(va.transaction_id)!.transaction_status).toBe('CANCELED');
    });

    it('sends what the signature vectors say, of ids and secrets beyond ASCII too', async () => {
      const gateway = await startHttpServer((_, response) => response.end('{}'));
      for (const vector of signatureVectors) {
        await runProgram(command, argumentsFor({ ...pageVirtualAccount, ...vector }), {
          IFORTEPAY_MERCHANT_ID: vector.merchant_id,
          IFORTEPAY_SECRET_UNBOUND_ID: vector.secret_unbound_id,
          IFORTEPAY_HASH_KEY: vector.hash_key,
          IFORTEPAY_BASE_URL: gateway.url,
        });
      }
      await gateway.close();
      const sent = gateway.received.map(({ headers }) => [headers.authorization, headers['x-req-signature']]);
      expect(sent).toEqual(signatureVectors.map((vector) => [vector.authorization, vector.x_req_signature]));
    });

    it('asks for the state, once its path is that of the inquiry', async () => {
      const asking = sourceOf(language).replaceAll('/va/cancel', '/va/inquiry');
      const copy = mkdtempSync(join(directory, 'inquiry-'));
      const ran = await cancel(seeded('paid'), {}, install(language, copy, asking));
      expect(printed(ran.stdout)).toMatchObject({ status: 200 });
      expect(JSON.parse(printed(ran.stdout).body)).toMatchObject({ transaction_status: 'PAID' });
    });

    it.each([
      ['a paid one', 'paid', {}, settled.status, settled.response_code],
      ['a wrong signature', 'processing', { IFORTEPAY_HASH_KEY: 'fake-wrong-key' }, 401, '99'],
      ['wrong credentials', 'processing', { IFORTEPAY_SECRET_UNBOUND_ID: 'fake-wrong' }, 401, '04'],
      ['a failing bank', 'partner-error', {}, 503, '03'],
    ])('prints status and body of a refusal: %s', async (_, name, changes, status, response_code) => {
      const ran = await cancel(seeded(name), changes);
      expect(ran.code).toBe(1);
      const { status: said, body } = printed(ran.stdout);
      expect(said).toBe(status);
      expect(JSON.parse(body)).toMatchObject({ response_code, response_message: expect.any(String) });
    });

    it('prints a body that is not JSON as it is', async () => {
      const ran = await cancel(seeded('html-502'));
      expect(ran.code).toBe(1);
      expect(printed(ran.stdout)).toEqual({ status: 502, body: '<h1>502 Bad Gateway</h1>\n' });
    });

    it('does not follow a redirect', async () => {
      const elsewhere = await startHttpServer((_, response) => response.end('{}'));
      const there = `${elsewhere.url}/va/cancel`;
      const here = await startHttpServer((_, response) =>
        response.writeHead(307, { location: there }).end('moved'),
      );
      try {
        const ran = await cancel(seeded('paid'), { IFORTEPAY_BASE_URL: here.url });
        expect(ran.code).toBe(1);
        expect(printed(ran.stdout)).toEqual({ status: 307, body: 'moved' });
        expect([here.received.length, elsewhere.received.length]).toEqual([1, 0]);
      } finally {
        await Promise.all([here.close(), elsewhere.close()]);
      }
    });

    describe('with its deadline of 30 seconds shortened to one', () => {
      let hasty: string[];
      beforeAll(() => {
        const source = sourceOf(language);
        const changed = source.replace(/\b30(_000)?\b/, (_, thousands = '') => `1${thousands}`);
        expect(changed).not.toBe(source);
        const copy = mkdtempSync(join(directory, 'hasty-'));
        hasty = install(language, copy, changed);
      }, 120_000);

      it('gives up on a gateway that never answers, and says what may have happened', async () => {
        const ran = await cancel(seeded('stall'), {}, hasty);
        expect(ran).toMatchObject({ code: 1, stdout: '' });
        expect(ran.stderr).toContain('may be cancelled all the same: ask /va/inquiry');
      });

      it('gives up on an answer that never ends', async () => {
        const slow = await startHttpServer((_, response) => void response.writeHead(200).write('{"a'));
        const ran = await cancel(seeded('paid'), { IFORTEPAY_BASE_URL: slow.url }, hasty).finally(slow.close);
        expect(ran.code).toBe(1);
        expect(ran.stderr).toContain('may be cancelled all the same: ask /va/inquiry');
      });
    });

    it('needs every variable and argument, and says which is missing', async () => {
      for (const name of Object.keys(environmentFor(''))) {
        const ran = await cancel(seeded('paid'), { [name]: '' });
        expect(ran.code).toBeGreaterThan(0);
        expect(ran.stderr).toContain(name);
      }
      const short = await runProgram(command, ['one', 'two'], environmentFor(sandbox.url));
      expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('usage:') });
    });

    it('never prints a secret', async () => {
      const gone = { IFORTEPAY_BASE_URL: 'http://127.0.0.1:1' };
      for (const changes of [{}, gone]) expect(leaks([await cancel(seeded('paid'), changes)])).toEqual([]);
    });
  });
}
