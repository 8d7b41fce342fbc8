import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startSandbox } from '../../../contract-tests/sandbox/server.ts';
import { startProcess } from '../../../contract-tests/shared/processes.ts';
import { account, merchant } from './backend.ts';

const { merchant_id, secret_unbound_id, hash_key } = merchant;
const start = (env: Record<string, string | undefined>) =>
  startProcess({
    command: process.execPath,
    args: [fileURLToPath(new URL('../src/main.ts', import.meta.url))],
    readyPattern: /listening at port \d+/,
    env: {
      PORT: '0',
      IFORTEPAY_ENV: undefined,
      IFORTEPAY_MERCHANT_ID: merchant_id,
      IFORTEPAY_SECRET_UNBOUND_ID: secret_unbound_id,
      IFORTEPAY_HASH_KEY: hash_key,
      ...env,
    },
  });

it('starts from the environment, cancels the order of orders.json, and logs no secret and no id', async () => {
  const sandbox = await startSandbox();
  const backend = await start({ IFORTEPAY_BASE_URL: sandbox.url });
  try {
    const [, port] = /port (\d+)/.exec(backend.output())!;
    const { order_id, external_id } = account('active');
    const response = await fetch(`http://127.0.0.1:${port}/orders/${order_id}/cancel`, { method: 'POST' });
    expect(await response.json()).toEqual({ state: 'canceled' });
    expect(backend.output()).toContain('"outcome":"done"');
    for (const hidden of [secret_unbound_id, hash_key, external_id]) {
      expect(backend.output()).not.toContain(hidden);
    }
  } finally {
    await Promise.all([backend.stop(), sandbox.close()]);
  }
});

it.each([
  ['IFORTEPAY_HASH_KEY', { IFORTEPAY_HASH_KEY: undefined }],
  ['environment', {}],
])('does not start without %s, and says so without a secret', async (name, env) => {
  const failure = await start({ IFORTEPAY_BASE_URL: undefined, ...env }).catch((error: Error) => error);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message).toContain(name);
  expect((failure as Error).message).not.toContain(secret_unbound_id);
});
