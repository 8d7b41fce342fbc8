import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createSender } from '../cases/sender.ts';
import { blindChecker } from '../shared/blind-checker.ts';
import { answerJson, startHttpServer } from '../shared/http-server.ts';
import type { HttpServer } from '../shared/http-server.ts';
import { assertAllowed, readSettings } from './settings.ts';
import { startStagingSandbox, runMain } from './over-tls.ts';
import type { StagingSandbox } from './over-tls.ts';

let gateway: StagingSandbox;
let elsewhere: HttpServer;
beforeEach(async () => {
  gateway = await startStagingSandbox({}, {});
  elsewhere = await startHttpServer((_, response) => answerJson(response, {}));
});
afterEach(async () => {
  await gateway.close();
  await elsewhere.close();
});

const allowed = (url: string): string | undefined => {
  try {
    assertAllowed(new URL(url));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the allowlist', () => {
  test.each([
    'https://api-stage.ifortepay.id/va/cancel',
    'https://API-stage.mcpayment.id',
    'https://127.0.0.1:4433',
    'http://127.0.0.1:4020',
    'http://localhost:1',
    'http://[::1]:1',
  ])('takes %s', (url) => expect(allowed(url)).toBeUndefined());

  test.each([
    ['https://api.ifortepay.id', 'api.ifortepay.id is not allowed'],
    ['https://api-live.mcpayment.id', 'not allowed'],
    ['https://api-stage.ifortepay.id.example.com', 'not allowed'],
    ['https://api-stage.ifortepay.id.', 'not allowed'],
    ['https://xapi-stage.ifortepay.id', 'not allowed'],
    ['https://api-stage.ifortepay.id@api.ifortepay.id', 'not allowed'],
    ['https://example.com/api-stage.ifortepay.id', 'not allowed'],
    ['http://0.0.0.0:1', 'not allowed'],
    ['http://api-stage.ifortepay.id', 'over https'],
    ['ftp://127.0.0.1', 'over https'],
    ['https://fake:fake@api-stage.ifortepay.id', 'do not belong'],
  ])('refuses %s', (url, why) => expect(allowed(url)).toContain(why));
});

test('every single request is held against it, before anything is sent', async () => {
  const refused = new URL(elsewhere.url).host;
  const sender = createSender({
    baseUrl: 'http://127.0.0.1:9',
    guard: (url) => {
      if (url.host === refused) throw new Error(`refused ${url.host}`);
    },
  });
  const request = { method: 'POST', path: `//${refused}/va`, headers: [], body: Buffer.from('{}') };
  await expect(sender.send(request)).rejects.toThrow(`refused ${refused}`);
  sender.close();
  expect(elsewhere.received).toEqual([]);
});

