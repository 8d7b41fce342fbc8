import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { pageVirtualAccount, signatureVectors } from '../../contract-tests/sandbox/seeds.ts';
import { startSandbox } from '../../contract-tests/sandbox/server.ts';
import { leaks } from '../support/canaries.ts';
import { authorization, signature } from '../support/fixtures.ts';
import { cancelArgs, environmentFor, expectWords, run, runtimes } from './command.ts';

// Not the Sync kind: it would keep the sandbox in this process from answering.
const shell = promisify(execFile);

const sandbox = await startSandbox();
afterAll(() => sandbox.close());
const env = environmentFor(sandbox.url);
const CANCEL = cancelArgs(pageVirtualAccount);

describe.each(runtimes().slice(0, 1))('the command under $name', (runtime) => {
  describe('sign', () => {
    const ids = ['--external-id', pageVirtualAccount.external_id, '--order-id', pageVirtualAccount.order_id];

    it('masks the credentials unless told to reveal them', async () => {
      const ran = await run(runtime, ['sign', ...ids], env);
      expect(ran.code).toBe(0);
      expect(leaks(ran)).toEqual([]);
      expect(ran.stdout).toMatch(/authorization: Basic \*{8}'/);
      expectWords(ran.stderr, /^Masked; --reveal/);
    });

    it.each(signatureVectors)(
      'reveals the headers of the vector "$name", as a shell reads them',
      async (vector) => {
        const { external_id, order_id, merchant_id, secret_unbound_id, hash_key } = vector;
        const ran = await run(
          runtime,
          ['sign', '--external-id', external_id, '--order-id', order_id, '--reveal'],
          {
            IFORTEPAY_MERCHANT_ID: merchant_id,
            IFORTEPAY_SECRET_UNBOUND_ID: secret_unbound_id,
            IFORTEPAY_HASH_KEY: hash_key,
            IFORTEPAY_SUB_MERCHANT_ID: "FAKE'S SUB",
          },
        );
        const { stdout: words } = await shell('sh', ['-c', `printf '%s\\n' ${ran.stdout}`]);
        expect(
          words
            .trimEnd()
            .split('\n')
            .filter((word) => word !== '--header'),
        ).toEqual([
          'content-type: application/json',
          'x-version: v3',
          `authorization: ${vector.authorization}`,
          `x-req-signature: ${vector.x_req_signature}`,
          "sub-merchant-id: FAKE'S SUB",
        ]);
        expect(ran).toMatchObject({ code: 0, stderr: '' });
      },
    );

    it('reveals what the sandbox takes', async () => {
      const { stdout } = await run(runtime, ['sign', ...ids, '--reveal'], env);
      expect(stdout).toContain(authorization);
      expect(stdout).toContain(signature);
    });
  });

  describe('usage', () => {
    it('names every missing variable at once, on stderr', async () => {
      const ran = await run(runtime, CANCEL, {});
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      const names = ['IFORTEPAY_MERCHANT_ID', 'IFORTEPAY_SECRET_UNBOUND_ID', 'IFORTEPAY_HASH_KEY'];
      for (const name of [...names, 'IFORTEPAY_ENV', 'IFORTEPAY_BASE_URL'])
        expectWords(ran.stderr, new RegExp(name));
      const one = await run(runtime, CANCEL, { ...env, IFORTEPAY_HASH_KEY: '' });
      expect(one.code).toBe(2);
      expectWords(one.stderr, /missing in the environment: IFORTEPAY_HASH_KEY $/);
    });

    it.concurrent.each<[string, string[], object, RegExp]>([
      ['no command', [], {}, /cancel/],
      ['an unknown command', ['inqire'], {}, /unknown command 'inqire' .*inquire/],
      ['a number that is none', [...CANCEL, '--total-timeout-ms', '0'], {}, /from 1 to 2147483647/],
      ['a missing flag', ['cancel', '--order-id', '1'], {}, /--external-id/],
      ['an unknown flag', [...CANCEL, '--force'], {}, /unknown option/],
      [
        'an argument too many',
        ['sign', '--external-id', '1', '--order-id', '1', 'x'],
        {},
        /too many arguments/,
      ],
      [
        'a secret with a line break',
        [],
        { IFORTEPAY_HASH_KEY: 'fake-key-1\n' },
        /IFORTEPAY_HASH_KEY holds a control/,
      ],
    ])('exits 2 for %s', async (name, args, changes, words) => {
      const given = Object.keys(changes).length > 0 ? CANCEL : args;
      const ran = await run(runtime, given, { ...env, ...changes });
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expectWords(ran.stderr, words);
      expect(ran.stderr).not.toMatch(/fake-key-1|\n {4}at /);
    });
  });
});