describe('the command does not start', () => {
  test('without credentials, naming all that is missing or wrong', async () => {
    const env = { IFORTEPAY_TEST_CREATE: 'yes', IFORTEPAY_TEST_PACE_MS: 'fast', IFORTEPAY_HASH_KEY: ' ' };
    const { code, output, reports } = await runMain(env, [], join(tmpdir(), 'never-written'));
    expect(code).toBe(2);
    for (const name of [
      'IFORTEPAY_MERCHANT_ID',
      'IFORTEPAY_SECRET_UNBOUND_ID',
      'IFORTEPAY_HASH_KEY',
      'IFORTEPAY_TEST_CREATE',
      'IFORTEPAY_TEST_PACE_MS',
    ]) {
      expect(output).toContain(`contract-staging: ${name}`);
    }
    expect(reports).toEqual({});
  });

  test.each(['https://api.ifortepay.id', 'http://api-stage.ifortepay.id', 'https://example.com', 'staging'])(
    'against %s',
    async (url) => {
      const { code, output } = await gateway.run({ IFORTEPAY_BASE_URL: url });
      expect([code, output]).toEqual([2, expect.stringContaining('contract-staging: IFORTEPAY_BASE_URL: ')]);
      expect(gateway.sandbox.requests).toEqual([]);
    },
  );

  test('with a folder for reports that cannot be written to, before anything is sent', async () => {
    const file = new URL('start.test.ts', import.meta.url).pathname;
    const { code, output } = await gateway.run({}, ['--reports', join(file, 'reports')]);
    expect([code, output]).toEqual([2, expect.stringContaining('--reports: cannot write to')]);
    expect(gateway.sandbox.requests).toEqual([]);
  });

  test('with an option that it does not have', async () => {
    expect(await gateway.run({}, ['--no-such'])).toMatchObject({ code: 2 });
    expect(gateway.sandbox.requests).toEqual([]);
  });

  test('with a file of virtual accounts that is wrong, naming entries but no values', async () => {
    const file = fileURLToPath(new URL('fixtures/wrong-vas.json', import.meta.url));
    expect(existsSync(file)).toBe(true);
    const { code, output } = await gateway.run({ IFORTEPAY_TEST_VAS: file });
    expect(code).toBe(2);
    expect(output.match(/entry \d.*/g)).toEqual([
      'entry 1: order_id is missing or no text',
      'entry 1: status is none of active, paid, expired, canceled',
      'entry 2: is no JSON object',
      'entry 4: 1 members that are not known',
      'entry 4: has the transaction_id of entry 3',
    ]);
    expect(output).not.toContain('fake-canary');
    expect(gateway.sandbox.requests).toEqual([]);
  });

  test('with credentials that the gateway refuses, after one request', async () => {
    const { code, output } = await gateway.run({ IFORTEPAY_SECRET_UNBOUND_ID: 'fake-other-secret' });
    expect([code, gateway.sandbox.requests.length]).toEqual([2, 1]);
    expect(output).toContain('refuses these credentials: 401 with 04');
    expect(output).not.toContain('fake-other-secret');
  });

  test('at a gateway that redirects: it is not followed', async () => {
    const redirecting = await startHttpServer((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/va/cancel` }).end(),
    );
    const { code, output } = await gateway.run({ IFORTEPAY_BASE_URL: redirecting.url });
    const { received } = redirecting;
    await redirecting.close();
    expect([code, received.length, elsewhere.received]).toEqual([2, 1, []]);
    expect(output).toContain('a redirect (307), never followed');
  });

  test('at a gateway whose certificate nobody vouches for: exit code 4, and why', async () => {
    const { code, output } = await gateway.run({ NODE_EXTRA_CA_CERTS: undefined });
    expect(code).toBe(4);
    expect(output).toMatch(/gives no answer: \S*(CERT|SIGNATURE)/);
    expect(gateway.sandbox.requests).toEqual([]);
  });
});

test('half a second between requests, and staging, unless told otherwise', () => {
  const names = ['IFORTEPAY_MERCHANT_ID', 'IFORTEPAY_SECRET_UNBOUND_ID', 'IFORTEPAY_HASH_KEY'];
  const settings = readSettings(Object.fromEntries(names.map((name) => [name, 'fake'])));
  expect(settings).toMatchObject({ paceMs: 500, baseUrl: 'https://api-stage.ifortepay.id/', create: false });
});

test('--help says every variable and exit code', async () => {
  const { code, output } = await runMain({}, ['--help'], tmpdir());
  expect(code).toBe(0);
  for (const word of ['IFORTEPAY_TEST_VAS', 'NODE_EXTRA_CA_CERTS', 'Exit codes', '  3 ', '  4 ']) {
    expect(output).toContain(word);
  }
});

test('with the checker disabled it refuses to run, before anything is sent', async () => {
  const sandboxOverTls = await startStagingSandbox();
  onTestFinished(sandboxOverTls.close);
  const NODE_OPTIONS = `--import=${blindChecker}`;
  const { code, output } = await sandboxOverTls.run({ NODE_OPTIONS });
  expect(output).toContain('the checker does not see what is wrong');
  expect([code, sandboxOverTls.sandbox.requests.length]).toEqual([4, 0]);
});
